from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.api.parsing import Strict
from apps.api.serializers.common import Person
from apps.recovery.choices import RequestState, RunState, SweepState
from apps.recovery.services.requesting import LONGEST_UNDO

# As many tenants as one MSP may well have.
MOST_TENANTS = 2000
STATES = dict([*SweepState.choices, *RequestState.choices, *RunState.choices])


class Sweep(serializers.Serializer[Any]):
    """One recovery asked of many tenants: what `who` did from since to until, put back. tenants:
    how many it is about; planned: of how many there is a plan."""

    id = serializers.UUIDField()
    who = serializers.CharField()
    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    reason = serializers.CharField()
    remove_created = serializers.BooleanField(source="selection.remove_created")
    tenants = serializers.IntegerField()
    planned = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    created_by = Person(allow_null=True)


class SweepMember(serializers.Serializer[Any]):
    """One tenant of a sweep. state: of whatever is furthest on, the run, the request or the plan.
    failure: why there is no plan."""

    tenant_id = serializers.UUIDField(source="member.tenant_id")
    tenant = serializers.CharField(source="member.tenant.name")
    state = serializers.ChoiceField(list(STATES.items()))
    report_id = serializers.UUIDField(source="member.report_id", allow_null=True)
    plan_id = serializers.UUIDField(source="member.plan_id", allow_null=True)
    digest = serializers.CharField(source="member.plan.digest_hex", allow_null=True, default=None)
    request_id = serializers.UUIDField(source="request.pk", allow_null=True, default=None)
    run_id = serializers.UUIDField(source="run.pk", allow_null=True, default=None)
    blocked = serializers.BooleanField(source="is_blocked")
    may_be_asked = serializers.BooleanField()
    failure = serializers.CharField(source="member.failure")


class SweepMembers(serializers.Serializer[Any]):
    results = SweepMember(many=True)


class SweepBody(Strict):
    """who: an object id, an application's id, or a whole sign-in name, address or display name of
    an application. tenant_ids: of this MSP. remove_created: also remove what he made."""

    who = serializers.CharField(max_length=256)
    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    tenant_ids = serializers.ListField(
        child=serializers.UUIDField(), min_length=1, max_length=MOST_TENANTS
    )
    reason = serializers.CharField(max_length=2000)
    remove_created = serializers.BooleanField(default=False)


class SweepAsking(Strict):
    """tenant_ids: whose plans are put forward. undo_hours: as of a request."""

    tenant_ids = serializers.ListField(
        child=serializers.UUIDField(), min_length=1, max_length=MOST_TENANTS
    )
    undo_hours = serializers.IntegerField(min_value=0, max_value=LONGEST_UNDO, default=0)


class SweepOutcome(serializers.Serializer[Any]):
    """What became of one tenant's part. code, detail: why nothing was asked for there, empty when
    it was."""

    tenant_id = serializers.UUIDField(source="tenant.pk")
    code = serializers.CharField(source="error.code", allow_null=True, default=None)
    detail = serializers.CharField(source="error.message", allow_null=True, default=None)


class SweepOutcomes(serializers.Serializer[Any]):
    results = SweepOutcome(many=True)
