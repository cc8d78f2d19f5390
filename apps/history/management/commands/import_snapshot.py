"""Make a snapshot of files that another tool wrote, from the console."""

import gzip
import re
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from apps.access import rights
from apps.access.console import Console, ConsoleCommand, ExitCode
from apps.core.errors import Invalid
from apps.core.scope import tenant_scope
from apps.entra.catalogue import KINDS
from apps.history import kept_files
from apps.history.importing import services
from apps.history.importing.beside import add_beside
from apps.history.models import SnapshotImport
from apps.tenants.models import Tenant

_MOST_LINES = 200
_DATED = re.compile(r"(\d{4}-?\d{2}-?\d{2})(?:[T_ -]?(\d{2}[:.-]?\d{2}))?(?!\d)")
_DIGITS = re.compile(r"\D")


class Command(ConsoleCommand):
    help = (
        "Make a snapshot of a folder or ZIP file: of EntraExporter, IntuneManagement, lists of"
        " Graph or an export of Holdfast. Exit code 1: some files were not understood."
    )

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, metavar="PATH", help="a folder or a ZIP file")
        parser.add_argument(
            "--tenant", required=True, metavar="TENANT", help="id, Entra tenant id or domain"
        )
        parser.add_argument(
            "--taken-at",
            type=_time,
            metavar="TIME",
            help="when the files were made, e.g. 2026-05-01T06:00 (UTC unless it says otherwise)",
        )
        parser.add_argument(
            "--dated",
            action="store_true",
            help="PATH holds a folder or ZIP file for each export, whose name begins with its time"
            " (2026-05-01, 2026-05-01T0600): each becomes a snapshot, the oldest first",
        )
        parser.add_argument("--reason", default="", help="kept with the snapshot")
        parser.add_argument(
            "--whole",
            action="append",
            default=[],
            choices=[kind.name for kind in KINDS],
            metavar="KIND",
            help="the files hold every object of this kind that there was; repeatable",
        )
        parser.add_argument(
            "--beside",
            action="store_true",
            help="into a new customer beside this one, that is never connected",
        )

    def act(self, console: Console) -> int | None:
        wanted = _wanted(console.options)
        tenant = console.tenant(rights.MANAGE_TENANT)
        if console.options["beside"]:
            tenant = add_beside(actor=console.actor, tenant=tenant)
            console.say(f"Added the customer {tenant.name} ({tenant.pk}).")
        told = [self._import(console, tenant, path, at) for at, path in wanted]
        console.answer({"imports": told} if console.options["dated"] else told[0])
        return ExitCode.FAILED if any(one["not_understood"] for one in told) else None

    def _import(
        self, console: Console, tenant: Tenant, path: Path, taken_at: datetime
    ) -> dict[str, Any]:
        with console.progress("Reading the files") as move, tenant_scope(tenant.pk):
            done = services.import_path(
                actor=console.actor,
                tenant=tenant,
                path=path,
                stated_at=taken_at,
                progress=_Moving(move),
                whole=console.options["whole"],
                reason=console.options["reason"],
            )
        with tenant_scope(tenant.pk):
            return _tell(console, tenant, done)


def _wanted(options: Mapping[str, Any]) -> list[tuple[datetime, Path]]:
    """What to import, the oldest first. Raises Invalid."""
    path, at = options["path"], options["taken_at"]
    if options["dated"] == (at is not None):
        raise Invalid(
            "Say when the files were made, or that each export's name does.",
            code="import-time",
            todo="Give either --taken-at or --dated.",
        )
    if not options["dated"]:
        return [(at, path)]
    dated = ((_time_in(one.name), one) for one in path.iterdir()) if path.is_dir() else ()
    found = sorted((at, one) for at, one in dated if at is not None)
    if not found:
        raise Invalid(
            "Nothing in this folder has a name that begins with a date.",
            code="no-such-path",
            todo="Name the folders like 2026-05-01 or 2026-05-01T0600.",
        )
    return found


def _time_in(name: str) -> datetime | None:
    """The time that a name begins with; a day counts from its first minute."""
    said = _DATED.match(name)
    if said is None:
        return None
    try:
        return _time("T".join(_DIGITS.sub("", part) for part in said.groups() if part))
    except ArgumentTypeError:
        return None


class _Moving:
    """What an import tells, on a console's bar."""

    def __init__(self, move: Any) -> None:
        self._move = move
        self.done, self.total, self.text = 0, None, ""

    def progress(self, done: int, total: int | None = None, text: str = "") -> None:
        self.done, self.text = done, text
        self._move(self)

    def check_cancelled(self) -> None:
        pass


def _tell(console: Console, tenant: Tenant, done: SnapshotImport) -> dict[str, Any]:
    """For people at once; gives what programs are answered."""
    seq = done.snapshot.seq if done.snapshot else None
    odd = [line for line in _lines(done) if line["outcome"] != "understood"]
    console.say(f"Sealed snapshot {seq}, an import of {done.stated_at:%Y-%m-%d %H:%M}Z.")
    held = {**done.summary["objects"], **done.summary["links"]}
    console.table(("what", "number"), list(held.items()))
    console.table(("files", "number"), list(done.summary["files"].items()))
    if odd:
        rows = [(one["file"], one["outcome"], " ".join(one.get("why", ()))) for one in odd]
        console.table(("file", "outcome", "why"), rows[:_MOST_LINES])
        if len(rows) > _MOST_LINES:
            console.say(f"{len(rows) - _MOST_LINES} more; --json prints all.")
    return {
        "import_id": str(done.pk),
        "tenant_id": str(tenant.pk),
        "seq": seq,
        **done.summary,
        "whole_kinds": done.whole_kinds,
        "not_understood": odd,
    }


def _lines(done: SnapshotImport) -> list[dict[str, Any]]:
    if done.report is None:
        return []
    with gzip.open(kept_files.opened(done.report)) as lines:
        return [orjson.loads(line) for line in lines]


def _time(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no time like 2026-05-01T06:00") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
