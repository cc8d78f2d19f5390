"""Approvals that broke the glass, and what a second person says of them afterwards."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from apps.core.identifiers import new_id
from apps.core.scope import ScopedManager
from apps.recovery.choices import Verdict
from apps.tenants.sealed_text import SealedTextField


class GlassReview(models.Model):
    """The review that a break-glass approval is owed. Made together with the approval.

    broken_by, requested_by: those of the approval and of its request, so that the database itself
    refuses a review by either. told_at: when people were last reminded of it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey("tenants.Tenant", on_delete=models.PROTECT, related_name="+")
    approval = models.OneToOneField(
        "recovery.Approval", on_delete=models.PROTECT, related_name="review"
    )
    broken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    broken_at = models.DateTimeField()
    due_at = models.DateTimeField()
    told_at = models.DateTimeField()
    verdict = models.CharField(max_length=10, choices=Verdict.choices, blank=True, default="")
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    reviewed_at = models.DateTimeField(null=True)
    words = SealedTextField()

    objects: ClassVar[ScopedManager[GlassReview]] = ScopedManager()

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["tenant", "due_at"], condition=Q(reviewed_at=None), name="glass_unreviewed"
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="glass_reviewed_by_somebody_else",
                condition=Q(reviewed_by__isnull=True, reviewed_at__isnull=True, verdict="")
                | (
                    Q(
                        reviewed_by__isnull=False,
                        reviewed_at__isnull=False,
                        verdict__in=Verdict.values,
                    )
                    & ~Q(reviewed_by=F("broken_by"))
                    & ~Q(reviewed_by=F("requested_by"))
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"review of {self.approval_id}"
