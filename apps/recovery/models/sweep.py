"""One recovery asked of many tenants."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from apps.core import clock
from apps.core.identifiers import new_id
from apps.core.scope import ReachedManager, ScopedManager
from apps.recovery.choices import SweepState
from apps.tenants.models import MSP
from apps.tenants.sealed_text import SealedTextField


class Sweep(models.Model):
    """Asks the same of many tenants of an MSP: what somebody did, put back to a moment.

    Each tenant has its own report, plan, approvals and run, and fails alone. who: an object id, an
    application's id or a sign-in name, as it was typed; since and until: the time in which that one
    is looked at. selection: apps.recovery.selection.Selection without `touched`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    msp = models.ForeignKey(MSP, models.PROTECT, related_name="sweeps")
    reason = SealedTextField()
    who = SealedTextField()
    since = models.DateTimeField()
    until = models.DateTimeField()
    selection = models.JSONField()
    created_at = models.DateTimeField(default=clock.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )

    objects = ReachedManager["Sweep"]()

    class Meta:
        default_permissions = ()
        indexes: ClassVar = [models.Index(fields=["msp", "-created_at"])]

    def __str__(self) -> str:
        return f"sweep {self.id}"


class SweepTenant(models.Model):
    """One tenant of a sweep, and how far its planning is; from then on its plan's request says.

    failure: why there is no plan, in words for people.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey("tenants.Tenant", on_delete=models.PROTECT, related_name="+")
    sweep = models.ForeignKey(Sweep, on_delete=models.PROTECT, related_name="members")
    state = models.CharField(max_length=16, choices=SweepState, default=SweepState.WAITING)
    job_id = models.UUIDField(null=True)
    report = models.ForeignKey(
        "diffs.DifferenceReport", on_delete=models.PROTECT, related_name="+", null=True
    )
    plan = models.OneToOneField(
        "recovery.Plan", on_delete=models.PROTECT, related_name="swept", null=True
    )
    failure = models.TextField(blank=True, default="")

    objects: ClassVar[ScopedManager[SweepTenant]] = ScopedManager()

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sweep", "tenant"], name="sweep_tenant_once"),
            models.CheckConstraint(
                name="sweep_tenant_state_known", condition=models.Q(state__in=SweepState.values)
            ),
        ]

    def __str__(self) -> str:
        return f"tenant {self.tenant_id} of sweep {self.sweep_id}"
