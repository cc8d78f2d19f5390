"""Drills and when they come. An ended drill is never changed or removed: the database refuses."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.core import clock
from apps.core.identifiers import new_id
from apps.core.scope import ScopedManager
from apps.recovery.drills.choices import (
    DrillInterval,
    DrillOrigin,
    DrillPlace,
    DrillState,
    Phase,
)
from apps.tenants.sealed_text import SealedTextField


class Drill(models.Model):
    """One rehearsal of a recovery.

    rehearsal_id: of the tenant that stands in for the real one while it goes on. numbers: what it
    counted and measured, without anything personal, as apps.recovery.drills.evidence gives them.
    evidence: the signed document as canonical JSON, sealed because it names people; digest and
    signature are of its plain form.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey("tenants.Tenant", on_delete=models.PROTECT, related_name="+")
    snapshot = models.ForeignKey("history.Snapshot", on_delete=models.PROTECT, related_name="+")
    place = models.CharField(max_length=12, choices=DrillPlace.choices, default=DrillPlace.SANDBOX)
    scenario = models.CharField(max_length=40)
    origin = models.CharField(max_length=10, choices=DrillOrigin.choices)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    requested_at = models.DateTimeField(default=clock.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    job_id = models.UUIDField(null=True)
    rehearsal_id = models.UUIDField(null=True)
    state = models.CharField(max_length=20, choices=DrillState.choices, default=DrillState.WAITING)
    phase = models.CharField(max_length=10, choices=Phase.choices, blank=True, default="")
    numbers = models.JSONField(default=dict)
    failure = models.TextField(blank=True, default="")
    evidence = SealedTextField()
    digest = models.BinaryField(max_length=32, null=True)
    signature = models.JSONField(default=dict)

    objects: ClassVar[ScopedManager[Drill]] = ScopedManager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["tenant", "-requested_at"], name="drill_newest")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant"],
                condition=Q(state__in=DrillState.unfinished()),
                name="drill_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=DrillState.unfinished(), finished_at__isnull=True)
                | (~Q(state__in=DrillState.unfinished()) & Q(finished_at__isnull=False)),
                name="drill_ended_or_not",
            ),
        ]

    def __str__(self) -> str:
        return f"drill {self.id}"

    @property
    def is_finished(self) -> bool:
        return self.state not in DrillState.unfinished()


class DrillSchedule(models.Model):
    """When a tenant's drills come by themselves. due_at: of the next one, None for never."""

    tenant = models.OneToOneField(
        "tenants.Tenant", on_delete=models.CASCADE, primary_key=True, related_name="drill_schedule"
    )
    interval = models.CharField(
        max_length=12, choices=DrillInterval.choices, default=DrillInterval.OFF
    )
    scenario = models.CharField(max_length=40)
    due_at = models.DateTimeField(null=True)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    set_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[ScopedManager[DrillSchedule]] = ScopedManager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["due_at"], name="drill_due")]

    def __str__(self) -> str:
        return f"drills of {self.tenant_id}"
