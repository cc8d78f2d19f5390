"""Whose yes a recovery needs: the tenant's policy, both sides, and races between decisions."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from apps.access.models import Membership, RecoveryLink, User
from apps.audit.models import AuditRecord
from apps.core import clock
from apps.core.errors import Conflict, NotAllowed, Stale
from apps.core.scope import no_scope, person
from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.recovery import approvals, services
from apps.recovery.choices import RequestState, RunState
from apps.recovery.models import Approval, RecoveryRequest, Run
from apps.recovery.selectors import requests_waiting_for
from apps.tenants.models import BackupPolicy
from tests.factories import actor_of, make_user
from tests.recovery.workshop import Workshop


@pytest.fixture
def asked(workshop: Workshop) -> RecoveryRequest:
    """Alice of the MSP asked for something; Dave is the customer's approver."""
    user = workshop.first("/users?$select=id")["id"]
    base = workshop.capture()
    workshop.graph("PATCH", f"/users/{user}", {"department": "Nowhere"})
    plan = workshop.plan(workshop.report(base))
    return services.request_recovery(actor=actor_of(workshop.alice), plan=plan, reason="mistake")


@pytest.fixture
def erin(workshop: Workshop) -> User:
    """Another approver of the MSP."""
    return make_user("Erin", workshop.tenant.msp, "recovery-approver")


def demand(workshop: Workshop, approvals_from: str) -> None:
    BackupPolicy.objects.update_or_create(
        tenant=workshop.tenant, defaults={"approvals_from": approvals_from}
    )


def agree(asked: RecoveryRequest, user: User) -> Run | None:
    return services.approve(actor=actor_of(user), request=asked, digest=bytes(asked.digest))


def waiting_for(user: User) -> list[RecoveryRequest]:
    with person(user.pk):
        return list(requests_waiting_for(user))


def assert_waiting(asked: RecoveryRequest) -> None:
    asked.refresh_from_db()
    assert asked.state == RequestState.WAITING
    assert not Run.objects.exists()
    assert not Job.objects.filter(kind="recovery").exists()


def test_one_of_each_side_has_to_agree_where_the_policy_says_so(
    workshop: Workshop, asked: RecoveryRequest, erin: User
) -> None:
    demand(workshop, "both")

    first = agree(asked, erin)

    assert first is None
    assert_waiting(asked)
    assert approvals.standing(asked).words == "somebody of the customer"
    assert waiting_for(workshop.dave) == [asked]
    assert waiting_for(erin) == []

    run = agree(asked, workshop.dave)

    asked.refresh_from_db()
    assert run is not None
    assert (asked.state, asked.decided_by) == (RequestState.APPROVED, workshop.dave)
    assert set(Approval.objects.values_list("side", flat=True)) == {"msp", "customer"}


def test_a_second_yes_of_the_same_side_does_not_count(
    workshop: Workshop, asked: RecoveryRequest, erin: User
) -> None:
    demand(workshop, "both")
    agree(asked, erin)
    frank = make_user("Frank", workshop.tenant.msp, "recovery-approver")

    with pytest.raises(NotAllowed):
        agree(asked, frank)
    with pytest.raises(Conflict):
        agree(asked, erin)

    assert_waiting(asked)
    assert Approval.objects.count() == 1


def test_the_msp_cannot_approve_what_the_customer_alone_may(
    workshop: Workshop, asked: RecoveryRequest, erin: User
) -> None:
    demand(workshop, "customer")

    with pytest.raises(NotAllowed):
        agree(asked, erin)

    assert_waiting(asked)
    assert not Approval.objects.exists()
    assert waiting_for(erin) == []
    assert agree(asked, workshop.dave) is not None


def test_somebody_of_both_sides_counts_for_one_only(
    workshop: Workshop, asked: RecoveryRequest
) -> None:
    demand(workshop, "both")
    with no_scope("the scene is set"):
        Membership.objects.create(user=workshop.dave, msp=workshop.tenant.msp)

    assert agree(asked, workshop.dave) is None
    with pytest.raises(Conflict):
        agree(asked, workshop.dave)

    assert_waiting(asked)
    assert Approval.objects.get().side == "customer"


def test_an_approval_counts_only_while_its_giver_may_approve(
    workshop: Workshop, asked: RecoveryRequest, erin: User
) -> None:
    demand(workshop, "both")
    agree(asked, erin)
    User.objects.filter(pk=erin.pk).update(is_active=False)

    assert agree(asked, workshop.dave) is None

    assert_waiting(asked)
    assert approvals.standing(asked).words == "somebody of the MSP"


def test_an_approval_of_another_digest_is_none(workshop: Workshop, asked: RecoveryRequest) -> None:
    demand(workshop, "both")

    with pytest.raises(Stale):
        services.approve(actor=actor_of(workshop.dave), request=asked, digest=b"\1" * 32)

    assert_waiting(asked)
    assert not Approval.objects.exists()


def test_the_database_refuses_a_requesters_own_approval_and_any_change_of_one(
    workshop: Workshop, asked: RecoveryRequest
) -> None:
    values = {
        "tenant": workshop.tenant,
        "request": asked,
        "side": "msp",
        "requested_by": workshop.alice,
        "approved_at": clock.now(),
        "digest": bytes(asked.digest),
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        Approval.objects.create(**values, approved_by=workshop.alice)
    kept = Approval.objects.create(**values, approved_by=workshop.dave)
    with pytest.raises(IntegrityError), transaction.atomic():
        Approval.objects.filter(pk=kept.pk).update(side="customer")


def test_the_requester_and_a_tenant_manager_can_withdraw(
    workshop: Workshop, asked: RecoveryRequest
) -> None:
    with pytest.raises(NotAllowed):
        services.withdraw(actor=actor_of(workshop.dave), request=asked)
    assert_waiting(asked)
    manager = make_user("Mona", workshop.tenant.msp, "tenant-manager")

    services.withdraw(actor=actor_of(manager), request=asked, reason="not needed")

    assert asked.state == RequestState.WITHDRAWN
    with no_scope("the test reads the trail"):
        assert AuditRecord.objects.filter(event="recovery.withdrawn").count() == 1
    with pytest.raises(Conflict):
        agree(asked, workshop.dave)
    assert not Run.objects.exists()


def test_stopping_a_recovery_takes_the_right_to_ask_for_one_or_to_approve_it(
    workshop: Workshop, asked: RecoveryRequest
) -> None:
    run = agree(asked, workshop.dave)
    assert run is not None
    manager = make_user("Mona", workshop.tenant.msp, "tenant-manager")

    with pytest.raises(NotAllowed):
        jobs.cancel(actor=actor_of(manager), job=Job.objects.get(pk=run.job_id))
    run.refresh_from_db()
    assert run.state == RunState.QUEUED

    services.cancel_run(actor=actor_of(workshop.dave), run=run, reason="wait")
    run.refresh_from_db()
    assert run.state == RunState.CANCELLED


def test_an_account_that_the_requester_let_in_anew_is_no_second_person(
    workshop: Workshop, asked: RecoveryRequest, erin: User
) -> None:
    with no_scope("a test vouches for somebody"):
        RecoveryLink.objects.create(
            user=erin,
            issued_by=workshop.alice,
            digest=bytes(32),
            expires_at=clock.now() + timedelta(hours=1),
            used_at=clock.now(),
        )

    with pytest.raises(NotAllowed, match="set up anew"):
        agree(asked, erin)

    assert_waiting(asked)
    with clock.frozen(clock.now() + timedelta(days=31)):
        RecoveryRequest.objects.filter(pk=asked.pk).update(
            expires_at=clock.now() + timedelta(days=1)
        )
        assert agree(asked, erin)
