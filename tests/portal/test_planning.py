"""Plans of many changes are made by a job, so that nobody waits for them in a web request."""

from __future__ import annotations

import pytest
from django.urls import reverse

from apps.core.scope import tenant_scope
from apps.jobs import services as jobs
from apps.jobs.choices import JobState
from apps.jobs.models import Job
from apps.recovery.models import Plan
from apps.recovery.services import plans
from tests.portal.world import World, signed_in


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """The few changes of the report count as many."""
    monkeypatch.setattr(plans, "AT_ONCE", 1)


def test_a_plan_of_many_changes_is_made_by_a_job_whose_page_leads_to_it(
    world: World, many: None
) -> None:
    client = signed_in(world.cast.carol)
    tenant_id = world.cast.contoso.pk
    address = reverse("portal:create-plan", args=[tenant_id, world.report.pk])
    with tenant_scope(tenant_id):
        before = Plan.objects.count()

    answer = client.post(address, {"scope": "everything"})

    with tenant_scope(tenant_id):
        job = Job.objects.get(kind="make-plan")
        assert Plan.objects.count() == before
        assert answer.headers["Location"] == reverse("portal:job", args=[tenant_id, job.pk])
        assert client.get(answer.headers["Location"]).status_code == 200
        done = jobs.run_here(job)
        assert done.state == JobState.DONE
        plan = Plan.objects.get(pk=done.result["plan_id"])
        assert plan.created_by == world.cast.carol
    led = client.get(answer.headers["Location"])
    assert led.headers["Location"] == reverse("portal:plan", args=[tenant_id, plan.pk])


def test_a_plan_of_few_changes_is_there_at_once(world: World) -> None:
    client = signed_in(world.cast.carol)
    tenant_id = world.cast.contoso.pk
    address = reverse("portal:create-plan", args=[tenant_id, world.report.pk])

    answer = client.post(address, {"scope": "everything"})

    assert "/plans/" in answer.headers["Location"]
    with tenant_scope(tenant_id):
        assert not Job.objects.filter(kind="make-plan").exists()


def test_a_reader_gets_no_job(world: World, many: None) -> None:
    client = signed_in(world.cast.bob)
    tenant_id = world.cast.contoso.pk
    address = reverse("portal:create-plan", args=[tenant_id, world.report.pk])

    answer = client.post(address, {"scope": "everything"})

    assert answer.status_code == 403
    with tenant_scope(tenant_id):
        assert not Job.objects.filter(kind="make-plan").exists()


def test_what_was_chosen_is_still_chosen_after_a_refusal(world: World) -> None:
    client = signed_in(world.cast.carol)
    ids = [world.cast.contoso.pk, world.report.pk]
    chosen = {
        "back": reverse("portal:choose-plan", args=ids),
        "scope": "touched",
        "kind": ["user"],
        "actor_id": "",
        "since": "2026-05-01T06:00",
        "until": "2026-05-02T06:00",
        "objects": "<b>",
        "created": "ask",
        "attributes_as:user": "only-if-empty",
        "policies_as": "as-they-were",
        "new_secrets": "on",
    }

    answer = client.post(reverse("portal:create-plan", args=ids), chosen)

    page = answer.content.decode()
    assert answer.status_code == 400
    for field in (
        'role="alert"',
        'value="touched" checked',
        'value="user" checked',
        'value="2026-05-01T06:00"',
        'rows="2">&lt;b&gt;</textarea>',
        'value="ask" checked',
        'value="as-they-were" checked',
        'name="new_secrets" checked',
    ):
        assert field in page, field
    assert 'name="people_blocked" checked' not in page
    assert 'value="everything" checked' not in page
