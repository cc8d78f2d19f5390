"""manage.py create_msp NAME --owner EMAIL: an MSP, and the first person who runs it."""

import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from apps.access import services
from apps.access.console import operating_system_user
from apps.access.models import User
from apps.core.actor import Actor
from apps.core.errors import HoldfastError
from apps.core.scope import no_scope
from apps.tenants.models import MSP
from apps.tenants.services import create_msp

OWNER_ROLES = ("backup-administrator", "recovery-approver", "tenant-manager")


class Command(BaseCommand):
    """For whoever runs the installation; recorded with the operating-system user."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="of the MSP")
        parser.add_argument("--owner", required=True, metavar="EMAIL")
        parser.add_argument("--owner-name", required=True, metavar="NAME")

    def handle(self, *args: Any, **options: Any) -> None:
        password = _password(User(email=options["owner"], name=options["owner_name"]))
        actor = Actor(kind="system", name="Installation", os_user=operating_system_user()[:100])
        try:
            msp = _create(actor, options, password)
        except HoldfastError as error:
            raise CommandError(error.explanation()) from error
        self.stdout.write(f"{msp.name} was created, and {options['owner']} may sign in.")


@transaction.atomic
@no_scope("an installation gets an MSP, which nobody reaches yet")
def _create(actor: Actor, options: dict[str, Any], password: str) -> MSP:
    msp = create_msp(actor=actor, name=options["name"])
    owner = services.create_user(
        actor=actor,
        email=options["owner"],
        name=options["owner_name"],
        on=msp,
        password=password,
    )
    for role in OWNER_ROLES:
        services.grant_role(actor=actor, user=owner, role=role, msp=msp)
    return msp


def _password(user: User) -> str:
    """From the terminal, or the first line of what is piped in: never from the command line."""
    if sys.stdin.isatty():
        password = getpass.getpass("Password: ")
    else:
        password = sys.stdin.readline().rstrip("\n")
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from error
    return password
