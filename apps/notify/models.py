from typing import ClassVar

from django.db import models
from django.db.models import Q

from apps.core import clock
from apps.core.identifiers import new_id
from apps.core.scope import ScopedManager
from apps.notify.choices import MessageState
from apps.tenants.models import Tenant


class OutboxMessage(models.Model):
    """A mail to send on a tenant's behalf. Its address and text are sealed under the tenant's key,
    and removed once it has been sent."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="outbox")
    state = models.CharField(max_length=20, choices=MessageState, default=MessageState.QUEUED)
    sealed = models.BinaryField()
    created_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True)

    objects = ScopedManager["OutboxMessage"]()

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=MessageState.values), name="outbox_state_known"
            )
        ]

    def __str__(self) -> str:
        return f"message {self.id}"


class PersonalMail(models.Model):
    """A mail to one person about his account, of no tenant. Its address and text are sealed, and
    removed once it has been sent."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    state = models.CharField(max_length=20, choices=MessageState, default=MessageState.QUEUED)
    sealed = models.BinaryField()
    created_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=MessageState.values), name="personal_mail_state_known"
            )
        ]

    def __str__(self) -> str:
        return f"mail {self.id}"
