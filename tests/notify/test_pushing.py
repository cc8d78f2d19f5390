"""The trail arrives elsewhere: in order, each record at least once, signed, and never inside."""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from pytest_django import Settings

from apps.audit import services as audit
from apps.audit.models import AuditRecord
from apps.core import clock
from apps.core.errors import Invalid, NotAllowed, NotFound
from apps.core.scope import no_scope
from apps.notify.models import PushTarget
from apps.notify.pushing import delivering, services, syslog
from apps.notify.pushing.addresses import is_outside, parse, resolve
from apps.notify.pushing.errors import PushFailed
from tests.factories import Cast, actor_of, make_cast
from tests.notify.receivers import Hook, self_signed, tcp_listener, udp_listener, web_server


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def hook(settings: Settings) -> Iterator[Hook]:
    settings.HOLDFAST_PUSH_INTERNAL = ["127.0.0.0/8"]
    with web_server() as hook:
        yield hook


def say(cast: Cast, reason: str, **more: object) -> AuditRecord:
    values = {"tenant_id": cast.contoso.id, "msp_id": cast.north.id, "subject": "Contoso"}
    actor = actor_of(cast.alice)
    return audit.record(actor=actor, event="tenant.suspended", reason=reason, **{**values, **more})


def target(cast: Cast, address: str, **more: object) -> tuple[PushTarget, str]:
    values = {"with_persons": False, **more}
    return services.add_target(
        actor=actor_of(cast.alice), msp=cast.north, address=address, **values
    )


def push(found: PushTarget) -> PushTarget:
    delivering.run(str(found.pk))
    with no_scope("a test looks"):
        return PushTarget.objects.get(pk=found.pk)


def test_records_arrive_in_order_and_signed(cast: Cast, hook: Hook) -> None:
    found, secret = target(cast, hook.address)
    for number in range(250):
        say(cast, f"reason {number}")
    found = push(found)
    said = []
    for headers, body in hook.requests:
        assert headers["path"] == "/in?key=1"
        signed = headers["X-Holdfast-Timestamp"].encode() + b"." + body
        expected = hmac.digest(bytes.fromhex(secret), signed, "sha256").hex()
        assert headers["X-Holdfast-Signature"] == f"v1={expected}"
        said += json.loads(body)["records"]
    numbers = [record["number"] for record in said]
    assert len(hook.requests) == 3
    assert numbers == sorted(set(numbers))
    assert [r["event"] for r in said] == ["push_target.added"] + ["tenant.suspended"] * 250
    assert found.position >= numbers[-1]
    assert (found.failures, found.problem) == (0, "")
    assert found.last_sent_at is not None
    assert push(found).position == found.position
    assert len(hook.requests) == 3


def test_persons_are_left_out_unless_wanted(cast: Cast, hook: Hook) -> None:
    without, _ = target(cast, hook.address)
    with_them, _ = target(cast, hook.address, with_persons=True)
    say(cast, "a private reason", after={"name": "a private name"})
    push(without)
    assert b"private" not in hook.requests[0][1]
    assert b"Alice" not in hook.requests[0][1]
    assert b"(withheld) suspended (withheld)" in hook.requests[0][1]
    push(with_them)
    assert b"Alice suspended Contoso: a private reason" in hook.requests[1][1]
    assert b"a private name" in hook.requests[1][1]


def test_an_msp_gets_its_own_records_alone(cast: Cast, hook: Hook) -> None:
    found, _ = target(cast, hook.address, from_the_start=True, with_persons=True)
    push(found)
    everything = b"".join(body for _, body in hook.requests)
    assert b"Contoso" in everything
    assert b"Fabrikam" in everything
    assert b"Tailspin" not in everything
    assert b"Mallory" not in everything


def test_what_could_not_be_sent_is_sent_later_and_first(cast: Cast, hook: Hook) -> None:
    found, _ = target(cast, hook.address)
    say(cast, "first")
    hook.status = 503
    with clock.frozen(clock.now()) as now:
        found = push(found)
        assert found.problem == "The receiver answered with status 503."
        push(found)
        assert len(hook.requests) == 1  # it waits
        say(cast, "second")
        hook.status = 200
        now.advance(timedelta(minutes=2))
        found = push(found)
    records = json.loads(hook.requests[-1][1])["records"]
    assert [r["event"] for r in records][-2:] == ["tenant.suspended"] * 2
    assert (found.failures, found.problem) == (0, "")


def test_the_waits_grow_and_the_trail_says_when_it_goes_on_failing(cast: Cast, hook: Hook) -> None:
    found, _ = target(cast, hook.address)
    hook.status = 500
    waits = []
    with clock.frozen(clock.now()) as now:
        for _ in range(9):
            found = push(found)
            waits.append(found.next_attempt_at - now.at)
            now.advance(waits[-1])
    assert waits[:4] == [timedelta(seconds=30 * 2**n) for n in range(4)]
    assert waits[-1] == timedelta(hours=1)
    with no_scope("a test looks"):
        told = AuditRecord.objects.filter(event="push_target.failing", msp_id=cast.north.id)
        assert told.count() == 1


def test_a_redirect_is_not_followed(cast: Cast, hook: Hook) -> None:
    found, _ = target(cast, hook.address)
    hook.status, hook.location = 307, f"http://127.0.0.1:{hook.port}/elsewhere"
    assert push(found).problem == "The receiver answered with status 307."
    assert [headers["path"] for headers, _ in hook.requests] == ["/in?key=1"]


def test_syslog_over_tcp_is_framed_by_length(cast: Cast, settings: Settings) -> None:
    settings.HOLDFAST_PUSH_INTERNAL = ["127.0.0.1/32"]
    with tcp_listener() as listener:
        found, _ = target(cast, f"syslog+tcp://127.0.0.1:{listener.port}", with_persons=True)
        row = say(cast, 'quotes " and ]\nlines, Zoë')
        assert push(found).failures == 0
        *_, last = listener.messages()
    assert_is_rfc_5424(last, row)
    record = json.loads(last[last.index(b'{"') :])
    assert record["reason"] == 'quotes " and ]\nlines, Zoë'


def assert_is_rfc_5424(message: bytes, row: AuditRecord) -> None:
    pattern = (
        rb"<(\d+)>1 (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z) (\S+) holdfast - (\S+) "
        rb'\[holdfast@32473 ((?:[a-z_]+="(?:[^"\\\]]|\\.)*" ?)+)\] (.*)'
    )
    found = re.fullmatch(pattern, message, re.DOTALL)
    assert found, message
    assert int(found[1]) == 13 * 8 + 5
    assert datetime.fromisoformat(found[2].decode()) == row.at
    assert found[4] == b"tenant.suspended"
    assert f'number="{row.number}"'.encode() in found[5]
    assert bytes(row.digest).hex().encode() in found[5]
    assert found[6].isascii()


def test_syslog_over_tls_believes_only_whom_it_should(
    cast: Cast, settings: Settings, tmp_path: Path
) -> None:
    settings.HOLDFAST_PUSH_INTERNAL = ["127.0.0.1/32"]
    certificate = self_signed(tmp_path / "receiver.pem")
    with tcp_listener(certificate) as listener:
        found, _ = target(cast, f"syslog+tls://127.0.0.1:{listener.port}")
        with clock.frozen(clock.now()) as now:
            assert push(found).problem == "The receiver's certificate is not valid."
            assert not listener.received
            settings.HOLDFAST_PUSH_CA = str(certificate)
            now.advance(timedelta(hours=1))
            assert push(found).problem == ""
        assert listener.messages()


def test_syslog_over_udp_shortens_what_would_not_arrive(cast: Cast, settings: Settings) -> None:
    settings.HOLDFAST_PUSH_INTERNAL = ["127.0.0.1/32"]
    with udp_listener() as sock:
        found, _ = target(
            cast, f"syslog+udp://127.0.0.1:{sock.getsockname()[1]}", with_persons=True
        )
        row = say(cast, "x" * 20_000, after={"y": "y" * 50_000})
        assert push(found).failures == 0
        messages = [sock.recv(100_000) for _ in range(2)]
    assert_is_rfc_5424(messages[-1], row)
    assert len(messages[-1]) <= syslog.LONGEST_DATAGRAM
    assert b'"shortened": true' in messages[-1]


def test_a_receiver_that_is_not_there_is_told(cast: Cast, settings: Settings) -> None:
    settings.HOLDFAST_PUSH_INTERNAL = ["127.0.0.1/32"]
    with tcp_listener() as listener:
        address = f"syslog+tcp://127.0.0.1:{listener.port}"
    found, _ = target(cast, address)
    assert push(found).problem == "The receiver did not take it."


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - where nobody must send
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "ff02::1",
    ],
)
def test_no_address_leads_inside(address: str) -> None:
    assert not is_outside(ip_address(address))


def test_the_public_internet_is_outside() -> None:
    assert all(is_outside(ip_address(one)) for one in ("1.1.1.1", "2606:4700::1111"))


@pytest.mark.parametrize(
    "address",
    ["https://127.0.0.1/x", "https://localhost/x", "https://[::1]/", "https://0x7f000001/"],
)
def test_an_msp_cannot_name_an_address_inside(cast: Cast, address: str) -> None:
    with pytest.raises(PushFailed, match="internal"):
        target(cast, address)
    with no_scope("a test looks"):
        assert not PushTarget.objects.exists()


def test_a_name_that_leads_inside_by_now_is_refused_when_sending(
    cast: Cast, hook: Hook, settings: Settings
) -> None:
    found, _ = target(cast, hook.address.replace("http:", "http:"))
    settings.HOLDFAST_PUSH_INTERNAL = ["192.0.2.0/24"]
    assert "internal network" in push(found).problem
    assert hook.requests == []


@pytest.mark.parametrize(
    "address",
    [
        "",
        "siem.example",
        "ftp://siem.example",
        "file:///etc/passwd",
        "https://user:secret@siem.example/",
        "https://siem.example:99999/",
        "https://siem.example/a b",
        "https://siem.example/\r\nHost: other",
        "http://siem.example/",
        "syslog://siem.example",
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(Invalid):
        parse(address)


def test_a_name_that_nobody_knows_is_told() -> None:
    with pytest.raises(PushFailed, match="knows this name"):
        resolve(parse("https://nobody.invalid/"))


def test_only_who_may_read_the_whole_trail_has_it_sent(cast: Cast, hook: Hook) -> None:
    for person, error in ((cast.bob, NotAllowed), (cast.mallory, NotFound)):
        with pytest.raises(error):
            services.add_target(
                actor=actor_of(person), msp=cast.north, address=hook.address, with_persons=True
            )
    with no_scope("a test looks"):
        assert not PushTarget.objects.exists()


def test_a_target_is_paused_resumed_and_removed_on_the_record(cast: Cast, hook: Hook) -> None:
    found, _ = target(cast, hook.address)
    alice = actor_of(cast.alice)
    with no_scope("a test acts"):
        services.pause_target(actor=alice, target=found)
        delivering.run(str(found.pk))
        assert hook.requests == []
        services.resume_target(actor=alice, target=found)
        push(found)
        assert len(hook.requests) == 1
        services.remove_target(actor=alice, target=found)
        events = AuditRecord.objects.filter(event__startswith="push_target").order_by("number")
        assert [row.event.partition(".")[2] for row in events] == [
            "added",
            "paused",
            "resumed",
            "removed",
        ]
        assert not PushTarget.objects.exists()


def test_the_settings_send_the_whole_trail_from_its_first_record(
    cast: Cast, hook: Hook, settings: Settings
) -> None:
    settings.HOLDFAST_PUSH_INTERNAL = []  # what the operator names may be anywhere
    settings.HOLDFAST_AUDIT_PUSH = [hook.address]
    settings.HOLDFAST_AUDIT_PUSH_SECRET = "a secret"
    assert delivering.due() == 1
    assert delivering.due() == 1  # made once
    with no_scope("a test looks"):
        (found,) = PushTarget.objects.all()
        records = AuditRecord.objects.count()
    push(found)
    arrived = sum(len(json.loads(body)["records"]) for _, body in hook.requests)
    assert arrived == records
    settings.HOLDFAST_AUDIT_PUSH = []
    assert delivering.due() == 0
    with no_scope("a test looks"):
        assert not PushTarget.objects.exists()


def test_a_test_message_goes_out_at_once(cast: Cast, hook: Hook) -> None:
    found, _ = target(cast, hook.address)
    delivering.send_test(found)
    assert json.loads(hook.requests[0][1])["records"][0]["test"] is True
