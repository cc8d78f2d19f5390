"""Asking for other rules, and the second person's word about looser ones."""

from __future__ import annotations

from typing import Any, Final

from django.db import IntegrityError, transaction

from apps.access import rights
from apps.access.people_selectors import standings
from apps.access.services import guards
from apps.access.sides import side_of
from apps.access.signin.recovery_links import refuse_tied
from apps.core import clock
from apps.core.actor import Actor
from apps.core.errors import Conflict, Invalid, NotAllowed, Stale
from apps.core.scope import tenant_scope
from apps.recovery import telling
from apps.recovery.choices import RulesChangeState as State
from apps.recovery.models import RulesChange
from apps.recovery.rules import settling
from apps.recovery.rules.agreed import Agreed, agreed, grace, held_policy, put_in_force
from apps.tenants.approval_rules import ApprovalRules
from apps.tenants.models import Tenant

SHORTEST_REASON: Final = 5
_SAFE: Final = "Nothing was changed."


@transaction.atomic
def change_rules(
    *,
    actor: Actor,
    tenant: Tenant,
    rules: ApprovalRules,
    forbids_glass: bool = False,
    reason: str = "",
) -> RulesChange:
    """Set whose approval the tenant's recoveries need, by level of risk.

    What the customer's own side sets is a demand: the MSP may ask for more, never for less. With
    forbids_glass it also keeps the MSP from switching break-glass approval on; of the MSP's side
    that counts for nothing. The change that is returned is in force, or waits for a second person.

    Raises NotFound; NotAllowed, also for less than the customer demands; Invalid for a loosening
    without a reason and where nothing would change; Conflict for rules that nobody could meet, and
    for a loosening while another is open.
    """
    with tenant_scope(tenant.pk):
        guards.hold_people_of(tenant)
        guards.require(actor, rights.DEMAND_APPROVALS, tenant)
        policy = held_policy(tenant)
        before = agreed(policy)
        after = _after(actor, tenant, before, rules, forbids_glass)
        loosens = after.loosens(before)
        change = _make(
            tenant=tenant,
            state=State.WAITING if loosens else State.IN_FORCE,
            before=before.plain(),
            after=after.plain(),
            loosens=loosens,
            reason=_good_reason(reason) if loosens else reason.strip(),
            requested_by_id=actor.user_id,
        )
        if not loosens:
            put_in_force(policy, after)
            record(actor, "approval_rules.changed", change, **sides_of(change))
        else:
            record(actor, "approval_rules.loosening_asked", change, **sides_of(change))
            _ask_approvers(change)
    return change


@transaction.atomic
def approve(*, actor: Actor, change: RulesChange, reason: str = "") -> RulesChange:
    """Agree to looser rules; their grace period begins.

    Raises NotFound; NotAllowed for whoever asked for it; Stale when other rules are in force by now
    than those that it started from; Conflict when it was settled before.
    """
    tenant = change.tenant
    with tenant_scope(tenant.pk):
        _require_second_person(actor, change)
        if agreed(held_policy(tenant)) != Agreed.from_plain(change.before):
            raise Stale(
                "The approval rules were changed since this was asked for.",
                code="approval-rules-stale",
                safe="Nothing was approved; the rules stay as they are.",
                todo="Cancel this, look at the rules, and ask again.",
            )
        settling.begin_grace(actor, change, reason)
        until = f"{change.takes_effect_at:%d %B %Y, %H:%M} UTC"
        telling.mail_about_rules(
            tenant,
            telling.concerned(tenant),
            f"Approval rules of {tenant.name} will be looser",
            f"Looser rules for approving recoveries of {tenant.name} were agreed to. They count "
            f"from {until} on; until then a Tenant Manager can cancel them.",
        )
        said = {"takes_effect": until}
        record(actor, "approval_rules.loosening_approved", change, reason=reason, **said)
    return change


@transaction.atomic
def refuse(*, actor: Actor, change: RulesChange, reason: str = "") -> RulesChange:
    """Say no to looser rules. Raises NotFound, NotAllowed, Conflict."""
    with tenant_scope(change.tenant_id):
        _require_second_person(actor, change)
        settling.refuse(actor, change, reason)
        record(actor, "approval_rules.loosening_refused", change, reason=reason)
    return change


@transaction.atomic
def cancel(*, actor: Actor, change: RulesChange, reason: str = "") -> RulesChange:
    """Take looser rules back before they count; either side's managers may.

    Raises NotFound, NotAllowed, Conflict.
    """
    with tenant_scope(change.tenant_id):
        rights.require(actor, rights.DEMAND_APPROVALS, change.tenant)
        settling.cancel(actor, change)
        record(actor, "approval_rules.loosening_cancelled", change, reason=reason)
    return change


def require_met(tenant: Tenant, rules: ApprovalRules) -> None:
    """Raise Conflict for rules that nobody can meet: too few may approve, of a side or in all."""
    able = [one.side for one in telling.approvers_of(tenant)]
    for level, rule in rules.levels.items():
        if rule.needed(able).number:
            raise Conflict(
                f"Recoveries of {level} risk would need {rule.needed_words(())}; so many may not "
                "approve, and none could ever be run.",
                code="no-approver",
                safe=_SAFE,
                todo="Make more people of that side Recovery Approver first.",
            )


def record(actor: Actor, event: str, change: RulesChange, **said: Any) -> None:
    """Record an act on a change of rules."""
    guards.record(actor, event, change.tenant, change.tenant.name, change=str(change.pk), **said)


def sides_of(change: RulesChange) -> dict[str, Any]:
    return {"before": change.before, "after": change.after, "reason": change.reason}


def _after(
    actor: Actor, tenant: Tenant, before: Agreed, rules: ApprovalRules, forbids_glass: bool
) -> Agreed:
    if side_of(actor.user_id, tenant) == "customer":
        if forbids_glass and rules.break_glass:
            raise Invalid("Break-glass approval is either forbidden or allowed.", code="both-said")
        after = before.with_own(rules, forbids_glass=forbids_glass)
    else:
        after = Agreed(rules, before.floor)
        if before.floor and not rules.reaches(before.floor):
            raise NotAllowed(
                "The customer demands more than this.",
                code="demanded-by-customer",
                safe=_SAFE,
                todo="Only the customer's own Tenant Manager can ask for less.",
            )
    if after == before:
        raise Invalid("These are the rules already.", code="nothing-changes")
    require_met(tenant, rules)
    return after


def _require_second_person(actor: Actor, change: RulesChange) -> None:
    rights.require(actor, rights.APPROVE_RECOVERY, change.tenant)
    todo = "Ask somebody else who may approve."
    if actor.user_id is None or actor.user_id == change.requested_by_id:
        raise NotAllowed(
            "Looser rules take two people, and you are the first.",
            code="second-person",
            safe=_SAFE,
            todo=todo,
        )
    if change.requested_by_id:
        refuse_tied(actor, change.requested_by_id, safe=_SAFE, todo=todo)


def _ask_approvers(change: RulesChange) -> None:
    tenant = change.tenant
    telling.mail_about_rules(
        tenant,
        [one.user for one in standings(tenant) if rights.APPROVE_RECOVERY in one.rights],
        f"Your approval is asked for: {tenant.name}",
        f"Somebody asks for looser rules for approving recoveries of {tenant.name}. They count "
        f"only once a second person agrees, and {grace().days} days later.",
    )


def _good_reason(reason: str) -> str:
    reason = " ".join(reason.split())
    if len(reason) < SHORTEST_REASON:
        raise Invalid(
            "These rules ask for less than before. Say why, in a few words.",
            code="rules-reason",
            safe=_SAFE,
        )
    return reason


def _make(**values: Any) -> RulesChange:
    try:
        with transaction.atomic():
            return RulesChange.objects.create(requested_at=clock.now(), **values)
    except IntegrityError:
        raise settling.already_open() from None
