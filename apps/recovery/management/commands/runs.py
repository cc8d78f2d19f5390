"""A tenant's recovery history, from the console."""

from __future__ import annotations

from argparse import ArgumentParser
from uuid import UUID

from apps.access.console import Console, ConsoleCommand
from apps.core.errors import Invalid
from apps.core.scope import tenant_scope
from apps.recovery import selectors
from apps.recovery.models import Run
from apps.recovery.presenting import result_as_json, run_as_json


class Command(ConsoleCommand):
    help = "List a tenant's recoveries, newest first; with --run, say how each step ended."
    needs_person = False

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("tenant", metavar="TENANT", help="id, Entra tenant id or domain")
        parser.add_argument("--run", metavar="RUN", default="", help="one run, step by step")
        parser.add_argument("--limit", type=int, default=50, help="how many to list")

    def act(self, console: Console) -> int | None:
        tenant = console.tenant()
        with tenant_scope(tenant.pk):
            if console.options["run"]:
                _tell_run(console, selectors.access_run(tenant, _run_id(console)))
            else:
                _list(console, list(selectors.runs(tenant)[: console.options["limit"]]))
        return None


def _run_id(console: Console) -> UUID:
    try:
        return UUID(console.options["run"])
    except ValueError:
        raise Invalid("A run is named by its id.") from None


def _list(console: Console, found: list[Run]) -> None:
    console.answer([run_as_json(run) for run in found])
    console.table(
        ("run", "state", "snapshot", "started", "ended", "objects", "links", "failures", "by"),
        [
            (
                run.pk,
                run.get_state_display(),
                run.request.plan.base_seq,
                run.started_at,
                run.finished_at,
                run.counts.get("objects"),
                run.counts.get("links"),
                run.counts.get("failures"),
                run.request.requested_by.name,
            )
            for run in found
        ],
    )


def _tell_run(console: Console, run: Run) -> None:
    views = []
    after = 0
    while rows := selectors.results(run, after=after, limit=500):
        views += selectors.result_views(run, rows)
        after = rows[-1].pk
    console.answer({"run": run_as_json(run), "results": [result_as_json(one) for one in views]})
    console.table(
        ("step", "what", "object", "of it", "ended", "why"),
        [
            (
                one.result.step.order,
                one.result.step.get_action_display(),
                one.label,
                one.target_label or ", ".join(one.result.step.attributes),
                one.result.get_state_display(),
                one.reason,
            )
            for one in views
        ],
        title=f"Run {run.pk}: {run.get_state_display()}",
    )
