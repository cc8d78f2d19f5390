"""What connects a tenant: registrations, consent, keys."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from apps.core import clock
from apps.core.identifiers import new_id
from apps.core.scope import ReachedManager, ScopedManager
from apps.tenants.choices import Cloud, ConnectionState, Purpose
from apps.tenants.models.tenant import MSP, Tenant


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
