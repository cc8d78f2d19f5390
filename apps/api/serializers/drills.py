"""Rehearsals of recoveries."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.api.parsing import Strict
from apps.recovery.drills.choices import (
    DrillInterval,
    DrillOrigin,
    DrillPlace,
    DrillState,
    Phase,
)
from apps.recovery.drills.models import Drill as DrillRow
from apps.recovery.drills.models import DrillSchedule as DrillScheduleRow
from apps.recovery.drills.scenarios import DEFAULT, SCENARIOS, TENANT_LOST

_SCENARIOS = [(one.name, one.title) for one in SCENARIOS.values()]
_REHEARSED = [*_SCENARIOS, (TENANT_LOST.name, TENANT_LOST.title)]


class Drill(serializers.Serializer[DrillRow]):
    """A rehearsal of a recovery, and what came of it.

    numbers: what was counted and measured; its times are in seconds. recovery_point_seconds: how
    old the snapshot was when it began (RPO). recovery_seconds: from reading the damaged tenant to
    having verified the recovery (RTO), the parts of which are in seconds.
    """

    id = serializers.UUIDField()
    state = serializers.ChoiceField(DrillState.choices)
    phase = serializers.ChoiceField([("", "None"), *Phase.choices])
    place = serializers.ChoiceField(DrillPlace.choices)
    scenario = serializers.ChoiceField(_REHEARSED)
    origin = serializers.ChoiceField(DrillOrigin.choices)
    snapshot = serializers.IntegerField(source="snapshot.seq")
    requested_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    job_id = serializers.UUIDField(allow_null=True)
    numbers = serializers.DictField()
    failure = serializers.CharField()
    digest = serializers.SerializerMethodField(
        help_text="SHA-256 of the evidence; null until the drill has ended."
    )

    def get_digest(self, drill: Any) -> str | None:
        return bytes(drill.digest).hex() if drill.digest else None


class DrillBody(Strict):
    """snapshot: the newest unless told."""

    snapshot = serializers.IntegerField(
        min_value=1, max_value=2**31 - 1, allow_null=True, default=None
    )
    scenario = serializers.ChoiceField(_SCENARIOS, default=DEFAULT)


class DrillSchedule(serializers.Serializer[DrillScheduleRow]):
    """When a tenant's drills come by themselves."""

    interval = serializers.ChoiceField(DrillInterval.choices)
    scenario = serializers.ChoiceField(_SCENARIOS)
    due_at = serializers.DateTimeField(allow_null=True)


class DrillScheduleBody(Strict):
    interval = serializers.ChoiceField(DrillInterval.choices)
    scenario = serializers.ChoiceField(_SCENARIOS, default=DEFAULT)
