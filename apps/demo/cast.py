"""The people and MSPs of the demo."""

from __future__ import annotations

import base64
import hashlib
import time
from dataclasses import dataclass

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from apps.access import services as access
from apps.access.models import User
from apps.access.signin import factors
from apps.core.actor import SYSTEM
from apps.core.scope import no_scope
from apps.tenants import services as tenants
from apps.tenants.models import MSP, Tenant

PASSWORD = "holdfast on a rock"  # noqa: S105 - printed at the start, worth nothing elsewhere

ALL_ROLES = ("backup-administrator", "recovery-approver", "tenant-manager")


@dataclass(frozen=True)
class Person:
    """Someone who signs in to the demo; `roles` are held on the whole MSP."""

    email: str
    name: str
    what: str
    roles: tuple[str, ...] = ()

    @property
    def totp_secret(self) -> str:
        """The key of the person's authenticator app, as worthless elsewhere as the password."""
        digest = hashlib.sha256(f"{PASSWORD} {self.email}".encode()).digest()
        return base64.b32encode(digest[:20]).decode()

    def code(self) -> str:
        """What the person's authenticator app shows at the moment."""
        return str(format_hotp_value(hotp_value(self.totp_secret, int(time.time()) // 30)))


NORTH = "MSP North"
SOUTH = "MSP South"
ALICE = Person("alice@msp-north.example", "Alice Archer", "owner of MSP North", ALL_ROLES)
BOB = Person("bob@msp-north.example", "Bob Baker", "reads only", ("backup-reader",))
CAROL = Person(
    "carol@msp-north.example",
    "Carol Carter",
    "engineer: reports and requests",
    ("backup-administrator",),
)
DAVE = Person(
    "dave@customer.example", "Dave Dunn", "the first customer's administrator: approves, manages"
)
MALLORY = Person("mallory@msp-south.example", "Mallory Moss", "owner of MSP South", ALL_ROLES)
OLIVIA = Person("olivia@platform.example", "Olivia Ortiz", "operates the platform")
EVERYBODY = (ALICE, CAROL, BOB, DAVE, MALLORY, OLIVIA)


def has_begun() -> bool:
    """Whether the database has an MSP already."""
    with no_scope("the demo looks whether it has begun"):
        return MSP.objects.exists()


@no_scope("the demo fills an empty installation")
def msps() -> tuple[MSP, MSP]:
    """Make the two MSPs with their people; return North and South."""
    north = tenants.create_msp(actor=SYSTEM, name=NORTH)
    south = tenants.create_msp(actor=SYSTEM, name=SOUTH)
    for msp, staff in ((north, (ALICE, BOB, CAROL)), (south, (MALLORY,))):
        for person in staff:
            user = _account(person, msp)
            for role in person.roles:
                access.grant_role(actor=SYSTEM, user=user, role=role, msp=msp)
    night_shift = access.create_group(
        actor=SYSTEM, msp=north, name="Night shift", roles=["recovery-approver"], tags=["gold"]
    )
    access.add_to_group(actor=SYSTEM, group=night_shift, user=signed_in(BOB))
    operator = access.create_operator(
        actor=SYSTEM, email=OLIVIA.email, name=OLIVIA.name, password=PASSWORD
    )
    factors.give_totp(operator, OLIVIA.totp_secret)
    return north, south


@no_scope("the demo fills an empty installation")
def customer_administrator(tenant: Tenant) -> User:
    """Dave, who approves for the tenant he administers and sees no other; it gets a tag."""
    user = _account(DAVE, tenant)
    for role in ("recovery-approver", "tenant-manager"):
        access.grant_role(actor=SYSTEM, user=user, role=role, tenant=tenant)
    access.set_tags(actor=SYSTEM, tenant=tenant, tags=["gold"])
    return user


def _account(person: Person, on: MSP | Tenant) -> User:
    """The person's account, with an authenticator app set up."""
    user = access.create_user(
        actor=SYSTEM, email=person.email, name=person.name, on=on, password=PASSWORD
    )
    factors.give_totp(user, person.totp_secret)
    return user


def signed_in(person: Person) -> User:
    """The person's account."""
    return User.objects.get(email=person.email)
