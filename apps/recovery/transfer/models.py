"""What was put from one tenant into another, and which object became which."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from apps.core import clock
from apps.core.identifiers import new_id
from apps.core.scope import ScopedManager
from apps.recovery.transfer.choices import TransferState
from apps.tenants.sealed_text import SealedTextField


class Transfer(models.Model):
    """A snapshot of another tenant of the same MSP that is put into this one.

    tenant: the one that is written to. source_id, source_name, source_seq, source_taken_at: the
    tenant and the snapshot that it comes from, which may be gone one day. domains: each verified
    domain of the source, and the one here in its place. kinds: what is compared. as_cloud: people
    and groups of an on-premises directory become ones of the cloud. findings: numbers alone, see
    surveying.Findings. base: the position with the translated state. report: what differs from it.
    drill_id: of the source's drill that was kept of it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey("tenants.Tenant", on_delete=models.PROTECT, related_name="+")
    source_id = models.UUIDField()
    source_name = models.CharField(max_length=200)
    source_seq = models.BigIntegerField()
    source_taken_at = models.DateTimeField()
    domains = models.JSONField(default=dict)
    kinds = ArrayField(models.CharField(max_length=64), default=list)
    as_cloud = models.BooleanField(default=False)
    reason = SealedTextField()
    state = models.CharField(max_length=16, choices=TransferState, default=TransferState.SURVEYING)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    requested_at = models.DateTimeField(default=clock.now)
    job_id = models.UUIDField(null=True)
    findings = models.JSONField(default=dict)
    base = models.OneToOneField(
        "history.Snapshot", on_delete=models.PROTECT, related_name="transfer", null=True
    )
    report = models.ForeignKey(
        "diffs.DifferenceReport", on_delete=models.PROTECT, related_name="+", null=True
    )
    drill_id = models.UUIDField(null=True)
    finished_at = models.DateTimeField(null=True)
    failure = models.TextField(blank=True, default="")

    objects: ClassVar[ScopedManager[Transfer]] = ScopedManager()

    class Meta:
        default_permissions = ()
        indexes: ClassVar = [
            models.Index(fields=["tenant", "-requested_at"], name="transfer_of_tenant"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="transfer_state_known", condition=Q(state__in=TransferState.values)
            ),
            models.CheckConstraint(
                name="transfer_between_two", condition=~Q(source_id=models.F("tenant_id"))
            ),
        ]

    def __str__(self) -> str:
        return f"transfer {self.id}"

    @property
    def is_moving(self) -> bool:
        """Whether something is at work on it."""
        return self.state in TransferState.unfinished()


class Counterpart(models.Model):
    """That `ours` is in this tenant what `theirs` is in the source, as a transfer found it.

    Written once for each pair of tenants. What a run made is in history.Identity instead.
    property: "id", or "appId" of an application.
    """

    id = models.BigAutoField(primary_key=True)
    tenant = models.ForeignKey("tenants.Tenant", on_delete=models.PROTECT, related_name="+")
    source_id = models.UUIDField()
    kind = models.CharField(max_length=64)
    property = models.CharField(max_length=16)
    theirs = models.CharField(max_length=256)
    ours = models.CharField(max_length=256)
    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[ScopedManager[Counterpart]] = ScopedManager()

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "source_id", "property", "theirs"], name="counterpart_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.theirs} is {self.ours}"
