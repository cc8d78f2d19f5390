"""What the operations answer, from reading to putting a recovery forward."""

from __future__ import annotations

import pytest

from apps.access import services as access
from apps.core.scope import tenant_scope
from apps.diffs.models import ReportChange
from apps.jobs import runner
from apps.jobs.models import Job
from apps.recovery.services import plans
from apps.tenants.schedules import CaptureSchedule
from tests.api.calls import Program, program
from tests.factories import actor_of
from tests.portal.world import World, object_id


def address(world: World, rest: str = "") -> str:
    return f"/api/v1/tenants/{world.tenant.pk}{rest}"


def test_a_program_reads_itself_its_tenants_and_their_history(world: World) -> None:
    alice = program(world.cast.alice)

    me = alice.get("/api/v1/me").json()
    tenants = alice.get("/api/v1/tenants").json()["results"]
    snapshots = alice.get(address(world, "/snapshots")).json()["results"]
    newest = alice.get(address(world, f"/snapshots/{world.target.seq}")).json()

    assert me["user"] == {"id": str(world.cast.alice.pk), "name": "Alice"}
    assert me["token"]["tenant_ids"] is None
    assert [tenant["name"] for tenant in tenants] == ["Contoso", "Fabrikam"]
    assert [one["seq"] for one in snapshots] == [world.target.seq, world.base.seq]
    assert newest["root"] == bytes(world.target.root).hex()
    assert newest["collections"]


def test_a_capture_is_a_job_that_can_be_followed_and_cancelled(world: World) -> None:
    carol = program(world.cast.carol)

    made = carol.post(address(world, "/captures"), {"mode": "full"})
    followed = carol.get(made["Location"])
    cancelled = carol.post(made["Location"] + "/cancel")

    assert made.status_code == 202
    assert followed.json()["state"] == "queued"
    assert cancelled.json()["state"] == "cancelled"
    with tenant_scope(world.tenant.pk):
        assert Job.objects.get(pk=made.json()["id"]).actor_user_id == world.cast.carol.pk


def test_a_recovery_is_put_forward_from_report_to_request(world: World) -> None:
    carol = program(world.cast.carol)

    asked = carol.post(
        address(world, "/reports"), {"base": world.base.seq, "target": world.target.seq}
    )
    changes = carol.get(address(world, f"/reports/{world.report.pk}/changes")).json()["results"]
    plan = carol.post(
        address(world, "/plans"),
        {"report_id": str(world.report.pk), "selection": {"changes": [1]}},
    )
    steps = carol.get(plan["Location"] + "/steps").json()["results"]
    request = carol.post(
        address(world, "/requests"), {"plan_id": plan.json()["id"], "reason": "a mistake"}
    )

    assert asked.status_code == 202
    assert asked.json()["state"] == "waiting"
    assert changes[0]["attributes"]
    assert plan.status_code == 201
    assert [step["action"] for step in steps] == ["update"]
    assert request.status_code == 201
    assert request.json()["state"] == "waiting"
    assert request.json()["digest"] == plan.json()["digest"]
    assert carol.get(request["Location"]).json()["requested_by"]["name"] == "Carol"


def test_lists_are_paged_by_cursors_that_only_their_list_takes(world: World) -> None:
    alice = program(world.cast.alice)
    changes = address(world, f"/reports/{world.report.pk}/changes")

    first = alice.get(changes, limit=1).json()
    second = alice.get(first["next"].split("testserver")[1]).json()
    again = alice.get(second["previous"].split("testserver")[1]).json()
    elsewhere = first["next"].split("?")[1]
    refused = alice.client.get(
        address(world, "/snapshots") + "?" + elsewhere,
        HTTP_AUTHORIZATION=f"Bearer {alice.secret}",
    )

    assert [row["position"] for row in first["results"] + second["results"]] == [1, 2]
    assert again["results"] == first["results"]
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["code"] == "bad-cursor"


def test_changes_are_filtered_by_any_of_several_values(world: World) -> None:
    alice = program(world.cast.alice)
    changes = address(world, f"/reports/{world.report.pk}/changes")

    users = alice.get(changes, kind="user").json()["results"]
    both = alice.get(changes, kind=["user", "conditionalAccessPolicy"]).json()["results"]
    refused = alice.get(changes, kind="nonsense")

    assert {row["kind"] for row in users} == {"user"}
    assert {row["kind"] for row in both} == {"user", "conditionalAccessPolicy"}
    assert refused.status_code == 400


def test_changes_are_found_and_planned_by_who_made_them(world: World) -> None:
    nigel = object_id(4242)
    with tenant_scope(world.tenant.pk):
        ReportChange.objects.filter(report=world.report, kind="user").update(actor_id=nigel)
        users = ReportChange.objects.filter(report=world.report, kind="user").count()
    carol = program(world.cast.carol)
    changes = address(world, f"/reports/{world.report.pk}/changes")

    his = carol.get(changes, actor_id=nigel).json()["results"]
    nobodys = carol.get(changes, actor_id="unknown").json()["results"]
    selection = {"matching": {"actors": [nigel], "subjects": ["object"]}}
    plan = carol.post(
        address(world, "/plans"), {"report_id": str(world.report.pk), "selection": selection}
    )

    assert len(his) == users
    assert {row["actor_id"] for row in nobodys} == {""}
    assert plan.status_code == 201, plan.json()
    assert plan.json()["selection"]["matching"] == selection["matching"]
    assert plan.json()["counts"]["objects"] == users


def test_errors_are_problems_with_codes(world: World) -> None:
    bob = program(world.cast.bob)
    cases = [
        (Program().get(address(world)), 401, "no-token"),
        (Program("hf_nonsense").get(address(world)), 401, "invalid-token"),
        (bob.post(address(world, "/captures")), 403, "needs-take-backups"),
        (bob.get(f"/api/v1/tenants/{world.cast.tailspin.pk}"), 404, "no-such-tenant"),
        (bob.get("/api/v1/nowhere"), 404, "no-such-address"),
        (bob.post("/api/v1/nowhere"), 404, "no-such-address"),
        (bob.get(address(world, "/objects/user/a%00b/versions")), 404, "not-found"),
        (bob.post(address(world)), 405, "method-not-allowed"),
        (bob.get("/api/v1/tenants", limit="0"), 400, "invalid-request"),
        (bob.get("/api/v1/tenants", tenant_id="1"), 400, "invalid-request"),
    ]

    for answer, status, code in cases:
        said = answer.json()
        assert (answer.status_code, said["code"]) == (status, code)
        assert answer["Content-Type"] == "application/problem+json"
        assert said["type"] == f"http://localhost:8000/api/problems/{code}"
        assert said["request_id"] == answer["X-Request-ID"]


def test_many_changes_are_planned_by_a_job(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plans, "AT_ONCE", 1)
    carol = program(world.cast.carol)
    wanted = {"report_id": str(world.report.pk), "selection": {"everything": True}}

    asked = carol.post(address(world, "/plans"), wanted)
    runner.run(asked.json()["id"])
    job = carol.get(asked["Location"]).json()

    assert asked.status_code == 202
    assert job["state"] == "done"
    plan = carol.get(address(world, f"/plans/{job['result']['plan_id']}"))
    assert plan.json()["selection"]["everything"]


def test_a_request_is_withdrawn_and_a_run_stopped_by_who_may(world: World) -> None:
    carol = program(world.cast.carol)

    withdrawn = carol.post(
        address(world, f"/requests/{world.waiting.pk}/withdraw"), {"reason": "no longer needed"}
    )
    again = carol.post(address(world, f"/requests/{world.waiting.pk}/withdraw"))
    stopped = carol.post(address(world, f"/runs/{world.run.pk}/cancel"), {"reason": "wait"})

    assert (withdrawn.status_code, withdrawn.json()["state"]) == (200, "withdrawn")
    assert withdrawn.json()["decision_reason"] == "no longer needed"
    assert again.status_code == 409
    assert (stopped.status_code, stopped.json()["state"]) == (202, "cancelled")


def test_a_thing_is_sent_again_only_when_it_has_changed(world: World) -> None:
    carol = program(world.cast.carol)
    path = address(world, f"/requests/{world.waiting.pk}")

    first = carol.get(path)
    unchanged = carol.client.get(path, **carol.headers(), HTTP_IF_NONE_MATCH=first["ETag"])
    carol.post(path + "/withdraw")
    changed = carol.client.get(path, **carol.headers(), HTTP_IF_NONE_MATCH=first["ETag"])
    stranger = program(world.cast.mallory)
    refused = stranger.client.get(path, **stranger.headers(), HTTP_IF_NONE_MATCH=first["ETag"])

    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert "RateLimit-Remaining" in unchanged
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]
    assert refused.status_code == 404


def test_a_list_is_sent_again_only_when_it_has_changed(world: World) -> None:
    carol = program(world.cast.carol)
    path = address(world, "/jobs")

    first = carol.get(path)
    unchanged = carol.client.get(path, **carol.headers(), HTTP_IF_NONE_MATCH=first["ETag"])
    carol.post(address(world, "/captures"))
    changed = carol.client.get(path, **carol.headers(), HTTP_IF_NONE_MATCH=first["ETag"])

    assert (unchanged.status_code, changed.status_code) == (304, 200)


def test_a_thing_is_changed_only_while_it_is_as_it_was_read(world: World) -> None:
    alice, path = program(world.cast.alice), address(world, "/schedule")
    wanted = CaptureSchedule().plain()

    seen = alice.get(path)["ETag"]
    first = alice.post(path, {**wanted, "delta_minutes": 30}, HTTP_IF_MATCH=seen)
    second = alice.post(path, {**wanted, "delta_minutes": 60}, HTTP_IF_MATCH=seen)
    whatever = alice.post(path, {**wanted, "delta_minutes": 45}, HTTP_IF_MATCH="*")
    nothing = alice.post(address(world, "/captures"), HTTP_IF_MATCH=seen)

    assert first.status_code == 200
    assert (second.status_code, second.json()["code"]) == (412, "precondition-failed")
    assert whatever.status_code == 200
    assert alice.get(path).json()["delta_minutes"] == 45
    assert nothing.status_code == 412


def test_tenants_are_listed_by_the_tags_they_carry(world: World) -> None:
    access.set_tags(actor=actor_of(world.cast.alice), tenant=world.cast.fabrikam, tags=["silver"])
    alice = program(world.cast.alice)

    everyone = alice.get("/api/v1/tenants").json()["results"]
    tagged = alice.get("/api/v1/tenants?tag=Silver&tag=bronze").json()["results"]

    assert [one["tags"] for one in everyone] == [[], ["silver"]]
    assert [one["name"] for one in tagged] == ["Fabrikam"]
    assert alice.get("/api/v1/tenants?tag=bronze").json()["results"] == []
