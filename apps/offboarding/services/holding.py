"""Putting a customer on hold, and taking that back."""

from django.db import IntegrityError, transaction

from apps.access.services.acting import acting
from apps.core import clock
from apps.core.actor import Actor
from apps.core.errors import Conflict
from apps.core.scope import tenant_scope
from apps.offboarding.choices import OPEN, OffboardingState
from apps.offboarding.models import Offboarding
from apps.offboarding.services import common
from apps.tenants import services as tenants
from apps.tenants.models import Tenant

_HELD = """\
{name} is on hold because it is to leave. Nothing is captured or recovered any more; everything
that was captured is still there, and can be exported. After a second person agrees and some days
have passed, it is erased and nobody can bring it back. Until then it can be cancelled here:"""


@acting
def begin_offboarding(*, actor: Actor, tenant: Tenant, reason: str) -> Offboarding:
    """Put an active customer on hold: nothing is captured or recovered from now on.

    The actor must manage the tenant, in person. Raises Conflict, Invalid, NotAllowed, NotFound.
    """
    user_id = common.require_person(actor, tenant)
    reason = common.good_reason(reason)
    common.refuse_while_leaving(tenant)
    common.refuse_while_at_work(tenant)
    tenants.suspend_tenant(actor=actor, tenant=tenant, reason=reason)
    with tenant_scope(tenant.pk):
        try:
            with transaction.atomic():
                begun = Offboarding.objects.create(tenant=tenant, requested_by_id=user_id)
        except IntegrityError:
            raise common.already_leaving() from None
    common.tell_managers(tenant, "On hold", _HELD.format(name=tenant.name))
    common.record(actor, "offboarding.began", tenant, reason=reason)
    return begun


@acting
def cancel_offboarding(*, actor: Actor, tenant: Tenant, reason: str) -> Offboarding:
    """Look after the customer again, as if nothing had been. Any of its managers may.

    Raises Conflict when it is not on its way out, Invalid, NotAllowed, NotFound.
    """
    common.require_person(actor, tenant)
    reason = common.good_reason(reason)
    with tenant_scope(tenant.pk):
        leaving = Offboarding.objects.filter(tenant=tenant, state__in=OPEN).first()
        cancelled = leaving and Offboarding.objects.filter(pk=leaving.pk, state__in=OPEN).update(
            state=OffboardingState.CANCELLED, ended_at=clock.now()
        )
        if leaving is None or not cancelled:
            raise Conflict("This customer is not on its way out.", code="not-leaving")
        leaving.refresh_from_db()
    tenants.resume_tenant(actor=actor, tenant=tenant, reason=reason)
    common.tell_managers(tenant, "Looked after again", f"{tenant.name} stays with you.")
    common.record(actor, "offboarding.cancelled", tenant, reason=reason)
    return leaving
