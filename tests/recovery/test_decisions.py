"""Who may ask, who may approve, and what is refused: a denied act leaves nothing behind."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from apps.core import clock
from apps.core.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from apps.jobs.models import Job
from apps.recovery import services
from apps.recovery.choices import RequestState, RunState
from apps.recovery.models import Plan, RecoveryRequest, Run
from apps.recovery.selection import ALL
from apps.recovery.selectors import requests_waiting_for
from tests.factories import actor_of, make_msp, make_user
from tests.recovery.workshop import Workshop


@pytest.fixture
def changed(workshop: Workshop) -> Plan:
    """A plan that puts one department back."""
    user = workshop.first("/users?$select=id")["id"]
    base = workshop.capture()
    workshop.graph("PATCH", f"/users/{user}", {"department": "Nowhere"})
    return workshop.plan(workshop.report(base))


def ask(workshop: Workshop, plan: Plan) -> RecoveryRequest:
    return services.request_recovery(actor=actor_of(workshop.alice), plan=plan, reason="mistake")


def writes(workshop: Workshop) -> int:
    """PATCH requests that Holdfast has sent."""
    log = workshop.sandbox.request_log.read_text()
    return log.count('"PATCH"')


def assert_nothing_happened(workshop: Workshop, act: Callable[[], object], error: type) -> None:
    before = (writes(workshop), Run.objects.count(), Job.objects.filter(kind="recovery").count())
    with pytest.raises(error):
        act()
    after = (writes(workshop), Run.objects.count(), Job.objects.filter(kind="recovery").count())
    assert after == before


def test_the_requester_cannot_approve(workshop: Workshop, changed: Plan) -> None:
    request = ask(workshop, changed)

    assert_nothing_happened(
        workshop,
        lambda: services.approve(
            actor=actor_of(workshop.alice), request=request, digest=bytes(changed.digest)
        ),
        NotAllowed,
    )
    request.refresh_from_db()
    assert request.state == RequestState.WAITING


def test_a_reader_cannot_plan_ask_or_approve(workshop: Workshop, changed: Plan) -> None:
    bob = actor_of(make_user("Bob", workshop.tenant.msp, "backup-reader"))
    request = ask(workshop, changed)

    with pytest.raises(NotAllowed):
        services.make_plan(actor=bob, report=changed.report, selection=ALL)
    assert_nothing_happened(
        workshop,
        lambda: services.approve(actor=bob, request=request, digest=bytes(changed.digest)),
        NotAllowed,
    )
    assert Plan.objects.count() == 1


def test_for_an_outsider_there_is_no_such_request(workshop: Workshop, changed: Plan) -> None:
    mallory = make_user("Mallory", make_msp("South"), "recovery-approver")
    request = ask(workshop, changed)

    assert_nothing_happened(
        workshop,
        lambda: services.approve(
            actor=actor_of(mallory), request=request, digest=bytes(changed.digest)
        ),
        NotFound,
    )
    assert not requests_waiting_for(mallory).exists()


def test_another_digest_is_not_approved(workshop: Workshop, changed: Plan) -> None:
    request = ask(workshop, changed)

    assert_nothing_happened(
        workshop,
        lambda: services.approve(actor=actor_of(workshop.dave), request=request, digest=b"\0" * 32),
        Stale,
    )


def test_a_request_that_waited_too_long_cannot_be_approved(
    workshop: Workshop, changed: Plan
) -> None:
    request = ask(workshop, changed)

    with clock.frozen(clock.now() + timedelta(hours=25)):
        assert_nothing_happened(
            workshop,
            lambda: services.approve(
                actor=actor_of(workshop.dave), request=request, digest=bytes(changed.digest)
            ),
            Conflict,
        )
        assert services.expire_requests() == 1
    request.refresh_from_db()
    assert request.state == RequestState.EXPIRED


def test_a_refused_request_stays_refused(workshop: Workshop, changed: Plan) -> None:
    request = ask(workshop, changed)
    services.refuse(actor=actor_of(workshop.dave), request=request, reason="not now")

    assert_nothing_happened(
        workshop,
        lambda: services.approve(
            actor=actor_of(workshop.dave), request=request, digest=bytes(changed.digest)
        ),
        Conflict,
    )


def test_a_plan_is_used_once(workshop: Workshop, changed: Plan) -> None:
    ask(workshop, changed)

    with pytest.raises(Conflict):
        ask(workshop, changed)
    assert RecoveryRequest.objects.count() == 1


def test_a_recovery_needs_a_reason(workshop: Workshop, changed: Plan) -> None:
    with pytest.raises(Invalid):
        services.request_recovery(actor=actor_of(workshop.alice), plan=changed, reason="  ")
    assert not RecoveryRequest.objects.exists()


def test_a_plan_is_stale_once_a_snapshot_shows_another_change(
    workshop: Workshop, changed: Plan
) -> None:
    request = ask(workshop, changed)
    user = changed.steps.get().object_id
    workshop.graph("PATCH", f"/users/{user}", {"department": "Elsewhere"})
    workshop.capture("delta")

    assert_nothing_happened(
        workshop,
        lambda: services.approve(
            actor=actor_of(workshop.dave), request=request, digest=bytes(changed.digest)
        ),
        Stale,
    )


def test_a_run_writes_nothing_when_the_tenant_has_changed(
    workshop: Workshop, changed: Plan
) -> None:
    run = workshop.approve(changed)
    user = changed.steps.get().object_id
    workshop.graph("PATCH", f"/users/{user}", {"department": "Elsewhere"})
    before = writes(workshop)

    with pytest.raises(Stale):
        workshop.work(run.job_id)

    run.refresh_from_db()
    assert run.state == RunState.FAILED
    assert writes(workshop) == before
    assert workshop.graph("GET", f"/users/{user}?$select=department")["department"] == "Elsewhere"


def test_the_database_refuses_to_change_a_plan(workshop: Workshop, changed: Plan) -> None:
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        Plan.objects.filter(pk=changed.pk).update(digest=b"\1" * 32)
    with pytest.raises(IntegrityError), transaction.atomic():
        changed.steps.all().delete()


def test_a_request_waits_for_those_who_may_approve(workshop: Workshop, changed: Plan) -> None:
    request = ask(workshop, changed)

    assert list(requests_waiting_for(workshop.dave)) == [request]
    assert not requests_waiting_for(workshop.alice).exists()
