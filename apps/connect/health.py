"""Checking whether connections still are what they were."""

from datetime import timedelta

from apps.access import rights
from apps.connect import proving
from apps.connect.consenting import still_spreading
from apps.core.actor import SYSTEM, Actor
from apps.core.errors import Conflict
from apps.jobs import services as jobs
from apps.tenants import selectors
from apps.tenants.choices import ConnectionState
from apps.tenants.models import Connection, Tenant

JOB = "connect-health"
EVERY = timedelta(days=1)


def check_health(*, actor: Actor, tenant: Tenant) -> list[Connection]:
    """Prove every connection of the tenant again; each says what is missing, or what is wrong.

    Costs one sign-in and one request per connection. Refusals of Entra end up on the connections
    and are not raised. Raises Conflict when the tenant has no connection, NotAllowed, NotFound.
    """
    rights.require(actor, rights.TAKE_BACKUPS, tenant)
    connections = selectors.connections(tenant)
    if not connections:
        raise Conflict(
            "This tenant has no connection.",
            code="no-connection",
            todo="Make a consent link and have it opened by the customer's administrator.",
        )
    return [_check(connection, actor) for connection in connections]


def check_soon(tenant: Tenant) -> None:
    """Have a worker check the connections: Entra refused something that it used to allow."""
    if tenant.is_rehearsal:
        return
    jobs.enqueue(actor=SYSTEM, kind=JOB, tenant=tenant, once=True)


def schedule_checks(tenant: Tenant) -> None:
    """Have the connections checked once a day, each tenant's at a time of its own."""
    jobs.schedule_tenant(actor=SYSTEM, tenant=tenant, kind=JOB, every=EVERY)


def _check(connection: Connection, actor: Actor) -> Connection:
    finding = proving.examine(connection)
    otherwise = ""
    if not connection.works and still_spreading(connection, finding):
        otherwise = ConnectionState.PROVING
    elif connection.state == ConnectionState.PENDING and finding.error is not None:
        # Nobody has consented yet, so that it does not work is no failure.
        otherwise = ConnectionState.PENDING
    return proving.keep(connection, finding, actor=actor, otherwise=otherwise)
