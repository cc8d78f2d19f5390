"""Fill a fresh installation: MSPs, customers with some days of history, three incidents."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from apps.access.models import User
from apps.core import clock
from apps.demo import branding, cast, customers, days, keeping, microsoft
from apps.demo.entra import Entra, EntraTenant
from apps.demo.processes import DemoError
from apps.tenants.models import MSP, Tenant

# Which incident happens to which customer, in the sandbox's order of tenants.
INCIDENTS = ("ca-lockout", "hr-corruption", "quiet-takeover")
PROVIDER = "MSP North"
# The certificates must be valid on the first day that is told.
BEFORE_THE_STORY = timedelta(days=30)


def seed_once(entra: Entra, done: Path, *, tell: Callable[[str], None]) -> None:
    """Seed at the first start; `done` is the file that says it was finished.

    Raises DemoError when an earlier start was stopped half-way: history cannot be taken back.
    """
    if done.exists():
        return
    if cast.has_begun():
        raise DemoError(
            "an earlier start was stopped while it filled the database; run make demo-reset first"
        )
    seed(entra, tell=tell)
    done.touch()


def seed(entra: Entra, *, tell: Callable[[str], None]) -> None:
    """Tell the story up to the moment when somebody opens the portal."""
    tell("Inviting the people of two MSPs")
    north, _ = cast.msps()
    alice = cast.signed_in(cast.ALICE)
    tell("Registering Holdfast's two applications in MSP North's own tenant")
    with clock.frozen(clock.now() - BEFORE_THE_STORY):
        customers.register_applications(entra, north, home=provider(entra))
        microsoft.set_up(entra, north, home=provider(entra))
    microsoft.link(entra, alice, tenant_id=provider(entra).id)
    branding.dress(north, alice)
    # Time only goes forward in a directory's audit log: what follows happens before the first day.
    entra.set_clock(clock.now() - timedelta(days=days.DAYS, hours=1))
    keeping.make_templates(north, alice)
    tenants = connect_all(entra, north, alice, tell=tell)
    keeping.set_schedule(tenants[1], alice)
    dave = cast.customer_administrator(tenants[0])
    microsoft.link(entra, dave, tenant_id=str(tenants[0].entra_id))
    tell("Living through some days, with a snapshot each morning")
    for tenant in tenants:
        days.live_through(entra, tenant, tell=tell)
    keeping.pin_first_snapshot(tenants[0], alice)
    for incident, tenant in zip(INCIDENTS, tenants, strict=True):
        entra.incident(incident, str(tenant.entra_id))
        tell(f"Something happened at {tenant.name} ({incident})")


def connect_all(
    entra: Entra, msp: MSP, manager: User, *, tell: Callable[[str], None]
) -> list[Tenant]:
    """Connect the first three customers; their administrators consent to both applications."""
    connected = []
    for customer in customer_tenants(entra)[: len(INCIDENTS)]:
        tell(f"Connecting {customer.display_name}")
        connected.append(customers.connect_customer(entra, msp, customer, manager=manager))
    return connected


def customer_tenants(entra: Entra) -> list[EntraTenant]:
    """The workforce tenants but for the provider's own."""
    return [tenant for tenant in entra.workforce() if tenant.display_name != PROVIDER]


def provider(entra: Entra) -> EntraTenant:
    """The MSP's own tenant, where its applications are registered."""
    return next(tenant for tenant in entra.workforce() if tenant.display_name == PROVIDER)
