"""Handing a customer over to another MSP: one side offers, the other takes."""

import secrets
from datetime import timedelta
from typing import NamedTuple

from django.db import IntegrityError, transaction

from apps.access import rights
from apps.access.models import Membership
from apps.access.services.acting import acting
from apps.access.sides import side_of
from apps.core import clock, digests
from apps.core.actor import Actor
from apps.core.errors import Conflict, NotAllowed, NotFound
from apps.core.scope import no_scope, tenant_scope
from apps.history.retention import moving as retention
from apps.offboarding.choices import HandoverState
from apps.offboarding.models import Handover
from apps.offboarding.services import common, people
from apps.recovery.choices import RequestState
from apps.recovery.models import RecoveryRequest
from apps.tenants.choices import TenantState
from apps.tenants.models import MSP, Connection, ConsentRequest, Tenant

LIFETIME = timedelta(days=7)

_OFFERED = """\
{name} is offered to another MSP. When that one takes it over, this one's people can no longer see
it; the history, and the customer's own people and demands, stay. It can be withdrawn here:"""
_TAKEN = """\
{name} is now looked after by {taker}. The people of {giver} can no longer see it. The history
stays. {taker} has to be given consent in Entra before anything is captured again; withdraw the
consent of {giver}'s applications there."""


class Offer(NamedTuple):
    """code: what the other MSP enters; shown once, and kept as a digest alone."""

    handover: Handover
    code: str


@acting
def offer_handover(*, actor: Actor, tenant: Tenant, reason: str) -> Offer:
    """Offer a customer to whichever MSP is given the code, within seven days.

    The actor must be of the MSP's staff and manage the tenant. Raises Conflict, Invalid,
    NotAllowed, NotFound.
    """
    user_id = common.require_person(actor, tenant)
    if side_of(user_id, tenant) != "msp":
        raise NotAllowed(
            "A customer is offered by its MSP.", code="needs-msp", safe="Nothing was changed."
        )
    reason = common.good_reason(reason)
    common.refuse_while_leaving(tenant)
    code = secrets.token_urlsafe(24)
    with tenant_scope(tenant.pk):
        try:
            with transaction.atomic():
                made = Handover.objects.create(
                    tenant=tenant,
                    giver=tenant.msp,
                    code_digest=_digest(code),
                    offered_by_id=user_id,
                    expires_at=clock.now() + LIFETIME,
                )
        except IntegrityError:
            raise common.already_leaving() from None
    common.tell_managers(tenant, "Offered to another MSP", _OFFERED.format(name=tenant.name))
    common.record(actor, "handover.offered", tenant, reason=reason)
    return Offer(made, code)


@acting
def withdraw_handover(*, actor: Actor, tenant: Tenant) -> Handover:
    """Take an offer back. Anybody who manages the tenant may. Raises Conflict, NotAllowed."""
    common.require_person(actor, tenant)
    with tenant_scope(tenant.pk):
        offered = Handover.objects.filter(tenant=tenant, state=HandoverState.OFFERED).first()
        withdrawn = offered and Handover.objects.filter(
            pk=offered.pk, state=HandoverState.OFFERED
        ).update(state=HandoverState.WITHDRAWN, ended_at=clock.now())
        if offered is None or not withdrawn:
            raise Conflict("This customer is not offered to anybody.", code="not-offered")
        offered.refresh_from_db()
    common.record(actor, "handover.withdrawn", tenant)
    return offered


def find_handover(code: str) -> Handover:
    """The open offer with this code. Raises NotFound: an old code looks like a wrong one."""
    with no_scope("an offer is matched by its code alone"):
        found = (
            Handover.objects.filter(
                code_digest=_digest(code.strip()),
                state=HandoverState.OFFERED,
                expires_at__gt=clock.now(),
            )
            .select_related("tenant__msp", "giver")
            .first()
        )
    if found is None:
        raise NotFound(
            "No customer is offered under this code.",
            code="no-such-offer",
            todo="Codes work for seven days. Ask the other MSP for a new one.",
        )
    return found


@acting
def accept_handover(*, actor: Actor, msp: MSP, code: str) -> Tenant:
    """Take over the customer that is offered under a code.

    The actor must be Tenant Manager of the whole MSP that takes it, in person. The tenant waits for
    consent afterwards: the other MSP's applications are not ours. Raises Conflict, NotAllowed,
    NotFound.
    """
    rights.require_on_msp(actor, rights.MANAGE_TENANT, msp)
    if actor.user_id is None or actor.limits is not None:
        raise NotAllowed("Only a person may take over a customer.", code="needs-a-person")
    offered = find_handover(code)
    tenant, giver = offered.tenant, offered.giver
    with no_scope("a customer passes from one MSP to another"):
        _refuse_unfit(tenant, msp)
        _take(offered, actor, msp)
        people.end_rights_of_msp(tenant, giver)
        ConsentRequest.objects.filter(connection__tenant=tenant).delete()
        Connection.objects.filter(tenant=tenant).delete()
        kept = retention.take_along(tenant)
        _move(tenant, msp)
        retention.settle_in(tenant, kept)
    common.record(actor, "handover.taken", tenant)
    tenant.msp = giver
    common.record(actor, "handover.given", tenant)
    tenant.msp = msp
    told = _TAKEN.format(name=tenant.name, taker=msp.name, giver=giver.name)
    common.tell_managers(tenant, "Handed over", told)
    return tenant


def _refuse_unfit(tenant: Tenant, msp: MSP) -> None:
    if tenant.msp_id == msp.pk:
        raise Conflict("This customer is yours already.", code="own-customer")
    common.refuse_while_at_work(tenant)
    if RecoveryRequest.objects.filter(tenant=tenant, state=RequestState.WAITING).exists():
        raise Conflict(
            "A recovery of this customer waits for approval.",
            code="request-waiting",
            safe="Nothing was changed.",
            todo="Have it decided or withdrawn first.",
        )
    own = Membership.objects.filter(tenant=tenant).values("user_id")
    if Membership.objects.filter(msp=msp, user_id__in=own).exists():
        raise Conflict(
            "One of the customer's own people is also of your staff.",
            code="other-side",
            safe="Nothing was changed.",
            todo="Nobody may speak for both: let that person leave one of the two.",
        )


def _take(offered: Handover, actor: Actor, msp: MSP) -> None:
    now = clock.now()
    taken = Handover.objects.filter(
        pk=offered.pk, state=HandoverState.OFFERED, expires_at__gt=now
    ).update(state=HandoverState.ACCEPTED, taker=msp, accepted_by=actor.user_id, ended_at=now)
    if not taken:
        raise Conflict("Somebody else was faster.", code="not-offered")


def _move(tenant: Tenant, msp: MSP) -> None:
    # A claim of the taker's on the same directory has become superfluous.
    claims = Tenant.objects.filter(msp=msp, entra_id=tenant.entra_id, state=TenantState.PENDING)
    claims.exclude(entra_id=None).update(state=TenantState.REMOVED)
    try:
        with transaction.atomic():
            moved = Tenant.objects.filter(pk=tenant.pk, msp=tenant.msp).update(msp=msp)
    except IntegrityError:
        raise Conflict("You have added this tenant already.", code="tenant-exists") from None
    if not moved:
        raise Conflict("This customer has moved already.", code="not-offered")
    tenant.msp = msp


def _digest(code: str) -> bytes:
    return digests.sha256(b"holdfast:handover\0", code.encode())
