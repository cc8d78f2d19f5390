"""A run that finds the tenant changed says what differs, and plans the same again on demand."""

import pytest

from apps.core.errors import Stale
from apps.jobs.models import Job
from apps.recovery import replanning
from apps.recovery.choices import RunState
from apps.recovery.differing import what_differs
from apps.recovery.models import Plan
from apps.recovery.selection import Selection
from tests.factories import actor_of
from tests.recovery.test_steps import users
from tests.recovery.workshop import Workshop, bad_results


def test_a_stopped_run_names_what_differs_and_is_planned_again(workshop: Workshop) -> None:
    # given a plan for one of two persons, and somebody who changed that person afterwards
    one, other = users(workshop)[:2]
    base = workshop.capture()
    for user in (one, other):
        workshop.graph("PATCH", f"/users/{user}", {"department": "Nowhere", "city": "Gone"})
    report = workshop.report(base)
    position = report.changes.get(object_id=one).position
    run = workshop.approve(workshop.plan(report, Selection(changes=frozenset({position}))))
    workshop.graph("PATCH", f"/users/{one}", {"department": "Elsewhere"})

    # when it runs
    with pytest.raises(Stale):
        workshop.work(run.job_id)

    # then it was stopped, and names the attribute; its values are read from the history
    run.refresh_from_db()
    assert run.state == RunState.FAILED
    assert run.differs["count"] == 1
    assert run.differs["named"][0]["attributes"] == ["department"]
    (found,) = what_differs(run)
    assert [(v.name, v.before, v.after) for v in found.values] == [
        ("department", "Nowhere", "Elsewhere")
    ]

    # and the same selection can be planned again
    job = replanning.plan_again(actor=actor_of(workshop.alice), plan=run.request.plan)
    workshop.work(job.pk)
    result = Job.objects.get(pk=job.pk).result or {}
    again = workshop.run(Plan.objects.select_related("tenant").get(pk=result["plan_id"]))
    assert again.state == RunState.COMPLETE, (again.failure, bad_results(again))
    assert again.request.plan.counts["objects"] == 1
    now = workshop.graph("GET", f"/users/{other}?$select=department")
    assert now["department"] == "Nowhere"
