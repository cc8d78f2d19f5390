"""manage.py verify-document: whether a document of a recovery is as this installation signed it."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.core.errors import HoldfastError
from apps.recovery.documents.reading import document_in
from apps.recovery.documents.signing import verify, verify_beside

CHANGED, COULD_NOT = 1, 2
# At the end of the name of the file that vouches for another.
_VOUCHED = ".signature.json"


class Command(BaseCommand):
    """Ends with 0 when the document is whole and signed here, 1 when it is not, 2 when there is
    none to check."""

    help = (
        "Check the signature of a document of a plan, a recovery, a drill or a report, JSON or "
        "PDF, or of a report's CSV file. Of a PDF the attached document is checked, not the print. "
        "Exit code 1: it was changed, or signed elsewhere; 2: it could not be checked."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="the JSON, PDF or CSV file")
        parser.add_argument(
            "--signature",
            type=Path,
            metavar="FILE",
            help="what vouches for a CSV file; otherwise the file beside it of the same name with "
            f"{_VOUCHED} at its end",
        )
        parser.add_argument("--json", action="store_true", help="print what it says of itself")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            heading = _checked(options["file"], options["signature"])
        except OSError as error:
            raise CommandError(f"The file cannot be read: {error}", returncode=COULD_NOT) from None
        except HoldfastError as error:
            code = COULD_NOT if error.code == "no-document" else CHANGED
            raise CommandError(error.explanation(), returncode=code) from None
        if options["json"]:
            self.stdout.write(json.dumps(heading))
            return
        self.stdout.write(f"Whole, and signed by this installation: {_said(heading)}")


def _checked(file: Path, signature: Path | None) -> dict[str, Any]:
    """What a file says of itself, once it is known to be whole. Raises OSError, Invalid."""
    data = file.read_bytes()
    if signature is None and file.suffix.lower() != ".csv":
        return verify(document_in(data))
    beside = signature or file.with_name(file.name + _VOUCHED)
    return {"file": verify_beside(data, document_in(beside.read_bytes()))}


def _said(heading: dict[str, Any]) -> str:
    if "file" in heading:
        return str(heading["file"])
    return f"{heading['format']} of {heading['tenant']['name']}, {_about(heading)}"


def _about(heading: dict[str, Any]) -> str:
    if "plan" in heading:
        return f"plan {heading['plan']['digest']}"
    return f"report {heading['report']['id']}" if "report" in heading else heading["ended_at"]
