"""An MSP's notification routes in the portal: added, seen, tried, and their secret shown once."""

from __future__ import annotations

import pytest
from django.core import mail
from django.urls import reverse

from apps.core.scope import no_scope
from apps.notify.choices import EventKind
from apps.notify.events import raise_event
from apps.notify.models import NotificationRoute
from apps.notify.routes import delivering
from tests.portal.world import World, signed_in

pytestmark = pytest.mark.django_db


def test_the_secret_of_a_webhook_is_shown_once_and_its_address_never(world: World) -> None:
    client, msp = signed_in(world.cast.alice), world.cast.north
    form = {
        "channel": "webhook",
        "address": "https://1.1.1.1/a-secret-path",
        "name": "Ticket system",
        "events": ["run.failed", "glass.broken"],
        "quiet_from": "22:00",
        "quiet_until": "06:30",
        "time_zone": "Europe/Berlin",
        "group_minutes": "15",
        "tenants": [str(world.tenant.pk)],
    }
    shown = client.post(reverse("portal:notification-routes", args=[msp.pk]), form)
    with no_scope("a test looks"):
        added = NotificationRoute.objects.get(name="Ticket system")
    assert "shown only now" in shown.content.decode()
    again = client.get(reverse("portal:notification-route", args=[msp.pk, added.pk]))
    said = again.content.decode()
    assert "shown only now" not in said
    assert "a-secret-path" not in said + shown.content.decode()
    assert 'value="22:00"' in said
    assert 'value="06:30"' in said
    assert (added.group_minutes, added.tenant_ids) == (15, [str(world.tenant.pk)])


def test_what_was_told_stands_in_the_log_and_is_sent_again_by_hand(world: World) -> None:
    client, route = signed_in(world.cast.alice), world.notification_route
    raise_event(EventKind.GLASS_BROKEN, world.tenant)
    delivering.run(str(route.pk))
    url = reverse("portal:notification-route", args=[world.cast.north.pk, route.pk])
    page = client.get(url).content.decode()
    assert "Glass broken" in page
    assert "Contoso" in page
    with no_scope("a test looks"):
        delivery = route.deliveries.latest("created_at")
    change = reverse("portal:change-notification-route", args=[world.cast.north.pk, route.pk])
    client.post(change, {"what": "resend", "delivery": str(delivery.pk)})
    delivering.run(str(route.pk))
    assert len(mail.outbox) == 2
    client.post(change, {"what": "test"})
    assert mail.outbox[-1].subject == "Holdfast can send its messages here"
