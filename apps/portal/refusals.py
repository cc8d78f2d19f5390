"""Who was refused a page, for the audit trail."""

from __future__ import annotations

from django.http import HttpRequest

from apps.access.refused import record_refused
from apps.core.errors import HoldfastError
from apps.portal.doors import actor


def record_refusal(request: HttpRequest, error: HoldfastError) -> None:
    """Record that the signed-in person was refused, where the error says so."""
    match = request.resolver_match
    if not request.user.is_authenticated or match is None:
        return
    record_refused(
        actor=actor(request),
        error=error,
        route=match.view_name,
        tenant_id=match.kwargs.get("tenant_id"),
        msp_id=match.kwargs.get("msp_id"),
    )
