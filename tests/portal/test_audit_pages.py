"""Everybody reads his own trail, finds what he seeks, and leaves a trace where he looked."""

from __future__ import annotations

import csv
import json
from datetime import timedelta

import pytest
from django.http import StreamingHttpResponse
from django.test import Client
from django.urls import reverse

from apps.audit import selectors, services
from apps.audit.models import AuditRecord
from apps.core import clock
from apps.core.actor import Actor
from apps.core.scope import no_scope
from tests.factories import actor_of
from tests.portal.test_permissions import PARTS
from tests.portal.world import World, signed_in

FORMULA = '=HYPERLINK("http://evil.example")'


def records(event: str, **wanted: object) -> list[AuditRecord]:
    with no_scope("a test reads the trail"):
        return list(AuditRecord.objects.filter(event=event, **wanted).order_by("number"))


def say(world: World, actor: Actor, **more: object) -> AuditRecord:
    values = {"tenant_id": world.tenant.id, "msp_id": world.cast.north.id, "subject": "Contoso"}
    return services.record(actor=actor, event="tenant.suspended", **{**values, **more})


def trail(client: Client, world: World | None = None, **query: object) -> str:
    url = reverse("portal:tenant-audit", args=[world.tenant.id]) if world else "/audit/"
    answer = client.get(url, query)
    assert answer.status_code == 200
    return answer.content.decode()


def exported(client: Client, url: str, **form: object) -> str:
    answer = client.post(url, form)
    assert isinstance(answer, StreamingHttpResponse)
    assert "attachment" in answer["Content-Disposition"]
    return b"".join(answer.streaming_content).decode()  # type: ignore[arg-type]


def test_a_customer_reads_what_the_msp_did_in_his_tenant(world: World) -> None:
    say(world, actor_of(world.cast.alice), reason="a reason for Dave")
    shown = trail(signed_in(world.cast.dave), world)
    assert "Alice suspended Contoso: a reason for Dave" in shown
    assert "192.0.2.1" in shown


def test_the_trail_of_all_shows_only_what_is_ones_own(world: World) -> None:
    say(world, actor_of(world.cast.alice), reason="for North alone")
    assert "for North alone" in trail(signed_in(world.cast.alice))
    assert "for North alone" not in trail(signed_in(world.cast.mallory))
    assert "for North alone" not in trail(signed_in(world.cast.bob))


def test_what_one_did_oneself_outside_any_tenant_is_shown(world: World) -> None:
    services.record(actor=actor_of(world.cast.bob), event="msp.created", subject="Bob's own")
    assert "Bob&#x27;s own" in trail(signed_in(world.cast.bob))
    assert "Bob&#x27;s own" not in trail(signed_in(world.cast.carol))


def test_a_record_shows_before_and_after_side_by_side(world: World) -> None:
    row = say(
        world,
        actor_of(world.cast.alice),
        before={"state": "active", "name": "<b>old</b>"},
        after={"state": "suspended"},
    )
    client = signed_in(world.cast.alice)
    shown = client.get(reverse("portal:audit-record", args=[row.number])).content.decode()
    assert "suspended" in shown
    assert "&lt;b&gt;old&lt;/b&gt;" in shown
    assert bytes(row.digest).hex() in shown
    assert f"?request={row.request_id}" in shown


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"person": "alice"}, True),
        ({"person": "nobody at all"}, False),
        ({"event": "tenant.suspended"}, True),
        ({"event": "tenant.removed"}, False),
        ({"category": "customer"}, True),
        ({"category": "recovery"}, False),
        ({"request": "request-1"}, True),
        ({"request": "request-2"}, False),
        ({"kind": "user"}, True),
        ({"kind": "console"}, False),
        ({"text": "NEEDLE"}, True),
        ({"text": "haystack"}, False),
        ({"text": "192.0.2.1", "event": "tenant.suspended"}, True),
        ({"since": "2000-01-01T00:00"}, True),
        ({"since": "2999-01-01T00:00"}, False),
        ({"until": "2000-01-01T00:00"}, False),
        ({"until": "2999-01-01T00:00", "text": "needle"}, True),
        ({"since": "no time at all"}, False),
        ({"attention": "true"}, False),
    ],
)
def test_the_trail_can_be_narrowed_down(world: World, query: dict[str, str], found: bool) -> None:
    say(world, actor_of(world.cast.alice), reason="the needle")
    assert ("the needle" in trail(signed_in(world.cast.alice), world, **query)) is found
    by_tenant = {**query, "tenant": world.tenant.id}
    assert ("the needle" in trail(signed_in(world.cast.alice), **by_tenant)) is found


def test_pages_follow_each_other_without_gap_or_repetition(world: World) -> None:
    for number in range(120):
        say(world, actor_of(world.cast.alice), reason=f"number {number}.")
    client, url = (
        signed_in(world.cast.alice),
        reverse("portal:tenant-audit", args=[world.tenant.id]),
    )
    seen, query = [], "?event=tenant.suspended"
    while query:
        answer = client.get(url + query)
        seen += [entry.reason for entry in answer.context["entries"]]
        query = answer.context["next"]
    assert seen == [f"number {number}." for number in reversed(range(120))]


def test_a_file_has_everything_and_no_formula(world: World) -> None:
    say(world, actor_of(world.cast.alice), reason=FORMULA, after={"name": "new"})
    client = signed_in(world.cast.alice)
    url = reverse("portal:export-tenant-audit", args=[world.tenant.id])
    rows = list(csv.DictReader(exported(client, url, form="csv").splitlines()))
    assert len(rows) == len(selectors_of(world))
    (written,) = [row for row in rows if row["event"] == "tenant.suspended"]
    assert written["reason"] == f"'{FORMULA}"
    assert json.loads(written["after"]) == {"name": "new"}
    lines = exported(client, url, form="jsonl", event="tenant.suspended").splitlines()
    assert [json.loads(line)["reason"] for line in lines] == [FORMULA]


def selectors_of(world: World) -> list[selectors.Entry]:
    with no_scope("a test reads the trail"):
        return selectors.entries(tenant_id=world.tenant.id, limit=1000)


def test_an_export_is_recorded_in_every_trail_it_reaches(world: World) -> None:
    client = signed_in(world.cast.alice)
    content = exported(client, reverse("portal:export-audit"), form="jsonl", text="snapshot")
    assert "Tailspin" not in content
    tenants = {row.tenant_id for row in records("trail.exported")}
    assert tenants == {None, world.cast.contoso.id, world.cast.fabrikam.id}
    newest = trail(signed_in(world.cast.dave), world, event="trail.exported")
    assert "Alice exported records of the audit trail (jsonl)" in newest


def test_looking_at_a_report_is_recorded_once_a_minute(world: World) -> None:
    client = signed_in(world.cast.dave)
    url = reverse("portal:report", args=[world.tenant.id, world.report.id])
    with clock.frozen(clock.now()) as now:
        for _ in range(3):
            client.get(url)
        assert len(records("personal_data.viewed")) == 1
        now.advance(timedelta(minutes=2))
        client.get(url)
    first, second = records("personal_data.viewed")
    assert first.data == {"what": "difference report", "thing": str(world.report.id)}
    assert (second.actor_user_id, second.tenant_id) == (world.cast.dave.id, world.tenant.id)
    assert len(first.request_id) == 32


@pytest.mark.parametrize("route", ["report", "change", "plan", "request", "run"])
def test_every_page_with_values_leaves_a_trace(world: World, route: str) -> None:
    from tests.portal.test_pages import page

    page(world, route)
    assert records("personal_data.viewed", actor_user_id=world.cast.alice.id)


def test_whose_role_is_too_weak_is_named_in_the_tenants_trail(world: World) -> None:
    signed_in(world.cast.bob).post(reverse("portal:capture", args=[world.tenant.id]))
    (row,) = records("access.refused")
    assert (row.actor_user_id, row.tenant_id) == (world.cast.bob.id, world.tenant.id)
    assert row.data["route"] == "portal:capture"
    assert "Bob was refused" in trail(signed_in(world.cast.dave), world)


def test_a_stranger_is_named_at_home_and_nowhere_else(world: World) -> None:
    signed_in(world.cast.mallory).get(reverse("portal:tenant", args=[world.tenant.id]))
    at_home, there = records("access.refused")
    assert (at_home.msp_id, at_home.tenant_id) == (world.cast.south.id, None)
    assert at_home.data["target"] == str(world.tenant.id)
    assert (there.tenant_id, there.actor_user_id) == (world.tenant.id, None)
    shown = trail(signed_in(world.cast.dave), world, category="denied")
    assert "Somebody without access was refused" in shown
    assert "Mallory" not in shown
    assert "Mallory was refused" in trail(signed_in(world.cast.mallory))


def test_a_mistyped_address_is_no_attempt(world: World) -> None:
    signed_in(world.cast.alice).get("/tenants/00000000-0000-7000-8000-000000000000/")
    assert records("access.refused") == []


def test_a_flood_of_refusals_is_counted_and_told(world: World) -> None:
    client, url = signed_in(world.cast.bob), reverse("portal:capture", args=[world.tenant.id])
    with clock.frozen(clock.now()) as now:
        for _ in range(30):
            client.post(url)
        assert len(records("access.refused")) == 20
        now.advance(timedelta(minutes=2))
        services.tell_refusals()
    (told,) = records("access.refused_often")
    assert told.data == {"attempts": 10}
    assert "Bob was refused 10 times more" in trail(signed_in(world.cast.dave), world)


def test_the_secret_of_a_webhook_is_shown_once(world: World) -> None:
    client = signed_in(world.cast.alice)
    url = reverse("portal:push-targets", args=[world.cast.north.id])
    shown = client.post(url, {"address": "https://1.1.1.1/in", "with_persons": "on"})
    secret = shown.context["secret"]
    assert len(secret) == 64
    assert secret in shown.content.decode()
    again = client.get(url).content.decode()
    assert "https://1.1.1.1/in" in again
    assert secret not in again


def test_an_address_inside_is_refused_in_words(world: World) -> None:
    url = reverse("portal:push-targets", args=[world.cast.north.id])
    answer = signed_in(world.cast.alice).post(url, {"address": "https://169.254.169.254/latest"})
    assert answer.status_code == 400
    assert "leads into an internal network" in answer.content.decode()


def test_a_target_is_paused_and_goes_on_from_its_page(world: World) -> None:
    client, target = signed_in(world.cast.alice), world.push_target
    url = reverse("portal:change-push-target", args=[world.cast.north.id, target.pk])
    assert "Paused" in client.post(url, {"what": "pause"}, follow=True).content.decode()
    assert "Paused" not in client.post(url, {"what": "resume"}, follow=True).content.decode()
    assert "It stays here" in client.post(url, {"what": "remove"}, follow=True).content.decode()


@pytest.mark.parametrize(
    ("route", "what"),
    [
        ("tenant-audit", "page of the audit trail"),
        ("tenant-audit-record", "record of the audit trail"),
        ("tenant-people", "list of people"),
        ("standing", "list of a person's rights"),
    ],
)
def test_who_looks_at_people_and_their_acts_is_in_the_customers_trail(
    world: World, route: str, what: str
) -> None:
    parts = PARTS[f"portal:{route}"]
    address = reverse(f"portal:{route}", kwargs={part: world.ids[part] for part in parts})
    for _ in range(2):
        assert signed_in(world.cast.alice).get(address).status_code == 200

    (seen,) = [
        one
        for one in records("personal_data.viewed", tenant_id=world.tenant.pk)
        if one.data["what"] == what
    ]
    assert seen.actor_user_id == world.cast.alice.pk


@pytest.mark.parametrize(
    ("route", "what"),
    [
        ("audit", "page of the audit trail"),
        ("people", "list of people"),
        ("staff", "list of a person's rights"),
        ("group", "group's members"),
    ],
)
def test_who_looks_at_an_msps_people_is_in_its_own_trail(
    world: World, route: str, what: str
) -> None:
    parts = PARTS[f"portal:{route}"]
    address = reverse(f"portal:{route}", kwargs={part: world.ids[part] for part in parts})
    assert signed_in(world.cast.alice).get(address).status_code == 200

    own = records("personal_data.viewed", tenant_id=None, msp_id=world.cast.north.pk)
    assert [one.data["what"] for one in own] == [what]
