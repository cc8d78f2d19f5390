"""Choosing Microsoft's own recovery in the portal, and signing in for it there."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.urls import reverse

from apps.connect import signing_in
from apps.recovery.choices import RunState
from apps.recovery.models import Plan
from tests.portal.world import signed_in
from tests.recovery.native_scene import Scene, scene_in
from tests.recovery.test_native_trouble import of_the_cloud
from tests.recovery.workshop import Workshop, bad_results


@pytest.fixture
def scene(workshop: Workshop) -> Scene:
    return scene_in(workshop)


def test_it_is_chosen_signed_in_for_and_shown(scene: Scene) -> None:
    # given somebody changed a person
    workshop = scene.workshop
    base = workshop.capture()
    person = of_the_cloud(workshop)[0]
    workshop.graph("PATCH", f"/users/{person}", {"department": "Elsewhere"})
    report = workshop.report(base)
    alice = signed_in(workshop.alice)
    tenant = workshop.tenant.pk

    # when Microsoft's newest snapshot is chosen, and the plan is approved
    page = alice.get(reverse("portal:choose-native", args=[tenant, report.pk])).content.decode()
    assert scene.point.id in page
    alice.post(
        reverse("portal:create-plan", args=[tenant, report.pk]),
        {"native": scene.point.id, "scope": "objects", "objects": person},
    )
    plan = Plan.objects.get(report=report)
    page = alice.get(reverse("portal:plan", args=[tenant, plan.pk])).content.decode()
    assert "Microsoft's own recovery carries this plan out" in page
    run = scene.begin(plan)

    # then the run's page sends people to Microsoft, and goes on when they are back
    where = reverse("portal:run", args=[tenant, run.pk])
    sign_in = reverse("portal:sign-in-for-run", args=[tenant, run.pk])
    page = alice.get(where).content.decode()
    assert sign_in in page
    assert signing_in.redirect_uri() in page
    address = alice.get(sign_in)["Location"]
    back = scene.answer_to(address, scene.administrator["id"])
    callback = reverse("portal:signed-in-at-microsoft")
    assert alice.get(f"{callback}?{urlencode(back)}")["Location"] == where
    assert alice.get(f"{callback}?{urlencode(back)}").status_code == 400
    run.refresh_from_db()
    run = scene.work(run)
    assert run.state == RunState.COMPLETE, bad_results(run)
    assert "successful" in alice.get(where).content.decode()
