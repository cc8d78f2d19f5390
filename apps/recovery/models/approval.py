"""One person's yes to one plan."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from apps.core.identifiers import new_id
from apps.core.scope import ScopedManager
from apps.recovery.choices import Side
from apps.tenants.sealed_text import SealedTextField


class Approval(models.Model):
    """Written once, pinned to the plan's digest, and counted for one side only.

    A request is approved when the approvals of it meet the tenant's policy, or one of them breaks
    the glass. `requested_by` is that of the request, so that the database itself refuses a
    requester's own approval, unless it breaks the glass. `confirmed`: the high risks of the plan
    that were named and accepted one by one, as apps.recovery.confirming gives them.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey("tenants.Tenant", on_delete=models.PROTECT, related_name="+")
    request = models.ForeignKey(
        "recovery.RecoveryRequest", on_delete=models.PROTECT, related_name="approvals"
    )
    side = models.CharField(max_length=10, choices=Side.choices)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField()
    reason = SealedTextField()
    digest = models.BinaryField(max_length=32)
    confirmed = models.JSONField(default=list)
    breaks_glass = models.BooleanField(default=False)

    objects: ClassVar[ScopedManager[Approval]] = ScopedManager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["request", "approved_by"],
                condition=Q(breaks_glass=False),
                name="approval_once_each",
            ),
            models.UniqueConstraint(
                fields=["request"],
                condition=Q(breaks_glass=True),
                name="approval_one_breaks_glass",
            ),
            models.CheckConstraint(
                name="approval_not_by_requester",
                condition=Q(breaks_glass=True) | ~Q(approved_by=F("requested_by")),
            ),
            models.CheckConstraint(name="approval_side_known", condition=Q(side__in=Side.values)),
        ]

    def __str__(self) -> str:
        return f"approval of {self.request_id}"
