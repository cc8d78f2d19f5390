"""List a tenant's snapshots from the console."""

from argparse import ArgumentParser

from apps.access.console import Console, ConsoleCommand
from apps.core.scope import tenant_scope
from apps.history.models import Snapshot
from apps.history.presenting import snapshot_as_json
from apps.history.selectors import snapshots


class Command(ConsoleCommand):
    help = "List a tenant's snapshots, newest first; not those that were pruned."
    needs_person = False

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("tenant", metavar="TENANT", help="id, Entra tenant id or domain")
        parser.add_argument("--limit", type=int, default=50, help="how many to list")

    def act(self, console: Console) -> int | None:
        tenant = console.tenant()
        with tenant_scope(tenant.pk):
            rows = snapshots(tenant).prefetch_related("collections")[: console.options["limit"]]
            _list(console, list(rows))
            return None


def _list(console: Console, found: list[Snapshot]) -> None:
    console.answer([snapshot_as_json(snapshot) for snapshot in found])
    console.table(
        ("seq", "id", "taken", "mode", "complete", "changes", "reason"),
        [
            (
                snapshot.seq,
                snapshot.pk,
                snapshot.taken_at,
                snapshot.mode,
                snapshot.complete,
                sum(snapshot.counts.values()),
                snapshot.reason,
            )
            for snapshot in found
        ],
    )
