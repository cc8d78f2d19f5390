"""Take a snapshot, a kind of it or one object out from the console."""

import os
from argparse import ArgumentParser
from pathlib import Path

from apps.access import rights
from apps.access.console import Console, ConsoleCommand
from apps.core.errors import Conflict, Invalid, NotFound
from apps.core.scope import tenant_scope
from apps.history.choices import ExportForm
from apps.history.exporting.services import Download, hand_out, wanted_of
from apps.history.selectors import access_export, latest_snapshot
from apps.tenants.models import Tenant

_ONLY_OWNER = 0o600


class Command(ConsoleCommand):
    help = "Write a snapshot, a kind of it or one object into a file, however large. Recorded."

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("tenant", metavar="TENANT", help="id, Entra tenant id or domain")
        parser.add_argument("--snapshot", type=int, metavar="SEQ", help="the newest by default")
        parser.add_argument("--kind", default="", help="only this kind, e.g. user")
        parser.add_argument("--object", default="", metavar="ID", help="only this object of it")
        parser.add_argument("--form", choices=ExportForm.values, default=ExportForm.ZIP.value)
        parser.add_argument("--output", metavar="FILE", help="a new file; named by what it holds")

    def act(self, console: Console) -> None:
        tenant = console.tenant(rights.EXPORT)
        with tenant_scope(tenant.pk):
            given = _given(console, tenant)
            path = Path(console.options["output"] or given.file_name)
            size = _write(path, given)
            done = access_export(tenant, given.export.pk)
        console.answer(
            {
                "export_id": str(done.pk),
                "snapshot": done.seq,
                "file": str(path),
                "bytes": size,
                "objects": done.objects_count,
                "links": done.links_count,
            }
        )
        console.say(
            f"Wrote {done.objects_count} objects and {done.links_count} links of snapshot"
            f" {done.seq} into {path}."
        )


def _given(console: Console, tenant: Tenant) -> Download:
    newest = latest_snapshot(tenant)
    if newest is None:
        raise NotFound("This tenant has no snapshot yet.", code="no-snapshot")
    wanted = wanted_of(
        tenant,
        seq=console.options["snapshot"] or newest.seq,
        form=console.options["form"],
        kind=console.options["kind"],
        object_id=console.options["object"],
    )
    return hand_out(actor=console.actor, tenant=tenant, wanted=wanted)


def _write(path: Path, given: Download) -> int:
    """Write the file for its owner alone; how many bytes. One that broke off is removed."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _ONLY_OWNER)
    except FileExistsError:
        raise Conflict("There is such a file already.", code="file-exists") from None
    except OSError:
        raise Invalid("The file cannot be written there.", code="no-such-folder") from None
    try:
        with os.fdopen(descriptor, "wb") as file:
            for part in given.parts:
                file.write(part)
            return file.tell()
    except BaseException:
        path.unlink(missing_ok=True)
        raise
