"""Capture a tenant from the console."""

from argparse import ArgumentParser

from apps.access import rights
from apps.access.console import Console, ConsoleCommand, ExitCode
from apps.core.scope import tenant_scope
from apps.history import services
from apps.history.choices import CaptureMode
from apps.history.models import Snapshot
from apps.history.presenting import snapshot_as_json
from apps.history.selectors import latest_snapshot
from apps.jobs import services as jobs


class Command(ConsoleCommand):
    help = "Read a tenant now and keep what changed. Exit code 1: the snapshot is not complete."
    needs_person = False

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("tenant", metavar="TENANT", help="id, Entra tenant id or domain")
        parser.add_argument(
            "--full", action="store_true", help="read everything, not only what changed"
        )
        parser.add_argument("--reason", default="at the console", help="kept with the snapshot")

    def act(self, console: Console) -> int | None:
        tenant = console.tenant(rights.TAKE_BACKUPS)
        mode = CaptureMode.FULL if console.options["full"] else CaptureMode.DELTA
        job = services.snapshot_now(
            actor=console.actor,
            tenant=tenant,
            mode=mode,
            reason=console.options["reason"],
            here=True,
        )
        with console.progress(f"Reading {tenant.name}") as move:
            job = jobs.run_here(job, on_progress=move)
        result = job.result or {}
        with tenant_scope(tenant.pk):
            snapshot = latest_snapshot(tenant)
            return _tell(console, snapshot, is_new=result.get("seq") is not None)


def _tell(console: Console, snapshot: Snapshot | None, *, is_new: bool) -> int | None:
    if snapshot is None:
        return ExitCode.FAILED
    console.answer({"new": is_new, "snapshot": snapshot_as_json(snapshot)})
    if not is_new:
        console.say(f"Nothing has changed since snapshot {snapshot.seq}.")
        return None
    console.say(f"Sealed snapshot {snapshot.seq}.")
    counts = snapshot.counts.items()
    console.table(("change", "number"), [(name.replace("_", " "), n) for name, n in counts])
    incomplete = [row for row in snapshot.collections.all() if row.detail]
    if incomplete:
        console.table(
            ("collection", "status", "why"),
            [(row.collection, row.get_status_display(), row.detail) for row in incomplete],
        )
    return None if snapshot.complete else ExitCode.FAILED
