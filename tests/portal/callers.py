"""Who opens the portal's addresses in the table of permissions, and how its rows are worded.

Beside the cast: Gina of North's staff has no role of her own and is in a group of Backup
Administrators that covers Contoso by a tag. Ingrid is Tenant Manager of North as a whole, Heidi of
Contoso, as its own administrator. Olivia operates the platform and has a support session on
Contoso; Oscar does so without one.
"""

from __future__ import annotations

from dataclasses import dataclass

from apps.access import services as access
from apps.access.models import User
from tests.factories import actor_of, make_operator, make_user
from tests.portal.world import World

CALLERS = (
    "anonymous",
    "alice",
    "bob",
    "carol",
    "gina",
    "ingrid",
    "dave",
    "heidi",
    "olivia",
    "oscar",
    "mallory",
)
SIGN_IN = 302
# By what they have to do with: Contoso; North as a whole; nothing of either.
OF_CONTOSO = ("alice", "bob", "carol", "gina", "ingrid", "dave", "heidi", "olivia")
OF_NORTH = ("alice", "bob", "ingrid")
# Who belongs there; a support session shows backups and no people.
MEMBERS = OF_CONTOSO[:-1]
OPERATORS = ("olivia", "oscar")
# By role on Contoso. Alice has them all but Reader's; Bob and Olivia may only look.
ADMINISTRATORS = ("alice", "carol", "gina")
MANAGERS = ("alice", "ingrid", "heidi")
APPROVERS = ("alice", "dave")
# By right, where several roles give it.
TAKERS = (*ADMINISTRATORS, *MANAGERS)
AUDITORS = (*APPROVERS, *MANAGERS)
STAFF_MANAGERS = ("alice", "ingrid")


@dataclass(frozen=True)
class Row:
    """What an address answers: the status for each of CALLERS."""

    route: str
    method: str
    expected: dict[str, int]


def everybody(route: str, method: str, status: int, **apart: int) -> Row:
    """The same for all but those named: everybody("route", "GET", 200, oscar=403)."""
    return Row(route, method, {**dict.fromkeys(CALLERS, status), **apart})


def own(route: str, method: str, status: int, **apart: int) -> Row:
    """Of everybody's own account; whoever is signed out is led to sign in."""
    return everybody(route, method, status, anonymous=SIGN_IN, **apart)


def overview(route: str) -> Row:
    """Shows to each what is his, so everybody who is signed in may open it."""
    return own(route, "GET", 200)


def of_contoso(route: str, method: str, status: int, *allowed: str, **apart: int) -> Row:
    """`status` for those allowed, 403 for who else has a role on Contoso, 404 for all others."""
    weak = dict.fromkeys(OF_CONTOSO, 403)
    given = dict.fromkeys(allowed, status)
    return own(f"portal:{route}", method, 404, **{**weak, **given, **apart})


def of_north(route: str, method: str, status: int, *allowed: str, **apart: int) -> Row:
    """The same of North as a whole: who has a role on some of its tenants does not know it."""
    weak = dict.fromkeys(OF_NORTH, 403)
    given = dict.fromkeys(allowed, status)
    return own(f"portal:{route}", method, 404, **{**weak, **given, **apart})


def page(route: str) -> Row:
    """A page of Contoso's: for everybody who has a role there."""
    return of_contoso(route, "GET", 200, *OF_CONTOSO)


def view(route: str, *allowed: str) -> Row:
    """A page of Contoso's for some roles: view("audit", *AUDITORS)."""
    return of_contoso(route, "GET", 200, *allowed)


def act(route: str, *allowed: str) -> Row:
    """Changes something of Contoso's: for those allowed, as in act("capture", *TAKERS)."""
    return of_contoso(route, "POST", 302, *allowed)


def msp_page(route: str, *allowed: str) -> Row:
    """A page of North's: for whoever has a role on the whole MSP, or those named."""
    return of_north(route, "GET", 200, *(allowed or OF_NORTH))


def on_msp(route: str) -> Row:
    """Changes North's people: for its Tenant Managers."""
    return of_north(route, "POST", 302, *STAFF_MANAGERS)


def make_callers(world: World) -> dict[str, User]:
    """Everybody but the anonymous one, by name."""
    cast = world.cast
    gina = make_user("Gina", cast.north)
    _put_into_a_group(world, gina)
    return {
        **{name: getattr(cast, name) for name in ("alice", "bob", "carol", "dave", "mallory")},
        "olivia": cast.olivia,
        "gina": gina,
        "ingrid": make_user("Ingrid", cast.north, "tenant-manager"),
        "heidi": make_user("Heidi", cast.contoso, "tenant-manager"),
        "oscar": make_operator("Oscar"),
    }


def _put_into_a_group(world: World, user: User) -> None:
    alice, tags = actor_of(world.cast.alice), ["first line"]
    access.set_tags(actor=alice, tenant=world.tenant, tags=tags)
    group = access.create_group(
        actor=alice,
        msp=world.cast.north,
        name="First line",
        roles=["backup-administrator"],
        tags=tags,
    )
    access.add_to_group(actor=alice, group=group, user=user)
