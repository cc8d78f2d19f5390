"""Finding out what a connection really is: by a fresh app-only token, never by what was claimed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction

from apps.audit import services as audit
from apps.connect import signals
from apps.connect.clients import client_for
from apps.connect.discovery import consumer_tenant
from apps.core import clock
from apps.core.actor import Actor
from apps.core.errors import HoldfastError, Invalid
from apps.core.scope import tenant_scope
from apps.entra.catalogue import optional
from apps.entra.catalogue.permissions import BACKUP_PERMISSIONS, RECOVERY_PERMISSIONS
from apps.entra.errors import EntraError
from apps.tenants import services as tenants
from apps.tenants.choices import ConnectionState, Purpose, TenantState
from apps.tenants.models import Connection

# organization.tenantType of the tenants that are looked after
# https://learn.microsoft.com/graph/api/resources/organization
_WORKFORCE = "AAD"
# What a proof finds, and nothing else that may have changed meanwhile.
_FOUND = (
    "state",
    "granted",
    "missing",
    "problem_code",
    "problem",
    "checked_at",
    "connected_at",
)
_ORGANISATION_READERS = frozenset({"Organization.Read.All", "Directory.Read.All"})


@dataclass(frozen=True, slots=True)
class Finding:
    """What a proof found: permissions granted and missing, or the error that stood in the way.

    kept_back: permissions that are missing too and that a connection works without.
    """

    granted: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    kept_back: tuple[str, ...] = ()
    error: HoldfastError | None = field(default=None)


@dataclass(frozen=True, slots=True)
class KeptBack:
    """A permission that a connection works without. without: what it then does not do."""

    name: str
    without: str


def kept_back(connection: Connection) -> list[KeptBack]:
    """The permissions that a working connection was not given and works without."""
    if not connection.works:
        return []
    asked = required_permissions(connection.registration.purpose)
    absent = sorted(asked.keys() - set(connection.granted) - set(connection.missing))
    return [KeptBack(name, optional.WITHOUT[name]) for name in absent if name in optional.WITHOUT]


def required_permissions(purpose: str) -> Mapping[str, str]:
    """Names and app-role ids of the Graph permissions that a purpose asks for."""
    return BACKUP_PERMISSIONS if purpose == Purpose.BACKUP else RECOVERY_PERMISSIONS


def examine(connection: Connection) -> Finding:
    """Get a token and hold it against what we expect. Talks to the cloud, changes nothing."""
    client = client_for(connection)
    try:
        proof = client.prove()
        _refuse_stranger(connection, proof.tenant_id, proof.app_id)
        if proof.roles & _ORGANISATION_READERS:
            _refuse_consumer_tenant(client.get("/organization", {"$select": "id,tenantType"}))
    except (EntraError, Invalid) as error:
        return Finding(error=error)
    finally:
        client.close()
    absent = required_permissions(connection.registration.purpose).keys() - proof.roles
    needed = optional.needed(absent)
    return Finding(tuple(sorted(proof.roles)), needed, tuple(sorted(absent.difference(needed))))


def _refuse_stranger(connection: Connection, tenant_id: str, app_id: str) -> None:
    registration = connection.registration
    if not _same(tenant_id, connection.tenant.entra_id) or not _same(
        app_id, registration.client_id
    ):
        raise Invalid(
            "The token that came back belongs to another tenant or another application.",
            code="other-tenant",
            safe="Nothing was read from it.",
            todo="Make a new consent link and have it opened by the customer's administrator.",
        )


def _same(text: str, expected: UUID | None) -> bool:
    return expected is not None and text.lower() == str(expected)


def _refuse_consumer_tenant(organisation: Mapping[str, object]) -> None:
    rows = organisation.get("value")
    row = rows[0] if isinstance(rows, list) and rows else {}
    kind = row.get("tenantType") if isinstance(row, dict) else None
    if kind not in (None, _WORKFORCE):
        raise consumer_tenant()


@transaction.atomic
def keep(
    connection: Connection, finding: Finding, *, actor: Actor, otherwise: str = ""
) -> Connection:
    """Write what was found to the connection; a pending tenant that was proved becomes active.

    otherwise: the state in place of "failed" or "incomplete". Raises Conflict when another MSP
    looks after the tenant by now.
    """
    before = connection.state
    connection.state = _state(connection, finding, otherwise)
    if finding.error is None:
        _activate(connection, actor)
        connection.connected_at = connection.connected_at or clock.now()
        connection.granted, connection.missing = list(finding.granted), list(finding.missing)
    connection.problem_code = finding.error.code if finding.error else ""
    connection.problem = finding.error.explanation() if finding.error else ""
    connection.checked_at = clock.now()
    with tenant_scope(connection.tenant_id):
        connection.save(update_fields=_FOUND)
    if connection.state != before:
        _announce(connection, actor)
    return connection


def mark_proving(connection: Connection) -> None:
    """Show that consent was given and proof is still to come; a working connection stays so."""
    if connection.works:
        return
    connection.state = ConnectionState.PROVING
    with tenant_scope(connection.tenant_id):
        connection.save(update_fields=["state"])


def _state(connection: Connection, finding: Finding, otherwise: str) -> str:
    if finding.error is None and not finding.missing:
        return ConnectionState.CONNECTED
    if connection.works and finding.error is not None and finding.error.retryable:
        # The cloud did not answer: that says nothing about the connection.
        return connection.state
    if otherwise:
        return otherwise
    return ConnectionState.FAILED if finding.error else ConnectionState.INCOMPLETE


def _activate(connection: Connection, actor: Actor) -> None:
    tenant = connection.tenant
    if tenant.state == TenantState.PENDING and tenant.entra_id is not None:
        tenants.activate_tenant(actor=actor, tenant=tenant, entra_id=tenant.entra_id)


def _announce(connection: Connection, actor: Actor) -> None:
    if connection.works:
        signals.connection_works.send(
            sender=Connection, tenant=connection.tenant, connection=connection
        )
    audit.record(
        actor=actor,
        event="connection.changed",
        tenant_id=connection.tenant_id,
        msp_id=connection.tenant.msp_id,
        subject=connection.tenant.name,
        data={
            "purpose": connection.registration.purpose,
            "connection_id": str(connection.id),
            "state": connection.state,
            "missing": connection.missing,
            "problem_code": connection.problem_code,
        },
    )
