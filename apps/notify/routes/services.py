"""Saying who is told of what: an MSP's notification routes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from apps.access import rights
from apps.access.rights import MANAGE_TENANT, VIEW_NOTIFICATIONS
from apps.audit import services as audit
from apps.core import clock
from apps.core.actor import Actor
from apps.core.errors import Conflict, Invalid, NotFound
from apps.core.scope import no_scope
from apps.core.time_zones import known_zones
from apps.notify.choices import Channel, DeliveryState, EventKind, LeastRisk
from apps.notify.events import hand_over
from apps.notify.models import Delivery, NotificationRoute
from apps.notify.routes import sending, targets
from apps.notify.routes.sending import Outcome
from apps.notify.routes.targets import Key, Target
from apps.notify.routes.times import minutes_of
from apps.tenants.models import MSP, Tenant

LONGEST_GROUPING = 24 * 60
MOST_ROUTES = 50
_CHECKED = "an MSP's routes are changed after the rights were checked"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a route tells of and when. events: EventKind values. tenants: empty for all of them.

    quiet_from, quiet_until: in time_zone, both or neither. group_minutes: 0 for one by one.
    """

    name: str
    events: tuple[str, ...]
    tenants: tuple[UUID, ...] = ()
    least_risk: str = LeastRisk.LOW
    quiet_from: time | None = None
    quiet_until: time | None = None
    time_zone: str = "UTC"
    group_minutes: int = 0


@transaction.atomic
def add_route(
    *, actor: Actor, msp: MSP, channel: str, address: str, wanted: Wanted
) -> tuple[NotificationRoute, Key | None]:
    """Have an MSP told from now on; the route, and the key of a webhook, shown this once.

    address: a URL, or e-mail addresses. Raises Invalid, PushFailed for an address that is not to
    be reached, NotAllowed.
    """
    rights.require_on_msp(actor, MANAGE_TENANT, msp)
    if channel not in Channel.values:
        raise Invalid("Choose how to be told.", code="route-channel")
    addresses = targets.checked_addresses(channel, address)
    route = NotificationRoute(msp=msp, channel=channel, shown=targets.shown(channel, addresses))
    _set(route, wanted)
    key = targets.new_key() if channel == Channel.WEBHOOK else None
    targets.seal(route, Target(addresses, (key,) if key else ()))
    with no_scope(_CHECKED):
        if NotificationRoute.objects.filter(msp=msp).count() >= MOST_ROUTES:
            raise Conflict(f"An MSP has at most {MOST_ROUTES} routes.", code="too-many-routes")
        route.save(force_insert=True)
    _record(actor, "notification_route.added", route, channel=channel)
    return route, key


@transaction.atomic
def change_route(
    *, actor: Actor, route: NotificationRoute, wanted: Wanted, address: str = ""
) -> None:
    """Tell of other things, or at other times. address: another one, "" for the same as before.

    Another address of a webhook keeps its key. Raises as add_route() does.
    """
    _require(actor, route)
    _set(route, wanted)
    if address.strip():
        addresses = targets.checked_addresses(route.channel, address)
        targets.seal(route, Target(addresses, targets.unseal(route).keys))
        route.shown = targets.shown(route.channel, addresses)
    with no_scope(_CHECKED):
        route.save(
            update_fields=[
                *("name", "events", "tenant_ids", "least_risk", "quiet_from", "quiet_until"),
                *("time_zone", "group_minutes", "shown", "wrapped_key", "sealed"),
            ]
        )
    _record(actor, "notification_route.changed", route, moved=bool(address.strip()))


@transaction.atomic
def rotate_key(*, actor: Actor, route: NotificationRoute) -> Key:
    """Make a webhook another key, shown this once; the one before it signs too for a day."""
    _require(actor, route)
    if route.channel != Channel.WEBHOOK:
        raise Invalid("Only webhooks are signed.", code="route-unsigned")
    target = targets.unseal(route)
    keys = targets.rotated(target.keys)
    targets.seal(route, Target(target.addresses, keys))
    with no_scope(_CHECKED):
        route.save(update_fields=["wrapped_key", "sealed"])
    _record(actor, "notification_route.key_rotated", route, key_id=keys[0].id)
    return keys[0]


@transaction.atomic
def pause_route(*, actor: Actor, route: NotificationRoute) -> None:
    """Tell nothing over this route for now: what happens meanwhile is not told later."""
    _set_enabled(actor, route, False, "notification_route.paused")


@transaction.atomic
def resume_route(*, actor: Actor, route: NotificationRoute) -> None:
    """Tell of what happens from now on, and send what had not arrived before."""
    _set_enabled(actor, route, True, "notification_route.resumed")


@transaction.atomic
def remove_route(*, actor: Actor, route: NotificationRoute) -> None:
    """Forget a route with its log; what waits is not sent."""
    _require(actor, route)
    _record(actor, "notification_route.removed", route)
    with no_scope(_CHECKED):
        route.delete()


def try_route(*, actor: Actor, route: NotificationRoute) -> Outcome:
    """Send one message that tells of nothing, now, whether the route is paused or not."""
    _require(actor, route)
    with no_scope(_CHECKED):
        outcome = sending.send_test(route)
    _record(actor, "notification_route.tried", route, arrived=outcome.arrived)
    return outcome


@transaction.atomic
def resend(*, actor: Actor, delivery: Delivery) -> None:
    """Send an event once more, at once, to where the route leads. Needs the right to see
    notifications. Raises Conflict when it waits to be sent already."""
    route = delivery.route
    _require(actor, route, VIEW_NOTIFICATIONS)
    ended = (DeliveryState.SENT, DeliveryState.FAILED)
    with no_scope(_CHECKED):
        again = Delivery.objects.filter(pk=delivery.pk, state__in=ended).update(
            state=DeliveryState.QUEUED, attempts=0, due_at=clock.now(), ended_at=None
        )
    if again != 1:
        raise Conflict("This waits to be sent already, or cannot be.", code="delivery-waits")
    _record(actor, "notification.resent", route, kind=delivery.kind)
    hand_over(route.pk)


def access_route(actor: Actor, msp: MSP, route_id: UUID) -> NotificationRoute:
    """One of an MSP's routes. Raises NotFound, NotAllowed."""
    rights.require_on_msp(actor, VIEW_NOTIFICATIONS, msp)
    found = NotificationRoute.objects.filter(msp=msp, pk=route_id).first()
    if found is None:
        raise NotFound("There is no such route.", code="no-such-route")
    return found


def routes_of(actor: Actor, msp: MSP) -> QuerySet[NotificationRoute]:
    """An MSP's routes, the oldest first. Raises NotAllowed."""
    rights.require_on_msp(actor, VIEW_NOTIFICATIONS, msp)
    return NotificationRoute.objects.filter(msp=msp).order_by("created_at", "pk")


def log_of(route: NotificationRoute, *, most: int = 100) -> list[Delivery]:
    """What was told over a route lately, the newest first, of tenants that are still the MSP's."""
    with no_scope("the log of a route that its reader may manage"):
        rows = Delivery.objects.filter(route=route, tenant__msp=route.msp_id)
        return list(rows.select_related("tenant", "route").order_by("-created_at", "-pk")[:most])


def deliveries_of(route: NotificationRoute) -> QuerySet[Delivery]:
    """The same of the tenants of the scope, however many there are."""
    return Delivery.objects.filter(route=route, tenant__msp=route.msp_id)


def access_delivery(route: NotificationRoute, delivery_id: UUID) -> Delivery:
    """One entry of a route's log. Raises NotFound."""
    with no_scope("the log of a route that its reader may manage"):
        rows = Delivery.objects.filter(route=route, tenant__msp=route.msp_id, pk=delivery_id)
        found = rows.select_related("route__msp").first()
    if found is None:
        raise NotFound("There is no such entry.", code="no-such-delivery")
    return found


def _set(route: NotificationRoute, wanted: Wanted) -> None:
    name = " ".join(wanted.name.split())
    if not 0 < len(name) <= 100:
        raise Invalid("Give the route a name of at most 100 characters.", code="route-name")
    if not wanted.events or not set(wanted.events) <= set(EventKind.values):
        raise Invalid("Choose at least one event to be told of.", code="route-events")
    if wanted.least_risk not in LeastRisk.values:
        raise Invalid("Choose from which risk on to be told.", code="route-risk")
    if (wanted.quiet_from is None) != (wanted.quiet_until is None):
        raise Invalid("Quiet hours need a beginning and an end.", code="route-quiet")
    if wanted.time_zone not in known_zones():
        raise Invalid(
            "There is no such time zone.", code="route-time-zone", todo="Write e.g. Europe/Berlin."
        )
    if not 0 <= wanted.group_minutes <= LONGEST_GROUPING:
        raise Invalid("Group for at most a day (1440 minutes).", code="route-grouping")
    _require_own(route.msp_id, wanted.tenants)
    route.name, route.events = name, sorted(set(wanted.events))
    route.tenant_ids = sorted(str(one) for one in set(wanted.tenants))
    route.least_risk, route.time_zone = wanted.least_risk, wanted.time_zone
    route.quiet_from, route.quiet_until = map(minutes_of, (wanted.quiet_from, wanted.quiet_until))
    route.group_minutes = wanted.group_minutes


def _require_own(msp_id: UUID, tenants: tuple[UUID, ...]) -> None:
    with no_scope("whether tenants are the MSP's"):
        known = Tenant.objects.filter(msp_id=msp_id, pk__in=tenants).count()
    if known != len(set(tenants)):
        raise Invalid("One of these tenants is not yours.", code="route-tenants")


def _set_enabled(actor: Actor, route: NotificationRoute, enabled: bool, event: str) -> None:
    _require(actor, route)
    with no_scope(_CHECKED):
        changed = NotificationRoute.objects.filter(pk=route.pk, enabled=not enabled).update(
            enabled=enabled, failing_since=None, problem=""
        )
        route.refresh_from_db()
    if changed:
        _record(actor, event, route)
        if enabled:
            hand_over(route.pk)


def _require(actor: Actor, route: NotificationRoute, right: str = MANAGE_TENANT) -> None:
    with no_scope("whose route it is decides who may change it"):
        msp = route.msp
    rights.require_on_msp(actor, right, msp)


def _record(actor: Actor, event: str, route: NotificationRoute, **data: object) -> None:
    audit.record(
        actor=actor,
        event=event,
        msp_id=route.msp_id,
        subject=route.name,
        data={"route_id": str(route.pk), **data},
    )
