"""Microsoft's own backup and recovery, fact by fact.

https://learn.microsoft.com/graph/api/resources/entrarecoveryservices-backup-recovery-overview
https://learn.microsoft.com/entra/backup/overview
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest

from apps.sandbox.graph.context import Answer
from apps.sandbox.recovery.asking import ADMINISTRATOR, IDS_FILTER, NAMES_FILTER, READER
from apps.sandbox.writes.activities import OBJECTS
from tests.sandbox.writes.conftest import ALL_ROLES, Lab

BASE = "/directory/recovery"
DAY = 24 * 3600
SCOPES = (
    "EntraBackup.Read.All",
    "EntraBackup.ReadWrite.Preview",
    "EntraBackup.ReadWrite.Recovery",
)
ALL_MEMBERS = {"Prefer": "include-unknown-enum-members"}
NAMESPACE = "microsoft.graph.entraRecoveryServices"


@pytest.fixture
def lab(lab: Lab) -> Iterator[Lab]:
    """The lab, which may read what the recovery service has; the clock is put right afterwards."""
    roles = ALL_ROLES | {"EntraBackup.Read.All"}
    yield replace(lab, caller=replace(lab.caller, roles=roles))
    lab.world.clock.reset()


@pytest.fixture
def person(lab: Lab) -> Lab:
    """A signed-in person who may recover."""
    return holder(lab, ADMINISTRATOR)


def holder(lab: Lab, *roles: str) -> Lab:
    user = lab.new_user(f"holder{len(roles)}")["id"]
    for role in roles:
        lab.directory.add(
            "unifiedRoleAssignment",
            {"principalId": user, "roleDefinitionId": role, "directoryScopeId": "/"},
        )
    return lab.as_user(user, *SCOPES)


def pass_time(lab: Lab, seconds: float) -> None:
    lab.world.clock.advance(seconds)


def body_of(answer: Answer, status: int = 200) -> dict[str, Any]:
    assert answer.status == status, answer.body
    assert isinstance(answer.body, dict)
    return answer.body


def points(lab: Lab) -> list[dict[str, Any]]:
    return list(body_of(lab.do("GET", f"{BASE}/snapshots"))["value"])


def point_path(lab: Lab, place: int = 0) -> str:
    return f"{BASE}/snapshots/{quote(points(lab)[place]['id'], safe='')}"


def refused(answer: Answer, status: int) -> str:
    error = body_of(answer, status)["error"]
    return str(error["message"])


def start(person: Lab, what: str = "recoveryJobs", body: Any = None, place: int = 0) -> str:
    """Begin a job; its path below the version."""
    answer = person.do("POST", f"{point_path(person, place)}/{what}", body)
    assert answer.status == 202, answer.body
    assert answer.body is None
    return answer.headers["Location"].partition("/v1.0")[2]


def of_ids(**ids: list[str]) -> dict[str, Any]:
    values = [{"entityType": name, "entityIds": held} for name, held in ids.items()]
    return {"filteringCriteria": {"@odata.type": IDS_FILTER, "filterValues": values}}


def of_types(*names: str) -> dict[str, Any]:
    return {"filteringCriteria": {"@odata.type": NAMES_FILTER, "entityTypes": list(names)}}


def finish(lab: Lab, path: str) -> dict[str, Any]:
    pass_time(lab, DAY / 2)
    return body_of(lab.do("GET", path, **ALL_MEMBERS))


def test_there_is_one_point_a_day_for_seven_days(lab: Lab) -> None:
    # given
    assert len(points(lab)) == 1

    # when
    pass_time(lab, 10 * DAY)

    # then
    found = points(lab)
    assert len(found) == 7
    for one in found:
        assert base64.b64decode(one["id"]).decode() == one["createdDateTime"]
        assert one["createdDateTime"].endswith("T02:30:00Z")


def test_a_point_of_another_time_is_refused(lab: Lab) -> None:
    other = base64.b64encode(b"2020-01-01T02:30:00Z").decode()

    answer = lab.do("GET", f"{BASE}/snapshots/{quote(other, safe='')}")

    assert refused(answer, 404).startswith("This isn't a valid timestamp for recovery.")


def test_applications_read_but_start_nothing(lab: Lab) -> None:
    path = point_path(lab)

    for what in ("recoveryPreviewJobs", "recoveryJobs"):
        assert lab.do("GET", f"{path}/{what}").status == 200
        refused(lab.do("POST", f"{path}/{what}"), 403)


def test_who_starts_a_job_holds_the_role(lab: Lab) -> None:
    # given
    reader, nobody = holder(lab, READER), lab.as_user(lab.new_user("nobody")["id"], *SCOPES)
    path = point_path(lab)

    # when
    answers = [
        reader.do("POST", f"{path}/recoveryJobs"),
        nobody.do("POST", f"{path}/recoveryPreviewJobs"),
    ]

    # then the action list of the roles lets readers make reports
    for answer in answers:
        message = "Authorization has been denied for this request. Check your credentials."
        assert refused(answer, 403) == message
    assert reader.do("POST", f"{path}/recoveryPreviewJobs").status == 202


def test_a_person_needs_the_scope_as_well(lab: Lab) -> None:
    user = holder(lab, ADMINISTRATOR)
    assert user.caller.user_id
    path = point_path(lab)

    answer = lab.as_user(user.caller.user_id, "EntraBackup.Read.All").do(
        "POST", f"{path}/recoveryJobs"
    )

    refused(answer, 403)


def test_a_tenant_without_p1_has_none(lab: Lab) -> None:
    lab.directory.licences.clear()

    assert "premium license" in refused(lab.do("GET", f"{BASE}/snapshots"), 403)


def test_one_job_at_a_time(lab: Lab, person: Lab) -> None:
    # given
    path = start(person, "recoveryPreviewJobs")

    # when
    answer = person.do("POST", f"{point_path(lab)}/recoveryJobs")

    # then
    assert refused(answer, 409) == (
        "A recovery job is currently in progress. Wait for it to complete before initiating a "
        "new job."
    )
    assert finish(lab, path)["status"] == "successful"
    start(person)


def test_data_is_loaded_first_and_once(lab: Lab, person: Lab) -> None:
    # given
    lab.new_user("later")
    path = start(person, "recoveryPreviewJobs")

    # then
    assert body_of(lab.do("GET", path))["status"] == "unknownFutureValue"
    assert body_of(lab.do("GET", path, **ALL_MEMBERS))["status"] == "loadingData"
    pass_time(lab, 3500)
    assert body_of(lab.do("GET", path, **ALL_MEMBERS))["status"] == "loadingData"
    pass_time(lab, 200)
    assert body_of(lab.do("GET", path))["status"] == "successful"

    # when
    again = start(person, "recoveryPreviewJobs")

    # then
    pass_time(lab, 60)
    assert body_of(lab.do("GET", again))["status"] == "successful"


def test_a_preview_tells_what_would_be_done(lab: Lab, person: Lab) -> None:
    # given
    user, gone = (str(one.id) for one in list(lab.directory.of_type("user"))[:2])
    made = lab.new_user("made")["id"]
    lab.do("PATCH", f"/users/{user}", {"department": "Elsewhere"})
    lab.do("DELETE", f"/users/{gone}")
    body = of_ids(user=[user, gone, made])

    # when
    path = start(person, "recoveryPreviewJobs", body)
    early = lab.do("GET", f"{path}/{NAMESPACE}.getChanges")
    finished = finish(lab, path)

    # then
    assert "must have completed successfully" in refused(early, 400)
    assert finished["totalChangedObjectsCalculated"] == 3
    found = body_of(lab.do("GET", f"{path}/{NAMESPACE}.getChanges"))["value"]
    by_id = {one["id"]: one for one in found}
    assert by_id[user]["recoveryAction"] == "update"
    assert by_id[user]["currentState"]["department"] == "Elsewhere"
    assert by_id[gone]["recoveryAction"] == "restore"
    assert by_id[gone]["deltaFromCurrent"]["deletedDateTime"] is None
    assert by_id[made]["deltaFromCurrent"]["@removed"] == {"reason": "changed"}
    assert lab.directory.get(user)
    assert lab.directory.get(made)


def test_a_recovery_brings_the_point_back(lab: Lab, person: Lab) -> None:
    # given
    users = [record for record in lab.directory.of_type("user") if not record.body.get("manager")]
    user, gone = users[0], users[1]
    before = user.body.get("department")
    made = lab.new_user("made")["id"]
    lab.do("PATCH", f"/users/{user.id}", {"department": "Elsewhere"})
    lab.do("DELETE", f"/users/{gone.id}")

    # when
    path = start(person, body=of_ids(user=[user.id, gone.id, made]))
    sequence = lab.directory.changes.sequence
    job = finish(lab, path)

    # then it is so, under the old ids, and delta queries are told nothing
    assert job["status"] == "successful"
    assert job["totalObjectsModified"] == 3
    assert job["totalFailedChanges"] == 0
    assert lab.directory.get(user.id).body.get("department") == before  # type: ignore[union-attr]
    assert lab.directory.get(gone.id) is not None
    assert lab.directory.get_deleted(made) is not None
    assert lab.directory.changes.sequence == sequence


def test_what_is_not_on_the_list_stays(lab: Lab, person: Lab) -> None:
    # given a dynamic group's description, a manager, and a redirect address
    application = next(iter(lab.directory.of_type("application")))
    dynamic = lab.one("group", "All Guests")
    lab.do("PATCH", f"/applications/{application.id}", {"web": {"redirectUris": ["https://x.y"]}})
    lab.do("PATCH", f"/groups/{dynamic.id}", {"description": "defaced"})

    # when
    job = finish(lab, start(person, body=of_ids(application=[application.id], group=[dynamic.id])))

    # then
    assert job["totalObjectsModified"] == 0
    now = lab.directory.get(application.id)
    assert now is not None
    assert now.body["web"]["redirectUris"] == ["https://x.y"]


def test_members_come_back_and_go(lab: Lab, person: Lab) -> None:
    # given
    group = lab.one("group", "Contractors")
    other = lab.new_user("other")["id"]
    member = next(iter(lab.directory.targets("group.members", group.id)), "")
    lab.directory.link("group.members", group.id, other)
    lab.directory.unlink("group.members", group.id, member)

    # when
    job = finish(lab, start(person, body=of_ids(group=[group.id])))

    # then
    assert job["totalLinksModified"] == 2
    assert lab.directory.has_link("group.members", group.id, member)
    assert not lab.directory.has_link("group.members", group.id, other)


def test_a_link_to_what_is_gone_fails_and_says_so(lab: Lab, person: Lab) -> None:
    # given
    group = lab.one("group", "Contractors")
    member = next(iter(lab.directory.targets("group.members", group.id)))
    lab.directory.soft_delete(member)
    lab.directory.purge(member)

    # when
    path = start(person, body=of_ids(group=[group.id]))
    job = finish(lab, path)

    # then it is successful all the same
    assert job["status"] == "successful"
    assert job["totalFailedChanges"] == 1
    failed = body_of(lab.do("GET", f"{path}/{NAMESPACE}.getFailedChanges"))["value"]
    assert [(one["id"], bool(one["failureMessage"])) for one in failed] == [(group.id, True)]


def test_what_was_deleted_for_good_is_not_mentioned(lab: Lab, person: Lab) -> None:
    # given
    user = next(iter(lab.directory.of_type("user"))).id
    lab.directory.purge(user)

    # when
    path = start(person, "recoveryPreviewJobs", of_ids(user=[user]))

    # then
    assert finish(lab, path)["totalChangedObjectsCalculated"] == 0


def test_what_is_synchronised_is_reported_and_left_alone(lab: Lab, person: Lab) -> None:
    # given
    synced = next(u for u in lab.directory.of_type("user") if u.body.get("onPremisesSyncEnabled"))
    lab.directory.change(synced.id, {"department": "Elsewhere"})
    body = of_ids(user=[synced.id])

    # when
    preview = finish(lab, start(person, "recoveryPreviewJobs", body))
    job = finish(lab, start(person, body=body, place=len(points(lab)) - 1))

    # then
    assert preview["totalChangedObjectsCalculated"] == 1
    assert job["totalChangedObjectsCalculated"] == 0


def test_cancelling_leaves_what_was_applied(lab: Lab, person: Lab) -> None:
    # given more changes than are recovered in two seconds
    users = list(lab.directory.of_type("user"))[:20]
    for user in users:
        lab.directory.change(user.id, {"department": "Elsewhere"})
    path = start(person, body=of_ids(user=[one.id for one in users]))
    pass_time(lab, 3602)
    job = body_of(lab.do("GET", path))
    assert job["status"] == "running"

    # when
    where = f"{BASE}/jobs/{job['id']}"
    answer = person.do("POST", f"{where}/{NAMESPACE}.cancel")

    # then
    assert answer.status == 202
    assert answer.headers["Location"].endswith(where)
    pass_time(lab, DAY / 2)
    after = body_of(lab.do("GET", where))
    assert after["status"] == "abandoned"
    assert 0 < after["totalObjectsModified"] < len(users)
    departments = [lab.directory.get(one.id).body.get("department") for one in users]  # type: ignore[union-attr]
    assert departments.count("Elsewhere") == len(users) - after["totalObjectsModified"]


@pytest.mark.parametrize(
    "body",
    [
        of_types("user", "user"),
        of_types("device"),
        of_ids(user=[str(number) for number in range(101)]),
        {"filteringCriteria": {"@odata.type": "#nothing"}},
    ],
)
def test_filters_that_are_none(lab: Lab, person: Lab, body: dict[str, Any]) -> None:
    answer = person.do("POST", f"{point_path(lab)}/recoveryJobs", body)

    refused(answer, 400)
    assert not body_of(lab.do("GET", f"{BASE}/jobs"))["value"]


def test_jobs_are_listed_together_and_kept_for_seven_days(lab: Lab, person: Lab) -> None:
    # given
    finish(lab, start(person, "recoveryPreviewJobs"))
    job = finish(lab, start(person))

    # then
    found = body_of(lab.do("GET", f"{BASE}/jobs"))["value"]
    assert [one["@odata.type"].rpartition(".")[2] for one in found] == [
        "recoveryJob",
        "recoveryPreviewJob",
    ]
    only = body_of(lab.do("GET", f"{BASE}/jobs?$filter=id eq '{job['id']}'&$select=id"))["value"]
    assert [one["id"] for one in only] == [job["id"]]
    pass_time(lab, 8 * DAY)
    assert not body_of(lab.do("GET", f"{BASE}/jobs"))["value"]


def test_grants_and_assignments_come_with_the_service_principal(lab: Lab, person: Lab) -> None:
    # given
    assignment = next(iter(lab.directory.of_type("appRoleAssignment")))
    lab.directory.purge(assignment.id)

    # when
    job = finish(lab, start(person, body=of_ids(servicePrincipal=[assignment.body["resourceId"]])))

    # then
    assert job["totalObjectsModified"] == 1
    assert lab.directory.get(assignment.id) is not None


def test_what_is_done_stands_in_the_audit_log(lab: Lab, person: Lab) -> None:
    # given
    user = next(iter(lab.directory.of_type("user")))
    lab.directory.change(user.id, {"department": "Elsewhere"})

    # when
    finish(lab, start(person, body=of_ids(user=[user.id])))

    # then as the person's who started it
    entry = lab.directory.audit[-1]
    assert entry["activityDisplayName"] == OBJECTS["user"]["update"].name
    assert entry["initiatedBy"]["user"]["id"] == person.caller.user_id
