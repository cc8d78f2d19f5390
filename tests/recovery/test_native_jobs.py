"""What Microsoft's engine is told, and in how many jobs; and taking back what it did."""

from __future__ import annotations

import pytest

from apps.connect import signing_in
from apps.core.errors import Conflict, Invalid
from apps.entra.errors import NotLicensed
from apps.jobs.models import Job
from apps.recovery.choices import Action, RunState
from apps.recovery.models import NativeRun, Plan, Step
from apps.recovery.native import covering
from apps.recovery.native.covering import filters_of, named_in
from apps.recovery.native.explaining import explained
from apps.recovery.planning.drafts import Draft
from apps.recovery.planning.ordering import Placed
from apps.recovery.selection import Selection
from apps.recovery.undoing import services as undoing
from tests.factories import actor_of
from tests.recovery.native_scene import Scene, scene_in
from tests.recovery.test_native_trouble import deface, departments, native_jobs, of_the_cloud
from tests.recovery.workshop import Workshop, bad_results


@pytest.fixture
def scene(workshop: Workshop) -> Scene:
    return scene_in(workshop)


def placed(number: int, wave: int = 1, name: str = "user") -> Placed:
    draft = Draft(kind=name, object_id=f"{name}-{number:06}", reason="", action=Action.UPDATE)
    return Placed(draft, number, wave, ())


def test_more_objects_than_a_job_takes_go_one_job_after_another() -> None:
    # given 250 people, of whom the first comes back last
    steps = [placed(number) for number in range(2, 251)] + [placed(1, wave=2)]
    chosen = Selection(object_ids=frozenset(one.draft.object_id for one in steps))

    # when
    filters = filters_of(chosen, steps)

    # then
    named = [named_in(one) or frozenset() for one in filters]
    assert [len(one) for one in named] == [100, 100, 50]
    assert frozenset().union(*named) == chosen.object_ids
    assert "user-000001" in named[-1]


def test_whole_kinds_are_named_where_all_of_them_is_meant() -> None:
    steps = [placed(number) for number in range(1, 251)]
    (only,) = filters_of(Selection(kinds=frozenset({"user"})), steps)
    assert only["entityTypes"] == ["user"]
    assert named_in(only) is None
    assert filters_of(Selection(everything=True), []) == []


def test_days_of_jobs_are_no_plan() -> None:
    steps = [placed(number) for number in range(1, 10_002)]
    chosen = Selection(object_ids=frozenset(one.draft.object_id for one in steps))
    with pytest.raises(Invalid) as refused:
        filters_of(chosen, steps)
    assert refused.value.code == "native-too-many"


def test_a_tenant_without_the_licence_is_told_so() -> None:
    said = explained(NotLicensed("Neither tenant is B2C or has premium license", status=403))
    assert isinstance(said, Conflict)
    assert said.code == "native-unlicensed"


def test_the_recovery_application_is_told_where_people_come_back_to() -> None:
    assert signing_in.redirect_uri() in signing_in.redirect_uris("recovery")
    assert signing_in.redirect_uri() not in signing_in.redirect_uris("backup")


def test_job_follows_job_and_each_sign_in_serves_while_it_lasts(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given that a job takes two objects, and five people
    monkeypatch.setattr(covering, "MOST_IDS", 2)
    run, people = deface(scene, 5)
    assert len(run.request.plan.native_filters) == 3
    assert run.request.plan.native["licensed"] is True
    run = scene.sign_in(run)

    # when the sign-in runs out while the first job is at work
    assert scene.look(run).state == "queued"
    NativeRun.objects.filter(run=run).update(token_ends_at=run.queued_at)
    run = scene.work(run)

    # then the first is done, and somebody has to sign in for the rest
    assert run.state == RunState.PAUSED
    assert [one["status"] for one in scene.native(run).jobs] == ["successful"]
    assert len(native_jobs(scene)) == 1
    run = scene.work(scene.sign_in(run))
    assert run.state == RunState.COMPLETE, (run.failure, bad_results(run))
    assert scene.native(run).totals == {"objects": 5, "links": 0, "failed": 0}
    assert len(native_jobs(scene)) == 3
    assert "Elsewhere" not in departments(scene, people)


def test_what_microsofts_engine_did_is_taken_back_by_ours(scene: Scene) -> None:
    # given somebody changed one person and deleted another, and Microsoft's engine had both back
    workshop = scene.workshop
    base = workshop.capture()
    changed, deleted = people = of_the_cloud(workshop)[:2]
    workshop.graph("PATCH", f"/users/{changed}", {"department": "Elsewhere"})
    workshop.graph("DELETE", f"/users/{deleted}")
    run = scene.run(scene.plan(base, Selection(object_ids=frozenset(people))))
    assert run.state == RunState.COMPLETE, (run.failure, bad_results(run))
    assert "Elsewhere" not in departments(scene, people)

    # when the run is taken back: planned from its safety snapshot, approved, run
    job = undoing.ask_undo(actor=actor_of(workshop.alice), run=run)
    workshop.work(job.pk)
    plan_id = (Job.objects.get(pk=job.pk).result or {})["plan_id"]
    plan = Plan.objects.select_related("tenant", "report__base", "report__target").get(pk=plan_id)
    assert plan.native == {}
    assert plan.undoes_id == run.pk
    undo = scene.work(workshop.approve(plan))

    # then the tenant is as it was before Microsoft's engine came, and nothing more was touched
    assert undo.state == RunState.COMPLETE, (undo.failure, bad_results(undo))
    assert departments(scene, [changed]) == {"Elsewhere"}
    binned = workshop.graph("GET", "/directory/deletedItems/microsoft.graph.user?$select=id")
    assert deleted in {one["id"] for one in binned["value"]}
    written = Step.objects.filter(plan=plan, wave__gt=0).values_list("object_id", flat=True)
    assert set(written) == set(people)
