"""The page of a difference report: narrowed, grouped, ticked over many pages, taken along."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.core.scope import tenant_scope
from apps.diffs.models import DifferenceReport
from apps.recovery.documents.reading import document_in
from apps.recovery.documents.signing import verify
from apps.recovery.models import Plan, Step
from tests.portal.world import POLICY, SCRIPT, World, capture, make_report, object_id, signed_in

MOST_QUERIES = 15
PEOPLE = 60


@pytest.fixture
def carol(world: World) -> Client:
    return signed_in(world.cast.carol)


@pytest.fixture
def big(world: World) -> DifferenceReport:
    """A report of two pages of people who changed, a policy, and somebody who came."""
    with tenant_scope(world.tenant.pk):
        for number in range(PEOPLE):
            world.source.put("user", object_id(100 + number), displayName=f"Person {number:02d}")
        base = capture(world.tenant, world.source)
        for number in range(PEOPLE):
            world.source.put("user", object_id(100 + number), department='=HYPERLINK("x")')
        world.source.put("user", object_id(900), displayName="New one")
        world.source.put(POLICY, object_id(2000), state="disabled")
        return make_report(world.cast, base, capture(world.tenant, world.source))


def page_of(report: DifferenceReport, route: str = "report") -> str:
    return reverse(f"portal:{route}", args=[report.tenant_id, report.pk])


def newest_plan(report: DifferenceReport) -> Plan:
    return Plan.objects.filter(report=report).latest("created_at")


def taken(client: Client, report: DifferenceReport, **query: str) -> bytes:
    answer = client.get(page_of(report, "report-document"), query)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def test_changes_are_grouped_counted_and_narrowed_in_few_queries(
    carol: Client, big: DifferenceReport
) -> None:
    with CaptureQueriesContext(
        connection,
    ) as ran:
        whole = carol.get(page_of(big))
    narrowed = carol.get(page_of(big), {"kind": "user", "change": "created", "actor": "unknown"})

    assert len(ran) < MOST_QUERIES, [one["sql"][:120] for one in ran]
    assert [(one.words, one.change, one.number) for one in whole.context["groups"]] == [
        ("User", "updated", PEOPLE),
        (whole.context["groups"][1].words, whole.context["groups"][1].change, 1),
        (whole.context["groups"][2].words, whole.context["groups"][2].change, 1),
    ]
    assert f"User ({PEOPLE + 1})" in whole.content.decode()
    assert [row.label for row in narrowed.context["rows"]] == ["New one"]


def test_what_is_ticked_is_kept_from_page_to_page_without_scripts(
    carol: Client, big: DifferenceReport
) -> None:
    # given what is ticked on the first page
    first = carol.get(page_of(big))
    shown = [row.change.position for row in first.context["rows"]]
    with tenant_scope(big.tenant_id):
        mine = [row.position for row in big.changes.filter(kind="user", change="updated")]
    ticked = [position for position in mine if position in shown][:2]

    # when somebody turns the page, ticks another and plans
    sent = {"shown": ",".join(map(str, shown)), "change": ticked, "next": first.context["next"][1:]}
    turned = carol.post(page_of(big, "choose-changes"), sent)
    second = carol.get(turned["Location"])
    last = second.context["rows"][-1].change.position
    rest = ",".join(str(row.change.position) for row in second.context["rows"])
    carol.post(page_of(big, "create-plan"), {"shown": rest, "change": [last], "scope": "changes"})

    # then the plan is about all of them, and nothing stays ticked
    assert "2 chosen" in second.content.decode()
    assert "2 of them on other pages" in second.content.decode()
    with tenant_scope(big.tenant_id):
        assert newest_plan(big).selection["changes"] == sorted([*ticked, last])
    assert not carol.get(page_of(big)).context["ticked"]


def test_a_tick_that_a_script_sends_is_taken_back_when_it_is_cleared(
    carol: Client, big: DifferenceReport
) -> None:
    url, headers = page_of(big, "choose-changes"), {"HX-Request": "true"}

    kept = carol.post(url, {"shown": "1,2", "change": ["1"]}, headers=headers)
    one = carol.get(page_of(big)).context["ticked"]
    carol.post(url, {"shown": "1,2"}, headers=headers)

    assert kept.status_code == 204
    assert one == {1}
    assert not carol.get(page_of(big)).context["ticked"]


def test_all_that_match_are_planned_and_nothing_else(carol: Client, big: DifferenceReport) -> None:
    wanted = {"scope": "matching", "match:kind": "user", "match:change": "updated"}

    carol.post(page_of(big, "create-plan"), wanted)

    with tenant_scope(big.tenant_id):
        plan = newest_plan(big)
        assert plan.selection["matching"] == {"changes": ["updated"], "kinds": ["user"]}
        assert Step.objects.filter(plan=plan, kind="user").count() == PEOPLE
        assert not Step.objects.filter(plan=plan, kind=POLICY).exists()
    # and the page says so, for whoever puts it forward and whoever approves it
    page = carol.get(reverse("portal:plan", args=[big.tenant_id, plan.pk])).content.decode()
    assert "All changes that match: What happened: Updated; Kind: User." in page


def test_a_filter_that_names_nothing_plans_nothing(carol: Client, big: DifferenceReport) -> None:
    carol.post(page_of(big, "create-plan"), {"scope": "matching", "match:kind": "device"})

    with tenant_scope(big.tenant_id):
        assert not Plan.objects.filter(report=big).exists()


def test_a_report_is_taken_along_as_a_table_that_no_spreadsheet_runs(
    carol: Client, big: DifferenceReport
) -> None:
    file = taken(carol, big, form="csv", kind="user", change="updated")
    rows = list(csv.DictReader(io.StringIO(file.decode("utf-8-sig"))))
    vouched = json.loads(taken(carol, big, form="csv-signature", kind="user", change="updated"))

    assert len(rows) == PEOPLE
    assert {row["after"] for row in rows} == {'\'=HYPERLINK("x")'}
    assert rows[0]["attribute"] == "department"
    assert vouched["signature"]["digest"] == hashlib.sha256(file).hexdigest()


def test_the_command_checks_a_table_with_the_signature_beside_it(
    carol: Client, big: DifferenceReport, tmp_path: Path
) -> None:
    file, beside = tmp_path / "changes.csv", tmp_path / "changes.csv.signature.json"
    file.write_bytes(taken(carol, big, form="csv"))
    beside.write_bytes(taken(carol, big, form="csv-signature"))
    (tmp_path / "changes.json").write_bytes(taken(carol, big, form="json"))

    call_command("verify_document", str(file))
    call_command("verify_document", str(file), signature=beside)
    call_command("verify_document", str(tmp_path / "changes.json"))
    file.write_bytes(file.read_bytes().replace(b"department", b"jobTitle__"))
    with pytest.raises(CommandError) as changed:
        call_command("verify_document", str(file))
    beside.unlink()
    with pytest.raises(CommandError) as alone:
        call_command("verify_document", str(file))

    assert changed.value.returncode == 1
    assert alone.value.returncode == 2


def test_a_report_is_taken_along_as_a_signed_document_with_what_matches(
    carol: Client, world: World, big: DifferenceReport
) -> None:
    file = taken(carol, big, kind=POLICY)
    heading = verify(document_in(file))
    rows: list[dict[str, Any]] = json.loads(file)["document"]["rows"]
    whole = json.loads(taken(carol, big))["document"]["rows"]
    attached = document_in(taken(carol, big, form="pdf", kind=POLICY))

    assert heading["only"] == {"kinds": [POLICY]}
    assert heading["report"]["id"] == str(big.pk)
    assert [(row["kind"], row["attributes"][0]["after"]) for row in rows] == [(POLICY, "disabled")]
    assert len(whole) == PEOPLE + 2
    assert attached == json.loads(file)
    assert signed_in(world.cast.bob).get(page_of(big, "report-document")).status_code == 403


def test_values_in_a_report_are_marked_word_by_word_and_never_become_markup(
    world: World, carol: Client
) -> None:
    with tenant_scope(world.tenant.pk):
        source = world.source
        source.put("group", object_id(1000), description="Everybody in <b>Sales</b> and Support")
        base = capture(world.tenant, source)
        source.put("group", object_id(1000), description="Everybody in <b>Sales</b> and Finance")
        report = make_report(world.cast, base, capture(world.tenant, source))

    page = carol.get(page_of(report), {"kind": "group"}).content.decode()

    assert "&lt;b&gt;Sales&lt;/b&gt; and <del>Support</del>" in page
    assert "<ins>Finance</ins>" in page
    assert SCRIPT not in page


def test_deleted_objects_come_back_from_where_they_all_were_last(
    world: World, carol: Client
) -> None:
    # given a group that was deleted, and a user that was deleted later
    with tenant_scope(world.tenant.pk):
        world.source.hard_delete("group", object_id(1000))
        capture(world.tenant, world.source)
        world.source.hard_delete("user", object_id(1))
        newest = capture(world.tenant, world.source)
    url = reverse("portal:recover-objects", args=[world.tenant.pk])
    both = [f"group/{object_id(1000)}", f"user/{object_id(1)}"]

    # when one of them, and when both are to come back
    for chosen in (both[1:], both):
        answer = carol.post(url, {"at": newest.seq, "object": chosen})
        assert "/reports/" in answer["Location"]
    nothing = carol.post(url, {"at": newest.seq, "object": []}, follow=True)

    # then each report begins at the newest snapshot that has all that is wanted
    with tenant_scope(world.tenant.pk):
        made = DifferenceReport.objects.order_by("-created_at")[:2]
        assert [report.base.seq for report in made] == [newest.seq - 2, newest.seq - 1]
        assert made[0].scope["object_ids"] == sorted([object_id(1000), object_id(1)])
    assert "Choose what to bring back" in nothing.content.decode()
    assert (
        f'value="user/{object_id(1)}"'
        in carol.get(
            reverse("portal:explore", args=[world.tenant.pk]), {"state": "deleted"}
        ).content.decode()
    )
