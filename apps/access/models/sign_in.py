"""How people prove who they are: devices, Entra identities, and what each side allows."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from apps.access.models.people import User
from apps.core import clock
from apps.core.identifiers import new_id
from apps.core.scope import ReachedManager, ScopedManager
from apps.tenants.choices import Cloud
from apps.tenants.models import MSP, Tenant
from apps.tenants.sealed_text import SealedTextField


class SignInKey(models.Model):
    """The data key of the secrets that sign-in keeps, wrapped under the installation's. One row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    wrapped = models.BinaryField()
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(id=1), name="access_one_sign_in_key")
        ]

    def __str__(self) -> str:
        return "key of sign-in"


class KnownDevice(models.Model):
    """A browser from which a person has signed in. digest: SHA-256 of the token in its cookie.

    Its holder is spared the limits that strangers at the same account run into.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="known_devices")
    digest = models.BinaryField(max_length=32)
    label = models.CharField(max_length=200, blank=True)
    first_used_at = models.DateTimeField(default=clock.now)
    last_used_at = models.DateTimeField(default=clock.now)

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "digest"], name="known_device_once")
        ]

    def __str__(self) -> str:
        return f"device of {self.user_id}"


class EntraIdentity(models.Model):
    """Who a person is in Entra: the pair of tenant and object id, never an address.

    cloud: the one that vouches. Another cloud (the sandbox above all) knows nobody of this one.
    https://learn.microsoft.com/entra/identity-platform/claims-validation
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="entra_identities")
    cloud = models.CharField(max_length=20, choices=Cloud)
    entra_tenant_id = models.UUIDField()
    entra_object_id = models.UUIDField()
    linked_at = models.DateTimeField(default=clock.now)
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["cloud", "entra_tenant_id", "entra_object_id"],
                name="entra_identity_once",
            ),
            models.UniqueConstraint(
                fields=["user", "cloud", "entra_tenant_id"], name="entra_identity_per_tenant"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entra_object_id} of {self.entra_tenant_id}"


class SignInApplication(models.Model):
    """The installation's own application for people's sign-in in one cloud, with its certificate.

    client_id: None until the certificate has been uploaded and the application's id is known.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    cloud = models.CharField(max_length=20, choices=Cloud, unique=True)
    client_id = models.UUIDField(null=True)
    certificate_pem = models.TextField()
    sealed_private_key = models.BinaryField()
    thumbprint_sha1 = models.CharField(max_length=40)
    thumbprint_sha256 = models.CharField(max_length=64)
    not_after = models.DateTimeField()
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"sign-in in {self.cloud}"


class SignInPolicy(models.Model):
    """How the people of one side may sign in.

    In an emergency sign-in through Entra is off and local sign-in on, whatever the two switches
    say; they hold again when it is over.
    """

    entra_enabled = models.BooleanField(default=True)
    local_enabled = models.BooleanField(default=True)
    emergency_since = models.DateTimeField(null=True)
    emergency_reason = SealedTextField()

    class Meta:
        abstract = True

    @property
    def allows_entra(self) -> bool:
        return self.entra_enabled and self.emergency_since is None

    @property
    def allows_local(self) -> bool:
        return self.local_enabled or self.emergency_since is not None


class TenantSignIn(SignInPolicy):
    """How a customer's own administrators may sign in."""

    tenant = models.OneToOneField(
        Tenant, on_delete=models.CASCADE, primary_key=True, related_name="sign_in"
    )

    objects = ScopedManager["TenantSignIn"]()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"sign-in of {self.tenant_id}"


class MSPSignIn(SignInPolicy):
    """How an MSP's staff may sign in."""

    msp = models.OneToOneField(
        MSP, on_delete=models.CASCADE, primary_key=True, related_name="sign_in"
    )

    objects = ReachedManager["MSPSignIn"]()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"sign-in of {self.msp_id}"


class RoleMapping(models.Model):
    """Who has a directory role or is in a group of Entra's gets a Holdfast role on the tenant.

    entra_id: a role's template id or a group's id. role: a name in apps.access.roles.
    """

    class Source(models.TextChoices):
        ROLE = "role", "Entra role"
        GROUP = "group", "Entra group"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="role_mappings")
    source = models.CharField(max_length=10, choices=Source)
    entra_id = models.UUIDField()
    role = models.CharField(max_length=40)

    objects = ScopedManager["RoleMapping"]()

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "source", "entra_id", "role"], name="role_mapping_once"
            ),
            models.CheckConstraint(
                condition=Q(source__in=("role", "group")), name="role_mapping_source_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.entra_id} is {self.role}"


class MappedRole(models.Model):
    """A role that a person holds on a tenant because Entra said so at his last sign-in.

    Only such roles are taken away by a sign-in; what people granted stays.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="mapped_roles")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="mapped_roles")
    role = models.CharField(max_length=40)
    granted_at = models.DateTimeField(default=clock.now)

    objects = ScopedManager["MappedRole"]()

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "user", "role"], name="mapped_role_once")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} is {self.role} on {self.tenant_id}"


class RecoveryLink(models.Model):
    """A second person's word that somebody may set a new password and new second factors.

    digest: SHA-256 of the secret in the link. It works once, until expires_at.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="recovery_links")
    issued_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    digest = models.BinaryField(max_length=32, unique=True)
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(user=models.F("issued_by")), name="recovery_link_by_another"
            )
        ]

    def __str__(self) -> str:
        return f"recovery of {self.user_id}"
