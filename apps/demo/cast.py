"""The people and MSPs of the demo."""

from __future__ import annotations

from dataclasses import dataclass

from apps.access import services as access
from apps.access.models import User
from apps.core.actor import SYSTEM
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
DAVE = Person("dave@customer.example", "Dave Dunn", "the first customer's administrator: approves")
MALLORY = Person("mallory@msp-south.example", "Mallory Moss", "owner of MSP South", ALL_ROLES)


def msps() -> tuple[MSP, MSP]:
    """Make the two MSPs with their people; return North and South."""
    north = tenants.create_msp(actor=SYSTEM, name=NORTH)
    south = tenants.create_msp(actor=SYSTEM, name=SOUTH)
    for msp, staff in ((north, (ALICE, BOB, CAROL)), (south, (MALLORY,))):
        for person in staff:
            user = access.create_user(
                actor=SYSTEM, email=person.email, name=person.name, on=msp, password=PASSWORD
            )
            for role in person.roles:
                access.grant_role(actor=SYSTEM, user=user, role=role, msp=msp)
    return north, south


def customer_administrator(tenant: Tenant) -> User:
    """Dave, who approves for the tenant he administers and sees no other."""
    user = access.create_user(
        actor=SYSTEM, email=DAVE.email, name=DAVE.name, on=tenant, password=PASSWORD
    )
    access.grant_role(actor=SYSTEM, user=user, role="recovery-approver", tenant=tenant)
    return user


def signed_in(person: Person) -> User:
    """The person's account."""
    return User.objects.get(email=person.email)
