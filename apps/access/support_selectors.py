"""Support sessions, as the operator and as the customer see them."""

from uuid import UUID

from django.db.models import Q, QuerySet

from apps.access.models import SupportSession
from apps.core import clock
from apps.core.errors import NotFound
from apps.core.scope import no_scope
from apps.tenants.models import Tenant


def open_support_sessions(operator_id: UUID) -> QuerySet[SupportSession]:
    """The operator's sessions that open something now."""
    now = clock.now()
    return _sessions().filter(
        operator=operator_id, ended_at__isnull=True, starts_at__lte=now, ends_at__gt=now
    )


def sessions_of_operator(operator_id: UUID) -> QuerySet[SupportSession]:
    """All sessions that the operator ever had, newest first."""
    return _sessions().filter(operator=operator_id)


def sessions_on(tenant: Tenant) -> list[SupportSession]:
    """All sessions in which the tenant could be seen, newest first: at most the last hundred."""
    covering = Q(tenant=tenant) | Q(msp=tenant.msp_id)
    with no_scope("a customer sees every support session that could see it"):
        return list(_sessions().filter(covering)[:100])


def access_session(session_id: UUID) -> SupportSession:
    """The session of this id; who may end it is asked by the service. Raises NotFound."""
    with no_scope("who may end a session is asked by the service"):
        session = _sessions().filter(pk=session_id).first()
    if session is None:
        raise NotFound("There is no such support session.", code="no-such-session")
    return session


def _sessions() -> QuerySet[SupportSession]:
    return SupportSession.objects.select_related("operator", "tenant__msp", "msp").order_by(
        "-starts_at"
    )
