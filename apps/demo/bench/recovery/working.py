"""One measured piece of work in a process of its own: python -m ...recovery.working WORK JSON

Its figures are the last line it prints. Imports wait for Django to be set up.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from apps.demo.bench.measuring import Work, main, recovery, run_job_here

if TYPE_CHECKING:
    from apps.recovery.models import Plan


def undo(*, tenant: str, run: str, user: str, approver: str) -> dict[str, Any]:
    """Take a run back: read the tenant, plan, request, approval and run."""
    from apps.access.models import User
    from apps.demo.bench.spending import spending
    from apps.recovery import services
    from apps.recovery.confirming import high_risks
    from apps.recovery.models import Plan, Run
    from apps.recovery.undoing.services import ask_undo

    requester = User.objects.get(pk=user).as_actor()
    back = Run.objects.select_related("tenant", "request__plan", "safety_snapshot").get(pk=run)
    with spending() as planning:
        job = ask_undo(actor=requester, run=back, here=True)
        run_job_here(job.pk)
    job.refresh_from_db()
    plan = Plan.objects.select_related("tenant").get(pk=(job.result or {})["plan_id"])
    asked = services.request_recovery(actor=requester, plan=plan, reason="benchmark")
    with spending() as figures:
        services.approve(
            actor=User.objects.get(pk=approver).as_actor(),
            request=asked,
            digest=bytes(plan.digest),
            here=True,
            confirmed=[one.key for one in high_risks(plan)],
        )
        made = Run.objects.get(request=asked)
        run_job_here(made.job_id)
    made.refresh_from_db()
    return {
        **figures,
        "state": made.state,
        "changes": made.counts["objects"] + made.counts["links"],
        "failures": made.counts["failures"] + made.counts["unverified"],
        "plan_seconds": planning["seconds"],
    }


def changed_days(*, tenant: str, people: int) -> dict[str, Any]:
    """Two snapshots of so many people, all of whom moved in between."""
    from apps.core.actor import SYSTEM
    from apps.demo.bench.history.sources import Days
    from apps.history import services
    from apps.history.models import Snapshot
    from apps.tenants.models import Tenant

    row = Tenant.objects.get(pk=tenant)
    source = Days(people, people)
    # Everybody changed, so reading all of them is a quarter of the work of reading what changed.
    for source.day in range(2):
        services.capture(actor=SYSTEM, tenant=row, mode="full", reason="benchmark", source=source)
    newest = Snapshot.objects.filter(tenant=row).order_by("-seq").first()
    if newest is None:
        raise RuntimeError("the capture found nothing")
    return {"seq": newest.seq}


def plan_all(*, tenant: str, report: str, user: str, approver: str) -> dict[str, Any]:
    """The plan that brings everything of a report back, its first page, and how long whoever asks
    for it and approves it waits."""
    from apps.access.models import User
    from apps.demo.bench.spending import spending
    from apps.diffs.models import DifferenceReport
    from apps.recovery import services
    from apps.recovery.confirming import high_risks
    from apps.recovery.selection import Selection

    requester = User.objects.get(pk=user).as_actor()
    made = DifferenceReport.objects.select_related("tenant__msp", "base", "target").get(pk=report)
    with spending() as figures:
        plan = services.make_plan(
            actor=requester, report=made, selection=Selection(everything=True)
        )
    first_page = _first_page(plan)
    with spending() as asking:
        asked = services.request_recovery(actor=requester, plan=plan, reason="benchmark")
    with spending() as approving:
        services.approve(
            actor=User.objects.get(pk=approver).as_actor(),
            request=asked,
            digest=bytes(plan.digest),
            confirmed=[one.key for one in high_risks(plan)],
            here=True,
        )
    return {
        **figures,
        "changes": plan.counts["objects"] + plan.counts["links"],
        "requests": plan.counts["requests"],
        "first_page_seconds": first_page,
        "request_seconds": asking["seconds"],
        "approve_seconds": approving["seconds"],
    }


def _first_page(plan: Plan) -> float:
    """Seconds until somebody reads the first steps by name, with the requests they send."""
    from apps.recovery import selectors

    began = time.monotonic()
    views = selectors.step_views(plan, selectors.steps(plan))
    for view in views:
        view.step.unseal()
    return round(time.monotonic() - began, 3)


WORK: dict[str, Work] = {
    "recovery": recovery,
    "undo": undo,
    "changed_days": changed_days,
    "plan_all": plan_all,
}


if __name__ == "__main__":
    main(WORK)
