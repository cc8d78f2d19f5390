"""List a tenant's snapshots, or verify them, from the console."""

from argparse import ArgumentParser

from apps.access.console import Console, ConsoleCommand, ExitCode
from apps.core.scope import tenant_scope
from apps.history.models import Snapshot
from apps.history.presenting import snapshot_as_json
from apps.history.selectors import snapshots
from apps.history.verification import verify
from apps.tenants.models import Tenant


class Command(ConsoleCommand):
    help = "List a tenant's snapshots, newest first. With --verify, exit code 1: it is damaged."
    needs_person = False

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("tenant", metavar="TENANT", help="id, Entra tenant id or domain")
        parser.add_argument("--limit", type=int, default=50, help="how many to list")
        parser.add_argument(
            "--verify", action="store_true", help="check instead that nothing was changed"
        )

    def act(self, console: Console) -> int | None:
        tenant = console.tenant()
        with tenant_scope(tenant.pk):
            if console.options["verify"]:
                return _verify(console, tenant)
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


def _verify(console: Console, tenant: Tenant) -> int | None:
    found = verify(tenant)
    console.answer(
        {
            "intact": found.is_intact,
            "snapshots": found.snapshots,
            "versions": found.versions,
            "damage": [{"seq": d.seq, "what": d.what, "detail": d.detail} for d in found.damage],
        }
    )
    console.say(f"{found.snapshots} snapshots and {found.versions} bodies were checked.")
    if found.is_intact:
        console.say("Nothing was changed since it was sealed.")
        return None
    console.table(("snapshot", "what", "found"), [(d.seq, d.what, d.detail) for d in found.damage])
    return ExitCode.FAILED
