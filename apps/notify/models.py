from typing import ClassVar

from django.db import models
from django.db.models import Q

from apps.core import clock
from apps.core.identifiers import new_id
from apps.core.scope import ReachedManager, ScopedManager
from apps.notify.choices import Channel, DeliveryState, EventKind, LeastRisk, MessageState
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


class NotificationRoute(models.Model):
    """Where an MSP wants to be told of what happens to its tenants, and of what.

    tenant_ids: of these tenants alone, of all of them when empty. shown: what people recognise
    the address by. sealed: addresses and signing keys (apps.notify.routes.targets), under a key of
    its own, which is wrapped under the installation's. events: EventKind values. quiet_from,
    quiet_until: minutes of the day in time_zone, both or neither. group_minutes: what happens
    within so many minutes is told in one message, 0 for each by itself. failing_since: nothing
    arrived since then.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    msp = models.ForeignKey(MSP, on_delete=models.CASCADE, related_name="notification_routes")
    name = models.CharField(max_length=100)
    channel = models.CharField(max_length=20, choices=Channel)
    shown = models.CharField(max_length=200)
    wrapped_key = models.BinaryField()
    sealed = models.BinaryField()
    tenant_ids = models.JSONField(default=list)
    events = models.JSONField(default=list)
    least_risk = models.CharField(max_length=10, choices=LeastRisk, default=LeastRisk.LOW)
    quiet_from = models.PositiveSmallIntegerField(null=True)
    quiet_until = models.PositiveSmallIntegerField(null=True)
    time_zone = models.CharField(max_length=64, default="UTC")
    group_minutes = models.PositiveSmallIntegerField(default=0)
    enabled = models.BooleanField(default=True)
    failing_since = models.DateTimeField(null=True)
    problem = models.CharField(max_length=200, blank=True)
    last_sent_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=clock.now)

    objects = ReachedManager["NotificationRoute"]()

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(channel__in=Channel.values), name="route_channel_known"
            ),
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="route_quiet_from_and_until",
            ),
        ]

    def __str__(self) -> str:
        return f"notification route {self.id}"


class Delivery(models.Model):
    """One event on its way over one route: the outbox, and afterwards the log.

    event_id: the same on every route. data: numbers, codes and ids; subjects: ids by what they
    name (snapshot, report, request, run). Neither holds personal data. status: of the receiver's
    last answer. duration: of the last attempt, in milliseconds.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="deliveries")
    route = models.ForeignKey(
        NotificationRoute, on_delete=models.CASCADE, related_name="deliveries"
    )
    event_id = models.UUIDField(default=new_id)
    kind = models.CharField(max_length=30, choices=EventKind)
    resolved = models.BooleanField(default=False)
    data = models.JSONField(default=dict)
    subjects = models.JSONField(default=dict)
    state = models.CharField(max_length=20, choices=DeliveryState, default=DeliveryState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=clock.now)
    status = models.PositiveSmallIntegerField(null=True)
    duration = models.PositiveIntegerField(null=True)
    problem = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)

    objects = ScopedManager["Delivery"]()

    class Meta:
        default_permissions = ()
        indexes: ClassVar = [
            models.Index(fields=["route", "-created_at"], name="delivery_log"),
            models.Index(
                fields=["due_at"], condition=Q(state=DeliveryState.QUEUED), name="delivery_due"
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=DeliveryState.values), name="delivery_state_known"
            )
        ]

    def __str__(self) -> str:
        return f"delivery {self.id}"


class Problem(models.Model):
    """Something that is wrong with a tenant until it ends, told once and once more at its end.

    cause: what makes it the same problem, without personal data. seen_at: when it was met last.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="problems")
    kind = models.CharField(max_length=30, choices=EventKind)
    cause = models.CharField(max_length=200)
    opened_at = models.DateTimeField(default=clock.now)
    seen_at = models.DateTimeField(default=clock.now)
    resolved_at = models.DateTimeField(null=True)

    objects = ScopedManager["Problem"]()

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "kind", "cause"],
                condition=Q(resolved_at=None),
                name="problem_open_once",
            )
        ]

    def __str__(self) -> str:
        return f"problem {self.id}"
