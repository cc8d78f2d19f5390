from datetime import timedelta
from typing import ClassVar, Final

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from apps.core import clock
from apps.core.identifiers import new_id
from apps.core.scope import ReachedManager, ScopedManager
from apps.tenants.choices import (
    LIVE_STATES,
    PROVED_STATES,
    ApprovalsFrom,
    Cloud,
    ConnectionState,
    Purpose,
    TenantCategory,
    TenantState,
)

# Each is what one role allows (apps.access.rights); held on an MSP it covers all its tenants.
_ROLE_PERMISSIONS: Final = (
    ("view_backups", "Backup Reader"),
    ("request_recovery", "Backup Administrator"),
    ("approve_recovery", "Recovery Approver"),
    ("manage_tenant", "Tenant Manager"),
)


class MSP(models.Model):
    """A service provider: the outer isolation boundary.

    entra_tenant_id: the directory its own staff signs in from, in entra_cloud; None until proved.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=200, unique=True)
    entra_cloud = models.CharField(max_length=20, choices=Cloud, blank=True)
    entra_tenant_id = models.UUIDField(null=True)
    created_at = models.DateTimeField(default=clock.now)

    objects = ReachedManager["MSP"]()

    class Meta:
        default_permissions = ()
        permissions = _ROLE_PERMISSIONS

    def __str__(self) -> str:
        return self.name


class Tenant(models.Model):
    """One customer's Entra tenant, looked after by one MSP: the inner isolation boundary.

    entra_id: the directory's id; unproved while the tenant is pending. domain: in lower case.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    msp = models.ForeignKey(MSP, on_delete=models.PROTECT, related_name="tenants")
    name = models.CharField(max_length=200)
    domain = models.CharField(max_length=255, blank=True)
    cloud = models.CharField(max_length=20, choices=Cloud)
    entra_id = models.UUIDField(null=True)
    category = models.CharField(
        max_length=20, choices=TenantCategory, default=TenantCategory.WORKFORCE
    )
    state = models.CharField(max_length=20, choices=TenantState, default=TenantState.PENDING)
    created_at = models.DateTimeField(default=clock.now)

    objects = ReachedManager["Tenant"]()

    class Meta:
        default_permissions = ()
        permissions = _ROLE_PERMISSIONS
        constraints: ClassVar = [
            # What is the MSP's refers to both, so that it never ends up at another MSP's tenant.
            models.UniqueConstraint(fields=["id", "msp"], name="tenant_with_msp"),
            # A pending tenant is only a claim: it must not keep the rightful MSP out.
            models.UniqueConstraint(
                fields=["entra_id"],
                condition=Q(state__in=PROVED_STATES),
                name="tenant_looked_after_once",
            ),
            models.UniqueConstraint(
                fields=["msp", "entra_id"],
                condition=Q(state__in=LIVE_STATES),
                name="tenant_once_per_msp",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=PROVED_STATES) | Q(entra_id__isnull=False),
                name="tenant_proved_has_entra_id",
            ),
            models.CheckConstraint(
                condition=Q(state__in=TenantState.values), name="tenant_state_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Tag(models.Model):
    """A word by which an MSP sorts its tenants. Groups may cover the tenants that carry it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    msp = models.ForeignKey(MSP, on_delete=models.CASCADE, related_name="tags")
    name = models.CharField(max_length=40)

    objects = ReachedManager["Tag"]()

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint("msp", Lower("name"), name="tag_once"),
            models.UniqueConstraint(fields=["id", "msp"], name="tag_with_msp"),
        ]

    def __str__(self) -> str:
        return self.name


class TenantTag(models.Model):
    """That a tenant carries a tag. The database refuses a tag of another MSP's."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="tenant_tags")
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="tenant_tags")
    msp = models.ForeignKey(MSP, on_delete=models.CASCADE, related_name="+")

    objects = ReachedManager["TenantTag"]()

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "tag"], name="tenant_tag_once"),
        ]

    def __str__(self) -> str:
        return f"{self.tag_id} on {self.tenant_id}"


class AppRegistration(models.Model):
    """An application of the MSP's that customers consent to, with the certificate we made for it.

    client_id: None until the certificate has been uploaded and the application's id is known.
    thumbprints: hex, upper case, as the Entra admin centre shows them. told: what people were told
    of its certificate, so that they are told once.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    msp = models.ForeignKey(MSP, on_delete=models.PROTECT, related_name="app_registrations")
    purpose = models.CharField(max_length=20, choices=Purpose)
    cloud = models.CharField(max_length=20, choices=Cloud)
    name = models.CharField(max_length=120)
    client_id = models.UUIDField(null=True)
    certificate_pem = models.TextField()
    wrapped_key = models.BinaryField()
    sealed_private_key = models.BinaryField()
    thumbprint_sha1 = models.CharField(max_length=40)
    thumbprint_sha256 = models.CharField(max_length=64)
    not_after = models.DateTimeField()
    told = models.JSONField(default=list)
    created_at = models.DateTimeField(default=clock.now)

    objects = ReachedManager["AppRegistration"]()

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["msp", "cloud", "client_id"], name="app_registration_once"
            ),
            models.CheckConstraint(
                condition=Q(purpose__in=Purpose.values), name="app_registration_purpose_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Connection(models.Model):
    """A tenant's link to one app registration: consent, what was granted, what is missing.

    msp: of both, so that the database refuses a registration of another MSP's.
    told: what is wrong with it that people were told of, so that they are told once.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="connections")
    msp = models.ForeignKey(MSP, on_delete=models.PROTECT, related_name="+")
    registration = models.ForeignKey(
        AppRegistration, on_delete=models.PROTECT, related_name="connections"
    )
    state = models.CharField(
        max_length=20, choices=ConnectionState, default=ConnectionState.PENDING
    )
    granted = models.JSONField(default=list)
    missing = models.JSONField(default=list)
    problem_code = models.CharField(max_length=100, blank=True)
    problem = models.TextField(blank=True)
    told = models.JSONField(default=list)
    checked_at = models.DateTimeField(null=True)
    connected_at = models.DateTimeField(null=True)

    objects = ScopedManager["Connection"]()

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "registration"], name="connection_once"),
            models.CheckConstraint(
                condition=Q(state__in=ConnectionState.values), name="connection_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.registration_id} in {self.tenant_id}"

    @property
    def works(self) -> bool:
        return self.state in (ConnectionState.CONNECTED, ConnectionState.INCOMPLETE)


class ConsentRequest(models.Model):
    """A consent link that was given out. state_digest: SHA-256 of the link's `state`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    connection = models.ForeignKey(
        Connection, on_delete=models.CASCADE, related_name="consent_requests"
    )
    state_digest = models.BinaryField(max_length=32, unique=True)
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    objects = ScopedManager["ConsentRequest"]("connection__tenant_id")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"consent to {self.connection_id}"


class TenantKey(models.Model):
    """A tenant's data key, wrapped under the installation's. Without it the tenant is shredded."""

    tenant = models.OneToOneField(
        Tenant, on_delete=models.PROTECT, primary_key=True, related_name="key"
    )
    wrapped = models.BinaryField()
    created_at = models.DateTimeField(default=clock.now)

    objects = ScopedManager["TenantKey"]()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"key of {self.tenant_id}"


class BackupPolicy(models.Model):
    """How often a tenant is captured, and whose approval every recovery needs.

    approvals_demanded: what the customer's own side insists on; the MSP cannot go below it.
    """

    tenant = models.OneToOneField(
        Tenant, on_delete=models.CASCADE, primary_key=True, related_name="backup_policy"
    )
    enabled = models.BooleanField(default=True)
    full_every = models.DurationField(default=timedelta(days=1))
    delta_every = models.DurationField(default=timedelta(minutes=15))
    approvals_from = models.CharField(
        max_length=10, choices=ApprovalsFrom, default=ApprovalsFrom.ANY
    )
    approvals_demanded = models.CharField(
        max_length=10, choices=ApprovalsFrom, default=ApprovalsFrom.ANY
    )

    objects = ScopedManager["BackupPolicy"]()

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(delta_every__gte=timedelta(minutes=1))
                & Q(full_every__gte=models.F("delta_every")),
                name="backup_policy_sensible",
            ),
            models.CheckConstraint(
                condition=Q(approvals_from__in=ApprovalsFrom.values)
                & (
                    Q(approvals_demanded=ApprovalsFrom.ANY)
                    | Q(approvals_from=ApprovalsFrom.BOTH)
                    | Q(approvals_from=models.F("approvals_demanded"))
                ),
                name="backup_policy_meets_demand",
            ),
        ]

    def __str__(self) -> str:
        return f"backup policy of {self.tenant_id}"
