"""Undos that were approved together with the recovery that they take back.

Whoever asks "with undo" has two people agree to both at once: to the recovery, and to its being
taken back within some hours. Such an undo needs no second approval, because it can do nothing but
what the two agreed to: put back, as the safety snapshot has it, what the run wrote. Everything that
goes further is approved like any other recovery.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from apps.access import rights
from apps.access.signin.recovery_links import refuse_tied
from apps.core import clock
from apps.core.actor import Actor
from apps.core.errors import Conflict, NotAllowed
from apps.diffs.choices import Risk
from apps.recovery import approvals
from apps.recovery.choices import RequestState, RunState
from apps.recovery.confirming import high_risks
from apps.recovery.models import Plan, RecoveryRequest, Run
from apps.recovery.services import deciding
from apps.recovery.services.requesting import request_recovery
from apps.recovery.undoing.confined import strays
from apps.recovery.undoing.making import selection_of
from apps.recovery.undoing.since import changed_since
from apps.recovery.undoing.touched import touched_by
from apps.tenants.sealed_text import sealed

# In the order of their weight.
_RISKS = [Risk.LOW, Risk.MEDIUM, Risk.HIGH]
_CAME_TO_NOTHING = (RunState.FAILED, RunState.CANCELLED)


def approved_until(run: Run) -> datetime | None:
    """Until when an undo of the run needs no second approval; None where it was not asked for."""
    request = run.request
    if not request.undo_approved or run.finished_at is None:
        return None
    return run.finished_at + timedelta(hours=request.undo_hours)


def objections(plan: Plan) -> list[str]:
    """Why a plan has to be approved like any other, in words; empty when its undo was approved
    with the recovery that it takes back."""
    run = plan.undoes
    if run is None or (until := approved_until(run)) is None:
        return ["The recovery was not asked for together with its undo."]
    if clock.now() > until:
        return ["The time in which its undo was approved is over."]
    return [*_of_request(run), *_of_plan(plan, run)]


@transaction.atomic
def run_undo(*, actor: Actor, plan: Plan, reason: str, here: bool = False) -> Run:
    """Take a run back at once, as was approved with it. Recorded as any recovery is.

    Needs the right to request recoveries, and a person: no token starts what writes. Raises
    NotFound, NotAllowed, Conflict when the plan goes further than what was approved, and what
    request_recovery() and approve() raise.
    """
    rights.require(actor, rights.REQUEST_RECOVERY, plan.tenant)
    if actor.user_id is None or actor.token_id is not None:
        raise NotAllowed(
            "Only a person who is signed in can start an undo.",
            code="needs-a-person",
            safe="Nothing was written.",
            todo="Open the plan in the portal, or put it forward for approval.",
        )
    if plan.undoes is not None:
        # One undo after the other: the second one sees the first.
        RecoveryRequest.objects.select_for_update().get(pk=plan.undoes.request_id)
    if found := objections(plan):
        raise Conflict(
            " ".join(found),
            code="undo-not-approved",
            safe="Nothing was written.",
            todo="Put the plan forward, so that somebody else approves it.",
        )
    return _start(actor, plan, _run_of(plan).request, reason, here=here)


def _run_of(plan: Plan) -> Run:
    if plan.undoes is None:
        raise ValueError("the plan takes no run back")
    return plan.undoes


def _start(
    actor: Actor, plan: Plan, approved_in: RecoveryRequest, reason: str, *, here: bool
) -> Run:
    second = _second_person(actor, approved_in)
    refuse_tied(
        actor,
        second,
        safe="Nothing was written.",
        todo="Put the plan forward, so that somebody else approves it.",
    )
    request = request_recovery(actor=actor, plan=plan, reason=reason, approved_in=approved_in)
    deciding.require_sound(request, bytes(plan.digest), ())
    RecoveryRequest.objects.filter(pk=request.pk, state=RequestState.WAITING).update(
        state=RequestState.APPROVED,
        decided_by_id=second,
        decided_at=clock.now(),
        decision_reason=sealed(
            request, "decision_reason", "Approved beforehand, with the recovery."
        ),
    )
    request.refresh_from_db()
    return deciding.start(actor, request, reason, here=here, event="recovery.undo_started")


def _second_person(actor: Actor, approved_in: RecoveryRequest) -> UUID:
    """Another one of those who agreed to the undo than the one who starts it."""
    givers = [one.approved_by_id for one in approvals.standing(approved_in).counting]
    people = [*reversed(givers), approved_in.requested_by_id]
    return next(one for one in people if one != actor.user_id)


def _of_request(run: Run) -> list[str]:
    request = run.request
    found = []
    if request.state != RequestState.APPROVED or request.broke_glass:
        found.append("Nobody but one person agreed to the recovery itself.")
    elif not approvals.standing(request).is_met:
        found.append("The tenant's rules, or the rights of those who approved, are others now.")
    earlier = RecoveryRequest.objects.filter(approved_in=request)
    if earlier.exclude(run__state__in=_CAME_TO_NOTHING).exists():
        found.append("The recovery has been taken back once, as was approved.")
    return found


def _of_plan(plan: Plan, run: Run) -> list[str]:
    found = []
    report, touched = plan.report, touched_by(run)
    if report.base_id != run.safety_snapshot_id or strays(plan, touched):
        found.append("The plan writes more than what the recovery wrote.")
    selection = selection_of(report, changed_since(run, report, touched))
    if plan.selection != selection.as_json():
        found.append("The plan overwrites what others have changed since.")
    if _RISKS.index(Risk(plan.risk)) > _RISKS.index(Risk(run.request.plan.risk)):
        found.append("The undo is riskier than the recovery was.")
    elif high_risks(plan):
        found.append("The undo has high risks, which somebody has to accept.")
    return found
