"""Decide about a recovery from the console; an approved one is run here or left to workers."""

from __future__ import annotations

from argparse import ArgumentParser
from uuid import UUID

from apps.access.console import Console, ConsoleCommand, ExitCode
from apps.access.roles import APPROVE_RECOVERY, VIEW_BACKUPS
from apps.access.selectors import tenants_of
from apps.core.errors import Invalid, NotFound
from apps.core.scope import tenant_scope
from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.recovery import approvals, selectors, services
from apps.recovery.choices import RunState
from apps.recovery.confirming import high_risks
from apps.recovery.guards.words import words_of
from apps.recovery.models import RecoveryRequest, Run
from apps.recovery.presenting import request_as_json, run_as_json


class Command(ConsoleCommand):
    help = (
        "Decide about a recovery that was asked for: approve it and run it here, refuse it, or "
        "withdraw it. Exit code 1: it did not go through."
    )

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("request", metavar="REQUEST", help="the request's id")
        parser.add_argument(
            "--digest", default="", help="approve only if the plan still has this digest"
        )
        parser.add_argument("--reason", default="", help="kept with the decision")
        parser.add_argument(
            "--accept-risk",
            action="append",
            default=[],
            metavar="RISK",
            help="a high risk of the plan that you accept, by the name that it is shown with; each",
        )
        parser.add_argument(
            "--no-wait", action="store_true", help="leave the run to the workers instead"
        )
        instead = parser.add_mutually_exclusive_group()
        instead.add_argument("--refuse", action="store_true", help="say no, with a --reason")
        instead.add_argument(
            "--withdraw", action="store_true", help="take back what you asked for, or manage"
        )

    def act(self, console: Console) -> int | None:
        withdraws = bool(console.options["withdraw"])
        request = _find(
            console, console.options["request"], VIEW_BACKUPS if withdraws else APPROVE_RECOVERY
        )
        with tenant_scope(request.tenant_id):
            if not withdraws and not console.options["refuse"]:
                return _approve(console, request)
            _close(console, request)
        return None


def _close(console: Console, request: RecoveryRequest) -> None:
    reason = console.options["reason"]
    if console.options["withdraw"]:
        services.withdraw(actor=console.actor, request=request, reason=reason)
    elif reason.strip():
        services.refuse(actor=console.actor, request=request, reason=reason)
    else:
        raise Invalid("A refusal needs a reason.", todo="Say why with --reason.")
    console.answer(request_as_json(request))
    console.say(f"Request {request.pk}: {request.get_state_display()}")


def _approve(console: Console, request: RecoveryRequest) -> int | None:
    here = not console.options["no_wait"]
    for one in high_risks(request.plan):
        words = words_of(one.risk["code"], one.risk["data"])
        console.say(f"High risk {one.key}: {words.what} {words.why}")
    run = services.approve(
        actor=console.actor,
        request=request,
        digest=_digest(console, request),
        reason=console.options["reason"],
        confirmed=console.options["accept_risk"],
        here=here,
    )
    if run is None:
        console.answer(request_as_json(request))
        console.say(f"Your approval is kept. It waits for {approvals.standing(request).words}.")
        return None
    if here:
        with console.progress(f"Recovering {request.tenant.name}") as move:
            jobs.run_here(Job.objects.get(pk=str(run.job_id)), on_progress=move)
    return _tell(console, selectors.access_run(request.tenant, run.pk))


def _find(console: Console, text: str, right: str) -> RecoveryRequest:
    """The request, if it is of a tenant in which the person has the right."""
    try:
        request_id = UUID(text.strip())
    except ValueError:
        raise Invalid("A request is named by its id.") from None
    for tenant in tenants_of(console.user, right):
        with tenant_scope(tenant.pk):
            found = selectors.requests(tenant).filter(pk=request_id).first()
        if found is not None:
            return found
    raise NotFound("There is no such request that you could decide about.", code="no-such-request")


def _digest(console: Console, request: RecoveryRequest) -> bytes:
    """The digest the person names; what the request says when none is named."""
    named = console.options["digest"]
    try:
        return bytes.fromhex(named) if named else bytes(request.digest)
    except ValueError:
        raise Invalid("A digest is 64 hexadecimal digits.") from None


def _tell(console: Console, run: Run) -> int | None:
    console.answer(run_as_json(run))
    counts = run.counts
    console.say(f"Run {run.pk}: {run.get_state_display()}")
    if counts:
        console.say(
            f"{counts['objects']} objects, {counts['links']} links, {counts['failures']} failures"
        )
    if run.came_back.get("count"):
        console.say(
            f"{run.came_back['count']} things came back that the snapshot does not have: compare "
            "again and plan their removal."
        )
    if run.failure:
        console.say(run.failure)
    good = {RunState.QUEUED, RunState.COMPLETE}
    return None if run.state in good else ExitCode.FAILED
