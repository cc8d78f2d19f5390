"""A run is taken back: all that it touched, and nothing else."""

from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.recovery.choices import RunState
from apps.recovery.models import Plan, Run
from apps.recovery.undoing import services as undoing
from tests.factories import actor_of
from tests.recovery.test_steps import new_group, users
from tests.recovery.workshop import Workshop, bad_results, changes_of


def undo_plan(workshop: Workshop, run: Run) -> Plan:
    job = undoing.ask_undo(actor=actor_of(workshop.alice), run=run)
    workshop.work(job.pk)
    result = Job.objects.get(pk=job.pk).result or {}
    return Plan.objects.select_related("tenant", "report__base", "report__target").get(
        pk=result["plan_id"]
    )


def test_a_changed_department_goes_back_and_forth(workshop: Workshop) -> None:
    # given a department that was brought back
    user = users(workshop)[0]
    path = f"/users/{user}"
    base = workshop.capture()
    workshop.graph("PATCH", path, {"department": "Nowhere", "jobTitle": "Nobody"})
    run = workshop.recover(base)
    assert run.state == RunState.COMPLETE
    # and somebody has changed something else of the same person since
    workshop.graph("PATCH", path, {"city": "Elsewhere"})

    # when the run is taken back
    plan = undo_plan(workshop, run)
    undo = workshop.run(plan)

    # then what it wrote is as before, and the other's change stays
    assert undo.state == RunState.COMPLETE, (undo.failure, bad_results(undo))
    assert plan.undoes_id == run.pk
    now = workshop.graph("GET", f"{path}?$select=department,jobTitle,city")
    assert (now["department"], now["jobTitle"], now["city"]) == ("Nowhere", "Nobody", "Elsewhere")

    # and the undo can be undone
    again = workshop.run(undo_plan(workshop, undo))
    assert again.state == RunState.COMPLETE, (again.failure, bad_results(again))
    assert changes_of(workshop.report(base)) == [("user", "updated", ("city",))]
