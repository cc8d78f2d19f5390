"""What keeps snapshots, and what is planned to go: rules, pins, legal holds, removals."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from apps.core import clock
from apps.core.identifiers import new_id
from apps.core.scope import ReachedManager, ScopedManager
from apps.history.choices import KeepChangeState
from apps.history.models.snapshots import Snapshot
from apps.tenants.models import MSP, Tenant
from apps.tenants.sealed_text import SealedTextField


class KeepTemplate(models.Model):
    """Keep rules of an MSP's that its tenants may follow: a change of them changes those that do.

    rules: apps.history.retention.rules.KeepRules, as plain values. for_new: what tenants that are
    connected for the first time follow; at most one of an MSP's.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    msp = models.ForeignKey(MSP, models.PROTECT, related_name="keep_templates")
    name = models.CharField(max_length=80)
    rules = models.JSONField()
    for_new = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)

    objects = ReachedManager["KeepTemplate"]()

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["msp", "name"], name="keep_template_name"),
            models.UniqueConstraint(
                fields=["msp"], condition=Q(for_new=True), name="keep_template_for_new"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TenantRetention(models.Model):
    """The keep rules of one tenant: a template's, or its own; in whose time zone days begin.

    A tenant without a row has the rules that Holdfast comes with. msp: the tenant's, so that the
    database refuses a template of another MSP's.
    """

    tenant = models.OneToOneField(
        Tenant, models.PROTECT, primary_key=True, related_name="retention"
    )
    msp = models.ForeignKey(MSP, models.PROTECT, related_name="+")
    template = models.ForeignKey(KeepTemplate, models.PROTECT, related_name="followers", null=True)
    rules = models.JSONField(null=True)
    time_zone = models.CharField(max_length=64, default="UTC")

    objects = ScopedManager["TenantRetention"]()

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(template__isnull=True) | Q(rules__isnull=True),
                name="tenant_retention_one_source",
            ),
        ]

    def __str__(self) -> str:
        return f"retention of {self.tenant_id}"


class KeepChange(models.Model):
    """A change of keep rules. One that shortens waits for a second person, then for its grace.

    before, after: what it leads from and to. shortens: some snapshot goes earlier after it.
    takes_effect_at: the end of the grace period; until then whoever manages can cancel it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    state = models.CharField(max_length=12, choices=KeepChangeState)
    before = models.JSONField()
    after = models.JSONField()
    shortens = models.BooleanField()
    reason = SealedTextField()
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    requested_at = models.DateTimeField(default=clock.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    decided_at = models.DateTimeField(null=True)
    decision_reason = SealedTextField()
    takes_effect_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    ended_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        default_permissions = ()
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(shortens=False)
                | ~Q(state__in=(KeepChangeState.GRACE, KeepChangeState.IN_FORCE))
                | (
                    Q(
                        requested_by__isnull=False,
                        decided_by__isnull=False,
                        takes_effect_at__isnull=False,
                    )
                    & ~Q(decided_by=F("requested_by"))
                ),
                name="%(class)s_by_two",
            ),
            models.CheckConstraint(
                condition=Q(state__in=KeepChangeState.values), name="%(class)s_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"change of retention {self.id}"


class TenantKeepChange(KeepChange):
    """A change of what one tenant follows. One at a time waits or is in its grace period."""

    tenant = models.ForeignKey(Tenant, models.PROTECT, related_name="+")

    objects = ScopedManager["TenantKeepChange"]()

    class Meta(KeepChange.Meta):
        constraints: ClassVar = [
            *KeepChange.Meta.constraints,
            models.UniqueConstraint(
                fields=["tenant"],
                condition=Q(state__in=KeepChangeState.open()),
                name="tenant_keep_change_one_at_a_time",
            ),
        ]


class TemplateKeepChange(KeepChange):
    """A change of a template's rules, and so of all the tenants that follow it."""

    msp = models.ForeignKey(MSP, models.PROTECT, related_name="+")
    template = models.ForeignKey(KeepTemplate, models.PROTECT, related_name="changes")

    objects = ReachedManager["TemplateKeepChange"]()

    class Meta(KeepChange.Meta):
        constraints: ClassVar = [
            *KeepChange.Meta.constraints,
            models.UniqueConstraint(
                fields=["template"],
                condition=Q(state__in=KeepChangeState.open()),
                name="template_keep_change_one_at_a_time",
            ),
        ]


class SnapshotPin(models.Model):
    """Somebody's wish that a snapshot stays, with his reason, until it is released by two.

    Whoever asks for the release cannot agree to it. Several may pin one snapshot; each is released
    apart.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, models.PROTECT, related_name="+")
    snapshot = models.ForeignKey(Snapshot, models.PROTECT, related_name="pins")
    reason = SealedTextField()
    pinned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    pinned_at = models.DateTimeField(default=clock.now)
    release_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    release_asked_at = models.DateTimeField(null=True)
    release_reason = SealedTextField()
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    released_at = models.DateTimeField(null=True)

    objects = ScopedManager["SnapshotPin"]()

    class Meta:
        default_permissions = ()
        indexes: ClassVar = [
            models.Index(
                fields=["tenant", "snapshot"], condition=Q(released_at=None), name="pin_in_force"
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(released_at__isnull=True)
                | (
                    Q(release_asked_by__isnull=False, released_by__isnull=False)
                    & ~Q(released_by=F("release_asked_by"))
                ),
                name="pin_released_by_two",
            ),
        ]

    def __str__(self) -> str:
        return f"pin on {self.snapshot_id}"


class LegalHold(models.Model):
    """Nothing of the tenant's history goes while one is in force.

    Whoever asked for its end cannot agree to it, and neither can whoever began it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, models.PROTECT, related_name="+")
    reason = SealedTextField()
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    begun_at = models.DateTimeField(default=clock.now)
    end_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    end_asked_at = models.DateTimeField(null=True)
    end_reason = SealedTextField()
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    ended_at = models.DateTimeField(null=True)

    objects = ScopedManager["LegalHold"]()

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant"], condition=Q(ended_at=None), name="legal_hold_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True)
                | (
                    Q(end_asked_by__isnull=False, ended_by__isnull=False)
                    & ~Q(ended_by=F("end_asked_by"))
                    & ~Q(ended_by=F("begun_by"))
                ),
                name="legal_hold_ended_by_a_second_person",
            ),
        ]

    def __str__(self) -> str:
        return f"legal hold on {self.tenant_id}"


class Removal(models.Model):
    """A snapshot that nothing keeps any more, and when it goes. Cancelled by taking the row out.

    why: which rules it had been kept by and until when, in words.
    """

    id = models.BigAutoField(primary_key=True)
    tenant = models.ForeignKey(Tenant, models.PROTECT, related_name="+")
    snapshot = models.ForeignKey(Snapshot, models.PROTECT, related_name="+")
    planned_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField()
    why = models.CharField(max_length=300)

    objects = ScopedManager["Removal"]()

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "snapshot"], name="removal_once"),
            models.CheckConstraint(
                condition=Q(due_at__gt=F("planned_at")), name="removal_not_at_once"
            ),
        ]

    def __str__(self) -> str:
        return f"removal of {self.snapshot_id}"
