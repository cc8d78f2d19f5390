from typing import ClassVar

from django.db import models
from django.db.models import Q

from apps.core import clock
from apps.core.identifiers import new_id
from apps.core.scope import ReachedManager, ScopedManager
from apps.notify.choices import MessageState
from apps.tenants.models import MSP, Tenant


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


class PushTarget(models.Model):
    """Where the audit trail is sent on to: an MSP's records, or without an MSP all of them.

    address: of a webhook or a syslog receiver (apps.notify.pushing.addresses). wrapped_secret:
    what webhooks are signed with, under the installation's key. with_persons: whether what
    identifies persons is sent too. position: the number of the last record that arrived there.
    failures: in a row. problem: why the last attempt failed, without personal data.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    msp = models.ForeignKey(MSP, on_delete=models.CASCADE, null=True, related_name="push_targets")
    address = models.CharField(max_length=500)
    wrapped_secret = models.BinaryField()
    with_persons = models.BooleanField(default=False)
    enabled = models.BooleanField(default=True)
    position = models.BigIntegerField(default=0)
    failures = models.IntegerField(default=0)
    problem = models.CharField(max_length=200, blank=True)
    last_sent_at = models.DateTimeField(null=True)
    next_attempt_at = models.DateTimeField(default=clock.now)
    created_at = models.DateTimeField(default=clock.now)

    objects = ReachedManager["PushTarget"]()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"push target {self.id}"
