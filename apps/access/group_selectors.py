"""An MSP's groups, and what they cover."""

from django.db.models import QuerySet

from apps.access.models import AccessGroup
from apps.tenants.models import MSP, Tenant


def groups_of(msp: MSP) -> QuerySet[AccessGroup]:
    """An MSP's groups by name, with members and tags at hand."""
    return (
        AccessGroup.objects.filter(msp=msp)
        .prefetch_related("members__membership__user", "group_tags__tag")
        .order_by("name")
    )


def covered_by(group: AccessGroup) -> QuerySet[Tenant]:
    """The tenants that a group covers, by name."""
    tenants = Tenant.objects.filter(msp=group.msp_id).order_by("name")
    if group.covers_all:
        return tenants
    return tenants.filter(tenant_tags__tag__group_tags__group=group).distinct()
