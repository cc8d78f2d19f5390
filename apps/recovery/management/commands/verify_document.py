"""manage.py verify-document: whether a document of a recovery is as this installation signed it."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.core.errors import HoldfastError
from apps.recovery.documents.reading import document_in
from apps.recovery.documents.signing import verify

CHANGED, COULD_NOT = 1, 2


class Command(BaseCommand):
    """Ends with 0 when the document is whole and signed here, 1 when it is not, 2 when there is
    none to check."""

    help = (
        "Check the signature of a document of a plan, a recovery or a drill, JSON or PDF. Of a PDF "
        "the attached document is checked, not the print. Exit code 1: it was changed, or signed "
        "elsewhere; 2: it could not be checked."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="the JSON or PDF file")
        parser.add_argument("--json", action="store_true", help="print what it says of itself")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            heading = verify(document_in(options["file"].read_bytes()))
        except OSError as error:
            raise CommandError(f"The file cannot be read: {error}", returncode=COULD_NOT) from None
        except HoldfastError as error:
            code = COULD_NOT if error.code == "no-document" else CHANGED
            raise CommandError(error.explanation(), returncode=code) from None
        if options["json"]:
            self.stdout.write(json.dumps(heading))
            return
        about = f"plan {heading['plan']['digest']}" if "plan" in heading else heading["ended_at"]
        self.stdout.write(
            f"Whole, and signed by this installation: {heading['format']} of "
            f"{heading['tenant']['name']}, {about}"
        )


def _thing(heading: dict[str, Any]) -> str:
    if "report" in heading:
        return f"report {heading['report']['id']}"
    return f"plan {heading['plan']['digest']}"
