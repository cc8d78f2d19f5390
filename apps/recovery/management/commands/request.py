"""Ask for a recovery from the console: compare, plan, put forward."""

from __future__ import annotations

from argparse import ArgumentParser
from uuid import UUID

from apps.access import rights
from apps.access.console import Console, ConsoleCommand
from apps.core.scope import tenant_scope
from apps.diffs.management.commands.diff import make_report
from apps.diffs.models import DifferenceReport
from apps.jobs import services as jobs
from apps.recovery import selectors, services
from apps.recovery.choices import PoliciesAs
from apps.recovery.guards.showing import risks_with_words
from apps.recovery.models import Plan
from apps.recovery.presenting import plan_as_json, request_as_json, step_as_json
from apps.recovery.selection import Selection

SHOWN = 200


class Command(ConsoleCommand):
    help = "Plan a recovery to a snapshot and ask for it; somebody else then has to approve."

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("tenant", metavar="TENANT", help="id, Entra tenant id or domain")
        parser.add_argument(
            "--snapshot", dest="base", metavar="S", required=True, help="a snapshot's number or id"
        )
        parser.add_argument("--kind", action="append", default=[], help="only this kind")
        parser.add_argument("--object", action="append", default=[], help="only this object's id")
        parser.add_argument("--reason", required=True, help="why; kept with the request")
        parser.add_argument(
            "--remove-created",
            action="store_true",
            help="also remove what was created since the snapshot",
        )
        parser.add_argument(
            "--policies-in-force",
            action="store_true",
            help="bring Conditional Access back in force at once, not as report-only",
        )
        parser.add_argument(
            "--plan-only", action="store_true", help="show the plan and ask for nothing"
        )

    def act(self, console: Console) -> int | None:
        tenant = console.tenant(rights.REQUEST_RECOVERY)
        with tenant_scope(tenant.pk):
            report = make_report(console, tenant)
            plan = _plan(console, report)
            _tell_plan(console, plan)
            if console.options["plan_only"]:
                console.answer({"plan": plan_as_json(plan), "steps": _steps(plan), "request": None})
                return None
            request = services.request_recovery(
                actor=console.actor, plan=plan, reason=console.options["reason"]
            )
            console.answer(
                {
                    "plan": plan_as_json(plan),
                    "steps": _steps(plan),
                    "request": request_as_json(request),
                }
            )
            console.say(f"Request {request.pk}")
            console.say(
                f"Somebody else approves it with: manage.py approve {request.pk} --as EMAIL"
            )
        return None


def _plan(console: Console, report: DifferenceReport) -> Plan:
    made = services.plan_or_enqueue(
        actor=console.actor, report=report, selection=_selection(console), here=True
    )
    if isinstance(made, Plan):
        return made
    with console.progress(f"Planning for {report.tenant.name}") as move:
        job = jobs.run_here(made, on_progress=move)
    return selectors.access_plan(report.tenant, UUID((job.result or {})["plan_id"]))


def _selection(console: Console) -> Selection:
    """The report is limited to kinds and objects already, so all of it is meant."""
    named = bool(console.options["object"])
    in_force = console.options["policies_in_force"]
    return Selection(
        everything=True,
        remove_created=named or bool(console.options["remove_created"]),
        policies_as=PoliciesAs.AS_THEY_WERE if in_force else PoliciesAs.REPORT_ONLY,
    )


def _steps(plan: Plan) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    after = 0
    while rows := selectors.steps(plan, after=after, limit=500):
        found += [step_as_json(view) for view in selectors.step_views(plan, rows)]
        after = rows[-1].order
    return found


def _tell_plan(console: Console, plan: Plan) -> None:
    rows = selectors.steps(plan, limit=SHOWN)
    console.table(
        ("step", "wave", "what", "kind", "object", "of it", "why"),
        [
            (
                view.step.order,
                view.step.wave or "-",
                view.step.get_action_display(),
                view.step.kind,
                view.label,
                ", ".join(view.target_labels or tuple(view.step.attributes)),
                view.reason,
            )
            for view in selectors.step_views(plan, rows)
        ],
        title=f"Plan {plan.digest_hex}",
    )
    for risk in risks_with_words(plan):
        console.say(f"Risk, {risk.level.label.lower()}: {risk.what} {risk.todo}")
    for blocker in plan.blockers:
        console.say(f"Blocked: {blocker['text']}")
