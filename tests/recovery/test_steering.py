"""A run is paused, resumed, retried, and told to leave a step out."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest

from apps.core import clock
from apps.core.errors import Conflict, HoldfastError, Invalid, NotAllowed
from apps.entra.errors import NeedsConsent
from apps.jobs import services as jobs
from apps.jobs.context import Progress
from apps.jobs.models import Job
from apps.recovery import reasons, services
from apps.recovery.choices import ResultState, RunState
from apps.recovery.models import Run, SkippedStep, StepResult
from tests.factories import actor_of, make_user
from tests.recovery.test_steps import new_group, users
from tests.recovery.workshop import Workshop, bad_results

# So many batches that some are still to be sent while the first are under way.
GROUPS = 120


def defaced_groups(workshop: Workshop, number: int = GROUPS) -> tuple[list[str], Run]:
    """Groups that somebody described, and the approved run that takes it back."""
    ids = make_groups(workshop, number)
    base = workshop.capture()
    change(workshop, [("PATCH", f"/groups/{group}", {"description": "defaced"}) for group in ids])
    return ids, workshop.approve(workshop.plan(workshop.report(base)))


def make_groups(workshop: Workshop, number: int) -> list[str]:
    bodies = [
        {
            "displayName": f"Team {at}",
            "mailEnabled": False,
            "mailNickname": f"team{at}",
            "securityEnabled": True,
        }
        for at in range(number)
    ]
    return [one["id"] for one in change(workshop, [("POST", "/groups", one) for one in bodies])]


def change(
    workshop: Workshop, requests: list[tuple[str, str, dict[str, object]]]
) -> list[dict[str, str]]:
    """As another application, 20 at a time; the bodies of the answers in order."""
    bodies: list[dict[str, str]] = []
    for start in range(0, len(requests), 20):
        items = [
            {
                "id": str(at),
                "method": method,
                "url": path,
                "body": body,
                "headers": {"Content-Type": "application/json"},
            }
            for at, (method, path, body) in enumerate(requests[start : start + 20])
        ]
        answers = workshop.graph("POST", "/$batch", {"requests": items})["responses"]
        assert all(answer["status"] < 300 for answer in answers)
        in_order = sorted(answers, key=lambda answer: int(answer["id"]))
        bodies += [answer.get("body") or {} for answer in in_order]
    return bodies


def do(workshop: Workshop, run: Run, at_first_write: Callable[[], object]) -> None:
    """Work at the run; once its first writes are answered, do that as well. Graph is slow."""
    slow = done = False

    def listen(progress: Progress) -> None:
        nonlocal slow, done
        if progress.text.startswith("Checking") and not slow:
            workshop.sandbox.control("POST", "/weather", {"slow_ms": 500})
            slow = True
        if slow and progress.done and not done:
            done = True
            at_first_write()

    try:
        jobs.run_here(Job.objects.get(pk=run.job_id), on_progress=listen)
    finally:
        workshop.sandbox.control("POST", "/weather", {"slow_ms": 0})
        run.refresh_from_db()


def go_on(workshop: Workshop, run: Run) -> None:
    run.refresh_from_db()
    workshop.work(run.job_id)
    run.refresh_from_db()


def written(workshop: Workshop, ids: list[str]) -> Counter[str]:
    """How often each group was changed since the run began, by requests that were carried out."""
    counted: Counter[str] = Counter()
    for line in workshop.sandbox.request_log.read_text().splitlines():
        call = json.loads(line)
        if call.get("method") == "PATCH" and int(call.get("status", 0)) < 300:
            counted.update(one for one in ids if str(call["path"]).endswith(one))
    return counted


def states(run: Run) -> Counter[str]:
    return Counter(StepResult.objects.filter(run=run).values_list("state", flat=True))


def test_a_paused_run_writes_nothing_until_it_goes_on_and_then_the_rest(
    workshop: Workshop,
) -> None:
    # given a run that is paused while its first batches are under way
    ids, run = defaced_groups(workshop)
    dave = actor_of(workshop.dave)
    before = written(workshop, ids)
    do(workshop, run, lambda: services.pause_run(actor=dave, run=run, reason="wait"))

    # then what was under way is written, and the rest waits
    assert run.state == RunState.PAUSED
    counted = states(run)
    assert counted[ResultState.PENDING]
    assert counted[ResultState.PENDING] < GROUPS
    assert counted[ResultState.INTENDED] == 0
    with pytest.raises(Conflict):
        services.pause_run(actor=dave, run=run)

    # when one step is skipped, and somebody who may not overrule Dave wants it to go on
    left_out = StepResult.objects.filter(run=run, state=ResultState.PENDING).latest("pk")
    order = left_out.step.order
    services.skip_step(actor=dave, run=run, order=order, reason="that team is gone")
    carol = make_user("Carol", workshop.tenant, "backup-administrator")
    with pytest.raises(NotAllowed):
        services.resume_run(actor=actor_of(carol), run=run)

    # and Dave lets it
    services.resume_run(actor=dave, run=run, reason="go")
    go_on(workshop, run)

    # then all but that is back, each written once
    assert run.state == RunState.WARNINGS
    assert states(run) == {ResultState.DONE: GROUPS - 1, ResultState.SKIPPED: 1}
    left_out.refresh_from_db()
    assert left_out.reason == reasons.SKIPPED_BY_PERSON
    assert SkippedStep.objects.get(run=run).reason == "that team is gone"
    assert set((written(workshop, ids) - before).values()) == {1}
    assert len(written(workshop, ids) - before) == GROUPS - 1


def test_what_revoked_consent_left_undone_is_tried_again_under_the_same_approval(
    workshop: Workshop,
) -> None:
    # given a run during which the customer takes the consent back
    ids, run = defaced_groups(workshop)
    before = written(workshop, ids)
    alice = actor_of(workshop.alice)

    def revoke() -> None:
        workshop.sandbox.control("POST", "/weather", {"revoked_consent": ["*"]})

    with pytest.raises(NeedsConsent):
        do(workshop, run, revoke)
    assert run.state == RunState.FAILED
    left = states(run)
    assert left[ResultState.SKIPPED] + left[ResultState.UNVERIFIED]
    assert services.may_be_retried(run)

    # when it is given again and what failed is tried again
    workshop.sandbox.control("POST", "/weather", {"revoked_consent": []})
    services.retry_run(actor=alice, run=run, reason="consent is back")
    go_on(workshop, run)

    # then everything is back, each written once
    assert run.state == RunState.COMPLETE, bad_results(run)
    assert run.attempt == 2
    assert written(workshop, ids) - before == Counter(dict.fromkeys(ids, 1))
    with pytest.raises(Conflict):
        services.retry_run(actor=alice, run=run)


def test_what_depends_on_a_skipped_step_is_left_out_with_it(workshop: Workshop) -> None:
    # given a deleted group that has to come back before its members do
    people = users(workshop)[:3]
    group = new_group(workshop, "Team", people)
    base = workshop.capture()
    workshop.graph("DELETE", f"/groups/{group}")
    workshop.graph("DELETE", f"/directory/deletedItems/{group}")
    run = workshop.approve(workshop.plan(workshop.report(base)))
    dave = actor_of(workshop.dave)

    # when the group is skipped before the run begins
    with pytest.raises(Invalid):
        services.skip_step(actor=dave, run=run, order=1, reason=" ")
    services.skip_step(actor=dave, run=run, order=1, reason="it is not wanted")
    go_on(workshop, run)

    # then its members are left out too, and nothing is made
    results = StepResult.objects.filter(run=run).exclude(step__wave=0)
    assert {one.state for one in results} == {ResultState.SKIPPED}
    why = {one.reason for one in results.exclude(step__order=1)}
    assert why == {reasons.DEPENDENCY_SKIPPED}
    named = workshop.graph("GET", "/groups?$filter=displayName eq 'Team'&$select=id")
    assert named["value"] == []

    # and a step that is over cannot be skipped, nor what a person skipped be tried again
    with pytest.raises(Conflict):
        services.skip_step(actor=dave, run=run, order=1, reason="again")
    with pytest.raises(HoldfastError):
        services.retry_run(actor=dave, run=run)


def test_a_run_that_waits_may_be_paused_cancelled_and_is_too_old_after_a_week(
    workshop: Workshop,
) -> None:
    _, run = defaced_groups(workshop, 2)
    alice = actor_of(workshop.alice)
    services.pause_run(actor=alice, run=run)
    go_on(workshop, run)
    assert (run.state, states(run)) == (RunState.PAUSED, Counter({ResultState.PENDING: 2}))

    Run.objects.filter(pk=run.pk).update(paused_at=clock.now() - timedelta(days=8))
    with pytest.raises(Conflict):
        services.resume_run(actor=alice, run=run)
    services.cancel_run(actor=alice, run=run, reason="too old")

    assert run.state == RunState.CANCELLED
    assert states(run) == Counter({ResultState.SKIPPED: 2})
    with pytest.raises(Conflict):
        services.retry_run(actor=alice, run=run)
