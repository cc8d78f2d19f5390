"""New client secrets, and accounts that wait for their first password to be handed over."""

from __future__ import annotations

from apps.core import clock
from apps.recovery.choices import Action, RunState
from apps.recovery.models import HandOver, Plan, Run, Step, StepResult
from apps.recovery.running.items import create_results
from apps.recovery.selection import Selection
from apps.recovery.services import read_once
from tests.factories import actor_of
from tests.recovery.test_making_anew import new_id, purge
from tests.recovery.test_steps import users
from tests.recovery.workshop import Workshop, bad_results

NEW = Selection(everything=True, new_secrets=True, people_blocked=True)


def with_a_secret(workshop: Workshop, name: str) -> tuple[str, str]:
    """The ids of an application and of its secret."""
    made = workshop.graph("POST", "/applications", {"displayName": name})
    body = {"passwordCredential": {"displayName": "ci"}}
    secret = workshop.graph("POST", f"/applications/{made['id']}/addPassword", body)
    return made["id"], secret["keyId"]


def secrets_of(workshop: Workshop, application: str) -> list[str]:
    held = workshop.graph("GET", f"/applications/{application}")["passwordCredentials"]
    return [one["displayName"] for one in held]


def test_lost_secrets_are_made_anew_where_the_plan_was_asked_for_it(workshop: Workshop) -> None:
    # given one application that is deleted for good and one that loses its secret, and a person
    gone, _ = with_a_secret(workshop, "Gone")
    stays, key = with_a_secret(workshop, "Stays")
    person = users(workshop)[0]
    base = workshop.capture()
    purge(workshop, "/applications", gone)
    purge(workshop, "/users", person)
    workshop.graph("POST", f"/applications/{stays}/removePassword", {"keyId": key})

    # when they are recovered
    plan: Plan = workshop.plan(workshop.report(base), NEW)
    run: Run = workshop.run(plan)

    # then each has a new secret, whose text is told once
    assert run.state == RunState.COMPLETE, bad_results(run)
    for application in (new_id(workshop, gone), stays):
        (name,) = secrets_of(workshop, application)
        assert name.startswith("Holdfast ")
    steps = Step.objects.filter(plan=plan, action=Action.SECRET)
    assert steps.count() == 2
    for step in steps:
        told = read_once(
            actor=actor_of(workshop.alice), hand_over=HandOver.objects.get(run=run, step=step)
        )
        assert len(told) > 20
        assert told not in str(step.unseal())

    # and the person is there, blocked
    account = workshop.graph("GET", f"/users/{new_id(workshop, person)}?$select=accountEnabled")
    assert account["accountEnabled"] is False

    # and without being asked for, a plan makes no secret
    purge(workshop, "/applications", new_id(workshop, gone))
    other = workshop.plan(workshop.report(base))
    assert not Step.objects.filter(plan=other, action=Action.SECRET).exists()


def test_a_secret_whose_text_nobody_heard_is_taken_back_and_made_again(
    workshop: Workshop,
) -> None:
    # given a plan that makes a secret
    application, key = with_a_secret(workshop, "Payroll")
    base = workshop.capture()
    workshop.graph("POST", f"/applications/{application}/removePassword", {"keyId": key})
    plan = workshop.plan(workshop.report(base), NEW)
    step = Step.objects.get(plan=plan, action=Action.SECRET)

    # when a worker dies after Graph has made one and before its text was kept
    run = workshop.approve(plan)
    request = step.unseal()["request"]
    lost = workshop.graph("POST", request["path"], request["body"])
    create_results(run)
    StepResult.objects.filter(run=run, step=step).update(state="intended", attempts=1)
    Run.objects.filter(pk=run.pk).update(state=RunState.RUNNING, started_at=clock.now())
    workshop.work(run.job_id)

    # then there is one, and it is the one whose text was kept
    run.refresh_from_db()
    assert run.state == RunState.COMPLETE, (run.failure, bad_results(run))
    held = workshop.graph("GET", f"/applications/{application}")["passwordCredentials"]
    assert [one["keyId"] for one in held] != [lost["keyId"]]
    assert len(held) == 1
    assert HandOver.objects.get(run=run, step=step).sealed
