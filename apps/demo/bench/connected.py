"""An installation of a benchmark's own, with customers whose tenants are connected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from apps.demo.bench.telling import tell
from apps.demo.bench.traffic import RequestLog
from apps.demo.processes import DemoError, free_port

# Models can only be imported once Django is set up.
if TYPE_CHECKING:
    from apps.access.models import User
    from apps.demo.entra import EntraTenant
    from apps.demo.installation import Installation
    from apps.tenants.models import Tenant


@dataclass(frozen=True)
class Place:
    """What runs, and who works there. customers: as the sandbox knows the tenants; same order."""

    running: Installation
    customers: tuple[EntraTenant, ...]
    tenants: tuple[Tenant, ...]
    requester: User
    approver: User
    log: RequestLog


@contextmanager
def connected(users: Sequence[int], *, time_scale: float = 1.0) -> Iterator[Place]:
    """Start everything and connect one tenant of each size; stop it afterwards.

    Needs a fresh HOLDFAST_VAR. Raises DemoError.
    """
    from apps.demo import cast, customers, installation, seeding

    wanted = installation.Wanted(
        directory=Path(settings.VAR) / "bench",
        web_port=free_port(),
        sandbox_port=free_port(),
        users=max(users),
        tenants=len(users),
        time_scale=time_scale,
        sandbox_arguments=("--users", ",".join(map(str, users))),
    )
    sizes = ", ".join(f"{size:,}" for size in users)
    tell(f"Starting PostgreSQL, the portal and a sandbox with tenants of {sizes} users")
    with installation.running(wanted) as running:
        if cast.has_begun():
            raise DemoError("this database is in use; a benchmark needs a fresh HOLDFAST_VAR")
        north, _ = cast.msps()
        customers.register_applications(running.entra, north, home=seeding.provider(running.entra))
        theirs = tuple(seeding.customer_tenants(running.entra))
        alice, carol = cast.signed_in(cast.ALICE), cast.signed_in(cast.CAROL)
        tenants = tuple(
            customers.connect_customer(running.entra, north, one, manager=alice) for one in theirs
        )
        yield Place(running, theirs, tenants, carol, alice, RequestLog(wanted.request_log))
