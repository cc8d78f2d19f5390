"""manage.py connect: customers, consent and health from the operator's console."""

from argparse import ArgumentParser, _SubParsersAction
from collections.abc import Callable
from typing import Any
from uuid import UUID

from apps.access import rights
from apps.access.console import Console, ConsoleCommand, ExitCode
from apps.access.selectors import msps_of, tenants_of
from apps.connect import services, watching
from apps.connect.proving import required_permissions
from apps.core.errors import Conflict, Invalid, NotFound
from apps.tenants import selectors
from apps.tenants.choices import Cloud, Purpose
from apps.tenants.models import MSP, AppRegistration, Connection


class Command(ConsoleCommand):
    """Add customers, print consent links, and see how connections stand."""

    help = __doc__ or ""

    def arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        _customers(actions)
        _applications(actions)

    def act(self, console: Console) -> int | None:
        acts: dict[str, Callable[[Console], int | None]] = {
            "list": _list,
            "add": _add,
            "link": _link,
            "status": _status,
            "health": _health,
            "application": _application,
            "client-id": _client_id,
        }
        return acts[console.options["action"]](console)


def _customers(actions: "_SubParsersAction[Any]") -> None:
    actions.add_parser("list", help="your customers")
    add = actions.add_parser("add", help="add a customer and print the consent link")
    add.add_argument("domain_or_tenant_id", metavar="DOMAIN-OR-TENANT-ID")
    add.add_argument("--name", required=True, help="what you call the customer")
    link = actions.add_parser("link", help="print a fresh consent link")
    link.add_argument("--purpose", choices=Purpose.values, default=Purpose.BACKUP)
    for action in (add, link):
        action.add_argument("--mail-to", default="", metavar="EMAIL", help="also mail the link")
    status = actions.add_parser("status", help="how a tenant's connections stood last")
    health = actions.add_parser("health", help="test a tenant's connections now")
    for action in (link, status, health):
        action.add_argument("tenant", metavar="TENANT", help="id, Entra tenant id or domain")
    _where(add)


def _applications(actions: "_SubParsersAction[Any]") -> None:
    make = actions.add_parser("application", help="make the certificate for an app registration")
    make.add_argument("--purpose", choices=Purpose.values, required=True)
    make.add_argument("--name", required=True, help="what you call the app registration")
    _where(make)
    enter = actions.add_parser("client-id", help="enter the client id of an app registration")
    enter.add_argument("registration", type=UUID, help="the id that `application` printed")
    enter.add_argument("client_id", type=UUID, metavar="CLIENT-ID")


def _where(action: ArgumentParser) -> None:
    action.add_argument("--msp", default="", help="name or id of the MSP, if you have several")
    action.add_argument("--cloud", choices=Cloud.values, default=Cloud.GLOBAL)


def _msp(console: Console) -> MSP:
    wanted = console.options["msp"]
    mine = list(msps_of(console.user))
    if wanted:
        mine = [msp for msp in mine if wanted in (str(msp.id), msp.name)]
    if not mine:
        raise NotFound("You have no such MSP.", code="no-such-msp")
    if len(mine) > 1:
        names = ", ".join(msp.name for msp in mine)
        raise Conflict("You have several MSPs.", code="several-msps", todo=f"--msp: {names}")
    return mine[0]


def _list(console: Console) -> None:
    tenants = list(tenants_of(console.user))
    console.table(
        ("customer", "domain", "cloud", "state", "id"),
        [(row.name, row.domain, row.cloud, row.get_state_display(), row.id) for row in tenants],
    )
    console.answer(
        [
            {
                "id": row.id,
                "name": row.name,
                "domain": row.domain,
                "cloud": row.cloud,
                "entra_id": row.entra_id,
                "state": row.state,
            }
            for row in tenants
        ]
    )


def _add(console: Console) -> None:
    link = services.add_customer(
        actor=console.actor,
        msp=_msp(console),
        name=console.options["name"],
        domain_or_tenant_id=console.options["domain_or_tenant_id"],
        cloud=console.options["cloud"],
        mail_to=console.options["mail_to"],
    )
    _print_link(console, link)


def _link(console: Console) -> None:
    link = services.consent_link(
        actor=console.actor,
        tenant=console.tenant(rights.MANAGE_TENANT),
        purpose=console.options["purpose"],
        mail_to=console.options["mail_to"],
    )
    _print_link(console, link)


def _print_link(console: Console, link: services.ConsentLink) -> None:
    console.say("Have this link opened by an administrator of the customer. It works once, until")
    console.say(f"{link.expires_at:%Y-%m-%d %H:%M} UTC:\n\n{link.url}\n")
    console.answer(
        {
            "tenant_id": link.tenant_id,
            "connection_id": link.connection_id,
            "url": link.url,
            "expires_at": link.expires_at,
        }
    )


def _status(console: Console) -> None:
    _print_connections(console, selectors.connections(console.tenant()))


def _health(console: Console) -> int:
    tenant = console.tenant(rights.TAKE_BACKUPS)
    connections = services.check_health(actor=console.actor, tenant=tenant)
    _print_connections(console, connections)
    well = all(row.works and not row.missing and not row.problem for row in connections)
    return ExitCode.OK if well else ExitCode.FAILED


def _print_connections(console: Console, connections: list[Connection]) -> None:
    console.table(
        ("application", "purpose", "state", "certificate, days left", "checked"),
        [
            (
                row.registration.name,
                row.registration.purpose,
                row.get_state_display(),
                watching.days_left(row.registration),
                row.checked_at,
            )
            for row in connections
        ],
    )
    for row in connections:
        for permission in row.missing:
            console.say(f"{row.registration.name}: the permission {permission} is missing.")
        for absent in services.kept_back(row):
            console.say(f"{row.registration.name}: without {absent.name}. {absent.without}")
        if row.problem:
            console.say(f"{row.registration.name}: {row.problem}")
    console.answer([_plain(row) for row in connections])


def _plain(row: Connection) -> dict[str, Any]:
    return {
        "id": row.id,
        "application": row.registration.name,
        "purpose": row.registration.purpose,
        "state": row.state,
        "certificate_days_left": watching.days_left(row.registration),
        "missing": row.missing,
        "kept_back": {item.name: item.without for item in services.kept_back(row)},
        "problem_code": row.problem_code,
        "problem": row.problem,
        "checked_at": row.checked_at,
    }


def _application(console: Console) -> None:
    options = console.options
    made = services.register_application(
        actor=console.actor,
        msp=_msp(console),
        purpose=options["purpose"],
        cloud=options["cloud"],
        name=options["name"],
    )
    permissions = required_permissions(made.purpose)
    addresses = services.redirect_uris(made.purpose)
    console.say(made.certificate_pem)
    console.say(
        f"Thumbprint (SHA-1): {made.thumbprint_sha1}; valid until {made.not_after:%Y-%m-%d}"
    )
    console.say(
        "In Entra, make a multi-tenant app registration with this certificate, as redirect URIs "
        f"of the platform Web {' and '.join(addresses)}"
    )
    console.say("and these application permissions of Microsoft Graph:\n")
    console.table(("permission", "id"), sorted(permissions.items()))
    console.say(f"Then enter its client id: manage.py connect client-id {made.id} CLIENT-ID")
    console.answer(
        {
            "id": made.id,
            "certificate_pem": made.certificate_pem,
            "thumbprint_sha1": made.thumbprint_sha1,
            "thumbprint_sha256": made.thumbprint_sha256,
            "not_after": made.not_after,
            "redirect_uri": addresses[0],
            "redirect_uris": addresses,
            "permissions": dict(permissions),
        }
    )


def _client_id(console: Console) -> None:
    registration = (
        AppRegistration.objects.select_related("msp")
        .filter(pk=console.options["registration"], msp__in=msps_of(console.user))
        .first()
    )
    if registration is None:
        raise Invalid("There is no such application.", code="no-such-application")
    done = services.complete_application(
        actor=console.actor, registration=registration, client_id=console.options["client_id"]
    )
    console.say(f"{done.name} is ready: customers can be added in the cloud {done.cloud}.")
    console.answer({"id": done.id, "client_id": done.client_id})
