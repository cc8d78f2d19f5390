"""Whose approval every recovery of a tenant needs."""

from apps.access import rights
from apps.access.people_selectors import approvers
from apps.access.services import guards
from apps.access.services.acting import acting
from apps.access.sides import side_of
from apps.core.actor import Actor
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.core.scope import tenant_scope
from apps.tenants.choices import ApprovalsFrom
from apps.tenants.models import BackupPolicy, Tenant

_WORDS = {"msp": "of the MSP", "customer": "of the customer's own"}


@acting
def demand_approvals(*, actor: Actor, tenant: Tenant, approvals_from: str) -> BackupPolicy:
    """Set whose approval every recovery of the tenant needs (tenants.choices.ApprovalsFrom).

    What the customer's own side sets is a demand: the MSP may ask for more, never for less; only
    the customer's side takes it back. Raises Conflict when nobody on a side could approve,
    Invalid, NotAllowed, NotFound.
    """
    guards.hold_people_of(tenant)
    guards.require(actor, rights.DEMAND_APPROVALS, tenant)
    wanted = _choice(approvals_from)
    is_customer = side_of(actor.user_id, tenant) == "customer"
    with tenant_scope(tenant.pk):
        policy = BackupPolicy.objects.select_for_update().get(tenant=tenant)
        before = _said(policy)
        demanded = ApprovalsFrom(policy.approvals_demanded)
        if not is_customer and not demanded.sides <= wanted.sides:
            raise _demanded_by_customer(demanded)
        _require_approvers(tenant, wanted)
        policy.approvals_from = wanted
        policy.approvals_demanded = wanted if is_customer else demanded
        policy.save(update_fields=["approvals_from", "approvals_demanded"])
    if before != _said(policy):
        guards.record(
            actor, "approvals.demanded", tenant, tenant.name, before=before, after=_said(policy)
        )
    return policy


def _choice(value: str) -> ApprovalsFrom:
    if value not in ApprovalsFrom.values:
        raise Invalid("Choose whose approval recoveries need.", code="approvals-from")
    return ApprovalsFrom(value)


def _require_approvers(tenant: Tenant, wanted: ApprovalsFrom) -> None:
    """Raise Conflict for a policy that nobody can meet."""
    for side in sorted(wanted.sides):
        if not approvers(tenant, side):
            raise Conflict(
                f"Nobody {_WORDS[side]} may approve recoveries, so none could ever be run.",
                code="no-approver",
                safe="Nothing was changed.",
                todo="Make somebody of that side Recovery Approver first.",
            )


def _demanded_by_customer(demanded: ApprovalsFrom) -> NotAllowed:
    return NotAllowed(
        f"The customer demands this: {demanded.label.lower()}.",
        code="demanded-by-customer",
        safe="Nothing was changed.",
        todo="Only the customer's own Tenant Manager can ask for less.",
    )


def _said(policy: BackupPolicy) -> dict[str, str]:
    return {
        "approvals_from": str(policy.approvals_from),
        "approvals_demanded": str(policy.approvals_demanded),
    }
