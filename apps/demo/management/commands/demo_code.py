"""manage.py demo_code EMAIL: what the authenticator app of one of the demo's people shows now."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from apps.demo import cast


class Command(BaseCommand):
    """Made from the demo's published secrets; it knows nothing of any real account."""

    help = __doc__ or ""
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", choices=[person.email for person in cast.EVERYBODY])

    def handle(self, *args: Any, **options: Any) -> None:
        person = next(one for one in cast.EVERYBODY if one.email == options["email"])
        self.stdout.write(person.code())
