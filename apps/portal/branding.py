"""Which branding a page is shown in."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.http import HttpRequest

from apps.access.branding.selectors import brand_for
from apps.access.models import Invitation, User
from apps.tenants.branding.brands import NO_BRAND, Brand, brand_of, brand_shown_of
from apps.tenants.models import Tenant

# Where a session keeps through whose sign-in page somebody came who is not signed in yet.
CAME_THROUGH: Final = "came-through-msp"
# Where a request keeps whose page it is about: a door found that out, or a secret link did.
_MSP = "msp_of_page"


def is_about(request: HttpRequest, msp_id: UUID) -> None:
    """Note that the page is about an MSP or one of its tenants, and that its reader may know."""
    setattr(request, _MSP, msp_id)


def is_for_invited(request: HttpRequest, invitation: Invitation) -> None:
    """The same of the page of an invitation, whose link tells who invites. Signing in is next."""
    on = invitation.on
    msp_id = on.msp_id if isinstance(on, Tenant) else on.pk
    is_about(request, msp_id)
    if not request.user.is_authenticated:
        request.session[CAME_THROUGH] = str(msp_id)


def brand_shown(request: HttpRequest) -> Brand:
    """What the page looks like. One query, or none for a page about an MSP or its tenant.

    Who is signed in sees what he has to do with, whatever link he came through; who is not sees the
    MSP whose secret link or sign-in page he opened. A door lets nobody but operators in who has
    nothing to do with the MSP, and those see Holdfast's own.
    """
    user = getattr(request, "user", None)
    noted: UUID | None = getattr(request, _MSP, None)
    if isinstance(user, User):
        if noted and not user.is_operator:
            return brand_shown_of(noted)
        return brand_for(user)
    return brand_of(noted) if noted else _came_through(request)


def _came_through(request: HttpRequest) -> Brand:
    session = getattr(request, "session", None)
    kept = session.get(CAME_THROUGH) if session is not None else None
    return brand_of(UUID(kept)) if kept else NO_BRAND
