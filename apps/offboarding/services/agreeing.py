"""The second person's yes to an erasure."""

from datetime import timedelta

from django.conf import settings

from apps.access.services.acting import acting
from apps.access.services.guards import customer_demands
from apps.access.sides import side_of
from apps.access.signin.recovery_links import refuse_tied
from apps.core import clock
from apps.core.actor import Actor
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.core.scope import tenant_scope
from apps.history.retention.moving import on_hold
from apps.offboarding.choices import OffboardingState
from apps.offboarding.models import Offboarding
from apps.offboarding.services import common
from apps.tenants.models import Tenant

_AGREED = """\
Two people agreed that everything Holdfast keeps of {name} is erased after {when} UTC. Then nobody
can read it again, not even from backups once those have expired. Until then it can be exported,
and cancelled by anybody who manages the tenant:"""


@acting
def agree_to_erasure(*, actor: Actor, tenant: Tenant, typed_name: str) -> Offboarding:
    """Agree that a customer on hold is erased once the days of grace have passed.

    typed_name: the customer's name, typed by the person who agrees. He must be another one than who
    asked, and of the customer's own where the customer demands a say. Raises Conflict, Invalid,
    NotAllowed, NotFound.
    """
    common.require_person(actor, tenant)
    if typed_name.strip() != tenant.name:
        raise Invalid(
            "The name that was typed is not the customer's.",
            code="other-name",
            safe="Nothing was changed.",
        )
    now = clock.now()
    erase_after = now + timedelta(days=settings.HOLDFAST_ERASURE_GRACE_DAYS)
    with tenant_scope(tenant.pk):
        held = Offboarding.objects.filter(tenant=tenant, state=OffboardingState.HELD).first()
        if held is None:
            raise Conflict("There is nothing to agree to.", code="not-held")
        _require_second_person(actor, tenant, held)
        _refuse_on_legal_hold(tenant)
        agreed = Offboarding.objects.filter(pk=held.pk, state=OffboardingState.HELD).update(
            state=OffboardingState.AGREED,
            agreed_by=actor.user_id,
            agreed_at=now,
            erase_after=erase_after,
        )
        if not agreed:
            raise Conflict("Somebody else was faster.", code="not-held")
        held.refresh_from_db()
    when = erase_after.strftime("%d %B %Y, %H:%M")
    common.tell_managers(tenant, "To be erased", _AGREED.format(name=tenant.name, when=when))
    common.record(
        actor,
        "offboarding.agreed",
        tenant,
        offboarding=str(held.pk),
        erase_after=erase_after.isoformat(timespec="minutes"),
    )
    return held


def _refuse_on_legal_hold(tenant: Tenant) -> None:
    if on_hold(tenant):
        raise Conflict(
            "This customer is on legal hold.",
            code="on-legal-hold",
            safe="Nothing of it is erased.",
            todo="Have the legal hold ended first; that takes two people.",
        )


def _require_second_person(actor: Actor, tenant: Tenant, held: Offboarding) -> None:
    if held.requested_by_id == actor.user_id:
        raise NotAllowed(
            "Somebody else has to agree: you are the one who asked.",
            code="own-request",
            safe="Nothing was changed.",
            todo="Ask another Tenant Manager.",
        )
    refuse_tied(
        actor,
        held.requested_by_id,
        safe="Nothing was changed.",
        todo="Ask another Tenant Manager.",
    )
    if customer_demands(tenant) and side_of(actor.user_id, tenant) != "customer":
        raise NotAllowed(
            "The customer demands a say, so one of its own has to agree.",
            code="needs-customer",
            safe="Nothing was changed.",
            todo="Ask a Tenant Manager of the customer's.",
        )
