from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.api.parsing import Strict
from apps.api.serializers.common import Person
from apps.history.choices import KeepChangeState
from apps.history.retention.rules import LONGEST
from apps.history.retention.standing import LABELS, Standing


class Rules(Strict):
    """Every snapshot of all_days days, and the first complete one of so many hours, days, ...."""

    all_days = serializers.IntegerField(min_value=1, max_value=LONGEST["all_days"])
    hourly = serializers.IntegerField(min_value=0, max_value=LONGEST["hourly"], default=0)
    daily = serializers.IntegerField(min_value=0, max_value=LONGEST["daily"], default=0)
    weekly = serializers.IntegerField(min_value=0, max_value=LONGEST["weekly"], default=0)
    monthly = serializers.IntegerField(min_value=0, max_value=LONGEST["monthly"], default=0)
    yearly = serializers.IntegerField(min_value=0, max_value=LONGEST["yearly"], default=0)


class BlackoutWindow(Strict):
    """Hours without captures: weekdays (0 is Monday), from a full hour to another."""

    weekdays = serializers.ListField(child=serializers.IntegerField(min_value=0, max_value=6))
    begin = serializers.IntegerField(min_value=0, max_value=23)
    end = serializers.IntegerField(min_value=1, max_value=24)


class Schedule(Strict):
    """When the tenant is captured. delta_minutes: null for no captures between the full ones.

    objective_minutes: how old the newest recovery point may be. Hours are those of time_zone.
    """

    enabled = serializers.BooleanField(default=True)
    time_zone = serializers.CharField(max_length=64)
    full_hour = serializers.IntegerField(min_value=0, max_value=23)
    full_weekdays = serializers.ListField(child=serializers.IntegerField(min_value=0, max_value=6))
    delta_minutes = serializers.IntegerField(allow_null=True)
    objective_minutes = serializers.IntegerField()
    blackouts = BlackoutWindow(many=True)


class Freshness(serializers.Serializer[Any]):
    """Whether the objective is met. reached_at: the newest recovery point."""

    reached_at = serializers.DateTimeField(allow_null=True)
    met = serializers.BooleanField()
    missed_since = serializers.DateTimeField(allow_null=True)


class ScheduleShown(Schedule):
    """The schedule, when it is next due, and whether the recovery point is as fresh as agreed."""

    next_full_at = serializers.DateTimeField(allow_null=True)
    next_delta_at = serializers.DateTimeField(allow_null=True)
    recovery_point = Freshness()


class Retention(serializers.Serializer[Any]):
    """What keeps the tenant's snapshots. template: the id of the template followed, if any.

    on_hold: a legal hold keeps everything. to_be_removed: how many snapshots are to go.
    """

    rules = Rules()
    template = serializers.UUIDField(allow_null=True, source="template_id")
    time_zone = serializers.CharField()
    on_hold = serializers.BooleanField()
    to_be_removed = serializers.IntegerField()


class KeepTemplate(serializers.Serializer[Any]):
    """Rules that many tenants of an MSP follow. for_new: tenants added from now on do."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    rules = Rules()
    for_new = serializers.BooleanField()


class WantedRules(Strict):
    """Either the id of a template of the MSP's, or rules of the tenant's own."""

    template = serializers.UUIDField(required=False)
    rules = Rules(required=False)


class PreviewBody(WantedRules):
    """after: the last seq of the page before."""

    after = serializers.IntegerField(min_value=0, default=0)


class Going(serializers.Serializer[Any]):
    """A snapshot that would go earlier. at_once: when the grace period is over already."""

    seq = serializers.IntegerField(source="snapshot.seq")
    taken_at = serializers.DateTimeField(source="snapshot.taken_at")
    goes_at = serializers.DateTimeField(source="now")
    would_go_at = serializers.DateTimeField(source="then")
    at_once = serializers.BooleanField()
    held = serializers.BooleanField()


class Preview(serializers.Serializer[Any]):
    """What other rules would let go. next_after: for the next page, null on the last."""

    shortens = serializers.BooleanField()
    removed = serializers.IntegerField()
    earlier = serializers.IntegerField()
    kept = serializers.IntegerField()
    oldest = serializers.DateTimeField(allow_null=True)
    newest = serializers.DateTimeField(allow_null=True)
    going = Going(many=True)
    next_after = serializers.IntegerField(allow_null=True)


class RetentionChange(serializers.Serializer[Any]):
    """A change of retention. One that shortens waits for a person in the portal to approve it."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(KeepChangeState.choices)
    shortens = serializers.BooleanField()
    before = serializers.JSONField()
    after = serializers.JSONField()
    reason = serializers.CharField()
    requested_by = Person()
    requested_at = serializers.DateTimeField()
    decided_by = Person(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    takes_effect_at = serializers.DateTimeField(allow_null=True)


class RetentionChangeBody(WantedRules):
    """reason: needed where snapshots go earlier by it."""

    reason = serializers.CharField(max_length=500, default="")


class Reason(Strict):
    """Why; at least five characters, for whoever reads it later."""

    reason = serializers.CharField(max_length=500)


class PinBody(Reason):
    """seq: of the snapshot to keep."""

    seq = serializers.IntegerField(min_value=1)


class Pin(serializers.Serializer[Any]):
    """A snapshot that stays. released_at: null while the pin is in force."""

    id = serializers.UUIDField()
    seq = serializers.IntegerField(source="snapshot.seq")
    reason = serializers.CharField()
    pinned_by = Person()
    pinned_at = serializers.DateTimeField()
    release_asked_by = Person(allow_null=True)
    release_asked_at = serializers.DateTimeField(allow_null=True)
    released_by = Person(allow_null=True)
    released_at = serializers.DateTimeField(allow_null=True)


class Hold(serializers.Serializer[Any]):
    """A legal hold. ended_at: null while it is in force."""

    id = serializers.UUIDField()
    reason = serializers.CharField()
    begun_by = Person()
    begun_at = serializers.DateTimeField()
    end_asked_by = Person(allow_null=True)
    end_asked_at = serializers.DateTimeField(allow_null=True)
    ended_by = Person(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)


class SnapshotStanding(serializers.Serializer[Standing]):
    """Why a snapshot stays. goes_at: null while something other than rules keeps it."""

    seq = serializers.IntegerField()
    kept_by = serializers.SerializerMethodField()
    goes_at = serializers.DateTimeField(allow_null=True)

    def get_kept_by(self, standing: Standing) -> list[str]:
        """Words out of: hold, pin, needed, newest, all, hourly, daily, weekly, monthly, yearly."""
        return [code for code, _ in standing.reasons if code in LABELS]


class BeforeChangeBody(Strict):
    """change: what is about to be changed, in words that the snapshot is found by."""

    change = serializers.CharField(max_length=150)
