"""A run is taken back: all that it touched, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given

from apps.core import clock
from apps.core.errors import Conflict, NotAllowed
from apps.diffs.choices import Recoverable
from apps.diffs.models import DifferenceReport, ReportChange
from apps.diffs.reasons import MADE_AND_SET_ASIDE
from apps.jobs.models import Job
from apps.recovery import services as recovery
from apps.recovery.choices import RequestState, RunState
from apps.recovery.models import Plan, RecoveryRequest, Run
from apps.recovery.undoing import services as undoing
from apps.recovery.undoing.approved_before import objections, run_undo
from apps.recovery.undoing.confined import strays
from apps.recovery.undoing.losses import losses_of
from apps.recovery.undoing.touched import touched_by
from tests.factories import actor_of
from tests.recovery.mutations import Hand
from tests.recovery.test_round_trips import ALL_SORTS, EVERYTHING, PARTS, mutations, trips
from tests.recovery.test_steps import users
from tests.recovery.workshop import Workshop, bad_results, changes_of

REF = "https://graph.microsoft.com/v1.0/directoryObjects/"


def plan_of(workshop: Workshop, job: Job) -> Plan:
    workshop.work(job.pk)
    return stored((Job.objects.get(pk=job.pk).result or {})["plan_id"])


def stored(plan_id: object) -> Plan:
    related = ("tenant", "report__base", "report__target", "undoes__request__plan")
    return Plan.objects.select_related(*related).get(pk=plan_id)


def undo_plan(workshop: Workshop, run: Run) -> Plan:
    return plan_of(workshop, undoing.ask_undo(actor=actor_of(workshop.alice), run=run))


def department(workshop: Workshop, user: str) -> str:
    return str(workshop.graph("GET", f"/users/{user}?$select=department")["department"])


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


def left_after(report: DifferenceReport) -> list[tuple[str, ...]]:
    """What differs from before the run, but for what was said beforehand."""
    rows = ReportChange.objects.filter(report=report)
    # Objects that the run made anew are in the bin, and secrets that went are gone.
    rows = rows.exclude(recoverable__in=(Recoverable.NO, Recoverable.NOTHING_TO_DO))
    # Went into the bin with its owner again: there it was before, and no snapshot could see it.
    rows = rows.exclude(reason=MADE_AND_SET_ASIDE)
    return [(row.kind, row.change, row.link, *row.attributes) for row in rows]


def there_and_back(workshop: Workshop, acts: list[tuple[str, int]]) -> Run | None:
    """Things go wrong, are brought back, and that is taken back: all is wrong as it was."""
    base = workshop.capture()
    for name, number in acts:
        ALL_SORTS[name](Hand(workshop, number))
    report = workshop.report(base)
    if not report.changes.exists():
        return None
    plan = workshop.plan(report, EVERYTHING)
    if plan.is_blocked or not plan.counts["requests"]:
        return None
    run = workshop.run(plan)
    assert run.safety_snapshot is not None
    back = undo_plan(workshop, run)
    assert not strays(back, touched_by(run))
    undo = workshop.run(back)
    assert not undo.counts["unverified"], bad_results(undo)
    assert left_after(workshop.report(run.safety_snapshot)) == [], bad_results(undo)
    return run


@pytest.mark.nightly
def test_every_sort_of_change_is_taken_back_but_for_declared_losses(workshop: Workshop) -> None:
    run = there_and_back(workshop, [(one, 1 + n) for n, one in enumerate(sorted(ALL_SORTS))])

    assert run is not None
    losses = {one.code for one in losses_of(run)}
    assert losses >= {"made-anew", "undeleted", "binned", "removed", "passwords"}


@pytest.mark.parametrize("part", range(PARTS))
@trips(daily=1)
@given(acts=mutations)
def test_any_mixture_is_taken_back(
    workshop: Workshop, part: int, acts: list[tuple[str, int]]
) -> None:
    there_and_back(workshop, acts)


def test_what_others_changed_since_stays_unless_it_is_chosen(workshop: Workshop) -> None:
    # given a run that wrote two departments and a manager
    one, other, boss, thief, third = users(workshop)[:5]
    for user in (one, other):
        workshop.graph("PATCH", f"/users/{user}", {"department": "Sales"})
    manager = f"/users/{other}/manager"
    workshop.graph("PUT", f"{manager}/$ref", {"@odata.id": f"{REF}{boss}"})
    base = workshop.capture()
    for user in (one, other):
        workshop.graph("PATCH", f"/users/{user}", {"department": "Nowhere"})
    workshop.graph("PUT", f"{manager}/$ref", {"@odata.id": f"{REF}{thief}"})
    run = workshop.recover(base)
    # and somebody who changed one of the departments and the manager since
    workshop.graph("PATCH", f"/users/{one}", {"department": "Board"})
    workshop.graph("PUT", f"{manager}/$ref", {"@odata.id": f"{REF}{third}"})

    # when it is taken back
    plan = undo_plan(workshop, run)
    undo = workshop.run(plan)

    # then that is left as it is
    assert undo.state == RunState.COMPLETE, (undo.failure, bad_results(undo))
    assert department(workshop, one) == "Board"
    assert department(workshop, other) == "Nowhere"
    assert workshop.graph("GET", manager)["id"] == third

    # and goes back where somebody chooses so
    position = plan.report.changes.get(object_id=one).position
    chosen = undoing.choose(
        actor=actor_of(workshop.alice), run=run, report=plan.report, overwrite=[position]
    )
    assert isinstance(chosen, Plan)
    assert workshop.run(chosen).state == RunState.COMPLETE
    assert department(workshop, one) == "Nowhere"


def recovered_with_undo(workshop: Workshop, user: str) -> Run:
    """Alice asked with undo, and Dave approved both."""
    base = workshop.capture()
    workshop.graph("PATCH", f"/users/{user}", {"department": "Nowhere"})
    plan = workshop.plan(workshop.report(base))
    request = recovery.request_recovery(
        actor=actor_of(workshop.alice), plan=plan, reason="bring it back", undo_hours=2
    )
    run = recovery.approve(actor=actor_of(workshop.dave), request=request, digest=plan.digest)
    assert run is not None
    workshop.work(run.job_id)
    run.refresh_from_db()
    return run


def test_an_undo_that_was_approved_with_the_run_needs_no_second_approval(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = users(workshop)[0]
    run = recovered_with_undo(workshop, user)
    plan = undo_plan(workshop, run)

    # A token starts nothing that writes.
    by_token = replace(actor_of(workshop.alice), token_id=run.pk)
    with pytest.raises(NotAllowed):
        run_undo(actor=by_token, plan=plan, reason="it was wrong")
    # After the time that was approved it takes a second person.
    later = clock.now() + timedelta(hours=3)
    with monkeypatch.context() as patch:
        patch.setattr(clock, "now", lambda: later)
        with pytest.raises(Conflict):
            run_undo(actor=actor_of(workshop.alice), plan=plan, reason="it was wrong")
    assert not RecoveryRequest.objects.filter(plan=plan).exists()

    # when Alice takes it back in time
    undo = run_undo(actor=actor_of(workshop.alice), plan=plan, reason="it was wrong")
    workshop.work(undo.job_id)

    # then it is done, and the trail of decisions names Dave and the request he approved
    undo.refresh_from_db()
    assert undo.state == RunState.COMPLETE, (undo.failure, bad_results(undo))
    assert department(workshop, user) == "Nowhere"
    request = undo.request
    assert (request.state, request.decided_by) == (RequestState.APPROVED, workshop.dave)
    assert request.approved_in_id == run.request_id


def test_an_undo_that_goes_further_needs_a_second_approval(workshop: Workshop) -> None:
    user = users(workshop)[0]
    run = recovered_with_undo(workshop, user)
    workshop.graph("PATCH", f"/users/{user}", {"department": "Board"})
    job = undoing.ask_undo(actor=actor_of(workshop.alice), run=run)
    with pytest.raises(Conflict):
        workshop.work(job.pk)
    report = DifferenceReport.objects.get(pk=job.args["report_id"])

    chosen = undoing.choose(
        actor=actor_of(workshop.alice),
        run=run,
        report=report,
        overwrite=[row.position for row in report.changes.all()],
    )

    assert isinstance(chosen, Plan)
    assert objections(stored(chosen.pk)) == ["The plan overwrites what others have changed since."]
    with pytest.raises(Conflict):
        run_undo(actor=actor_of(workshop.alice), plan=stored(chosen.pk), reason="all of it")
    assert not RecoveryRequest.objects.filter(plan=chosen).exists()
