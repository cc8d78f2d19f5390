"""Telling the MSP when a connection breaks or a certificate nears its end, once for each cause."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from apps.access import rights
from apps.access.people_selectors import standings
from apps.audit import services as audit
from apps.core import clock
from apps.core.actor import SYSTEM
from apps.core.scope import no_scope, tenant_scope
from apps.notify import services as notify
from apps.notify.choices import EventKind
from apps.notify.events import Value, raise_event
from apps.notify.problems import open_problem, resolve_problems
from apps.tenants.choices import ConnectionState
from apps.tenants.models import AppRegistration, Connection, Tenant

# Days before its end at which people are told of a certificate again.
WARNED_AT = (30, 7, 1, 0)
_TEXT = """Hello,

{text}

Connection: {url}

You get this mail because you manage {tenant} in Holdfast. It is sent once.
"""


@dataclass(frozen=True, slots=True)
class Cause:
    """Something people have to be told of. key: what it is told once by."""

    key: str
    subject: str
    text: str


def days_left(registration: AppRegistration) -> int:
    """Whole days until the certificate expires; negative when it has."""
    return (registration.not_after - clock.now()).days


def tell_managers(tenant: Tenant, connections: Iterable[Connection]) -> None:
    """Mail what is wrong with the connections now to whoever manages the tenant for the MSP.

    What has passed may be told of again when it comes back.
    """
    for connection in connections:
        with transaction.atomic():
            for cause in _new_of_connection(connection):
                _tell(tenant, cause)
            _note_problems(tenant, connection)
        with transaction.atomic():
            for cause in _new_of_certificate(connection.registration):
                _tell(tenant, cause)
                left = days_left(connection.registration)
                told: dict[str, Value] = {"code": "certificate", "days_left": left}
                raise_event(EventKind.CONNECTION, tenant, told)


def _note_problems(tenant: Tenant, connection: Connection) -> None:
    """One problem for each way in which the connection fails, until it works."""
    wrong = {cause.key.partition(":")[0] for cause in _wrong_with(connection)}
    for code in wrong:
        data: dict[str, Value] = {"code": code, "missing": len(connection.missing)}
        open_problem(EventKind.CONNECTION, tenant, f"{connection.pk}:{code}", data)
    if not wrong and connection.state == ConnectionState.CONNECTED:
        resolve_problems(EventKind.CONNECTION, tenant, about=f"{connection.pk}:")


def _new_of_connection(connection: Connection) -> list[Cause]:
    with tenant_scope(connection.tenant_id):
        row = Connection.objects.select_for_update().get(pk=connection.pk)
        return _new(row, list(_wrong_with(connection)))


def _new_of_certificate(registration: AppRegistration) -> list[Cause]:
    with no_scope("a certificate serves all tenants of its MSP, and is told of once"):
        row = AppRegistration.objects.select_for_update().get(pk=registration.pk)
        return _new(row, list(_ending(row)))


def _new(row: Connection | AppRegistration, causes: list[Cause]) -> list[Cause]:
    """The causes that were not told of yet. Remembers these causes and no others."""
    new = [cause for cause in causes if cause.key not in row.told]
    keys = [cause.key for cause in causes]
    if keys != row.told:
        row.told = keys
        row.save(update_fields=["told"])
    return new


def _wrong_with(connection: Connection) -> Iterator[Cause]:
    tenant, purpose = connection.tenant.name, connection.registration.get_purpose_display()
    if connection.state == ConnectionState.FAILED and connection.connected_at:
        yield Cause(
            f"failed:{connection.problem_code}",
            f"Holdfast is cut off from {tenant}",
            f"The connection to {tenant} does not work any more: {purpose}.\n\n"
            f"{connection.problem}",
        )
    elif connection.state == ConnectionState.INCOMPLETE:
        names = ", ".join(connection.missing)
        yield Cause(
            f"missing:{names}",
            f"Holdfast lacks permissions in {tenant}",
            f"Permissions are missing in {tenant} ({purpose}): {names}.\n\n"
            "What they cover is left out. Make a consent link and have it opened again.",
        )


def _ending(registration: AppRegistration) -> Iterator[Cause]:
    left = days_left(registration)
    passed = [days for days in WARNED_AT if left <= days]
    if not passed:
        return
    ends = f"{registration.not_after:%d %B %Y}"
    said = f"expires in {left} days, on {ends}" if left > 0 else f"expired or expires on {ends}"
    yield Cause(
        f"certificate:{registration.not_after:%Y-%m-%d}:{passed[-1]}",
        f"Renew the certificate of {registration.name}",
        f"The certificate of the application {registration.name} {said}. Without one Holdfast "
        "cannot sign in to any tenant that has consented to this application.",
    )


def _tell(tenant: Tenant, cause: Cause) -> None:
    path = reverse("portal:connection", args=[tenant.pk])
    text = _TEXT.format(
        text=cause.text, url=f"{settings.HOLDFAST_BASE_URL.rstrip('/')}{path}", tenant=tenant.name
    )
    managers = [
        one.user
        for one in standings(tenant)
        if one.side == "msp" and rights.MANAGE_TENANT in one.rights
    ]
    for manager in managers:
        notify.queue_mail(
            tenant_id=tenant.pk,
            to=manager.email,
            subject=cause.subject,
            text=text,
            language=manager.language,
        )
    audit.record(
        actor=SYSTEM,
        event="connection.told",
        tenant_id=tenant.pk,
        msp_id=tenant.msp_id,
        subject=tenant.name,
        data={"cause": cause.key, "mails": len(managers)},
    )
