"""A plan put forward, and the second person's decision."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from apps.core.identifiers import new_id
from apps.core.scope import ScopedManager
from apps.recovery.choices import RequestState
from apps.tenants.sealed_text import SealedTextField


class RecoveryRequest(models.Model):
    """Asks that a plan be run. `digest` is the plan's at the time; the approval names the same.

    The database itself refuses a request that its requester decided for approval, unless he broke
    the glass, and one approved by rule outside of a rehearsal.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey("tenants.Tenant", on_delete=models.PROTECT, related_name="+")
    plan = models.OneToOneField("recovery.Plan", on_delete=models.PROTECT, related_name="request")
    digest = models.BinaryField(max_length=32)
    state = models.CharField(
        max_length=16, choices=RequestState.choices, default=RequestState.WAITING
    )
    reason = SealedTextField()
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    requested_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    decided_at = models.DateTimeField(null=True)
    decision_reason = SealedTextField()
    broke_glass = models.BooleanField(default=False)
    # Asked for "with undo": who approves the one approves the other, for so many hours after it.
    undo_approved = models.BooleanField(default=False)
    undo_hours = models.PositiveSmallIntegerField(default=0)
    # Of an undo that was approved beforehand: the request that it was approved with.
    approved_in = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="undo_requests", null=True
    )

    # Of a rehearsal, which only the rule of drills approves; the database has it nowhere else.
    by_rule = models.BooleanField(default=False)

    objects: ClassVar[ScopedManager[RecoveryRequest]] = ScopedManager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["tenant", "state", "-requested_at"])]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="approval_by_a_second_person",
                condition=~Q(state=RequestState.APPROVED)
                | Q(by_rule=True, decided_by__isnull=True)
                | (
                    Q(decided_by__isnull=False)
                    & (Q(broke_glass=True) | ~Q(decided_by=F("requested_by")))
                ),
            ),
            models.CheckConstraint(
                name="undo_approved_for_hours",
                condition=Q(undo_approved=True, undo_hours__gt=0)
                | Q(undo_approved=False, undo_hours=0),
            ),
        ]

    def __str__(self) -> str:
        return f"recovery request {self.id}"
