"""Run Holdfast on this machine with a sandbox Entra and three customers."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from rich.console import Console

from apps.demo import cast, installation, seeding
from apps.demo.processes import DemoError

WEB_PORT = 8000
SANDBOX_PORT = 8400
USERS = 200


class Command(BaseCommand):
    help = "Run Holdfast with a sandbox Entra, three customers and three incidents; Ctrl-C ends it."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=WEB_PORT, help="the portal's port")
        parser.add_argument("--sandbox-port", type=int, default=SANDBOX_PORT)
        parser.add_argument(
            "--users", type=int, default=USERS, help="people in each tenant, at the first start"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        console = Console()
        wanted = installation.Wanted(
            directory=Path(settings.VAR) / "demo",
            web_port=options["port"],
            sandbox_port=options["sandbox_port"],
            users=options["users"],
            tenants=len(seeding.INCIDENTS),
        )
        try:
            self._run(console, wanted)
        except KeyboardInterrupt:
            console.print("\nStopped. The data is kept; `make demo` goes on with it.")
        except DemoError as error:
            console.print(f"[bold red]Holdfast's demo stopped:[/] {error}")
            sys.exit(1)

    def _run(self, console: Console, wanted: installation.Wanted) -> None:
        console.print("Starting PostgreSQL, the sandbox and the portal...")
        with installation.running(wanted) as running:
            done = wanted.directory / "seeded"
            seeding.seed_once(running.entra, done, tell=console.print)
            installation.start_workers(running)
            _greet(console, wanted)
            running.processes.watch()


def _greet(console: Console, wanted: installation.Wanted) -> None:
    console.print()
    console.print(f"[bold]Holdfast[/] is at [link]{wanted.web_url}[/link]")
    console.print("Sign in as")
    for person in cast.EVERYBODY:
        # Lines, because a table would cut addresses and keys on a narrow terminal.
        console.print(f"  [bold]{person.email}[/]  {person.what}", soft_wrap=True)
        console.print(f"      code now {person.code()} · key {person.totp_secret}", soft_wrap=True)
    console.print(f"password of all: [bold]{cast.PASSWORD}[/]")
    console.print(
        "second factor: a code of 30 seconds, each good for one sign-in; the next one with "
        f"[bold]python manage.py demo_code {cast.ALICE.email}[/]"
    )
    console.print(
        "or sign in with Microsoft, which the sandbox plays: choose a Global Administrator of "
        f"{seeding.PROVIDER} to be {cast.ALICE.name}, of the first customer to be {cast.DAVE.name}"
    )
    console.print(
        f"The sandbox Entra: {wanted.sandbox_url}/_sandbox/ · logs: {wanted.directory / 'logs'}"
    )
    console.print(
        "Try: as Carol, compare an older snapshot with now and request a recovery; "
        "as Alice, approve it."
    )
    console.print("Ctrl-C stops everything.")
