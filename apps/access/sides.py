"""Whose side a person is on, for one tenant: its MSP's or the customer's own."""

from typing import Literal
from uuid import UUID

from django.db.models import Q

from apps.access.models import Membership
from apps.core.scope import person as asked_by
from apps.tenants.models import MSP, Tenant

On = Tenant | MSP
Side = Literal["msp", "customer", ""]


def side_of(user_id: UUID | None, tenant: Tenant) -> Side:
    """The person's side for this tenant, "" for somebody of neither. One query.

    Nobody is on both: joining one side is refused to the people of the other.
    """
    if user_id is None:
        return ""
    memberships = Membership.objects.filter(
        Q(tenant=tenant) | Q(msp=tenant.msp_id), user_id=user_id
    )
    with asked_by(user_id):
        found = set(memberships.values_list("tenant_id", flat=True))
    if tenant.pk in found:
        return "customer"
    return "msp" if found else ""


def msp_id_of(on: On) -> UUID:
    """The MSP itself, or the one that looks after the tenant."""
    return on.msp_id if isinstance(on, Tenant) else on.id
