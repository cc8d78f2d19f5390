"""manage.py catalogue: what Holdfast reads and writes, and what it cannot."""

import json
import shutil
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand
from rich.console import Console
from rich.table import Table

from apps.entra.catalogue import KINDS
from apps.entra.catalogue.listing import entries
from apps.entra.catalogue.model import Writability
from apps.entra.catalogue.permissions import asked

# The paths do not fit into less, and a path that is cut off says nothing.
_WIDTH = 150


class Command(BaseCommand):
    help = "Lists the kinds that Holdfast backs up, what it can put back, and what it cannot."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="every cell, as JSON")
        parser.add_argument(
            "--permissions",
            action="store_true",
            help="the Graph permissions that consent is asked for, and what each is wanted for",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        permissions = options["permissions"]
        if options["json"]:
            rows = [asdict(item) for item in asked()] if permissions else entries()
            self.stdout.write(json.dumps(rows, indent=2))
            return
        width = max(_WIDTH, shutil.get_terminal_size().columns)
        console = Console(file=self.stdout, width=width)  # type: ignore[arg-type]
        console.print(_permissions() if permissions else _kinds())
        more = "" if permissions else "--permissions lists what consent is asked for; "
        console.print(f"{more}--json gives every cell.")


def _kinds() -> Table:
    table = Table(title="What Holdfast holds")
    for heading in ("kind", "version", "read from", "held", "put back", "links", "bin"):
        table.add_column(heading, no_wrap=heading == "kind", overflow="fold")
    for kind in KINDS:
        held = [item for item in kind.by_name.values() if item.captured]
        back = [
            item
            for item in held
            if kind.updatable and item.write in {Writability.WRITABLE, Writability.OWN_REQUEST}
        ]
        table.add_row(
            kind.name,
            kind.version,
            kind.list_path.partition("?")[0],
            str(len(held)),
            str(len(back)),
            ", ".join(link.property for link in kind.links),
            str(kind.soft_delete),
        )
    return table


def _permissions() -> Table:
    table = Table(title="What consent is asked for", show_lines=True)
    for heading in ("permission", "asked by", "wanted to"):
        table.add_column(heading, overflow="fold")
    for item in asked():
        wanted = ", ".join(item.uses)
        without = f"Without it: {item.without}" if item.without else ""
        reason = "\n".join(text for text in (wanted, item.corner, without) if text)
        table.add_row(item.name, " and ".join(item.applications), reason)
    return table
