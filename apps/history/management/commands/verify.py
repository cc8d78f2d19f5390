"""Verify tenants' histories from the console."""

from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

from apps.access import rights
from apps.access.console import Console, ConsoleCommand, find_tenant
from apps.access.selectors import tenants_of
from apps.core.errors import HoldfastError, Invalid
from apps.core.scope import no_scope, tenant_scope
from apps.history.choices import VerificationCause
from apps.history.models import Snapshot, Verification
from apps.history.verification import FULL, KnownRoot
from apps.history.verification.recording import verify_and_record
from apps.tenants.choices import UNLISTED_STATES
from apps.tenants.models import Tenant

INTACT, DAMAGED, COULD_NOT = 0, 1, 2


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = 0.0
    if not 0 < share <= FULL:
        raise ArgumentTypeError("a share is given in per cent, above 0 and up to 100")
    return share


class Command(ConsoleCommand):
    help = (
        "Verify that histories are as they were sealed. Exit code 0: intact; 1: damaged; 2: it"
        " could not be verified."
    )
    needs_person = False

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--tenant", metavar="TENANT", help="id, Entra tenant id or domain; all without it"
        )
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--full", action="store_true", help="read everything (the default)")
        how.add_argument(
            "--sample",
            type=_share,
            metavar="P",
            help="read P per cent of the versions, which ones is decided by chance",
        )
        parser.add_argument(
            "--roots",
            type=Path,
            metavar="FILE",
            help="roots printed before and kept elsewhere, one JSON value a line",
        )
        parser.add_argument(
            "--print-roots",
            action="store_true",
            help="verify nothing; print where histories end, to be kept elsewhere",
        )

    def act(self, console: Console) -> int | None:
        tenants = _tenants(console)
        if console.options["print_roots"]:
            _print_roots(console, tenants, self.stdout)
            return None
        roots = _read_roots(console.options["roots"])
        share = console.options["sample"] or FULL
        told = [_verify(console, tenant, share, roots.get(tenant.pk, ())) for tenant in tenants]
        console.answer([said for said, _ in told])
        codes = {code for _, code in told}
        return DAMAGED if DAMAGED in codes else max(codes, default=INTACT)


def _tenants(console: Console) -> list[Tenant]:
    if console.options["tenant"]:
        return [find_tenant(console.person, console.options["tenant"])]
    if console.person is not None:
        return list(tenants_of(console.person).select_related("msp"))
    with no_scope("the console verifies the history of every tenant"):
        looked_after = Tenant.objects.exclude(state__in=UNLISTED_STATES)
        return list(looked_after.select_related("msp").order_by("name", "pk"))


def _verify(
    console: Console, tenant: Tenant, share: float, known: tuple[KnownRoot, ...]
) -> tuple[dict[str, Any], int]:
    rights.require(console.actor, rights.VIEW_BACKUPS, tenant)
    try:
        row = verify_and_record(
            actor=console.actor,
            tenant=tenant,
            cause=VerificationCause.BY_HAND,
            share=share,
            known=known,
        )
    except HoldfastError as error:
        console.say(f"{tenant.name}: it could not be verified. {error.message}")
        return {"tenant": str(tenant.pk), "unchecked": error.message}, COULD_NOT
    _say(console, tenant, row)
    if row.damage_in_all:
        return _as_json(tenant, row), DAMAGED
    return _as_json(tenant, row), COULD_NOT if row.unchecked else INTACT


def _say(console: Console, tenant: Tenant, row: Verification) -> None:
    console.say(
        f"{tenant.name}: {row.snapshots} snapshots ({row.pruned} pruned) and {row.versions}"
        f" versions; {row.digested} of them recomputed, {row.bodies} bodies opened."
    )
    if row.damage_in_all:
        console.table(
            ("snapshot", "damage", "what was found"),
            [(one["seq"] or "-", one["code"], one["detail"]) for one in row.damage],
        )
        further = row.damage_in_all - len(row.damage)
        console.say(f"IT IS DAMAGED{f', in {further} more places' if further > 0 else ''}.")
    if row.unchecked:
        console.say(f"NOT EVERYTHING COULD BE VERIFIED. {row.unchecked}")
    if row.is_intact:
        console.say("Nothing was changed since it was sealed.")
    if row.dangling:
        links = ", ".join(f"{number} {link}" for link, number in row.dangling.items())
        console.say(f"Links to objects that Graph never gave: {links}. That is no damage.")


def _as_json(tenant: Tenant, row: Verification) -> dict[str, Any]:
    return {
        "tenant": str(tenant.pk),
        "intact": row.is_intact,
        "share": row.share,
        "snapshots": row.snapshots,
        "pruned": row.pruned,
        "versions": row.versions,
        "digested": row.digested,
        "bodies": row.bodies,
        "newest": {"seq": row.newest_seq, "root": bytes(row.newest_root).hex()},
        "damage": row.damage,
        "damage_in_all": row.damage_in_all,
        "dangling": row.dangling,
        "unchecked": row.unchecked,
    }


def _print_roots(console: Console, tenants: list[Tenant], out: Any) -> None:
    for tenant in tenants:
        with tenant_scope(tenant.pk):
            newest = Snapshot.objects.filter(tenant=tenant).order_by("-seq").first()
        if newest is not None:
            said = {"tenant": str(tenant.pk), "seq": newest.seq}
            out.write(orjson.dumps(said | {"root": bytes(newest.root).hex()}).decode())


def _read_roots(path: Path | None) -> dict[UUID, tuple[KnownRoot, ...]]:
    """Roots by tenant. Raises Invalid for a file that is not as --print-roots wrote it."""
    found: dict[UUID, tuple[KnownRoot, ...]] = {}
    if path is None:
        return found
    try:
        for line in path.read_text().splitlines():
            said = orjson.loads(line)
            tenant_id = UUID(said["tenant"])
            root = KnownRoot(int(said["seq"]), bytes.fromhex(said["root"]), f"{path.name}")
            found[tenant_id] = (*found.get(tenant_id, ()), root)
    except (OSError, ValueError, KeyError, TypeError):
        raise Invalid(
            f"{path} does not hold roots, one JSON value a line.",
            todo="Write it with: manage.py verify --print-roots",
        ) from None
    return found
