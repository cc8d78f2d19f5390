"""Sending what waits in the outbox; django-q2 calls due() once a minute and run() for a route."""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django_q.tasks import async_task

from apps.access.people_selectors import holders_on_msp
from apps.access.rights import MANAGE_TENANT
from apps.access.signals import mail_wanted
from apps.audit import services as audit
from apps.core import clock, locks
from apps.core.actor import SYSTEM
from apps.core.errors import Conflict
from apps.core.scope import no_scope
from apps.notify.choices import DeliveryState
from apps.notify.models import Delivery, NotificationRoute
from apps.notify.routes.sending import Outcome, send
from apps.tenants.choices import TenantState

# So many events are told in one message of a route that groups them.
TOGETHER = 20
# A route is left after this, so that the worker has time for others; the next minute goes on.
SECONDS_AT_ONCE = 45.0
# Ten attempts with waits up to an hour: about four hours.
ATTEMPTS = 10
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
# A route on which nothing arrived for so long is switched off.
DISABLED_AFTER = timedelta(days=3)
LOG_KEPT = timedelta(days=30)
_REASON = "an MSP's messages tell of several of its tenants"

_DISABLED = """Hello,

nothing has arrived over the notification route {name} for three days, so it was switched off. What
happened meanwhile is in its log. Mend the receiver, try it, and let the route go on:

{url}

You get this mail because you manage {msp} in Holdfast. It is sent once.
"""


def due() -> int:
    """Once a minute: hand every route with something due to a worker; returns how many."""
    now = clock.now()
    with no_scope(_REASON):
        Delivery.objects.filter(created_at__lt=now - LOG_KEPT).exclude(
            state=DeliveryState.QUEUED
        ).delete()
        waiting = Delivery.objects.filter(
            state=DeliveryState.QUEUED, due_at__lte=now, route__enabled=True
        )
        ids = list(waiting.order_by().values_list("route_id", flat=True).distinct())
    for route_id in ids:
        async_task(
            "apps.notify.routes.delivering.run", str(route_id), task_name="notification-route"
        )
    return len(ids)


def run(route_id: str) -> int:
    """Send what is due on one route; how many events arrived.

    One process at a time sends over a route. One that dies between sending and noting it sends the
    message again: a webhook knows it by the id of the delivery.
    """
    try:
        with (
            locks.held_in_session(locks.notification_route(UUID(route_id))),
            no_scope(_REASON),
        ):
            return _deliver(UUID(route_id))
    except Conflict:
        return 0


def _deliver(route_id: UUID) -> int:
    route = NotificationRoute.objects.filter(pk=route_id, enabled=True).first()
    sent, until = 0, time.monotonic() + SECONDS_AT_ONCE
    while route is not None and time.monotonic() < until:
        rows = _next(route)
        if not rows:
            break
        outcome = send(route, rows)
        if not outcome.arrived:
            _failed(route, rows, outcome)
            break
        _arrived(route, rows, outcome)
        sent += len(rows)
    return sent


def _next(route: NotificationRoute) -> list[Delivery]:
    """The events of the next message, without those that are not this MSP's any more."""
    waiting = Delivery.objects.filter(
        route=route, state=DeliveryState.QUEUED, due_at__lte=clock.now()
    ).order_by("created_at", "pk")
    while rows := list(waiting.select_related("tenant")[: TOGETHER if route.group_minutes else 1]):
        ours = [row for row in rows if _is_ours(route, row)]
        left = [row.pk for row in rows if row not in ours]
        Delivery.objects.filter(pk__in=left).update(
            state=DeliveryState.DROPPED, ended_at=clock.now()
        )
        if ours:
            return ours
    return []


def _is_ours(route: NotificationRoute, row: Delivery) -> bool:
    return row.tenant.msp_id == route.msp_id and row.tenant.state != TenantState.REMOVED


@transaction.atomic
def _arrived(route: NotificationRoute, rows: Sequence[Delivery], outcome: Outcome) -> None:
    now = clock.now()
    _note(rows, outcome, state=DeliveryState.SENT, ended_at=now)
    NotificationRoute.objects.filter(pk=route.pk).update(
        failing_since=None, problem="", last_sent_at=now
    )


@transaction.atomic
def _failed(route: NotificationRoute, rows: Sequence[Delivery], outcome: Outcome) -> None:
    now = clock.now()
    since = route.failing_since or now
    attempts = min(row.attempts for row in rows) + 1
    again = now + wait_after(attempts, outcome.retry_after)
    over = [row for row in rows if row.attempts + 1 >= ATTEMPTS]
    _note([row for row in rows if row not in over], outcome, due_at=again)
    _note(over, outcome, state=DeliveryState.FAILED, ended_at=now)
    NotificationRoute.objects.filter(pk=route.pk).update(
        failing_since=since, problem=outcome.problem
    )
    if now - since >= DISABLED_AFTER:
        _disable(route)


def wait_after(attempts: int, retry_after: int = 0) -> timedelta:
    """How long until the next attempt: twice as long each time, up to a fifth more by chance."""
    usual = min(LONGEST_WAIT, FIRST_WAIT * (1 << (attempts - 1)))
    wait = usual + usual * (secrets.randbelow(200) / 1000)
    return max(wait, min(LONGEST_WAIT, timedelta(seconds=retry_after)))


def _note(rows: Sequence[Delivery], outcome: Outcome, **values: DeliveryState | datetime) -> None:
    Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(
        attempts=F("attempts") + 1,
        status=outcome.status,
        duration=outcome.duration,
        problem=outcome.problem,
        **values,
    )


def _disable(route: NotificationRoute) -> None:
    """Switch a route off and tell those who manage; once."""
    if not NotificationRoute.objects.filter(pk=route.pk, enabled=True).update(enabled=False):
        return
    audit.record(
        actor=SYSTEM,
        event="notification_route.disabled",
        msp_id=route.msp_id,
        subject=route.name,
        data={"route_id": str(route.pk)},
    )
    base = settings.HOLDFAST_BASE_URL.rstrip("/")
    url = f"{base}/msp/{route.msp_id}/notifications/{route.pk}/"
    text = _DISABLED.format(name=route.name, url=url, msp=route.msp.name)
    for user in holders_on_msp(route.msp, MANAGE_TENANT):
        mail_wanted.send(
            NotificationRoute,
            to=user.email,
            subject=f"Notifications are switched off: {route.name}",
            text=text,
            language=user.language,
        )
