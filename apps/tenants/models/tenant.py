"""MSPs and their customers' tenants."""

from typing import ClassVar, Final
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from apps.core import clock
from apps.core.identifiers import new_id
from apps.core.scope import ReachedManager
from apps.tenants.choices import LIVE_STATES, PROVED_STATES, Cloud, TenantCategory, TenantState

# Each is what one role allows (apps.access.rights); held on an MSP it covers all its tenants.
_ROLE_PERMISSIONS: Final = (
    ("view_backups", "Backup Reader"),
    ("request_recovery", "Backup Administrator"),
    ("approve_recovery", "Recovery Approver"),
    ("manage_tenant", "Tenant Manager"),
)


# The MSP of every rehearsal: nobody's, in no list.
REHEARSALS: Final = UUID("7e4ea25a-1000-4000-8000-000000000000")
# What the name of a rehearsal's cloud begins with; the port of its sandbox follows.
REHEARSAL_CLOUD: Final = "rehearsal:"


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
            # Whatever a rehearsal writes goes to a sandbox on this machine, and to nobody else.
            models.CheckConstraint(
                condition=Q(
                    state=TenantState.REHEARSAL,
                    cloud__startswith=REHEARSAL_CLOUD,
                    msp_id=REHEARSALS,
                )
                | (
                    ~Q(state=TenantState.REHEARSAL)
                    & ~Q(cloud__startswith=REHEARSAL_CLOUD)
                    & ~Q(msp_id=REHEARSALS)
                ),
                name="tenant_rehearsal_apart",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_rehearsal(self) -> bool:
        """Whether it only stands for a tenant of which a recovery is rehearsed."""
        return self.state == TenantState.REHEARSAL


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
