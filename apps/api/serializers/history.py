from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.api.parsing import Strict
from apps.history.choices import READING_MODES, CaptureMode, CollectionStatus
from apps.history.models import Snapshot as SnapshotRow
from apps.jobs.choices import JobState
from apps.jobs.models import Job as JobRow


class Snapshot(serializers.Serializer[SnapshotRow]):
    """A sealed point in a tenant's history. seq: its place. root: stands for all up to here."""

    id = serializers.UUIDField()
    seq = serializers.IntegerField()
    mode = serializers.ChoiceField(CaptureMode.choices)
    reason = serializers.CharField()
    taken_at = serializers.DateTimeField()
    sealed_at = serializers.DateTimeField()
    complete = serializers.BooleanField()
    counts = serializers.DictField(child=serializers.IntegerField())
    root = serializers.SerializerMethodField()  # type: ignore[assignment]

    def get_root(self, row: SnapshotRow) -> str:
        """32 bytes in hexadecimal digits."""
        return bytes(row.root).hex()


class Collection(serializers.Serializer[Any]):
    """How complete one collection is in a snapshot."""

    collection = serializers.CharField()
    status = serializers.ChoiceField(CollectionStatus.choices)
    count = serializers.IntegerField()
    detail = serializers.CharField()
    read_at = serializers.DateTimeField()


class SnapshotDetail(Snapshot):
    """A snapshot with its collections."""

    collections = Collection(many=True, source="collections.all")


class CaptureBody(Strict):
    """mode: "delta" for what changed since the newest snapshot, or "full"."""

    mode = serializers.ChoiceField(
        [(mode.value, mode.label) for mode in READING_MODES], default=CaptureMode.DELTA
    )
    reason = serializers.CharField(max_length=200, default="asked for")


class Job(serializers.ModelSerializer[JobRow]):
    """Work outside the request. Ask again until `finished`."""

    state = serializers.ChoiceField(JobState.choices)
    finished = serializers.BooleanField()
    result = serializers.DictField(allow_null=True)

    class Meta:
        model = JobRow
        fields = (
            "id",
            "kind",
            "state",
            "finished",
            "created_at",
            "started_at",
            "finished_at",
            "cancel_requested_at",
            "attempts",
            "progress_done",
            "progress_total",
            "progress_text",
            "result",
            "error_code",
            "error_text",
        )
