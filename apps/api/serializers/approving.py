from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.api.parsing import Strict
from apps.api.serializers.common import Person
from apps.recovery.choices import RulesChangeState, Side, Verdict
from apps.recovery.models import Approval as ApprovalRow
from apps.tenants.choices import ApprovalsFrom


class LevelRule(serializers.Serializer[Any]):
    """What recoveries of one level of risk need. number: of approvers. expiry_hours: so long a
    request waits. in_hours: approved in working hours alone."""

    number = serializers.IntegerField()
    approvals_from = serializers.ChoiceField(ApprovalsFrom.choices)
    expiry_hours = serializers.IntegerField()
    in_hours = serializers.BooleanField()


class Levels(serializers.Serializer[Any]):
    low = LevelRule()
    medium = LevelRule()
    high = LevelRule()


class WorkingHours(serializers.Serializer[Any]):
    """weekdays: 0 is Monday. begin, end: full hours of time_zone."""

    time_zone = serializers.CharField()
    weekdays = serializers.ListField(child=serializers.IntegerField())
    begin = serializers.IntegerField()
    end = serializers.IntegerField()


class ApprovalRules(serializers.Serializer[Any]):
    """Whose approval recoveries need, by level of risk. They are changed in the portal, by people.

    break_glass: one person may approve alone in an emergency. demanded: what the customer insists
    on, null for nothing. forbids_break_glass: the customer does not let the MSP switch it on.
    """

    levels = Levels(source="rules.levels")
    hours = WorkingHours(source="rules.hours")
    break_glass = serializers.BooleanField(source="rules.break_glass")
    demanded = Levels(source="floor.levels", allow_null=True, default=None)
    forbids_break_glass = serializers.BooleanField(source="forbids_glass")


class RulesChange(serializers.Serializer[Any]):
    """A change of approval rules. One that loosens waits for a person in the portal."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(RulesChangeState.choices)
    loosens = serializers.BooleanField()
    before = serializers.JSONField()
    after = serializers.JSONField()
    reason = serializers.CharField()
    requested_by = Person(allow_null=True)
    requested_at = serializers.DateTimeField()
    decided_by = Person(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    takes_effect_at = serializers.DateTimeField(allow_null=True)


class Review(serializers.Serializer[Any]):
    """What a second person says of broken glass. verdict: empty until somebody has reviewed it."""

    due_at = serializers.DateTimeField()
    verdict = serializers.ChoiceField([("", "Not reviewed yet"), *Verdict.choices])
    reviewed_by = Person(allow_null=True)
    reviewed_at = serializers.DateTimeField(allow_null=True)
    words = serializers.CharField()


class Approval(serializers.Serializer[ApprovalRow]):
    """One person's yes. confirmed: the high risks of the plan that he accepted, each by its code.

    breaks_glass: it stands alone; review: what somebody else says of that, null for others.
    """

    id = serializers.UUIDField()
    approved_by = Person()
    side = serializers.ChoiceField(Side.choices)
    approved_at = serializers.DateTimeField()
    reason = serializers.CharField()
    confirmed = serializers.SerializerMethodField()
    breaks_glass = serializers.BooleanField()
    review = Review(allow_null=True, default=None)

    def get_confirmed(self, row: ApprovalRow) -> list[str]:
        """Codes of risks."""
        return [one["code"] for one in row.confirmed]


class Comment(serializers.Serializer[Any]):
    """What somebody said about a request."""

    id = serializers.UUIDField()
    author = Person()
    written_at = serializers.DateTimeField()
    text = serializers.CharField()


class CommentBody(Strict):
    """text: for whoever sees the request."""

    text = serializers.CharField(max_length=2000)
