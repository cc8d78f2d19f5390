"""What concerns an MSP as a whole, and what came of recoveries, by program."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core import mail

from apps.access.branding.services import Look, set_branding
from apps.access.roles import REQUEST_RECOVERY, VIEW_NOTIFICATIONS
from apps.core import clock
from apps.core.scope import no_scope, tenant_scope
from apps.jobs.models import Job
from apps.notify.routes import delivering
from apps.recovery.choices import SweepState
from apps.recovery.models import RecoveryRequest, StepResult, Sweep, SweepTenant
from tests.api.calls import program
from tests.factories import actor_of
from tests.portal.world import World, object_id


def address(world: World, rest: str) -> str:
    return f"/api/v1/msps/{world.cast.north.pk}{rest}"


def about_contoso(world: World, rest: str) -> str:
    return f"/api/v1/tenants/{world.tenant.pk}{rest}"


def sweep(world: World, **other: Any) -> dict[str, Any]:
    now = clock.now()
    return {
        "who": object_id(1),
        "since": (now - timedelta(hours=1)).isoformat(),
        "until": now.isoformat(),
        "tenant_ids": [str(world.tenant.pk), str(world.cast.fabrikam.pk)],
        "reason": "a consultant",
        **other,
    }


def test_a_sweep_is_started_followed_and_put_forward(world: World) -> None:
    alice = program(world.cast.alice)

    made = alice.post(address(world, "/sweeps"), sweep(world))
    with tenant_scope(world.tenant.pk):
        planned = SweepTenant.objects.get(sweep_id=made.json()["id"], tenant=world.tenant)
        SweepTenant.objects.filter(pk=planned.pk).update(
            state=SweepState.PLANNED, plan=world.free_plan
        )
    members = alice.get(made["Location"] + "/members").json()["results"]
    asked = alice.post(
        made["Location"] + "/requests", {"tenant_ids": [str(world.tenant.pk)]}
    ).json()["results"]
    again = alice.get(made["Location"] + "/members").json()["results"]

    assert made.status_code == 202
    assert (made.json()["tenants"], made.json()["remove_created"]) == (2, False)
    assert alice.get(made["Location"]).json()["planned"] == 1
    assert [(one["tenant"], one["state"]) for one in members] == [
        ("Contoso", "planned"),
        ("Fabrikam", "waiting"),
    ]
    assert members[0]["digest"] == world.free_plan.digest_hex
    assert asked == [{"tenant_id": str(world.tenant.pk), "code": None, "detail": None}]
    with tenant_scope(world.tenant.pk):
        request = RecoveryRequest.objects.get(plan=world.free_plan)
    assert (again[0]["state"], again[0]["request_id"]) == ("waiting", str(request.pk))
    assert request.requested_by_id == world.cast.alice.pk


def test_a_sweep_is_about_the_msps_own_tenants(world: World) -> None:
    alice = program(world.cast.alice)
    with no_scope("a test counts"):
        before = Sweep.objects.count(), Job.objects.count()

    foreign = alice.post(
        address(world, "/sweeps"), sweep(world, tenant_ids=[str(world.cast.tailspin.pk)])
    )

    with no_scope("a test counts"):
        assert (Sweep.objects.count(), Job.objects.count()) == before
    assert (foreign.status_code, foreign.json()["code"]) == (400, "not-of-this-msp")


def test_a_token_of_some_tenants_has_nothing_on_the_whole_msp(world: World) -> None:
    narrow = program(world.cast.alice, rights=[REQUEST_RECOVERY], tenant_ids=[world.tenant.pk])

    assert narrow.get(address(world, "/sweeps")).status_code == 404
    assert narrow.post(address(world, "/sweeps"), sweep(world)).status_code == 404


def test_a_message_is_found_in_the_log_and_sent_again(world: World) -> None:
    ingrid = program(world.cast.alice, rights=[VIEW_NOTIFICATIONS])
    route = world.notification_route

    (shown,) = ingrid.get(address(world, "/notification-routes")).json()["results"]
    log = address(world, f"/notification-routes/{route.pk}/deliveries")
    (told,) = ingrid.get(log, state="sent").json()["results"]
    sent = ingrid.post(f"{log}/{told['id']}/resend")
    twice = ingrid.post(f"{log}/{told['id']}/resend")
    delivering.run(str(route.pk))

    assert (shown["shown"], shown["channel"]) == ("1 address", "mail")
    assert "noc@north.test" not in str(shown)
    assert (told["kind"], told["tenant_id"]) == ("glass.broken", str(world.tenant.pk))
    assert (sent.status_code, sent.json()["state"]) == (202, "queued")
    assert twice.status_code == 409
    assert ingrid.get(log, state="failed").json()["results"] == []
    assert len(mail.outbox) == 1


def test_keep_templates_are_read_by_name(world: World) -> None:
    listed = program(world.cast.bob).get(address(world, "/keep-templates")).json()["results"]

    assert [(one["name"], one["for_new"]) for one in listed] == [("Gold", False)]
    assert listed[0]["id"] == str(world.kept.template.pk)
    assert listed[0]["rules"]["all_days"] == 14


def test_coverage_says_what_goes_back_and_why_the_rest_does_not(world: World) -> None:
    told = program(world.cast.bob).get(about_contoso(world, "/coverage")).json()

    users = next(one for one in told["results"] if one["kind"] == "user")
    assert told["snapshot"] == world.target.seq
    assert (users["reading"]["status"], users["reading"]["count"]) == ("complete", 3)
    assert "department" in users["written"]
    assert {"attribute", "reason"} == users["not_written"][0].keys()


def test_playbooks_are_saved_changed_and_removed(world: World) -> None:
    alice = program(world.cast.alice)
    wanted = {"name": "Applications", "kinds": ["application"], "refers_to": ["servicePrincipal"]}

    made = alice.post(address(world, "/playbooks"), wanted)
    own = address(world, f"/playbooks/{made.json()['key']}")
    changed = alice.post(own, {"name": "Apps", "asks_for": "application"})
    listed = alice.get(about_contoso(world, "/playbooks")).json()["results"]
    removed = alice.post(own + "/remove")
    neither = alice.post(address(world, "/playbooks"), {"name": "Nothing"})

    assert (made.status_code, made.json()["kinds"]) == (201, ["application"])
    assert (changed.json()["name"], changed.json()["asks_for"]) == ("Apps", "application")
    assert "Apps" in {one["name"] for one in listed}
    assert removed.json()["name"] == "Apps"
    assert alice.post(own + "/remove").status_code == 404
    assert neither.status_code == 400


def test_what_came_of_a_run_is_told_thing_by_thing(world: World) -> None:
    carol = program(world.cast.carol)
    with tenant_scope(world.tenant.pk):
        step = world.run.request.plan.steps.first()
        StepResult.objects.create(
            tenant=world.tenant, run=world.run, step=step, state="failed", reason="x"
        )

    results = carol.get(about_contoso(world, f"/runs/{world.run.pk}/results")).json()["results"]
    none = carol.get(about_contoso(world, f"/runs/{world.run.pk}/results"), state="done").json()

    assert [(one["state"], one["code"]) for one in results] == [("failed", "x")]
    assert results[0]["object_id"] == step.object_id
    assert none["results"] == []


def test_people_and_their_ways_are_read(world: World) -> None:
    alice = program(world.cast.alice)

    people = alice.get(about_contoso(world, "/people")).json()["results"]
    accounts = alice.get(about_contoso(world, "/break-glass-accounts")).json()

    found = {one["person"]["name"]: one for one in people}
    assert found["Carol"]["roles"] == [
        {"role": "backup-administrator", "through": "on this tenant"}
    ]
    assert found["Dave"]["side"] == "customer"
    assert "approve_recovery" in found["Dave"]["rights"]
    assert accounts["results"] == []
    assert accounts["warnings"]


def test_the_branding_is_read_and_not_written(world: World) -> None:
    alice = program(world.cast.alice)
    path = address(world, "/branding")

    before = alice.get(path)
    set_branding(
        actor=actor_of(world.cast.alice),
        msp=world.cast.north,
        look=Look(portal_name="North Vault", colour="#0b6e4f"),
    )
    after = alice.get(path)

    assert (before.json()["portal_name"], before.json()["changed_at"]) == ("", None)
    assert (after.json()["portal_name"], after.json()["logo_path"]) == ("North Vault", None)
    assert after["ETag"] != before["ETag"]
    assert alice.post(path, {"portal_name": "Mine"}).status_code == 405
    assert program(world.cast.mallory).get(path).status_code == 404
