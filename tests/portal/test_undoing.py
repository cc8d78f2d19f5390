"""The pages of a recovery that has ended: how it is taken back, what stopped it, its documents."""

from __future__ import annotations

from django.urls import reverse

from apps.core import clock
from apps.core.scope import tenant_scope
from apps.diffs.models import DifferenceReport
from apps.recovery.choices import ResultState, RunState
from apps.recovery.models import Run, Step, StepResult
from tests.portal.world import World, signed_in


def ended(world: World, state: RunState = RunState.COMPLETE) -> Run:
    """The world's run as if it had gone through, or had found the tenant changed."""
    run = world.run
    with tenant_scope(world.tenant.pk):
        step = Step.objects.filter(plan=run.request.plan_id).latest("order")
        StepResult.objects.create(
            tenant=world.tenant, run=run, step=step, state=ResultState.DONE, attempts=1
        )
        named = {
            "step": step.order,
            "kind": step.kind,
            "object_id": step.object_id,
            "link": "",
            "target_id": "",
            "attributes": list(step.attributes),
        }
        Run.objects.filter(pk=run.pk).update(
            state=state,
            started_at=clock.now(),
            finished_at=clock.now(),
            safety_snapshot=world.base,
            counts={"objects": 1, "links": 0, "failures": 0, "unverified": 0},
            differs={"count": 1, "seq": world.base.seq, "named": [named]}
            if state == RunState.FAILED
            else {},
        )
    return run


def test_a_run_that_has_ended_offers_its_undo_and_its_documents(world: World) -> None:
    run = ended(world)
    client = signed_in(world.cast.alice)

    page = client.get(reverse("portal:run", args=[world.tenant.pk, run.pk])).content.decode()

    assert "Plan the undo of this recovery" in page
    asked = client.post(reverse("portal:undo-run", args=[world.tenant.pk, run.pk]))
    assert "/jobs/" in asked["Location"]
    for form in ("json", "pdf"):
        url = reverse("portal:run-document", args=[world.tenant.pk, run.pk])
        answer = client.get(url, {"form": form})
        assert answer.status_code == 200
        assert b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    # and the report that was asked for is an undo's page once it is complete
    with tenant_scope(world.tenant.pk):
        report = DifferenceReport.objects.get(scope__run=str(run.pk))
        DifferenceReport.objects.filter(pk=report.pk).update(state="complete", target=world.target)
    undo = reverse("portal:undo", args=[world.tenant.pk, run.pk, report.pk])
    assert "What others changed since" in client.get(undo).content.decode()


def test_a_run_that_was_stopped_says_what_differs_to_whom_may_see_it(world: World) -> None:
    run = ended(world, RunState.FAILED)
    url = reverse("portal:run", args=[world.tenant.pk, run.pk])

    page = signed_in(world.cast.bob).get(url).content.decode()

    assert "What was not as the plan assumes" in page
    assert "plan the same selection" not in page
    assert "plan the same selection" in signed_in(world.cast.alice).get(url).content.decode()


def test_recoveries_are_narrowed(world: World) -> None:
    ended(world)
    client = signed_in(world.cast.alice)
    url = reverse("portal:runs")

    both = [
        client.get(url, {"state": state, "tenant": world.tenant.pk, "since": "2020-01-01"})
        for state in ("complete", "cancelled")
    ]

    link = reverse("portal:run", args=[world.tenant.pk, world.run.pk])
    assert [link in one.content.decode() for one in both] == [True, False]
    assert "None like that" in both[1].content.decode()
