"""A Graph client for a tenant: its cloud, its id, and the application it consented to."""

from typing import Literal

from apps.connect.turns import TenantTurns
from apps.core.errors import Conflict
from apps.entra.client import GraphClient
from apps.entra.clouds import cloud
from apps.entra.credentials import Credential
from apps.tenants import keys, selectors
from apps.tenants.choices import REACHABLE_STATES
from apps.tenants.models import AppRegistration, Connection, Tenant

Purpose = Literal["backup", "recovery"]
Priority = Literal["low", "normal"]


def graph_client(
    tenant: Tenant,
    purpose: Purpose = "backup",
    priority: Priority = "low",
    *,
    users: int | None = None,
) -> GraphClient:
    """A client for an active tenant. Raises NotConnected."""
    return graph_clients(tenant, purpose, priority, users=users)[0]


def graph_clients(
    tenant: Tenant,
    purpose: Purpose = "backup",
    priority: Priority = "low",
    *,
    users: int | None = None,
) -> list[GraphClient]:
    """One client for each application the tenant has consented to for a purpose, at least one.

    Graph's write limit is per application and tenant, so several writers are faster than one.
    The first is the one that may do most; another that may do less is left out, so that whichever
    sends a request, it is answered alike. users: how many the tenant has, where that is known.
    Raises NotConnected.
    """
    if tenant.state not in REACHABLE_STATES:
        raise NotConnected(tenant.get_state_display())
    working = [row for row in selectors.connections(tenant, purpose=purpose) if row.works]
    if not working:
        raise NotConnected(f"no working connection for {purpose}")
    best = min(working, key=lambda row: len(row.missing))
    others = [row for row in working if row != best and set(row.granted) >= set(best.granted)]
    return [client_for(connection, priority, users=users) for connection in (best, *others)]


def client_for(
    connection: Connection, priority: Priority = "low", *, users: int | None = None
) -> GraphClient:
    """A client for a connection, whatever its state; for proving it and for health checks."""
    tenant = connection.tenant
    place = cloud(tenant.cloud)
    return GraphClient(
        place,
        str(tenant.entra_id),
        credential_of(connection.registration),
        priority=priority,
        users=users,
        turns=TenantTurns(place.graph, str(tenant.entra_id)),
    )


def credential_of(registration: AppRegistration) -> Credential:
    """The application's credential, its private key opened. Raises KeyProblem."""
    return Credential(
        str(registration.client_id),
        certificate_pem=registration.certificate_pem,
        private_key_pem=keys.open_private_key(registration).decode(),
    )


class NotConnected(Conflict):
    """The tenant cannot be talked to at the moment."""

    default_code = "not-connected"

    def __init__(self, because: str) -> None:
        super().__init__(
            f"Holdfast cannot talk to this tenant ({because}).",
            safe="Nothing was read or changed in the tenant.",
            todo="See its connection page, or run: manage.py connect health TENANT --as EMAIL",
        )
