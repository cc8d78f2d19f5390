"""Asking a customer's administrator for consent, and what comes of the answer."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from apps.access import rights
from apps.audit import services as audit
from apps.connect import links, proving
from apps.connect.links import ConsentLink
from apps.connect.proving import Finding
from apps.core import clock, locks
from apps.core.actor import SYSTEM, Actor
from apps.core.errors import Conflict, Invalid
from apps.core.languages.choosing import language_now
from apps.core.scope import tenant_scope
from apps.entra import explanations
from apps.entra.errors import EntraError
from apps.jobs import services as jobs
from apps.notify import services as notify
from apps.tenants import selectors
from apps.tenants.choices import ConnectionState
from apps.tenants.models import Connection, ConsentRequest, Tenant

# New service principals and grants are not known everywhere at once; after this it is an error.
SPREADING = timedelta(minutes=15)
_MAIL = """Hello,

{msp} looks after the Microsoft Entra tenant of {customer} with Holdfast and asks an administrator
to consent to: {purpose}.

Open this link and sign in as an administrator of the tenant. It works once, until {expires}:

{url}

If you did not expect this mail, do not open the link.
"""


def consent_link(*, actor: Actor, tenant: Tenant, purpose: str, mail_to: str = "") -> ConsentLink:
    """A fresh consent link for a tenant; links made before for the same purpose stop working.

    Raises Invalid when the MSP has no application for it, NotAllowed, NotFound.
    """
    rights.require(actor, rights.MANAGE_TENANT, tenant)
    with transaction.atomic():
        return ask_consent(actor=actor, tenant=tenant, purpose=purpose, mail_to=mail_to.strip())


def ask_consent(*, actor: Actor, tenant: Tenant, purpose: str, mail_to: str = "") -> ConsentLink:
    """Make the link inside the caller's transaction, after the caller has asked for the right."""
    connection = _connection(tenant, purpose)
    link = links.make_link(connection)
    if mail_to:
        _mail(connection, link, mail_to)
    audit.record(
        actor=actor,
        event="consent.requested",
        tenant_id=tenant.id,
        msp_id=tenant.msp_id,
        subject=tenant.name,
        data={
            "purpose": purpose,
            "connection_id": str(connection.id),
            "expires_at": link.expires_at.isoformat(),
            "mailed_to": mail_to,
        },
    )
    return link


def _connection(tenant: Tenant, purpose: str) -> Connection:
    ready = selectors.registrations(tenant.msp, cloud=tenant.cloud, purpose=purpose)
    if not ready:
        raise Invalid(
            f"{tenant.msp.name} has no application for {purpose} in this cloud yet.",
            code="no-application",
            safe="Nothing was changed in the tenant.",
            todo="Register one and enter its client id first.",
        )
    locks.hold_in_transaction(locks.tenant_connection(tenant.id))
    with tenant_scope(tenant.id):
        known = list(
            Connection.objects.filter(tenant=tenant, registration__in=ready).select_related(
                "tenant", "registration"
            )
        )
        for registration in ready:
            if registration.id not in {row.registration_id for row in known}:
                return Connection.objects.create(
                    tenant=tenant, msp_id=tenant.msp_id, registration=registration
                )
    return next((row for row in known if not row.works), known[0])


def _mail(connection: Connection, link: ConsentLink, mail_to: str) -> None:
    tenant = connection.tenant
    notify.queue_mail(
        tenant_id=tenant.id,
        to=mail_to,
        subject=f"{tenant.msp.name} asks for consent to look after your Entra tenant",
        text=_MAIL.format(
            msp=tenant.msp.name,
            customer=tenant.name,
            purpose=connection.registration.get_purpose_display(),
            expires=link.expires_at.strftime("%d %B %Y %H:%M UTC"),
            url=link.url,
        ),
        # Whoever opens it has no account here yet: the language of who sends it.
        language=language_now(),
    )


def finish_consent(*, state: str, params: Mapping[str, str], address: str = "") -> Connection:
    """Take the callback of a consent page, and prove the connection with a token of our own.

    state: finds the link that was given out, once. params: of the callback; only whether there
    was an error is believed, the tenant never. address: where it came from, for the record.

    Answers the connection: connected, incomplete, failed with its problem (another MSP may look
    after the tenant by now), or proving while a job goes on because Microsoft has not spread the
    consent yet. Raises Invalid for a link that is not good.
    """
    request = links.find_request(state)
    actor = Actor(kind="system", name="The customer's administrator", address=address)
    # Nobody is signed in here: what the link was made for is all that may be seen.
    with tenant_scope(request.connection.tenant_id):
        return _finish(request, params, actor)


def _finish(request: ConsentRequest, params: Mapping[str, str], actor: Actor) -> Connection:
    connection = request.connection
    if params.get("error") or params.get("admin_consent", "").lower() != "true":
        return _refused(connection, params, actor)
    with transaction.atomic():
        links.use(request)
        proving.mark_proving(connection)
        _record(connection, "consent.given", actor)
    if prove(connection, actor=actor):
        prove_again(connection)
    return connection


def prove(connection: Connection, *, actor: Actor, last: bool = False) -> bool:
    """Prove a connection now and keep what was found; True when it should be tried again soon.

    That is so while what is missing may only be the consent's way through Microsoft's replicas;
    last: then take what was found for the truth all the same.
    """
    finding = proving.examine(connection)
    spreading = not last and still_spreading(connection, finding)
    waits = spreading and not connection.works
    otherwise = ConnectionState.PROVING if waits else ""
    try:
        proving.keep(connection, finding, actor=actor, otherwise=otherwise)
    except Conflict as taken:
        proving.keep(connection, Finding(error=taken), actor=actor)
    return spreading


def prove_again(connection: Connection) -> None:
    """Queue the job that proves a connection while its consent spreads."""
    jobs.enqueue(
        actor=SYSTEM,
        kind="connect-prove",
        tenant=connection.tenant,
        args={"connection_id": str(connection.id)},
        once=True,
        delay=timedelta(seconds=10),
    )


def still_spreading(connection: Connection, finding: Finding) -> bool:
    """Whether what was found may only mean that the consent has not arrived everywhere yet."""
    if not _consented_lately(connection.id, connection.tenant_id):
        return False
    if finding.error is None:
        return bool(finding.missing or finding.kept_back)
    return isinstance(finding.error, EntraError) and (
        finding.error.category in ("needs-consent", "replication-lag", "throttled", "denied")
    )


def _consented_lately(connection_id: UUID, tenant_id: UUID) -> bool:
    with tenant_scope(tenant_id):
        return ConsentRequest.objects.filter(
            connection_id=connection_id, used_at__gt=clock.now() - SPREADING
        ).exists()


@transaction.atomic
def _refused(connection: Connection, params: Mapping[str, str], actor: Actor) -> Connection:
    """Note why consent was not given. The link stays good: another administrator may open it."""
    said = explanations.for_answer_to_person(params)
    error = Conflict(said.message, code=said.code, safe=said.safe, todo=said.todo)
    _record(connection, "consent.refused", actor, problem_code=error.code)
    if connection.works:
        return connection
    return proving.keep(
        connection, Finding(error=error), actor=actor, otherwise=ConnectionState.PENDING
    )


def _record(connection: Connection, event: str, actor: Actor, **data: str) -> None:
    audit.record(
        actor=actor,
        event=event,
        tenant_id=connection.tenant_id,
        msp_id=connection.tenant.msp_id,
        subject=connection.tenant.name,
        data={
            "purpose": connection.registration.purpose,
            "connection_id": str(connection.id),
            **data,
        },
    )
