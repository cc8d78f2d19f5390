"""Prune a tenant's history from the console: shown first, done with --execute."""

from argparse import ArgumentParser

from apps.access.console import Console, ConsoleCommand, ExitCode
from apps.core.scope import tenant_scope
from apps.history.pruning.planning import PruningPlan, plan
from apps.history.pruning.presenting import plan_as_json
from apps.history.retention.selectors import hold_in_force, removable
from apps.jobs import services as jobs


class Command(ConsoleCommand):
    help = (
        "Show which snapshots may go by now, and with --execute remove them. Exit code 1: damage"
        " was found."
    )
    needs_person = False

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--tenant", metavar="TENANT", required=True, help="id, Entra tenant id or domain"
        )
        parser.add_argument(
            "--execute", action="store_true", help="remove them; nothing is changed without it"
        )

    def act(self, console: Console) -> int | None:
        tenant = console.tenant()
        with tenant_scope(tenant.pk):
            found = plan(tenant, removable(tenant))
            held = hold_in_force(tenant) is not None
        if not console.options["execute"]:
            console.answer({**plan_as_json(found), "held": held})
            _show(console, found, held=held)
            return None
        job = jobs.enqueue(actor=console.actor, kind="prune", tenant=tenant)
        with console.progress(f"Pruning {tenant.name}") as move:
            job = jobs.run_here(job, on_progress=move)
        result = job.result or {}
        console.answer(result)
        console.say(
            f"{len(result['snapshots'])} snapshots and"
            f" {result['object_versions'] + result['link_versions']} versions were removed,"
            f" {result['bytes']} bytes without their indexes."
        )
        if result["intact"]:
            console.say("What is kept was verified: nothing was changed since it was sealed.")
        return ExitCode.FAILED if result["intact"] is False else None


def _show(console: Console, found: PruningPlan, *, held: bool) -> None:
    if held:
        console.say("A legal hold is in force: nothing goes.")
    if not found.foldings:
        console.say("Nothing may go at the moment.")
        return
    console.table(
        ("after", "up to", "snapshots that go", "versions", "bytes"),
        [
            (
                one.interval.low,
                one.interval.high,
                ", ".join(map(str, one.interval.seqs)),
                one.objects_go + one.links_go,
                one.bytes_go,
            )
            for one in found.foldings
        ],
    )
    console.say(
        f"{len(found.seqs)} snapshots, {found.versions} versions, {found.bytes} bytes would go."
        " Remove them with --execute."
    )
