"""What a platform operator opens in a support session is written down before it is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from apps.access import services
from apps.access.models import SupportSession, User
from apps.access.support_selectors import open_support_sessions
from apps.core.scope import no_scope
from apps.portal.doors import actor
from apps.tenants.models import Tenant

# The operator's own pages, which show nothing of a customer.
OWN = frozenset(
    {
        "portal:account",
        "portal:end-support",
        "portal:msps",
        "portal:onboard-msp",
        "portal:roles",
        "portal:start-support",
        "portal:support",
        "portal:theme",
    }
)


class SupportTrail:
    """Records each request of an operator in the trail of the customers whom it can show.

    A page of one tenant goes into that tenant's trail; a page over all tenants into the trail of
    each session that is open. After the person is in scope, and before any view.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        user = request.user
        if not isinstance(user, User) or not user.is_operator or request.resolver_match is None:
            return
        route = request.resolver_match.view_name
        if not route.startswith("portal:") or route in OWN:
            return
        _record(request, user, route, kwargs.get("tenant_id"))


def _record(request: HttpRequest, user: User, route: str, tenant_id: UUID | None) -> None:
    with no_scope("what an operator opens is written down"):
        sessions = list(open_support_sessions(user.pk))
        tenant = Tenant.objects.filter(pk=tenant_id).first() if tenant_id else None
    for session in sessions:
        if tenant_id is None or (tenant is not None and _covers(session, tenant)):
            services.record_support_request(
                actor=replace(actor(request), via=f"support-session {session.pk}"),
                session=session,
                tenant=tenant,
                route=route,
            )


def _covers(session: SupportSession, tenant: Tenant) -> bool:
    return tenant.pk == session.tenant_id or tenant.msp_id == session.msp_id
