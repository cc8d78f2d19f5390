"""The API's schema: `manage.py openapi > docs/openapi.yaml`, and `--check` that it is that."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.api.schema import as_yaml


class Command(BaseCommand):
    help = "Print the OpenAPI schema, or check that a file holds it."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", metavar="FILE", type=Path, help="compare with this file")

    def handle(self, *args: Any, **options: Any) -> None:
        made = as_yaml()
        if options["check"] is None:
            sys.stdout.buffer.write(made)
        elif options["check"].read_bytes() != made:
            raise CommandError(
                f"{options['check']} is not the API's schema any more: "
                f"manage.py openapi > {options['check']}"
            )
