"""Changes of whose approval a tenant's recoveries need."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from apps.core import clock
from apps.core.identifiers import new_id
from apps.core.scope import ScopedManager
from apps.recovery.choices import RulesChangeState
from apps.tenants.sealed_text import SealedTextField


class RulesChange(models.Model):
    """A change of a tenant's approval rules. One that loosens them waits for a second person, then
    for the end of its grace period.

    before, after: {"rules": ..., "floor": ...}, what it leads from and to, as BackupPolicy keeps
    them. takes_effect_at: until then whoever may ask for such a change can cancel it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey("tenants.Tenant", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=RulesChangeState.choices)
    before = models.JSONField()
    after = models.JSONField()
    loosens = models.BooleanField()
    reason = SealedTextField()
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    requested_at = models.DateTimeField(default=clock.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    decided_at = models.DateTimeField(null=True)
    decision_reason = SealedTextField()
    takes_effect_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar[ScopedManager[RulesChange]] = ScopedManager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant"],
                condition=Q(state__in=RulesChangeState.open()),
                name="rules_change_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=RulesChangeState.values), name="rules_change_state_known"
            ),
            models.CheckConstraint(
                condition=Q(loosens=False)
                | ~Q(state__in=(RulesChangeState.GRACE, RulesChangeState.IN_FORCE))
                | (
                    Q(
                        requested_by__isnull=False,
                        decided_by__isnull=False,
                        takes_effect_at__isnull=False,
                    )
                    & ~Q(decided_by=F("requested_by"))
                ),
                name="rules_change_by_two",
            ),
        ]

    def __str__(self) -> str:
        return f"change of approval rules {self.id}"
