from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.api.parsing import Strict
from apps.api.serializers.common import OneOrMore, Person
from apps.diffs import choices
from apps.diffs.models import DifferenceReport
from apps.entra.catalogue import KINDS

KIND_NAMES = [kind.name for kind in KINDS]
LONGEST_LIST = 1000


class Compared(serializers.Serializer[Any]):
    """The part of the tenant that was compared; empty lists mean everything."""

    kinds = serializers.ListField(child=serializers.CharField())
    object_ids = serializers.ListField(child=serializers.CharField())


class Report(serializers.Serializer[DifferenceReport]):
    """A difference report. base, target: positions (`seq`) of snapshots; target is null until the
    tenant has been read, for a report against now."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices.ReportState.choices)
    base = serializers.IntegerField(source="base.seq")
    target = serializers.IntegerField(source="target.seq", allow_null=True, default=None)
    against_now = serializers.BooleanField()
    scope = Compared()
    counts = serializers.DictField()
    job_id = serializers.UUIDField(allow_null=True)
    created_at = serializers.DateTimeField()
    created_by = Person(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    failure = serializers.CharField()


class ReportBody(Strict):
    """base: the older snapshot's `seq`. target: the newer one's; left out or null for now."""

    base = serializers.IntegerField(min_value=1, max_value=2**62)
    target = serializers.IntegerField(min_value=1, max_value=2**62, allow_null=True, default=None)
    kinds = serializers.ListField(
        child=serializers.ChoiceField(KIND_NAMES), max_length=LONGEST_LIST, default=list
    )
    object_ids = serializers.ListField(
        child=serializers.CharField(max_length=256), max_length=LONGEST_LIST, default=list
    )


class Value(serializers.Serializer[Any]):
    """One attribute before and after; null where it had no value."""

    name = serializers.CharField()
    before = serializers.JSONField(allow_null=True)
    after = serializers.JSONField(allow_null=True)


class Change(serializers.Serializer[Any]):
    """One change, and whether and how it can be brought back. Of a link: object_id is its source,
    target_id its other end."""

    position = serializers.IntegerField(source="change.position")
    subject = serializers.ChoiceField(choices.Subject.choices, source="change.subject")
    change = serializers.ChoiceField(choices.ChangeType.choices, source="change.change")
    kind = serializers.CharField(source="change.kind")
    object_id = serializers.CharField(source="change.object_id")
    label = serializers.CharField()  # type: ignore[assignment]
    link = serializers.CharField(source="change.link")
    target_id = serializers.CharField(source="change.target_id")
    target_label = serializers.CharField()
    attributes = Value(many=True, source="values")
    recoverable = serializers.ChoiceField(choices.Recoverable.choices, source="change.recoverable")
    reason = serializers.CharField()
    native = serializers.ChoiceField(choices.Native.choices, source="change.native")
    risk = serializers.ChoiceField(choices.Risk.choices, source="change.risk")
    changed_by = serializers.ChoiceField(choices.ChangedBy.choices, source="change.changed_by")
    actor_id = serializers.CharField(source="change.actor_id")
    changed_at = serializers.DateTimeField(source="change.changed_at", allow_null=True)


class ChangeQuery(Strict):
    """Each may be given more than once; then any of its values will do. actor_id: as changes have
    it; `unknown` for those of which the copied audit log does not tell who made them."""

    subject = OneOrMore(child=serializers.ChoiceField(choices.Subject.choices), required=False)
    change = OneOrMore(child=serializers.ChoiceField(choices.ChangeType.choices), required=False)
    kind = OneOrMore(child=serializers.ChoiceField(KIND_NAMES), required=False)
    recoverable = OneOrMore(
        child=serializers.ChoiceField(choices.Recoverable.choices), required=False
    )
    risk = OneOrMore(child=serializers.ChoiceField(choices.Risk.choices), required=False)
    object_id = OneOrMore(child=serializers.CharField(max_length=256), required=False)
    actor_id = OneOrMore(child=serializers.CharField(max_length=256), required=False)
