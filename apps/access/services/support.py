"""Support sessions: a platform operator looks at a customer, for a time, in the open."""

from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.urls import reverse

from apps.access import rights, selectors, support_selectors
from apps.access.models import SupportSession, User
from apps.access.models.support import LONGEST
from apps.access.people_selectors import managers_of
from apps.access.services import guards
from apps.access.services.acting import acting
from apps.access.sides import On
from apps.access.signals import mail_wanted
from apps.core import clock
from apps.core.actor import Actor
from apps.core.errors import Conflict, HoldfastError, Invalid, NotAllowed, NotFound
from apps.core.scope import no_scope
from apps.tenants.models import Tenant

USUAL: Final = timedelta(hours=1)
SHORTEST: Final = timedelta(minutes=5)
SHORTEST_REASON: Final = 10

_TEXT = """\
{operator} of the platform started a support session and can look at {on} until {until} UTC.

Reason: {reason}

Nothing can be changed in it, and every page that is opened is in your audit trail.
To see it, or to end it at once: {url}
"""


@acting
def start_support_session(
    *, actor: Actor, on: On, reason: str, duration: timedelta = USUAL
) -> SupportSession:
    """Let an operator look at one tenant, or at an MSP's tenants, from now on.

    duration: 5 minutes to 4 hours. It shows backups and nothing else, changes nothing, and its
    customers' and MSP's Tenant Managers get mail. Raises Conflict while one is open there,
    Invalid, NotAllowed for anybody but an operator in person.
    """
    operator = _operator(actor)
    reason = reason.strip()
    if len(reason) < SHORTEST_REASON:
        raise Invalid("Say why, in a few words: the customer reads it.", code="support-reason")
    if not SHORTEST <= duration <= LONGEST:
        raise Invalid("A support session lasts 5 minutes to 4 hours.", code="support-duration")
    guards.hold_people_of(on)
    side = {"tenant": on} if isinstance(on, Tenant) else {"msp": on}
    with no_scope("an operator holds no role, and managers are told whoever they are"):
        if support_selectors.open_support_sessions(operator.pk).filter(**side).exists():
            raise Conflict("A support session of yours is open there.", code="support-open")
        now = clock.now()
        session = SupportSession.objects.create(
            operator=operator, reason=reason, starts_at=now, ends_at=now + duration, **side
        )
        _tell_managers(session, operator)
    minutes = int(duration.total_seconds() // 60)
    _record(actor, "support_session.started", session, reason=reason, minutes=minutes)
    return session


@acting
def end_support_session(*, actor: Actor, session: SupportSession) -> None:
    """End it at once: by its operator, or by who manages the people of what it opens.

    Raises Conflict when it is over, NotAllowed, NotFound.
    """
    if actor.user_id != session.operator_id or actor.limits is not None:
        _require_manager_of_any(actor, session)
    # Afterwards its operator sees nothing of what it opened, not even the name.
    on, now = session.on, clock.now()
    still_open = SupportSession.objects.filter(pk=session.pk, ended_at__isnull=True)
    if not still_open.filter(ends_at__gt=now).update(ended_at=now, ended_by=actor.user_id):
        raise Conflict("This support session is over already.", code="support-over")
    session.ended_at, session.ended_by_id = now, actor.user_id
    guards.record(actor, "support_session.ended", on, on.name, session=str(session.pk))


@acting
def record_support_request(
    *, actor: Actor, session: SupportSession, tenant: Tenant | None, route: str
) -> None:
    """Put one request of a support session into the trail of the tenant it was about.

    route: the name of the page. tenant: None for a page over all that the session opens. Call it
    before anything is shown.
    """
    where: On = tenant or session.on
    guards.record(
        actor, "support_session.request", where, where.name, session=str(session.pk), route=route
    )


def _operator(actor: Actor) -> User:
    operators = User.objects.filter(is_operator=True, is_active=True)
    operator = operators.filter(pk=actor.user_id).first() if actor.user_id else None
    if operator is None or actor.kind != "user" or actor.limits is not None:
        raise NotAllowed(
            "Only a platform operator in person starts a support session.",
            code="needs-operator",
            safe="Nothing was opened.",
        )
    return operator


def _require_manager_of_any(actor: Actor, session: SupportSession) -> None:
    """Raise unless the actor manages the people of a tenant or the MSP that the session opens."""
    if session.tenant is not None:
        rights.require(actor, rights.MANAGE_PEOPLE, session.tenant)
        return
    user = User.objects.filter(pk=actor.user_id).first() if actor.user_id else None
    if user is not None:
        managed = selectors.tenants_of(user, rights.MANAGE_PEOPLE, limits=actor.limits)
        if managed.filter(msp=session.msp).exists():
            return
    try:
        rights.require_on_msp(actor, rights.MANAGE_PEOPLE, session.on)  # type: ignore[arg-type]
    except HoldfastError:
        raise NotFound("There is no such support session.", code="no-such-session") from None


def _tell_managers(session: SupportSession, operator: User) -> None:
    on = session.on
    for manager in managers_of(on):
        path = reverse("portal:people")
        if isinstance(on, Tenant):
            path = reverse("portal:tenant-people", args=[on.pk])
        text = _TEXT.format(
            operator=operator.name,
            on=on.name if isinstance(on, Tenant) else f"the customers of {on.name}",
            until=session.ends_at.strftime("%d %B %Y, %H:%M"),
            reason=session.reason,
            url=f"{settings.HOLDFAST_BASE_URL}{path}",
        )
        subject = f"Support session: {on.name}"
        mail_wanted.send(
            SupportSession,
            to=manager.email,
            subject=subject,
            text=text,
            language=manager.language,
        )


def _record(
    actor: Actor, event: str, session: SupportSession, *, reason: str = "", **data: Any
) -> None:
    guards.record(
        actor, event, session.on, session.on.name, reason=reason, session=str(session.pk), **data
    )
