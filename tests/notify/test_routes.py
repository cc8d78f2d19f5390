"""MSPs are told what happens: over real receivers, signed, once for each cause, never lost."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

import pytest
from django.core import mail
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from apps.audit.models import AuditRecord
from apps.core import clock
from apps.core.errors import Conflict, Invalid, NotAllowed, NotFound
from apps.core.scope import no_scope
from apps.notify.choices import Channel, DeliveryState, EventKind
from apps.notify.events import raise_event
from apps.notify.models import Delivery, NotificationRoute, PersonalMail, Problem
from apps.notify.problems import open_problem, resolve_problems
from apps.notify.pushing.errors import PushFailed
from apps.notify.routes import delivering, services, targets
from apps.notify.routes.delivering import ATTEMPTS, wait_after
from apps.notify.routes.services import Wanted
from apps.notify.routes.targets import Key
from apps.notify.routes.times import after_quiet
from tests.factories import Cast, actor_of, make_cast
from tests.notify.receivers import Hook, web_server

ALL = tuple(EventKind.values)
START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def hook(settings: Settings) -> Iterator[Hook]:
    settings.HOLDFAST_PUSH_INTERNAL = ["127.0.0.0/8"]
    with web_server() as hook:
        yield hook


def add(
    cast: Cast, address: str, channel: str = Channel.WEBHOOK, **more: object
) -> tuple[NotificationRoute, Key | None]:
    wanted = Wanted(**{"name": "Night watch", "events": ALL, **more})
    return services.add_route(
        actor=actor_of(cast.alice), msp=cast.north, channel=channel, address=address, wanted=wanted
    )


def send(route: NotificationRoute) -> NotificationRoute:
    delivering.run(str(route.pk))
    with no_scope("a test looks"):
        return NotificationRoute.objects.select_related("msp").get(pk=route.pk)


def log(route: NotificationRoute) -> list[Delivery]:
    return services.log_of(route)[::-1]


def assert_signed(headers: dict[str, str], body: bytes, key: Key, which: str = "") -> None:
    signed = headers["X-Holdfast-Timestamp"].encode() + b"." + body
    expected = hmac.digest(bytes.fromhex(key.secret), signed, "sha256").hex()
    assert headers[f"X-Holdfast-{which}Key"] == key.id
    assert headers[f"X-Holdfast-{which}Signature"] == f"v1={expected}"


def test_a_webhook_gets_the_event_signed_with_a_link(cast: Cast, hook: Hook) -> None:
    route, key = add(cast, hook.address)
    assert key is not None
    raise_event(EventKind.SNAPSHOT_TAKEN, cast.contoso, {"complete": True}, {"snapshot": 7})
    route = send(route)
    [(headers, body)] = hook.requests
    assert_signed(headers, body, key)
    [event] = json.loads(body)["events"]
    assert event["kind"] == "snapshot.taken"
    assert event["tenant"] == {"id": str(cast.contoso.pk), "name": "Contoso"}
    assert event["link"].endswith(f"/tenants/{cast.contoso.pk}/snapshots/7/")
    [row] = log(route)
    assert (row.state, row.status, row.attempts) == (DeliveryState.SENT, 204, 1)
    assert event["delivery"] == str(row.pk)
    assert row.duration is not None
    send(route)
    assert len(hook.requests) == 1


def test_the_key_before_signs_too_for_a_day(cast: Cast, hook: Hook) -> None:
    route, first = add(cast, hook.address)
    assert first is not None
    with clock.frozen(clock.now()) as now:
        second = services.rotate_key(actor=actor_of(cast.alice), route=route)
        raise_event(EventKind.RUN_STARTED, cast.contoso)
        send(route)
        now.advance(timedelta(hours=25))
        raise_event(EventKind.RUN_STARTED, cast.contoso)
        send(route)
    (both, body), (alone, later) = hook.requests
    assert_signed(both, body, second)
    assert_signed(both, body, first, "Previous-")
    assert_signed(alone, later, second)
    assert "X-Holdfast-Previous-Signature" not in alone


def test_secrets_are_sealed(cast: Cast, hook: Hook) -> None:
    route, key = add(cast, hook.address)
    assert key is not None
    with no_scope("a test looks"):
        [row] = NotificationRoute.objects.values_list("sealed", "wrapped_key", "shown")
    assert row[2] == "127.0.0.1"
    for part in (key.secret.encode(), bytes.fromhex(key.secret), b"key=1"):
        assert part not in bytes(row[0]) + bytes(row[1])
    assert targets.unseal(route).addresses == (hook.address,)


@pytest.mark.parametrize("channel", [Channel.TEAMS, Channel.SLACK])
def test_chats_get_the_tenant_what_happened_and_a_link(
    cast: Cast, hook: Hook, channel: Channel
) -> None:
    route, key = add(cast, hook.address, channel)
    assert key is None
    raise_event(
        EventKind.APPROVAL_WANTED, cast.contoso, {"risk": "high"}, {"request": cast.contoso.pk}
    )
    send(route)
    [(headers, body)] = hook.requests
    said = json.loads(body)
    assert "X-Holdfast-Signature" not in headers
    assert "Contoso: A recovery waits for approval (risk: high)." in body.decode()
    assert f"/requests/{cast.contoso.pk}/" in body.decode()
    if channel == Channel.TEAMS:
        [card] = said["attachments"]
        assert card["contentType"] == "application/vnd.microsoft.card.adaptive"
        assert card["content"]["type"] == "AdaptiveCard"
    else:
        assert said["blocks"][0]["text"]["type"] == "mrkdwn"


def test_mail_goes_to_every_address_and_shows_none_of_them(cast: Cast) -> None:
    route, _ = add(cast, "noc@north.test\nduty@north.test, noc@north.test", Channel.MAIL)
    assert route.shown == "2 addresses"
    raise_event(EventKind.GLASS_BROKEN, cast.contoso)
    send(route)
    [message] = mail.outbox
    assert message.bcc == ["noc@north.test", "duty@north.test"]
    assert message.to == []
    assert message.subject.startswith("Contoso: The glass was broken")
    assert "noc@" not in message.body


def test_a_route_tells_only_what_was_chosen(cast: Cast, hook: Hook) -> None:
    chosen = {"events": ("changes.found",), "least_risk": "medium"}
    route, _ = add(cast, hook.address, tenants=(cast.contoso.pk,), **chosen)
    told = [
        raise_event(EventKind.RUN_STARTED, cast.contoso),
        raise_event(EventKind.CHANGES, cast.contoso, {"risk": "low"}),
        raise_event(EventKind.CHANGES, cast.contoso, {"risk": "medium"}),
        raise_event(EventKind.CHANGES, cast.fabrikam, {"risk": "high"}),
        raise_event(EventKind.CHANGES, cast.tailspin, {"risk": "high"}),
    ]
    assert told == [0, 0, 1, 0, 0]
    assert [row.data for row in log(route)] == [{"risk": "medium"}]


def test_another_msp_is_told_nothing(cast: Cast, hook: Hook) -> None:
    route, _ = add(cast, hook.address)
    assert raise_event(EventKind.RUN_STARTED, cast.tailspin) == 0
    with pytest.raises(NotFound):
        services.access_route(actor_of(cast.mallory), cast.north, route.pk)
    with pytest.raises(NotFound):
        services.remove_route(actor=actor_of(cast.mallory), route=route)
    with pytest.raises(NotAllowed):
        services.pause_route(actor=actor_of(cast.bob), route=route)
    with pytest.raises(Invalid):
        add(cast, hook.address, tenants=(cast.tailspin.pk,))
    assert send(route).enabled


def test_what_was_rolled_back_is_not_told(cast: Cast, hook: Hook) -> None:
    route, _ = add(cast, hook.address)
    with transaction.atomic():
        raise_event(EventKind.RUN_STARTED, cast.contoso)
        transaction.set_rollback(True)
    assert log(route) == []


def test_what_does_not_arrive_is_tried_again_and_given_up_in_the_end(
    cast: Cast, hook: Hook
) -> None:
    route, _ = add(cast, hook.address)
    hook.status = 500
    with clock.frozen(clock.now()) as now:
        raise_event(EventKind.RUN_FAILED, cast.contoso, {"state": "failed"})
        send(route)
        send(route)
        assert len(hook.requests) == 1  # it waits
        for _ in range(ATTEMPTS):
            now.advance(timedelta(hours=2))
            route = send(route)
        assert len(hook.requests) == ATTEMPTS
        [row] = log(route)
        assert (row.state, row.status) == (DeliveryState.FAILED, 500)
        assert row.problem == "The receiver answered with status 500."
        hook.status = 200
        services.resend(
            actor=actor_of(cast.alice), delivery=services.access_delivery(route, row.pk)
        )
        route = send(route)
    [row] = log(route)
    assert (row.state, row.problem, route.failing_since) == (DeliveryState.SENT, "", None)
    assert hook.requests[0][1] == hook.requests[-1][1]


def test_what_waits_to_be_sent_is_not_sent_twice_by_hand(cast: Cast, hook: Hook) -> None:
    route, _ = add(cast, hook.address)
    raise_event(EventKind.RUN_STARTED, cast.contoso)
    [row] = log(route)
    with pytest.raises(Conflict):
        services.resend(actor=actor_of(cast.alice), delivery=row)


def test_waits_grow_and_are_bounded_and_heed_the_receiver() -> None:
    for attempts in range(1, 30):
        usual = min(timedelta(hours=1), timedelta(seconds=30 * 2 ** (attempts - 1)))
        assert usual <= wait_after(attempts) <= usual * 1.2
    assert wait_after(1, retry_after=600) == timedelta(minutes=10)
    assert wait_after(1, retry_after=10**9) == timedelta(hours=1)


def test_a_route_on_which_nothing_arrives_for_days_is_switched_off_and_managers_are_told(
    cast: Cast, hook: Hook
) -> None:
    route, _ = add(cast, hook.address)
    hook.status = 410
    with clock.frozen(clock.now()) as now:
        for _ in range(2):
            raise_event(EventKind.RUN_STARTED, cast.contoso)
            route = send(route)
            now.advance(timedelta(days=3))
        route = send(route)
        assert not route.enabled
        told = PersonalMail.objects.count()
        assert told > 0
        assert raise_event(EventKind.RUN_STARTED, cast.contoso) == 0
        send(route)
        assert PersonalMail.objects.count() == told
        hook.status = 200
        services.resume_route(actor=actor_of(cast.alice), route=route)
        send(route)
    assert log(route)[-1].state == DeliveryState.SENT
    with no_scope("a test looks"):
        records = AuditRecord.objects.filter(event="notification_route.disabled")
        assert [one.msp_id for one in records] == [cast.north.pk]


def test_what_happens_close_together_is_one_message(cast: Cast, hook: Hook) -> None:
    route, _ = add(cast, hook.address, group_minutes=30)
    with clock.frozen(clock.now()) as now:
        raise_event(EventKind.RUN_STARTED, cast.contoso)
        now.advance(timedelta(minutes=20))
        raise_event(EventKind.RUN_ENDED, cast.fabrikam)
        send(route)
        assert hook.requests == []
        raise_event(EventKind.GLASS_BROKEN, cast.contoso)  # cannot wait
        send(route)
        now.advance(timedelta(minutes=11))
        send(route)
    kinds = [[one["kind"] for one in json.loads(body)["events"]] for _, body in hook.requests]
    assert kinds == [["glass.broken"], ["run.started", "run.ended"]]


def test_nothing_is_told_in_quiet_hours_but_what_cannot_wait(cast: Cast, hook: Hook) -> None:
    quiet = {"quiet_from": time(22), "quiet_until": time(6), "time_zone": "Europe/Berlin"}
    route, _ = add(cast, hook.address, **quiet)
    with clock.frozen(datetime(2026, 1, 10, 22, 30, tzinfo=UTC)) as now:
        raise_event(EventKind.RUN_ENDED, cast.contoso)
        raise_event(EventKind.DAMAGE, cast.contoso, {"damage": 1})
        send(route)
        assert len(hook.requests) == 1
        now.advance(timedelta(hours=6, minutes=30))
        send(route)
    kinds = [json.loads(body)["events"][0]["kind"] for _, body in hook.requests]
    assert kinds == ["history.damaged", "run.ended"]


@given(
    st.integers(0, 365 * 24 * 60).map(lambda n: START + timedelta(minutes=n)),
    st.integers(0, 1439),
    st.integers(0, 1439),
)
def test_a_message_goes_at_once_or_when_the_quiet_hours_end(
    at: datetime, begin: int, end: int
) -> None:
    route = NotificationRoute(quiet_from=begin, quiet_until=end, time_zone="Asia/Kolkata")
    goes = after_quiet(route, at)
    assert at <= goes <= at + timedelta(days=1)
    assert after_quiet(route, goes) == goes


def test_a_problem_is_told_once_and_so_is_its_end(cast: Cast, hook: Hook) -> None:
    route, _ = add(cast, hook.address)
    kind = EventKind.SNAPSHOT_FAILED
    with clock.frozen(clock.now()) as now:
        told = [open_problem(kind, cast.contoso, "capture", {"code": "x"}) for _ in range(3)]
        now.advance(timedelta(minutes=90))
        assert resolve_problems(kind, cast.fabrikam) == 0
        assert resolve_problems(kind, cast.contoso) == 1
        assert resolve_problems(kind, cast.contoso) == 0
    assert told == [True, False, False]
    assert [(row.resolved, row.data.get("minutes")) for row in log(route)] == [
        (False, None),
        (True, 90),
    ]
    assert open_problem(kind, cast.contoso, "capture")
    with no_scope("a test looks"):
        assert Problem.objects.filter(resolved_at=None).count() == 1


def test_a_tenant_that_has_left_is_not_told_of_any_more(cast: Cast, hook: Hook) -> None:
    route, _ = add(cast, hook.address)
    raise_event(EventKind.RUN_STARTED, cast.contoso)
    with no_scope("the tenant goes to another MSP"):
        type(cast.contoso).objects.filter(pk=cast.contoso.pk).update(msp=cast.south)
    send(route)
    assert hook.requests == []
    assert log(route) == []
    with no_scope("a test looks"):
        assert Delivery.objects.get(route=route).state == DeliveryState.DROPPED


@pytest.mark.parametrize(
    "address", ["https://127.0.0.1/", "https://169.254.169.254/latest", "https://localhost/"]
)
def test_nothing_is_sent_into_the_house(cast: Cast, address: str) -> None:
    with pytest.raises(PushFailed):
        add(cast, address)


@pytest.mark.parametrize(
    "address", ["http://1.1.1.1/", "syslog+tls://1.1.1.1", "https://u:p@1.1.1.1/", "ftp://x", ""]
)
def test_only_https_addresses_are_taken(cast: Cast, address: str) -> None:
    with pytest.raises(Invalid):
        add(cast, address)


def test_trying_a_route_tells_how_it_went(cast: Cast, hook: Hook) -> None:
    route, key = add(cast, hook.address)
    assert key is not None
    assert services.try_route(actor=actor_of(cast.alice), route=route).arrived
    assert_signed(*hook.requests[0], key)
    hook.status = 404
    outcome = services.try_route(actor=actor_of(cast.alice), route=route)
    assert (outcome.arrived, outcome.status) == (False, 404)


def test_old_entries_of_the_log_go_and_what_waits_stays(cast: Cast, hook: Hook) -> None:
    route, _ = add(cast, hook.address)
    with clock.frozen(clock.now()) as now:
        raise_event(EventKind.RUN_STARTED, cast.contoso)
        send(route)
        services.pause_route(actor=actor_of(cast.alice), route=route)
        now.advance(timedelta(days=31))
        delivering.due()
    assert log(route) == []
