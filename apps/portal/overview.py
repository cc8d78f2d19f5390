"""What waits and what ran, over all tenants that a person may see."""

from __future__ import annotations

from collections.abc import Collection
from operator import itemgetter
from uuid import UUID

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from apps.recovery.choices import RequestState
from apps.recovery.models import RecoveryRequest, Run

_LISTED = (
    *("tenant__name", "plan__risk", "plan__counts", "requested_by__name", "decided_by__name"),
    *("state", "reason", "requested_at", "expires_at", "broke_glass"),
)


def waiting(for_me: QuerySet[RecoveryRequest]) -> tuple[list[UUID], list[UUID]]:
    """The ids of the requests that wait, over all tenants of the scope: of those that wait for one
    person the first to expire first, of all others the oldest. One query."""
    rows = RecoveryRequest.objects.filter(state=RequestState.WAITING)
    is_mine = Q(pk__in=for_me.order_by().values("pk"))
    told = rows.annotate(is_mine=ExpressionWrapper(is_mine, BooleanField()))
    found = list(told.order_by("requested_at").values_list("pk", "is_mine", "expires_at"))
    mine = sorted((one for one in found if one[1]), key=itemgetter(2))
    return [pk for pk, *_ in mine], [pk for pk, is_mine, _ in found if not is_mine]


def requests_by_id(ids: Collection[UUID]) -> dict[UUID, RecoveryRequest]:
    """These requests, with what lists show of them. One query."""
    return _requests().in_bulk(ids)


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
    """With as much as lists show: plans may be long."""
    rows = RecoveryRequest.objects.select_related("tenant", "plan", "requested_by", "decided_by")
    return rows.only(*_LISTED)
