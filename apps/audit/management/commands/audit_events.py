"""manage.py audit_events: the list of every event of the audit trail."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from apps.audit import documenting


class Command(BaseCommand):
    help = "Print the list of the audit trail's events; --write puts it into docs/."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--write", action="store_true", help="write docs/audit-events.md")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["write"]:
            (settings.BASE_DIR / "docs" / "audit-events.md").write_text(documenting.page())
        else:
            self.stdout.write(documenting.page(), ending="")
