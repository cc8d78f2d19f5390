from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.api.parsing import Strict
from apps.api.serializers.diffs import LONGEST_LIST
from apps.recovery.documents.services import FORMS


class Loss(serializers.Serializer[Any]):
    """Something that an undo leaves otherwise than it was."""

    code = serializers.CharField()
    count = serializers.IntegerField()
    words = serializers.CharField()


class Undo(serializers.Serializer[Any]):
    """Whether and how a recovery can be taken back."""

    why_not = serializers.CharField(help_text="Empty when it can.")
    losses = Loss(many=True)
    approved_until = serializers.DateTimeField(
        source="until",
        allow_null=True,
        help_text="Until then it needs no second approval, when a person starts it in the portal.",
    )
    plan_ids = serializers.SerializerMethodField()

    def get_plan_ids(self, undo: Any) -> list[str]:
        """The plans that were made to take it back, newest first."""
        return [str(plan.pk) for plan in undo.plans]


class UndoBody(Strict):
    """report_id, overwrite: of an undo that was planned before, the positions in its report of what
    others changed since and that is to be taken back all the same."""

    report_id = serializers.UUIDField(allow_null=True, default=None)
    overwrite = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**31 - 1),
        max_length=LONGEST_LIST,
        default=list,
    )


class AgainBody(Strict):
    """Nothing has to be said."""


class DocumentQuery(Strict):
    form = serializers.ChoiceField(FORMS, default="json")
