"""manage.py certificate FILE: check a certificate of erasure that was given out."""

import json
from argparse import ArgumentParser
from pathlib import Path

from apps.access.console import Console, ConsoleCommand
from apps.core.errors import Invalid
from apps.offboarding import certificates


class Command(ConsoleCommand):
    """Says what the certificate says, if this installation signed it and nobody changed it."""

    help = __doc__ or ""
    needs_person = False

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the certificate as it was downloaded")

    def act(self, console: Console) -> None:
        try:
            file = json.loads(console.options["file"].read_text())
        except (OSError, ValueError):
            raise Invalid("This file cannot be read as JSON.", code="no-certificate") from None
        said = certificates.verify(file)
        console.table(("", ""), list(said.items()), title="The certificate is genuine")
        console.answer({"genuine": True, "certificate": said})
