"""Bring a lost installation back from its off-site copies."""

import json
import os
import sys
from argparse import ArgumentParser
from typing import Any

from apps.access.console import ConsoleCommand, ExitCode, exit_code, nobody_in_particular
from apps.core.errors import HoldfastError, Invalid
from apps.history.offsite.restoring.report import Report
from apps.history.offsite.restoring.restore import look_only, restore_installation
from apps.history.offsite.stores import Store, open_store
from apps.jobs.pausing import resume_work

CREDENTIALS = "HOLDFAST_OFFSITE_CREDENTIALS"


class Command(ConsoleCommand):
    """Errors are not recorded here: a record would be the first row of the empty database."""

    help = (
        "Bring an installation back from its off-site copies into an empty, migrated database. "
        "Killed, it goes on when it is called again. The workers rest afterwards until they are "
        f"let begin. Credentials of the stores: JSON in {CREDENTIALS} or {CREDENTIALS}_FILE, or "
        "what the host has. Exit code 1: something is lost or damaged."
    )
    needs_person = False

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--from",
            dest="addresses",
            action="append",
            default=[],
            metavar="ADDRESS",
            help="s3://…, azure://… or file:///…; the first has the installation's own bundle",
        )
        parser.add_argument("--dry-run", action="store_true", help="read everything, write nothing")
        parser.add_argument("--resume-work", action="store_true", help="let the workers begin")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            code = self._act(options)
        except HoldfastError as error:
            self._explain(error, as_json=options["json"])
            code = exit_code(error)
        if code:
            sys.exit(int(code))

    def _act(self, options: dict[str, Any]) -> ExitCode:
        if options["resume_work"]:
            resumed = resume_work(actor=nobody_in_particular())
            self.stdout.write("The workers begin." if resumed else "The workers were not resting.")
            return ExitCode.OK
        if not options["addresses"]:
            raise Invalid("Name the store to restore from.", todo="Add --from ADDRESS.")
        credentials = credentials_of_environment()
        first, *others = [_open(address, credentials) for address in options["addresses"]]
        do = look_only if options["dry_run"] else restore_installation
        report = do(first, others=others, tell=lambda text: self.stderr.write(text))
        if options["json"]:
            self.stdout.write(json.dumps(report.values()))
        else:
            self._print(report)
        return ExitCode.OK if report.is_good else ExitCode.FAILED

    def _print(self, report: Report) -> None:
        what = "Read" if report.dry_run else "Restored"
        self.stdout.write(f"{what} the installation as it was shipped at {report.made_at}.")
        for problem in report.problems:
            self.stdout.write(f"  ! {problem}")
        for one in report.tenants:
            intact = {True: ", verified", False: ", DAMAGED", None: ""}[one.intact]
            at = f", shipped {one.made_at}" if one.made_at else ""
            self.stdout.write(
                f"{one.name or one.id}: {one.outcome}, up to snapshot {one.seq}{at}{intact}"
            )
            for problem in one.problems:
                self.stdout.write(f"  ! {problem}")
        self.stdout.write(
            f"What was done after these times is not in the copies: {report.made_at}."
        )
        if not report.dry_run:
            self.stdout.write("Next:")
            for number, step in enumerate(report.next_steps, start=1):
                self.stdout.write(f"  {number}. {step}")


def credentials_of_environment() -> dict[str, dict[str, str]]:
    """Credentials by the beginning of the address they are for. Raises Invalid.

    One JSON object with the names of stores.open_store() counts for every address.
    """
    text = os.environ.get(CREDENTIALS, "")
    if path := os.environ.get(f"{CREDENTIALS}_FILE"):
        with open(path, encoding="utf-8") as file:
            text = file.read()
    try:
        found = json.loads(text or "{}")
    except json.JSONDecodeError:
        raise Invalid(f"{CREDENTIALS} is no JSON.", code="offsite-credentials") from None
    if all(isinstance(value, str) for value in found.values()):
        return {"": found}
    return dict(found)


def _open(address: str, credentials: dict[str, dict[str, str]]) -> Store:
    fitting = [start for start in credentials if address.startswith(start)]
    return open_store(address, credentials[max(fitting, key=len)] if fitting else {})
