from typing import Any
from uuid import UUID

from apps.connect import watching
from apps.connect.consenting import prove
from apps.connect.health import check_health
from apps.core.errors import NotFound, Unavailable
from apps.jobs.context import JobContext
from apps.jobs.registry import handler
from apps.tenants import selectors
from apps.tenants.models import Connection

# With the pauses between them more than the quarter of an hour that spreading may take.
ATTEMPTS = 8


@handler("connect-prove", timeout=300, attempts=ATTEMPTS)
def connect_prove(job: JobContext) -> dict[str, Any]:
    """Prove a connection whose consent was given lately, until it has spread or time is up."""
    connection = (
        Connection.objects.select_related("tenant__msp", "registration")
        .filter(pk=UUID(job.args["connection_id"]))
        .first()
    )
    if connection is None:
        raise NotFound("This connection was removed.", code="no-connection")
    if prove(connection, actor=job.actor, last=job.attempt >= ATTEMPTS):
        raise StillSpreading(
            "Microsoft has not made the consent known everywhere yet.",
            code="consent-spreading",
            safe="The consent itself was given.",
            todo="Nothing; this is tried again.",
        )
    return {"state": connection.state, "missing": connection.missing}


@handler("connect-health", timeout=300, attempts=3)
def connect_health(job: JobContext) -> dict[str, Any]:
    """Prove a tenant's connections again, and tell its managers what is wrong. Result: states."""
    tenant = job.tenant()
    if not selectors.connections(tenant):
        return {}
    connections = check_health(actor=job.actor, tenant=tenant)
    watching.tell_managers(tenant, connections)
    return {row.registration.purpose: str(row.state) for row in connections}


class StillSpreading(Unavailable):
    """A consent that was given is not known everywhere yet."""

    retry_after = 15.0
