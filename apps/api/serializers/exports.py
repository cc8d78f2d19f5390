from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.api.parsing import Strict
from apps.history.choices import ExportForm, TransferState
from apps.history.models import Export as ExportRow


class Export(serializers.Serializer[ExportRow]):
    """Data of a snapshot as a file. Ask again until `state` is no longer "waiting".

    kind, object_id: empty for everything. expires_at: until when the file can be downloaded.
    """

    id = serializers.UUIDField()
    snapshot = serializers.IntegerField(source="seq")
    kind = serializers.CharField()
    object_id = serializers.CharField()
    form = serializers.ChoiceField(ExportForm.choices)
    state = serializers.ChoiceField(TransferState.choices)
    requested_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField(allow_null=True)
    objects = serializers.IntegerField(source="objects_count")
    links = serializers.IntegerField(source="links_count")
    job_id = serializers.UUIDField(allow_null=True)
    size = serializers.SerializerMethodField()
    sha256 = serializers.SerializerMethodField()
    failure = serializers.CharField()

    def get_size(self, row: ExportRow) -> int | None:
        """Bytes of the file, null while there is none."""
        return row.file.size if row.file else None

    def get_sha256(self, row: ExportRow) -> str | None:
        """Of the file, in hexadecimal digits."""
        return bytes(row.file.sha256).hex() if row.file else None


class ExportBody(Strict):
    """snapshot: its `seq`. kind: only this one; object_id: only this one of it."""

    snapshot = serializers.IntegerField(min_value=1)
    kind = serializers.CharField(max_length=64, default="", allow_blank=True)
    object_id = serializers.CharField(max_length=256, default="", allow_blank=True)
    form = serializers.ChoiceField(ExportForm.choices, default=ExportForm.ZIP)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["object_id"] and not attrs["kind"]:
            raise serializers.ValidationError({"kind": "An object is asked for with its kind."})
        return attrs
