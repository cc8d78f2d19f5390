"""manage.py create_msp NAME --owner EMAIL: an MSP, and the first person who runs it.

With --owner-name the account is made at once, with a password that is asked for. Without it the
person is invited: the link is mailed, and printed here for an installation without mail.
"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from apps.access import services
from apps.access.console import operating_system_user
from apps.access.management.passwords import ask_password
from apps.access.models import User
from apps.access.roles import OWNER_ROLES
from apps.core.actor import Actor
from apps.core.errors import HoldfastError
from apps.core.scope import no_scope
from apps.tenants.services import create_msp


class Command(BaseCommand):
    """For whoever runs the installation; recorded with the operating-system user."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="of the MSP")
        parser.add_argument("--owner", required=True, metavar="EMAIL")
        parser.add_argument("--owner-name", default="", metavar="NAME")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = Actor(kind="system", name="Installation", os_user=operating_system_user()[:100])
        name, email = options["name"], options["owner"]
        try:
            if options["owner_name"]:
                _create(actor, name, email, options["owner_name"])
                said = f"{name} was created, and {email} may sign in."
            else:
                link = services.onboard_msp(actor=actor, name=name, email=email)
                said = f"{name} was created. {email} accepts within a week at\n{link.url}"
        except HoldfastError as error:
            raise CommandError(error.explanation()) from error
        self.stdout.write(said)


def _create(actor: Actor, name: str, email: str, owner_name: str) -> None:
    password = ask_password(User(email=email, name=owner_name))
    with no_scope("an installation gets an MSP, which nobody reaches yet"), transaction.atomic():
        msp = create_msp(actor=actor, name=name)
        owner = services.create_user(
            actor=actor, email=email, name=owner_name, on=msp, password=password
        )
        for role in OWNER_ROLES:
            services.grant_role(actor=actor, user=owner, role=role, msp=msp)
