"""What the door says and takes, in Graph's shapes."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from hypothesis import given
from hypothesis import strategies as st

from apps.api.graph import names
from apps.api.graph.criteria import shown, wanted_of
from apps.api.graph.jobs import COLUMNS
from apps.api.graph.names import NAMESPACE, snapshot_id, taken_at
from apps.api.graph.odata import condition
from apps.core.errors import Invalid
from apps.entra.catalogue import KINDS
from tests.api.calls import Program, program
from tests.portal.world import POLICY, World, object_id

NAMES_FILTER = f"#{NAMESPACE}.recoveryJobEntityNamesFilter"
EARLIEST = datetime(2000, 1, 1)  # noqa: DTZ001 - Hypothesis adds the time zone
IDS_FILTER = f"#{NAMESPACE}.recoveryJobEntityNameAndIdsFilter"


@pytest.fixture
def alice(world: World) -> Program:
    return program(world.cast.alice)


def door(world: World, rest: str, version: str = "v1.0") -> str:
    return f"/api/graph/{world.tenant.pk}/{version}/directory/recovery{rest}"


def get(sender: Program, path: str, **headers: str) -> Any:
    answer: HttpResponse = sender.client.get(path, **sender.headers(), **headers)
    assert answer.status_code == 200, answer.content
    return answer.json()


@given(st.datetimes(EARLIEST, timezones=st.just(UTC)))
def test_a_snapshots_identifier_names_one_moment(at: datetime) -> None:
    assert taken_at(snapshot_id(at)) == at


def test_a_snapshots_identifier_is_that_of_the_documentation() -> None:
    assert snapshot_id(datetime(2024, 8, 26, 2, 30, tzinfo=UTC)) == "MjAyNC0wOC0yNlQwMjozMDowMFo="


@given(st.text(max_size=40))
def test_what_is_no_identifier_names_nothing(text: str) -> None:
    found = taken_at(text)

    assert found is None or found.tzinfo is not None


@pytest.mark.parametrize("kind", [kind.name for kind in KINDS])
def test_every_kind_has_a_type_that_leads_back_to_it(kind: str) -> None:
    assert kind in names.kinds_of(names.entity_type(kind))


def test_snapshots_are_paged_by_links_that_only_their_list_takes(
    world: World, alice: Program
) -> None:
    first = get(alice, door(world, "/snapshots?$top=1&$count=true"))
    second = get(alice, first["@odata.nextLink"].partition("testserver")[2])
    token = first["@odata.nextLink"].rpartition("?")[2]
    elsewhere = alice.client.get(door(world, f"/jobs?{token}"), **alice.headers())

    assert first["@odata.count"] == 2
    assert first["@odata.context"].endswith("/v1.0/$metadata#directory/recovery/snapshots")
    shown_ids = [row["id"] for row in first["value"] + second["value"]]
    assert shown_ids == [snapshot_id(one.taken_at) for one in (world.target, world.base)]
    assert "@odata.nextLink" not in second
    assert elsewhere.status_code == 400


def test_options_narrow_order_and_count(world: World, alice: Program) -> None:
    oldest = get(alice, door(world, "/snapshots?$orderby=createdDateTime asc&$select=id&$top=1"))
    since = names.moment(world.target.taken_at)
    newer = get(alice, door(world, f"/snapshots?$filter=createdDateTime ge {since}"))
    count = alice.client.get(door(world, "/jobs/$count"), **alice.headers())
    skipped = get(alice, door(world, "/jobs?$skip=1"))["value"]

    assert oldest["value"][0]["id"] == snapshot_id(world.base.taken_at)
    assert not {"createdDateTime", "totalChangedObjects"} & oldest["value"][0].keys()
    assert [row["id"] for row in newer["value"]] == [snapshot_id(world.target.taken_at)]
    assert (count.content, count["Content-Type"]) == (b"2", "text/plain")
    assert len(skipped) == 1


def test_what_a_list_does_not_take_is_refused(world: World, alice: Program) -> None:
    for query in (
        "$top=0",
        "$top=1000",
        "$skip=-1",
        "$expand=recoveryJobs",
        "$search=x",
        "$orderby=status",
        "$orderby=createdDateTime sideways",
        "$filter=createdDateTime ge yesterday",
        "$filter=nonsense eq 'x'",
        "$skiptoken=forged",
    ):
        answer = alice.client.get(door(world, f"/snapshots?{query}"), **alice.headers())
        assert answer.status_code == 400, query
        assert answer.json()["error"]["code"] == "BadRequest"
    assert alice.client.get(door(world, "/snapshots?x=1"), **alice.headers()).status_code == 200


def test_requests_made_in_the_portal_are_jobs_too(world: World, alice: Program) -> None:
    rows = get(alice, door(world, "/jobs", version="beta"))["value"]
    told = {row["id"]: row for row in rows}

    waiting, queued = (told[str(one)] for one in (world.waiting.pk, world.run.request_id))
    assert (waiting["status"], waiting["@holdfast.state"]) == ("initialized", "request-waiting")
    assert (queued["status"], queued["@holdfast.state"]) == ("initialized", "queued")
    assert waiting["@odata.type"] == f"#{NAMESPACE}.recoveryJob"
    assert waiting["targetStateDateTime"] == names.moment(world.base.taken_at)
    assert waiting["totalFailedChanges"] == 0


def test_members_that_came_later_are_told_to_who_asks_for_them(
    world: World, alice: Program
) -> None:
    snapshot = snapshot_id(world.base.taken_at)
    body = {"filteringCriteria": {"@odata.type": NAMES_FILTER, "entityTypes": ["organization"]}}
    made = alice.post(door(world, f"/snapshots/{snapshot}/recoveryPreviewJobs"), body)
    job = made["Location"].partition("testserver")[2]

    plain = get(alice, job)
    wide = get(alice, job, HTTP_PREFER="include-unknown-enum-members")

    assert plain["filteringCriteria"] == body["filteringCriteria"] == wide["filteringCriteria"]
    assert names.member("loadingData", every=False) == "unknownFutureValue"
    assert names.member("loadingData", every=True) == "loadingData"
    assert names.member("running", every=False) == "running"
    assert plain["jobCompletionDateTime"] is None
    assert plain["totalChangedObjectsCalculated"] is None


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("status eq 'running'", True),
        ("status ne 'running' and id eq " + object_id(1), True),
        (f"status eq {NAMESPACE}.recoveryStatus'failed' or status eq 'running'", True),
        ("jobStartDateTime gt 2024-01-01T00:00:00Z and jobStartDateTime lt 2024-02-01", True),
        ("status eq 'a' and status eq 'b' or status eq 'c'", False),
        ("status gt 'a'", False),
        ("status eq 'a' and", False),
        ("id eq nothing", False),
        ("contains(status, 'x')", False),
        ("'; drop table", False),
    ],
)
def test_filters_are_comparisons_joined_in_one_way(text: str, valid: bool) -> None:
    if valid:
        assert condition(text, COLUMNS)
    else:
        with pytest.raises(Invalid):
            condition(text, COLUMNS)


@given(st.text(max_size=60))
def test_no_filter_breaks_anything(text: str) -> None:
    with suppress(Invalid):
        condition(text, COLUMNS)


@pytest.mark.parametrize(
    "criteria",
    [
        "user",
        {},
        {"@odata.type": NAMES_FILTER},
        {"@odata.type": NAMES_FILTER, "entityTypes": []},
        {"@odata.type": NAMES_FILTER, "entityTypes": ["nonsense"]},
        {"@odata.type": NAMES_FILTER, "entityTypes": [7]},
        {"@odata.type": IDS_FILTER, "filterValues": []},
        {"@odata.type": IDS_FILTER, "filterValues": [{"entityType": "user"}]},
        {
            "@odata.type": IDS_FILTER,
            "filterValues": [{"entityType": "user", "entityIds": ["a"]}] * 2,
        },
    ],
)
def test_criteria_that_are_none_are_refused(criteria: Any) -> None:
    with pytest.raises(Invalid):
        wanted_of({"filteringCriteria": criteria})


def test_criteria_become_a_scope_and_are_shown_as_they_were_given() -> None:
    criteria = {
        "@odata.type": IDS_FILTER,
        "filterValues": [
            {"entityType": "user", "entityIds": ["a", "b"]},
            {"entityType": "namedLocationPolicy", "entityIds": ["c"]},
        ],
    }

    wanted = wanted_of({"filteringCriteria": criteria})

    assert wanted.scope.kinds == {"user", "namedLocation"}
    assert wanted.scope.object_ids == {"a", "b", "c"}
    assert shown({**wanted.scope.as_json(), **wanted.kept}, every=False) == criteria
    assert shown({"kinds": [POLICY], "object_ids": []}, every=False) == {
        "@odata.type": NAMES_FILTER,
        "entityTypes": [POLICY],
    }
    assert shown({"kinds": [], "object_ids": []}, every=False) is None


def test_what_does_not_exist_is_said_in_graphs_words(world: World, alice: Program) -> None:
    later = snapshot_id(world.target.taken_at + timedelta(hours=1))
    cases = {
        f"/snapshots/{later}": "valid timestamp",
        "/snapshots/bm9uc2Vuc2U=": "valid timestamp",
        f"/jobs/{object_id(1)}": "no recovery job",
        "/jobs/nonsense": "no recovery job",
        "/nonsense": "segment",
    }
    for path, words in cases.items():
        answer = alice.client.get(
            door(world, path), **alice.headers(), HTTP_CLIENT_REQUEST_ID="mine"
        )
        said = answer.json()["error"]
        assert (answer.status_code, said["code"]) == (404, "ResourceNotFound"), path
        assert words in said["message"], path
        assert said["innerError"]["client-request-id"] == "mine"
        assert answer["client-request-id"] == "mine"
