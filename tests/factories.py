"""The cast, and what they work with. Made by the product's own services."""

from __future__ import annotations

import time
from dataclasses import dataclass
from uuid import UUID, uuid4

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.utils.text import slugify

from apps.access import services as access
from apps.access.models import User
from apps.access.signin import factors
from apps.core.actor import SYSTEM, Actor
from apps.core.scope import no_scope
from apps.tenants import services as tenants
from apps.tenants.models import MSP, Tenant
from tests.support.rows import MadeOnce

PASSWORD = "correct horse battery staple"
# Of everybody's authenticator app; code_now() tells what it shows.
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@dataclass(frozen=True)
class Cast:
    """MSP North has the customers Contoso and Fabrikam, MSP South has Tailspin.

    Alice owns North; Bob is her engineer and a reader only; Carol is her engineer on Contoso
    alone; Dave is Contoso's own administrator; Mallory owns South. Olivia operates the platform.
    """

    north: MSP
    south: MSP
    contoso: Tenant
    fabrikam: Tenant
    tailspin: Tenant
    alice: User
    bob: User
    carol: User
    dave: User
    mallory: User
    olivia: User


OWNER_ROLES = ("backup-administrator", "recovery-approver", "tenant-manager")


@no_scope("the scene is set")
def make_cast() -> Cast:
    """The whole cast with its roles, every tenant active."""
    return _cast()


def _make_cast() -> Cast:
    north, south = make_msp("North"), make_msp("South")
    contoso = make_tenant(north, "Contoso")
    fabrikam = make_tenant(north, "Fabrikam")
    tailspin = make_tenant(south, "Tailspin")
    return Cast(
        north=north,
        south=south,
        contoso=contoso,
        fabrikam=fabrikam,
        tailspin=tailspin,
        alice=make_user("Alice", north, *OWNER_ROLES),
        bob=make_user("Bob", north, "backup-reader"),
        carol=make_user("Carol", north, "backup-administrator", on=contoso),
        dave=make_user("Dave", contoso, "backup-reader", "recovery-approver"),
        mallory=make_user("Mallory", south, *OWNER_ROLES),
        olivia=make_operator("Olivia"),
    )


_cast = MadeOnce(_make_cast)


@no_scope("the scene is set")
def make_msp(name: str = "North") -> MSP:
    return tenants.create_msp(actor=SYSTEM, name=f"MSP {name}")


@no_scope("the scene is set")
def make_tenant(
    msp: MSP, name: str = "Contoso", *, entra_id: UUID | None = None, active: bool = True
) -> Tenant:
    """A customer of the MSP; active ones have an Entra id as if their consent had been proved."""
    tenant = tenants.add_tenant(
        actor=SYSTEM,
        msp=msp,
        name=name,
        cloud="sandbox",
        domain=f"{name.lower()}.example",
        entra_id=entra_id or (uuid4() if active else None),
    )
    if active and tenant.entra_id:
        tenants.activate_tenant(actor=SYSTEM, tenant=tenant, entra_id=tenant.entra_id)
    return tenant


@no_scope("the scene is set")
def make_user(name: str, member_of: MSP | Tenant, *roles: str, on: Tenant | None = None) -> User:
    """A person of an MSP's staff or a customer's, with roles there or `on` one tenant."""
    user = access.create_user(
        actor=SYSTEM,
        email=f"{name.lower()}@{slugify(member_of.name)}.example",
        name=name,
        on=member_of,
        password=PASSWORD,
    )
    factors.give_totp(user, TOTP_SECRET)
    where = on or member_of
    for role in roles:
        if isinstance(where, Tenant):
            access.grant_role(actor=SYSTEM, user=user, role=role, tenant=where)
        else:
            access.grant_role(actor=SYSTEM, user=user, role=role, msp=where)
    return user


def make_operator(name: str) -> User:
    """A platform operator, who belongs to no MSP."""
    email = f"{name.lower()}@platform.example"
    user = access.create_operator(actor=SYSTEM, email=email, name=name, password=PASSWORD)
    factors.give_totp(user, TOTP_SECRET)
    return user


def code_now() -> str:
    """What everybody's authenticator app shows at the moment; it is good for one use each."""
    counter = int(time.time()) // 30
    return str(format_hotp_value(hotp_value(TOTP_SECRET, counter)))


def actor_of(user: User) -> Actor:
    """The person, acting through the portal."""
    return user.as_actor(address="192.0.2.1", request_id="request-1")
