"""Reading MSPs and tenants. Who may see them is asked one layer up (apps.access)."""

from collections.abc import Collection, Sequence
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.functions import Lower

from apps.core.errors import NotFound
from apps.core.scope import tenant_scope
from apps.tenants.models import (
    MSP,
    REHEARSALS,
    AppRegistration,
    BackupPolicy,
    Connection,
    Tenant,
    TenantTag,
)


def every_msp() -> QuerySet[MSP]:
    """The MSPs of the installation by name, but for the one that rehearsals belong to."""
    return MSP.objects.exclude(pk=REHEARSALS).order_by("name")


def registrations(msp: MSP, *, cloud: str, purpose: str) -> QuerySet[AppRegistration]:
    """The MSP's applications for a purpose in a cloud that are ready to use, oldest first."""
    return AppRegistration.objects.filter(
        msp=msp, cloud=cloud, purpose=purpose, client_id__isnull=False
    ).order_by("created_at")


def unfinished_registrations(msp: MSP, *, cloud: str, purpose: str) -> QuerySet[AppRegistration]:
    """The MSP's applications whose certificate is made and whose client id is not known yet."""
    return AppRegistration.objects.filter(
        msp=msp, cloud=cloud, purpose=purpose, client_id__isnull=True
    ).order_by("created_at")


def connections(tenant: Tenant, *, purpose: str = "") -> list[Connection]:
    """The tenant's connections with their registrations, oldest registration first."""
    with tenant_scope(tenant.id):
        rows = Connection.objects.filter(tenant=tenant).select_related("registration", "tenant")
        if purpose:
            rows = rows.filter(registration__purpose=purpose)
        return list(rows.order_by("registration__created_at"))


def tagged_with(names: Collection[str]) -> QuerySet[TenantTag, UUID]:
    """The ids of the tenants that carry one of these tags, whose case does not count."""
    rows = TenantTag.objects.annotate(called=Lower("tag__name"))
    wanted = rows.filter(called__in=[name.lower() for name in names])
    return wanted.values_list("tenant_id", flat=True)


def backup_policy(tenant: Tenant, *, related: Sequence[str] = ()) -> BackupPolicy:
    """The tenant's backup policy, with what is named of what is related to it. Raises NotFound."""
    with tenant_scope(tenant.id):
        rows = BackupPolicy.objects.filter(tenant=tenant)
        policy = (rows.select_related(*related) if related else rows).first()
    if policy is None:
        raise NotFound("This tenant has no backup policy.", code="no-backup-policy")
    return policy
