"""Measure captures, comparison and recovery against the sandbox."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from rich.console import Console
from rich.table import Table

from apps.demo.bench.history.run import Wanted, asked, parts_of
from apps.demo.bench.main import SIZES, run_alone, run_main
from apps.demo.bench.recovery.wanted import wanted_for
from apps.demo.bench.tables import (
    history_table,
    machine_line,
    portal_table,
    recovery_table,
    table_of,
    walls_table,
)
from apps.demo.bench.walls import run_walls
from apps.demo.processes import DemoError


def _of_history(options: dict[str, Any]) -> dict[str, Any]:
    wanted = Wanted(
        users=max(options["users"] or [Wanted.users]),
        links=options["links"],
        days=options["days"],
        changes=options["changes"],
        only=parts_of(options["only"], links=options["links"]),
        peers=options["peers"] == "all" and not options["links"],
    )
    return asked(wanted)


def _of_recovery(options: dict[str, Any]) -> dict[str, Any]:
    return asdict(wanted_for(options["size"], options["only"], options["scale"]))


def _of_portal(options: dict[str, Any]) -> dict[str, Any]:
    """What is not said keeps the full measure."""
    people = max(options["users"] or [0])
    sizes = {"people": people, "tenants": options["tenants"], "snapshots": options["snapshots"]}
    return {name: size for name, size in sizes.items() if size} | {"only": options["only"] or []}


# What has an installation of its own: what is wanted of it, and how it is shown to people.
ALONE: dict[str, tuple[Callable[[dict[str, Any]], dict[str, Any]], Callable[..., Table]]] = {
    "history": (_of_history, history_table),
    "recovery": (_of_recovery, recovery_table),
    "portal": (_of_portal, portal_table),
}


class Command(BaseCommand):
    help = (
        "Measure captures, comparison and recovery on installations of their own; docs/"
        "benchmarks.md says what each figure means."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["main", *ALONE, "walls"], help="which benchmark")
        parser.add_argument(
            "--users",
            type=int,
            action="append",
            help=f"users of a tenant; repeatable (default: {' and '.join(map(str, SIZES))})",
        )
        parser.add_argument(
            "--only",
            action="append",
            metavar="PART",
            help="history, recovery: one part; portal: one page or operation; repeatable",
        )
        parser.add_argument(
            "--links",
            type=int,
            default=0,
            help="history: capture so many links too, of a directory that is made up meanwhile",
        )
        parser.add_argument(
            "--days", type=int, default=Wanted.days, help="history: daily snapshots to keep"
        )
        parser.add_argument(
            "--changes", type=int, default=Wanted.changes, help="history: changes to compare"
        )
        parser.add_argument(
            "--size",
            type=float,
            default=1.0,
            help="recovery: the part of the full measure that is wanted (default: 1)",
        )
        parser.add_argument(
            "--scale",
            type=float,
            help="recovery: how many of Graph's seconds pass in one of ours",
        )
        parser.add_argument(
            "--tenants", type=int, default=0, help="portal: of the MSP (default: 1,000)"
        )
        parser.add_argument(
            "--snapshots", type=int, default=0, help="portal: of each tenant (default: 365)"
        )
        parser.add_argument(
            "--keep",
            type=Path,
            metavar="DIRECTORY",
            help="portal: where its installation stays, and is taken from if it is there already",
        )
        parser.add_argument(
            "--peers", choices=["all", "none"], default="all", help="history: what to run beside it"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object last")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["what"] == "walls":
            self._walls(as_json=options["json"])
            return
        if options["what"] in ALONE:
            self._alone(options)
            return
        try:
            figures = run_main(options["users"] or SIZES)
        except DemoError as error:
            print(f"The benchmark stopped: {error}", file=sys.stderr)
            sys.exit(1)
        console = Console(width=None if sys.stdout.isatty() else 160)
        console.print(table_of(figures))
        console.print(machine_line(figures["machine"]))
        if options["json"]:
            print(json.dumps(figures))

    def _alone(self, options: dict[str, Any]) -> None:
        wanted_of, table = ALONE[options["what"]]
        try:
            module = f"apps.demo.bench.{options['what']}.run"
            arguments = (options["what"], json.dumps(wanted_of(options)))
            figures = run_alone(module, *arguments, kept_in=options["keep"])
        except DemoError as error:
            print(f"The benchmark stopped: {error}", file=sys.stderr)
            sys.exit(1)
        console = Console(width=None if sys.stdout.isatty() else 160)
        console.print(table(figures))
        console.print(machine_line(figures["machine"]))
        if options["json"]:
            print(json.dumps(figures))

    def _walls(self, *, as_json: bool) -> None:
        figures = run_walls()
        Console(width=None if sys.stdout.isatty() else 160).print(walls_table(figures))
        if as_json:
            print(json.dumps(figures))
