"""Make a snapshot of files that another tool wrote, from the console."""

import gzip
from argparse import ArgumentParser, ArgumentTypeError
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from apps.access import rights
from apps.access.console import Console, ConsoleCommand, ExitCode
from apps.core.scope import tenant_scope
from apps.entra.catalogue import KINDS
from apps.history import kept_files
from apps.history.importing import services
from apps.history.importing.beside import add_beside
from apps.history.models import SnapshotImport
from apps.tenants.models import Tenant

_MOST_LINES = 200


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
            required=True,
            type=_time,
            metavar="TIME",
            help="when the files were made, e.g. 2026-05-01T06:00 (UTC unless it says otherwise)",
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
        tenant = console.tenant(rights.MANAGE_TENANT)
        if console.options["beside"]:
            tenant = add_beside(actor=console.actor, tenant=tenant)
            console.say(f"Added the customer {tenant.name} ({tenant.pk}).")
        return self._import(console, tenant)

    def _import(self, console: Console, tenant: Tenant) -> int | None:
        with console.progress("Reading the files") as move, tenant_scope(tenant.pk):
            done = services.import_path(
                actor=console.actor,
                tenant=tenant,
                path=console.options["path"],
                stated_at=console.options["taken_at"],
                progress=_Moving(move),
                whole=console.options["whole"],
                reason=console.options["reason"],
            )
        with tenant_scope(tenant.pk):
            return _tell(console, tenant, done)


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


def _tell(console: Console, tenant: Tenant, done: SnapshotImport) -> int | None:
    seq = done.snapshot.seq if done.snapshot else None
    odd = [line for line in _lines(done) if line["outcome"] != "understood"]
    console.answer(
        {
            "import_id": str(done.pk),
            "tenant_id": str(tenant.pk),
            "seq": seq,
            **done.summary,
            "whole_kinds": done.whole_kinds,
            "not_understood": odd,
        }
    )
    console.say(f"Sealed snapshot {seq}, an import of {done.stated_at:%Y-%m-%d %H:%M}Z.")
    held = {**done.summary["objects"], **done.summary["links"]}
    console.table(("what", "number"), list(held.items()))
    console.table(("files", "number"), list(done.summary["files"].items()))
    if odd:
        rows = [(one["file"], one["outcome"], " ".join(one.get("why", ()))) for one in odd]
        console.table(("file", "outcome", "why"), rows[:_MOST_LINES])
        if len(rows) > _MOST_LINES:
            console.say(f"{len(rows) - _MOST_LINES} more; --json prints all.")
    return ExitCode.FAILED if odd else None


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
