"""Looking at a customer's personal data is an act, and is recorded before anything is shown."""

from __future__ import annotations

from django.http import HttpRequest

from apps.access.selectors import Named
from apps.audit import services as audit
from apps.portal.doors import actor
from apps.tenants.models import MSP, Tenant


def record_look(request: HttpRequest, tenant: Tenant | Named, what: str, thing: object) -> None:
    """Record that the signed-in person is about to see values of the tenant's directory.

    what: the sort of page, for people ("difference report"). thing: the id of what it shows.
    """
    audit.record_view(
        actor=actor(request),
        tenant_id=tenant.id,
        msp_id=tenant.msp_id,
        what=what,
        thing=str(thing),
        subject=tenant.name,
    )


def record_look_at_msp(request: HttpRequest, msp: MSP, what: str, thing: object = "") -> None:
    """Record that the signed-in person is about to see who an MSP's people are, or what they did.

    what, thing: as in record_look(); thing is empty for a list.
    """
    audit.record_view(
        actor=actor(request),
        tenant_id=None,
        msp_id=msp.id,
        what=what,
        thing=str(thing),
        subject=msp.name,
    )
