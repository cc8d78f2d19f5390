from datetime import timedelta
from typing import ClassVar, Final

from django.db import models
from django.db.models import F, Q

from apps.access.models.one_side import of_one_side
from apps.access.models.people import User
from apps.core import clock
from apps.core.identifiers import new_id
from apps.core.scope import ReachedManager
from apps.tenants.models import MSP, Tenant
from apps.tenants.sealed_text import SealedTextField

LONGEST: Final = timedelta(hours=4)


class SupportSession(models.Model):
    """A time in which a platform operator may look at one tenant, or at an MSP's tenants.

    The customer sees it, with its reason and every request made in it, for good. ended_at: when
    somebody ended it before its time.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    operator = models.ForeignKey(User, on_delete=models.PROTECT, related_name="support_sessions")
    msp = models.ForeignKey(
        MSP, on_delete=models.CASCADE, null=True, related_name="support_sessions"
    )
    tenant = models.ForeignKey(
        Tenant, on_delete=models.CASCADE, null=True, related_name="support_sessions"
    )
    reason = SealedTextField()
    starts_at = models.DateTimeField(default=clock.now)
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = ReachedManager["SupportSession"]()

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            of_one_side("support_session_of_one_side"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at"), ends_at__lte=F("starts_at") + LONGEST),
                name="support_session_is_short",
            ),
            models.CheckConstraint(condition=~Q(reason=b""), name="support_session_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"support session {self.id}"

    @property
    def on(self) -> MSP | Tenant:
        """What it opens."""
        on = self.tenant or self.msp
        assert on is not None  # noqa: S101 - the database says so too
        return on

    @property
    def is_open(self) -> bool:
        """Whether it opens anything now."""
        return self.ended_at is None and self.starts_at <= clock.now() < self.ends_at
