"""Saying that something happened, to the routes that want to know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction
from django_q.tasks import async_task

from apps.core import clock
from apps.core.identifiers import new_id
from apps.core.scope import no_scope, tenant_scope
from apps.notify.choices import DeliveryState, EventKind, LeastRisk
from apps.notify.models import Delivery, NotificationRoute
from apps.notify.routes.times import due_at
from apps.tenants.models import Tenant

Value = str | int | float | bool
_RISKS = tuple(LeastRisk.values)


@transaction.atomic
def raise_event(
    kind: EventKind,
    tenant: Tenant,
    data: Mapping[str, Value] | None = None,
    subjects: Mapping[str, UUID | int] | None = None,
    *,
    resolved: bool = False,
) -> int:
    """Have every route that wants to know told, once the caller's transaction commits.

    data: numbers, codes and ids, no personal data; `risk` (low, medium, high) is what routes
    choose by. subjects: what it is about by name (snapshot, report, request, run), for the link.
    resolved: a problem is over. Returns how many routes will be told; one query when none. Of
    what happens in a rehearsal nobody is told.
    """
    if tenant.is_rehearsal:
        return 0
    said = dict(data or {})
    with tenant_scope(tenant.pk):
        routes = [
            route
            for route in NotificationRoute.objects.filter(msp_id=tenant.msp_id, enabled=True)
            if _wants(route, kind, tenant, said)
        ]
        if not routes:
            return 0
        now, event_id = clock.now(), new_id()
        together = _gathering(routes, now)
        rows = [
            Delivery(
                tenant_id=tenant.pk,
                route=route,
                event_id=event_id,
                kind=kind,
                resolved=resolved,
                data=said,
                subjects={name: str(one) for name, one in (subjects or {}).items()},
                created_at=now,
                due_at=due_at(route, kind, now, together.get(route.pk)),
            )
            for route in routes
        ]
        Delivery.objects.bulk_create(rows)
    for row in rows:
        if row.due_at <= now:
            hand_over(row.route_id)
    return len(rows)


def hand_over(route_id: UUID) -> None:
    """Have a worker send what is due on a route, after the commit; else the next minute does."""
    run = partial(
        async_task,
        "apps.notify.routes.delivering.run",
        str(route_id),
        task_name="notification-route",
    )
    transaction.on_commit(run)


def _wants(
    route: NotificationRoute, kind: EventKind, tenant: Tenant, data: Mapping[str, Value]
) -> bool:
    if kind not in route.events:
        return False
    if route.tenant_ids and str(tenant.pk) not in route.tenant_ids:
        return False
    risk = data.get("risk")
    return risk not in _RISKS or _RISKS.index(str(risk)) >= _RISKS.index(route.least_risk)


def _gathering(routes: Iterable[NotificationRoute], now: datetime) -> dict[UUID, datetime]:
    """When the message goes that each of the grouping routes gathers at the moment."""
    ids = [route.pk for route in routes if route.group_minutes]
    if not ids:
        return {}
    with no_scope("one message tells of several tenants of an MSP"):
        waiting = Delivery.objects.filter(
            route_id__in=ids, state=DeliveryState.QUEUED, attempts=0, due_at__gt=now
        )
        return dict(waiting.order_by("-due_at").values_list("route_id", "due_at"))
