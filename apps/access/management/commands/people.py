"""manage.py people: who may do what, invitations and roles, from the operator's console."""

from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from apps.access import people_selectors as people
from apps.access import rights, roles, services
from apps.access.console import Console, ConsoleCommand, find_tenant
from apps.access.models import User
from apps.access.selectors import direct_roles, msps_of
from apps.access.sides import On
from apps.core.errors import Conflict, NotFound
from apps.core.scope import no_scope
from apps.tenants.models import MSP, Tenant


class Command(ConsoleCommand):
    """List people, invite them, give and take roles, and let them go."""

    help = __doc__ or ""

    def arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        where = [actions.add_parser("list", help="who is there, with roles")]
        invite = actions.add_parser("invite", help="mail somebody a link that works once")
        invite.add_argument("email", metavar="EMAIL")
        invite.add_argument("--role", action="append", choices=list(roles.ROLES), required=True)
        invite.add_argument("--entra", action="store_true", help="signs in through Microsoft")
        where.append(invite)
        for name, words in (("grant", "give a role"), ("revoke", "take a role")):
            change = actions.add_parser(name, help=words)
            change.add_argument("email", metavar="EMAIL")
            change.add_argument("role", choices=list(roles.ROLES))
            where.append(change)
        remove = actions.add_parser("remove", help="let somebody go, with all roles there")
        remove.add_argument("email", metavar="EMAIL")
        for action in (*where, remove):
            place = action.add_mutually_exclusive_group()
            place.add_argument("--tenant", default="", help="id, Entra tenant id or domain")
            place.add_argument("--msp", default="", help="name or id, if you have several")

    def act(self, console: Console) -> int | None:
        acts: dict[str, Callable[[Console, On], None]] = {
            "list": _list,
            "invite": _invite,
            "grant": _grant,
            "revoke": _revoke,
            "remove": _remove,
        }
        return acts[console.options["action"]](console, _place(console))


def _place(console: Console) -> On:
    """The tenant or the MSP that was named; the only MSP one has where nothing was."""
    if text := console.options["tenant"]:
        tenant = find_tenant(console.user, text, rights.VIEW_PEOPLE)
        rights.require(console.actor, rights.VIEW_PEOPLE, tenant)
        return tenant
    mine = list(msps_of(console.user, rights.VIEW_PEOPLE))
    if wanted := console.options["msp"]:
        mine = [msp for msp in mine if wanted in (str(msp.id), msp.name)]
    if not mine:
        raise NotFound("You have no such MSP.", code="no-such-msp", todo="Or name a --tenant.")
    if len(mine) > 1:
        names = ", ".join(msp.name for msp in mine)
        raise Conflict("You have several MSPs.", code="several-msps", todo=f"--msp: {names}")
    return mine[0]


def _list(console: Console, on: On) -> None:
    found = _standings(on) if isinstance(on, Tenant) else _staff(on)
    columns = ("name", "address", "side", "roles", "second factor", "last sign-in")
    console.table(columns, [tuple(row.values()) for row in found])
    console.answer(found)


def _standings(tenant: Tenant) -> list[dict[str, Any]]:
    factors = {one.user.pk: one.has_second_factor for one in people.administrators_of(tenant)}
    return [
        {
            "name": one.user.name,
            "email": one.user.email,
            "side": one.side,
            "roles": "; ".join(f"{way.role.name} {way.through}" for way in one.ways),
            "second_factor": factors.get(one.user.pk),
            "last_sign_in": one.user.last_login,
        }
        for one in people.standings(tenant)
    ]


def _staff(msp: MSP) -> list[dict[str, Any]]:
    return [
        {
            "name": one.user.name,
            "email": one.user.email,
            "side": "msp",
            "roles": "; ".join(_held(one)),
            "second_factor": one.has_second_factor,
            "last_sign_in": one.user.last_login,
        }
        for one in people.staff_of(msp, people.members_of(msp))
    ]


def _held(one: people.Staff) -> list[str]:
    return [
        *(f"{role.name} on all tenants" for role in one.roles),
        *(f"{', '.join(group.roles)} through group {group.name}" for group in one.groups),
        *(f"{role.name} on {tenant.name}" for tenant, role in one.on_tenants),
    ]


def _invite(console: Console, on: On) -> None:
    options = console.options
    invitation = services.invite(
        actor=console.actor,
        email=options["email"],
        roles=options["role"],
        on=on,
        entra=options["entra"],
    )
    console.say(f"The invitation is on its way to {invitation.email}.")
    console.answer({"invitation": invitation.pk, "expires_at": invitation.expires_at})


def _grant(console: Console, on: On) -> None:
    user = _member(console, on)
    services.grant_role(actor=console.actor, user=user, role=console.options["role"], **_side(on))
    _say_done(console, on, user)


def _revoke(console: Console, on: On) -> None:
    user = _member(console, on)
    services.revoke_role(actor=console.actor, user=user, role=console.options["role"], **_side(on))
    _say_done(console, on, user)


def _remove(console: Console, on: On) -> None:
    user = _member(console, on)
    services.remove_person(actor=console.actor, user=user, on=on)
    console.say(f"{user.name} may do nothing at {on.name} any more.")
    console.answer({"email": user.email, "removed": True})


def _say_done(console: Console, on: On, user: User) -> None:
    with no_scope("what came of it is told"):
        held = direct_roles(user.pk, on)
    console.say(f"{user.name} is now: {roles.labels(held) or 'without a role'} ({on.name}).")
    console.answer({"email": user.email, "roles": held})


def _member(console: Console, on: On) -> User:
    """Somebody of this tenant, its MSP or this MSP; addresses of others are unknown here."""
    found = people.known_at(on, console.options["email"])
    if found is None:
        raise NotFound("There is no such person here.", code="no-such-person")
    return found


def _side(on: On) -> dict[str, Any]:
    return {"tenant": on} if isinstance(on, Tenant) else {"msp": on}
