"""manage.py verify-audit: recompute the chain of the audit trail."""

import json
import sys
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.audit import keys
from apps.audit.checkpoints import Statement, read_statement, statement_of
from apps.audit.choices import KeyPurpose
from apps.audit.models import Checkpoint
from apps.audit.verification import ChainReport, verify
from apps.core.errors import HoldfastError

INTACT, BROKEN, COULD_NOT = 0, 1, 2


def _public_key(text: str) -> bytes:
    """A public key in hexadecimal, or the name of a file that holds one."""
    try:
        path = Path(text)
        key = bytes.fromhex(path.read_text() if path.is_file() else text)
    except ValueError:
        key = b""
    if len(key) != 32:
        raise ArgumentTypeError("a public key is 64 hexadecimal digits, or a file with them")
    return key


class Command(BaseCommand):
    """Ends with 0 when the trail is whole, 1 when anything was edited, moved, added or removed,
    2 when it could not be verified."""

    help = "Recompute the audit trail. Exit code 1: it was changed; 2: it could not be verified."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON value")
        parser.add_argument(
            "--public-key",
            type=_public_key,
            metavar="KEY",
            help="check with this key alone (hexadecimal or a file), without any secret",
        )
        parser.add_argument(
            "--checkpoints",
            type=Path,
            metavar="FILE",
            help="checkpoints copied before (--print-checkpoint), one JSON value a line",
        )
        parser.add_argument(
            "--print-key", action="store_true", help="print the public key of the signatures"
        )
        parser.add_argument(
            "--print-checkpoint", action="store_true", help="print the newest checkpoint"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["print_key"]:
            key = keys.current_key(KeyPurpose.SIGNING)
            self.stdout.write(bytes(key.public or b"").hex())
            return
        if options["print_checkpoint"]:
            self._print_checkpoint()
            return
        try:
            kept = _kept_elsewhere(options["checkpoints"])
            report = verify(public_key=options["public_key"], kept_elsewhere=kept)
        except (HoldfastError, OSError, ValueError) as error:
            raise CommandError(f"It could not be verified: {error}", returncode=COULD_NOT) from None
        self._tell(report, as_json=options["json"])
        if not report.intact:
            sys.exit(BROKEN)

    def _print_checkpoint(self) -> None:
        row = Checkpoint.objects.select_related("key").order_by("-id").first()
        if row is None:
            raise CommandError("Nothing was signed yet.", returncode=COULD_NOT)
        statement = statement_of(row)
        said = {name: getattr(statement, name) for name in Statement.__dataclass_fields__}
        self.stdout.write(json.dumps(said))

    def _tell(self, report: ChainReport, *, as_json: bool) -> None:
        problems = [
            {"kind": problem.kind, "number": problem.number, "text": problem.text}
            for problem in report.problems
        ]
        if as_json:
            found = {
                "records": report.records,
                "erased": report.erased,
                "checkpoints": report.checkpoints,
                "signed_up_to": report.signed_up_to,
                "problems": problems,
                "problems_in_all": report.found.number,
            }
            self.stdout.write(json.dumps(found))
            return
        for problem in report.problems:
            self.stdout.write(problem.text)
        if report.found.untold:
            self.stdout.write(f"... and {report.found.untold} more.")
        verdict = "the chain is whole" if report.intact else "THE CHAIN IS BROKEN"
        self.stdout.write(
            f"{report.records} records recomputed, {report.checkpoints} signatures checked "
            f"(up to record {report.signed_up_to}): {verdict}."
        )


def _kept_elsewhere(path: Path | None) -> tuple[Statement, ...]:
    if path is None:
        return ()
    lines = path.read_text().splitlines()
    return tuple(read_statement(json.loads(line)) for line in lines if line.strip())
