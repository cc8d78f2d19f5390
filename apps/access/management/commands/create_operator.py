"""manage.py create_operator EMAIL --name NAME: somebody who operates the platform.

An operator takes MSPs in and helps in support sessions; he belongs to no MSP.
"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.access import services
from apps.access.console import operating_system_user
from apps.access.management.passwords import ask_password
from apps.access.models import User
from apps.core.actor import Actor
from apps.core.errors import HoldfastError


class Command(BaseCommand):
    """For whoever runs the installation; recorded with the operating-system user."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("--name", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        email, name = options["email"], options["name"]
        password = ask_password(User(email=email, name=name))
        actor = Actor(kind="system", name="Installation", os_user=operating_system_user()[:100])
        try:
            services.create_operator(actor=actor, email=email, name=name, password=password)
        except HoldfastError as error:
            raise CommandError(error.explanation()) from error
        self.stdout.write(f"{email} may sign in and operate the platform.")
