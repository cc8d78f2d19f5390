"""Compare a snapshot with a later one, or with the tenant as it is now, from the console."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from apps.access import rights
from apps.access.console import Console, ConsoleCommand
from apps.core.scope import tenant_scope
from apps.diffs import services
from apps.diffs.changes import Scope
from apps.diffs.finding import find_snapshot
from apps.diffs.models import DifferenceReport
from apps.diffs.presenting import change_as_json, report_as_json
from apps.diffs.selectors import ChangeView, change_page, view
from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.tenants.models import Tenant

# What a person reads at a terminal; programs get everything.
SHOWN = 200


class Command(ConsoleCommand):
    help = "Say what changed between a snapshot and a later one, or the tenant as it is now."
    needs_person = False

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("tenant", metavar="TENANT", help="id, Entra tenant id or domain")
        parser.add_argument(
            "--from", dest="base", metavar="S", required=True, help="a snapshot's number or id"
        )
        parser.add_argument(
            "--to", dest="target", metavar="S", default="now", help="a later snapshot, or now"
        )
        parser.add_argument("--kind", action="append", default=[], help="only this kind")
        parser.add_argument("--object", action="append", default=[], help="only this object")

    def act(self, console: Console) -> int | None:
        tenant = console.tenant(rights.MAKE_REPORTS)
        with tenant_scope(tenant.pk):
            report = make_report(console, tenant)
            _tell(console, report)
        return None


def make_report(console: Console, tenant: Tenant) -> DifferenceReport:
    """Ask for a report as the options say, and make it in this process."""
    options = console.options
    target = options.get("target", "now")
    report = services.request_report(
        actor=console.actor,
        tenant=tenant,
        base=find_snapshot(tenant, options["base"]),
        target=None if target == "now" else find_snapshot(tenant, target),
        scope=Scope(frozenset(options["kind"]), frozenset(options["object"])),
        here=True,
    )
    with console.progress(f"Comparing {tenant.name}") as move:
        jobs.run_here(Job.objects.get(pk=str(report.job_id)), on_progress=move)
    return DifferenceReport.objects.select_related("tenant", "base", "target").get(pk=report.pk)


def _tell(console: Console, report: DifferenceReport) -> None:
    if console.json:
        changes = [change_as_json(one) for one in _views(report)]
        console.answer({"report": report_as_json(report), "changes": changes})
        return
    target = report.target.seq if report.target else "now"
    page = change_page(report, limit=SHOWN)
    console.table(
        ("change", "kind", "object", "what", "recoverable", "risk", "by"),
        [_row(one) for one in view(page.changes)],
        title=f"Snapshot {report.base.seq} against {target}",
    )
    if page.after:
        console.say(f"The first {SHOWN} changes are shown; --json gives all of them.")
    console.say(f"Report {report.pk}")


def _views(report: DifferenceReport) -> Iterator[ChangeView]:
    after: int | None = 0
    while after is not None:
        page = change_page(report, after=after, limit=500)
        yield from view(page.changes)
        after = page.after


def _row(one: ChangeView) -> tuple[Any, ...]:
    change = one.change
    link = f"{change.link} {one.target_label}" if change.link else ""
    return (
        change.get_change_display(),
        change.kind,
        one.label,
        link or ", ".join(change.attributes),
        change.get_recoverable_display(),
        change.risk,
        change.get_changed_by_display(),
    )
