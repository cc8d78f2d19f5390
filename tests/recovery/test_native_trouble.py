"""What can go wrong with a recovery by Microsoft's own engine."""

from __future__ import annotations

from collections import Counter

import pytest

from apps.connect import clients, signing_in
from apps.core import clock
from apps.core.errors import Conflict, Invalid
from apps.entra.catalogue.permissions import GRAPH_APP_ID
from apps.entra.client.given_token import acting_with
from apps.jobs.context import JobCancelled, Progress
from apps.jobs.models import Job
from apps.recovery import reasons
from apps.recovery import services as recovery
from apps.recovery.choices import Action, PoliciesAs, ResultState, RunState
from apps.recovery.models import NativeRun, Run, Step, StepResult
from apps.recovery.native import asking
from apps.recovery.native.letting import SCOPE
from apps.recovery.selection import Selection
from apps.tenants.models import AppRegistration
from tests.factories import actor_of
from tests.recovery.dying import Death, give_back, work_and_die
from tests.recovery.native_scene import DAY, FAST, Scene, scene_in
from tests.recovery.test_steps import new_group, users
from tests.recovery.workshop import Workshop, bad_results

JOBS = "/directory/recovery/jobs"


@pytest.fixture
def scene(workshop: Workshop) -> Scene:
    return scene_in(workshop)


def deface(scene: Scene, number: int = 2) -> tuple[Run, list[str]]:
    """Somebody changes people; a run by Microsoft's engine that has to be signed in for."""
    workshop = scene.workshop
    base = workshop.capture()
    people = of_the_cloud(workshop)[:number]
    for person in people:
        workshop.graph("PATCH", f"/users/{person}", {"department": "Elsewhere"})
    plan = scene.plan(base, Selection(object_ids=frozenset(people)))
    return scene.begin(plan), people


def of_the_cloud(workshop: Workshop) -> list[str]:
    """People who are not managed on premises."""
    found = workshop.graph("GET", "/users?$top=999&$select=id,onPremisesSyncEnabled")["value"]
    return [one["id"] for one in found if not one.get("onPremisesSyncEnabled")]


def departments(scene: Scene, people: list[str]) -> set[str | None]:
    paths = (f"/users/{one}?$select=department" for one in people)
    return {scene.workshop.graph("GET", path).get("department") for path in paths}


def native_jobs(scene: Scene) -> list[dict[str, object]]:
    scene.workshop.sandbox.tokens.clear()  # some tests move the clock on
    return list(scene.workshop.graph("GET", JOBS)["value"])


def test_without_consent_and_without_a_role_nothing_is_written(scene: Scene) -> None:
    # given somebody without any role, and an application that only he is asked about
    workshop = scene.workshop
    run, people = deface(scene)
    mine = [one for one in workshop.sandbox.overview["users"] if one["tenant"] == workshop.entra]
    nobody = next(one["id"] for one in mine if not one["roles"] and one["enabled"])

    # when he signs in, he may not consent
    with pytest.raises(AssertionError, match="AADSTS90094"):
        scene.sign_in(run, nobody)
    assert scene.native(run).waits_for_sign_in

    # when an administrator has consented for everybody, and he signs in again
    consent_for_everybody(workshop)
    run = scene.sign_in(run, nobody)
    with pytest.raises(Conflict) as refused:
        scene.work(run)

    # then
    assert refused.value.code == "native-denied"
    run.refresh_from_db()
    assert run.state == RunState.FAILED
    assert native_jobs(scene) == []
    assert departments(scene, people) == {"Elsewhere"}
    assert scene.native(run).token == ""


def consent_for_everybody(workshop: Workshop) -> None:
    registration = AppRegistration.objects.get(msp=workshop.tenant.msp, purpose="recovery")
    ours, graph = (
        workshop.graph("GET", f"/servicePrincipals(appId='{one}')?$select=id")["id"]
        for one in (registration.client_id, GRAPH_APP_ID)
    )
    body = {
        "clientId": ours,
        "consentType": "AllPrincipals",
        "resourceId": graph,
        "scope": f"openid profile {SCOPE}",
    }
    workshop.graph("POST", "/oauth2PermissionGrants", body)


def test_another_job_of_microsofts_stands_in_the_way(scene: Scene) -> None:
    # given a difference report that somebody has begun in Entra's own portal
    run, people = deface(scene)
    run = scene.sign_in(run)
    token = NativeRun.objects.get(run=run).token
    scene.workshop.sandbox.control("POST", "/weather", {"time_scale": 1})
    busy = begin_elsewhere(scene, token)

    # when
    with pytest.raises(Conflict) as refused:
        scene.work(run)

    # then
    assert refused.value.code == "native-job-running"
    run.refresh_from_db()
    assert run.state == RunState.FAILED
    assert departments(scene, people) == {"Elsewhere"}
    assert [one["id"] for one in native_jobs(scene)] == [busy]

    # when it has ended, and the run is tried again
    scene.workshop.sandbox.control("POST", "/weather", {"time_scale": FAST})
    again = recovery.retry_run(actor=actor_of(scene.workshop.alice), run=run)
    again = scene.work(again)
    assert again.state == RunState.PAUSED
    again = scene.work(scene.sign_in(again))

    # then
    assert again.state == RunState.COMPLETE, bad_results(again)
    assert "Elsewhere" not in departments(scene, people)


def begin_elsewhere(scene: Scene, token: str) -> str:
    """A recovery of nothing, by somebody who does not ask us."""
    client = clients.graph_client(scene.workshop.tenant, "recovery")
    person = acting_with(client, token)
    try:
        criteria = {
            "@odata.type": "#microsoft.graph.entraRecoveryServices.recoveryJobEntityNamesFilter",
            "entityTypes": ["namedLocationPolicy"],
        }
        return asking.start(person, scene.point.id, criteria)
    finally:
        person.close()
        client.close()


def test_cancelling_stops_microsofts_job_and_keeps_what_it_did(scene: Scene) -> None:
    # given a recovery that takes three seconds once its snapshot is loaded
    workshop = scene.workshop
    run, people = deface(scene, 12)
    workshop.sandbox.control("POST", "/weather", {"time_scale": 1, "token_lifetime": DAY})
    run = scene.sign_in(run)
    assert scene.look(run).state == "queued"
    workshop.sandbox.control("POST", "/clock", {"advance_seconds": 3600})
    while not scene.native(run).objects_modified:
        scene.look(run)

    # when somebody cancels it, while no worker is at it
    run.refresh_from_db()
    run = recovery.cancel_run(actor=actor_of(workshop.alice), run=run, reason="enough")

    # then it is not over before Microsoft's job is
    assert not run.is_finished
    with pytest.raises(JobCancelled):
        scene.look(run)
    run.refresh_from_db()
    assert run.state == RunState.CANCELLED
    assert [one["status"] for one in native_jobs(scene)] == ["abandoned"]
    states = Counter(StepResult.objects.filter(run=run).values_list("state", flat=True))
    assert states[ResultState.DONE] > 0
    assert states[ResultState.DONE] + states[ResultState.SKIPPED] == len(people)
    assert NativeRun.objects.get(run=run).token == ""
    # and a full capture is on its way, which alone notices what was written
    assert Job.objects.filter(kind="capture", args__mode="full", state="queued").exists()


def test_to_stop_microsofts_job_after_the_sign_in_has_run_out_takes_another(scene: Scene) -> None:
    # given a job that loads, and a person's token that has run out
    workshop = scene.workshop
    run, people = deface(scene)
    workshop.sandbox.control("POST", "/weather", {"time_scale": 1, "token_lifetime": DAY})
    run = scene.sign_in(run)
    scene.look(run)
    NativeRun.objects.filter(run=run).update(token_ends_at=clock.now())

    # when the run is cancelled, Microsoft's job goes on and so does the looking
    run.refresh_from_db()
    run = recovery.cancel_run(actor=actor_of(workshop.alice), run=run, reason="enough")
    assert scene.look(run).state == "queued"
    run.refresh_from_db()
    assert run.state == RunState.RUNNING
    assert scene.native(run).may_be_stopped

    # then somebody signs in again, and it is stopped
    run = scene.sign_in(run)
    with pytest.raises(JobCancelled):
        scene.look(run)
    run.refresh_from_db()
    assert run.state == RunState.CANCELLED
    assert [one["status"] for one in native_jobs(scene)] == ["abandoned"]
    assert departments(scene, people) == {"Elsewhere"}


def test_while_microsoft_works_nothing_of_ours_is_held(scene: Scene) -> None:
    # given a run whose job at Microsoft loads for an hour
    workshop = scene.workshop
    run, people = deface(scene)
    workshop.sandbox.control("POST", "/weather", {"time_scale": 1, "token_lifetime": DAY})
    run = scene.sign_in(run)
    job = scene.look(run)

    # then its job waits in the database, with no attempt used up, and says how far it is
    assert (job.state, job.claim, job.attempts) == ("queued", None, 0)
    assert job.run_after > clock.now()
    assert job.progress_text.startswith("Microsoft loads")
    run.refresh_from_db()
    assert run.state == RunState.RUNNING

    # and the tenant is captured, and another recovery waits for this one
    base = workshop.capture()
    workshop.graph("PATCH", f"/users/{people[0]}", {"jobTitle": "Nobody"})
    plan = workshop.plan(workshop.report(base), Selection(everything=True))
    other = workshop.approve(plan)
    other_job = scene.look(other)
    assert (other_job.state, other_job.attempts) == ("queued", 0)

    # when Microsoft is done, both go through
    workshop.sandbox.control("POST", "/weather", {"time_scale": FAST})
    run = scene.work(run)
    assert run.state == RunState.COMPLETE, (run.failure, bad_results(run))
    other = scene.work(other)
    assert other.state == RunState.COMPLETE, (other.failure, bad_results(other))


def test_what_microsoft_could_not_do_is_named_with_its_words(scene: Scene) -> None:
    # given two members who left a group, one of whom is deleted for good after the plan
    workshop = scene.workshop
    people = users(workshop)[:3]
    group = new_group(workshop, "Team", people)
    scene.pass_days(1)
    base = workshop.capture()
    for member in people[:2]:
        workshop.graph("DELETE", f"/groups/{group}/members/{member}/$ref")
    run = scene.begin(scene.plan(base, Selection(object_ids=frozenset({group}))))
    run = scene.sign_in(run)
    workshop.sandbox.control("POST", "/weather", {"time_scale": 1, "token_lifetime": DAY})

    def listen(progress: Progress) -> None:
        if progress.text.startswith("Microsoft loads") and not deleted:
            deleted.append(people[0])
            workshop.graph("DELETE", f"/users/{people[0]}")
            workshop.graph("DELETE", f"/directory/deletedItems/{people[0]}")
            workshop.sandbox.control("POST", "/weather", {"time_scale": FAST})

    # when
    deleted: list[str] = []
    scene.look(run, listen)
    run = scene.work(run)

    # then the run ends by what was seen, whatever Microsoft's job says
    run.refresh_from_db()
    assert run.state == RunState.WARNINGS, (run.failure, bad_results(run))
    assert NativeRun.objects.get(run=run).status == "successful"
    by_target = {one.target_id: one for one in StepResult.objects.filter(run=run)}
    assert by_target[people[1]].state == ResultState.DONE
    assert by_target[people[0]].state == ResultState.FAILED
    assert by_target[people[0]].reason == reasons.NATIVE_FAILED
    assert "no longer exists" in by_target[people[0]].detail


def test_what_it_cannot_be_told_is_no_plan(scene: Scene) -> None:
    workshop = scene.workshop
    base = workshop.capture()
    person = users(workshop)[0]
    workshop.graph("PATCH", f"/users/{person}", {"department": "Elsewhere"})
    report = workshop.report(base)
    point = scene.point.id
    for selection in (
        Selection(attributes={person: frozenset({"department"})}, native=point),
        Selection(changes=frozenset({1}), native=point),
        Selection(everything=True, attributes_as={"*": "only-if-empty"}, native=point),
        Selection(everything=True, native="bm90IGEgbW9tZW50"),
    ):
        with pytest.raises(Invalid):
            workshop.plan(report, selection, PoliciesAs.AS_THEY_WERE)
    with pytest.raises(Invalid) as refused:
        workshop.plan(report, Selection(everything=True, native=point), PoliciesAs.REPORT_ONLY)
    assert refused.value.code == "native-scope"


def test_a_plan_says_what_microsofts_engine_does_not_cover(scene: Scene) -> None:
    # given changes of what is on Microsoft's list and of what is not
    workshop = scene.workshop
    people = of_the_cloud(workshop)[5:8]
    base = workshop.capture()
    workshop.graph("PATCH", f"/users/{people[0]}", {"department": "X", "preferredLanguage": "fr"})
    extension = {"onPremisesExtensionAttributes": {"extensionAttribute1": "y"}}
    workshop.graph("PATCH", f"/users/{people[0]}", extension)
    manager = {"@odata.id": f"https://graph.microsoft.com/v1.0/users/{people[0]}"}
    workshop.graph("PUT", f"/users/{people[1]}/manager/$ref", manager)
    workshop.graph("DELETE", f"/users/{people[2]}")
    workshop.graph("DELETE", f"/directory/deletedItems/{people[2]}")

    # when
    selection = Selection(object_ids=frozenset(people))
    plan = scene.plan(base, selection)

    # then
    steps = Step.objects.filter(plan=plan)
    written = steps.filter(action=Action.UPDATE, object_id=people[0])
    assert {name for one in written for name in one.attributes} == {
        "department",
        "preferredLanguage",
    }
    lost = set(
        steps.filter(action=Action.NOT_RECOVERABLE).values_list("object_id", "reason", "link")
    )
    assert (people[0], reasons.NATIVE_NOT_COVERED, "") in lost
    assert (people[1], reasons.NATIVE_NOT_COVERED, "user.manager") in lost
    assert (people[2], reasons.NATIVE_GONE, "") in lost
    assert plan.counts["requests"] == 1
    assert plan.native["filters"][0]["filterValues"] == [
        {"entityType": "user", "entityIds": [people[0]]}
    ]
    assert plan.estimate["seconds"] >= 3600


@pytest.fixture
def shared_scene(shared_workshop: Workshop) -> Scene:
    """A scene whose database other processes see too."""
    return scene_in(shared_workshop)


@pytest.mark.parametrize(
    ("at", "death"),
    [
        pytest.param(1, Death.AFTER, marks=pytest.mark.nightly),
        (2, Death.BEFORE),
        pytest.param(2, Death.SESSION, marks=pytest.mark.nightly),
    ],
)
def test_a_job_is_started_once_however_often_workers_die(
    shared_scene: Scene, at: int, death: Death
) -> None:
    # given the two moments that matter: before it is asked for, and when it was answered
    scene = shared_scene
    run, people = deface(scene)
    run = scene.sign_in(run)
    assert run.job_id

    # when
    work_and_die(run.job_id, at=at, death=death, line='UPDATE "recovery_nativerun"')
    started = len(native_jobs(scene))
    give_back(run.job_id)
    run = scene.work(run)

    # then
    assert started == (at == 2)
    assert len(native_jobs(scene)) == 1
    assert run.state == RunState.COMPLETE, (run.failure, bad_results(run))
    assert "Elsewhere" not in departments(scene, people)


def test_somebody_of_another_tenant_starts_nothing(scene: Scene) -> None:
    run, _ = deface(scene)
    address, flow = signing_in.begin(run.tenant, SCOPE)
    other = {"error": "access_denied", "error_description": "AADSTS65004: declined"}

    with pytest.raises(Conflict):
        signing_in.finish(run.tenant, flow, other)
    with pytest.raises(Conflict):
        signing_in.finish(run.tenant, flow, {"code": "made-up", "state": flow["state"]})

    assert scene.native(run).waits_for_sign_in
    assert address
