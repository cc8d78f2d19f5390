"""manage.py verify_audit: recompute the chain of the audit trail."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from apps.audit.verification import verify


class Command(BaseCommand):
    """Ends with 0 when the chain is whole, with 1 when anything was edited or removed."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON value")

    def handle(self, *args: Any, **options: Any) -> None:
        report = verify()
        if options["json"]:
            found = {"records": report.records, "erased": report.erased}
            self.stdout.write(json.dumps(found | {"problems": report.problems}))
        else:
            for problem in report.problems:
                self.stdout.write(problem)
            verdict = "the chain is whole" if report.intact else "THE CHAIN IS BROKEN"
            self.stdout.write(f"{report.records} records recomputed: {verdict}.")
        if not report.intact:
            sys.exit(1)
