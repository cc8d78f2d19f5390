"""manage.py sign_in_application CLOUD [--client-id ID]: let people sign in with Microsoft."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from apps.access.console import operating_system_user
from apps.access.signin.entra import application
from apps.core.actor import Actor
from apps.core.errors import HoldfastError

_TODO = """\
Register an application in your own Entra tenant (entra.microsoft.com, App registrations):
  supported account types   accounts in any organizational directory (multitenant)
  redirect URI (web)        {redirect_uri}
  certificate               the one below
  token configuration       optional claim auth_time in the ID token; groups claim with
                            directory roles and security groups, where roles are to be mapped
Then enter its application (client) id:
  manage.py sign_in_application {cloud} --client-id ID

{certificate}"""


class Command(BaseCommand):
    """First without --client-id: it makes the certificate, and tells what to register."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("cloud", help="global, usgov-l4, usgov-l5 or china")
        parser.add_argument("--client-id", type=UUID, metavar="ID")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = Actor(kind="system", name="Installation", os_user=operating_system_user()[:100])
        cloud, client_id = options["cloud"], options["client_id"]
        try:
            if client_id is None:
                made = application.make_application(actor=actor, cloud=cloud)
            else:
                application.complete_application(actor=actor, cloud=cloud, client_id=client_id)
        except HoldfastError as error:
            raise CommandError(error.explanation()) from error
        if client_id is not None:
            self.stdout.write("People can sign in with Microsoft now.")
            return
        self.stdout.write(
            _TODO.format(
                redirect_uri=application.redirect_uri(),
                cloud=cloud,
                certificate=made.certificate_pem,
            )
        )
