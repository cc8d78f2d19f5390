"""Whose branding somebody is shown: his own MSP's or the one that looks after him, and nobody
else's."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q

from apps.access.models import Membership, User
from apps.core.scope import no_scope
from apps.tenants.branding.brands import NO_BRAND, Brand, branded
from apps.tenants.models import MSP, Branding


def brand_for(user: User, *, msp_id: UUID | None = None) -> Brand:
    """The branding of the one MSP that a person has to do with. One query.

    He has to do with those whose staff he is of, and those that look after a tenant whose
    administrator he is. For somebody with several, msp_id says whose page he is on; elsewhere he
    sees Holdfast's own, as do the operators of the platform.
    """
    if user.is_operator:
        return NO_BRAND
    own = Membership.objects.filter(user=user)
    concerned = Q(pk__in=own.values("msp")) | Q(pk__in=own.values("tenant__msp"))
    with no_scope("what a person's pages look like follows from where he belongs"):
        found = list(MSP.objects.filter(concerned).select_related("branding")[:20])
    if len(found) == 1:
        return branded(found[0])
    return branded(next((msp for msp in found if msp.pk == msp_id), None))


def msp_for_mail_to(address: str) -> UUID | None:
    """The one MSP that the person with this address has to do with, None for several or nobody."""
    with no_scope("what a person's mail looks like follows from where he belongs"):
        own = Membership.objects.filter(user__email__iexact=address, user__is_operator=False)
        named = own.values_list("msp_id", "tenant__msp_id")
        found = {msp or of_tenant for msp, of_tenant in named}
    return found.pop() if len(found) == 1 else None


def branding_of(msp: MSP) -> Branding:
    """The row of an MSP's branding, a new one where it has none. For whoever may see the MSP."""
    return Branding.objects.filter(msp=msp).first() or Branding(msp=msp)
