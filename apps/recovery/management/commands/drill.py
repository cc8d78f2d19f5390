"""Rehearse a recovery of a tenant now, from the console."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from apps.access import rights
from apps.access.console import Console, ConsoleCommand, ExitCode
from apps.core.errors import Invalid
from apps.core.scope import tenant_scope
from apps.history import selectors as history
from apps.history.models import Snapshot
from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.recovery.drills import services
from apps.recovery.drills.asked import answers_of
from apps.recovery.drills.choices import DrillState
from apps.recovery.drills.documents import content_of, take_evidence
from apps.recovery.drills.models import Drill
from apps.recovery.drills.scenarios import DEFAULT, SCENARIOS
from apps.recovery.drills.selectors import access_drill
from apps.tenants.models import Tenant


class Command(ConsoleCommand):
    help = (
        "Rehearse a recovery of a tenant in a sandbox and say how it went; the tenant is not "
        "touched. Exit code 1: it failed."
    )

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("tenant", metavar="TENANT", help="id, Entra tenant id or domain")
        parser.add_argument("--snapshot", metavar="N", default="", help="number; the newest if not")
        parser.add_argument(
            "--scenario", choices=sorted(SCENARIOS), default=DEFAULT, help="what is damaged"
        )
        parser.add_argument(
            "--evidence", type=Path, metavar="FILE", help="write the evidence there (.json or .pdf)"
        )

    def act(self, console: Console) -> int | None:
        tenant = console.tenant(rights.REQUEST_RECOVERY)
        with tenant_scope(tenant.pk):
            drill = services.start_drill(
                actor=console.actor,
                tenant=tenant,
                snapshot=_snapshot(tenant, console.options["snapshot"]),
                scenario_name=console.options["scenario"],
                here=True,
            )
            with console.progress(f"Rehearsing a recovery of {tenant.name}") as move:
                jobs.run_here(Job.objects.get(pk=str(drill.job_id)), on_progress=move)
            ended = access_drill(tenant, drill.pk)
            _tell(console, ended)
            _write(console, ended, console.options["evidence"])
        return None if ended.state in DrillState.tested() else ExitCode.FAILED


def _snapshot(tenant: Tenant, text: str) -> Snapshot | None:
    if not text:
        return None
    if not text.isdecimal():
        raise Invalid("A snapshot is named by its number.", code="no-such-snapshot")
    return history.snapshot_at(tenant, int(text))


def _tell(console: Console, drill: Drill) -> None:
    content = content_of(drill)
    console.answer({**content["heading"], "issues": content["issues"]})
    console.say(f"Drill {drill.pk}: {drill.get_state_display()}")
    for one in answers_of(content["heading"], len(content["issues"])):
        console.say(f"{one.question} {one.answer}")
    for issue in content["issues"]:
        console.say(f"Issue, {issue['count']} times: {issue['words']}")
    if drill.failure:
        console.say(drill.failure)


def _write(console: Console, drill: Drill, file: Path | None) -> None:
    if file is None:
        return
    form = "pdf" if file.suffix.lower() == ".pdf" else "json"
    made = take_evidence(actor=console.actor, drill=drill, form=form)
    file.write_bytes(b"".join(made.parts))
    console.say(f"The evidence is in {file}.")
