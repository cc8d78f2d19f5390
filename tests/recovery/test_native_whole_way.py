"""Microsoft's own recovery, from the report to the end of the run, over real HTTP."""

from __future__ import annotations

import pytest

from apps.history.selectors import latest_snapshot
from apps.recovery.choices import RunState
from apps.recovery.selection import Selection
from tests.recovery.native_scene import Scene, scene_in
from tests.recovery.test_steps import users
from tests.recovery.workshop import Workshop, bad_results


@pytest.fixture
def scene(workshop: Workshop) -> Scene:
    return scene_in(workshop)


def test_microsofts_engine_brings_back_what_the_plan_says(scene: Scene) -> None:
    # given somebody changed a person, deleted another, and changed who is in a group
    workshop = scene.workshop
    base = workshop.capture()
    changed, deleted = users(workshop)[:2]
    before = workshop.graph("GET", f"/users/{changed}?$select=department,jobTitle")
    workshop.graph("PATCH", f"/users/{changed}", {"department": "Elsewhere", "jobTitle": "Nobody"})
    workshop.graph("DELETE", f"/users/{deleted}")

    # when
    plan = scene.plan(base, Selection(object_ids=frozenset({changed, deleted})))
    run = scene.begin(plan)

    # then it waits for somebody of the tenant, and nothing was started
    assert run.state == RunState.PAUSED
    assert scene.native(run).waits_for_sign_in

    # when
    run = scene.work(scene.sign_in(run))

    # then
    assert run.state == RunState.COMPLETE, (run.failure, bad_results(run))
    native = scene.native(run)
    assert native.status == "successful"
    assert native.token == ""
    after = workshop.graph("GET", f"/users/{changed}?$select=department,jobTitle")
    assert {**after, "@odata.context": ""} == {**before, "@odata.context": ""}
    assert workshop.graph("GET", f"/users/{deleted}")["id"] == deleted
    newest = latest_snapshot(workshop.tenant)
    assert newest is not None
    assert newest.mode == "full"
