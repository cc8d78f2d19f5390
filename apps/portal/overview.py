"""What waits and what ran, over all tenants that a person may see."""

from __future__ import annotations

from django.db.models import QuerySet

from apps.recovery.choices import RequestState
from apps.recovery.models import RecoveryRequest, Run


def open_requests() -> QuerySet[RecoveryRequest]:
    """Recovery requests that wait, over all tenants of the scope; the oldest first."""
    return _requests().filter(state=RequestState.WAITING).order_by("requested_at")


def decided_requests() -> QuerySet[RecoveryRequest]:
    """Recovery requests that are settled, over all tenants of the scope; the newest first."""
    return _requests().exclude(state=RequestState.WAITING).order_by("-requested_at")


def runs() -> QuerySet[Run]:
    """Recoveries over all tenants of the scope, newest first."""
    rows = Run.objects.select_related(
        "tenant", "request__requested_by", "request__decided_by", "request__plan"
    )
    return rows.order_by("-queued_at")


def _requests() -> QuerySet[RecoveryRequest]:
    return RecoveryRequest.objects.select_related("tenant", "plan", "requested_by", "decided_by")
