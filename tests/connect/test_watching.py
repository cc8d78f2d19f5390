"""Connections are looked at every day, and people are told once of what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextvars import Context
from datetime import timedelta

import pytest
from django.core import mail
from django_q.models import Schedule

from apps.audit import selectors as audit
from apps.connect import services, watching
from apps.connect.health import JOB
from apps.core import clock
from apps.core.actor import SYSTEM
from apps.core.scope import no_scope
from apps.jobs import runner
from apps.jobs.models import Job
from apps.tenants import selectors
from apps.tenants.choices import ConnectionState
from apps.tenants.models import AppRegistration, Connection, Tenant
from tests.connect.conftest import Stage
from tests.factories import actor_of


@pytest.fixture
def registration(stage: Stage) -> AppRegistration:
    return stage.register(stage.cast.north)


@pytest.fixture
def tenant(stage: Stage, registration: AppRegistration) -> Tenant:
    """A customer that Alice has connected."""
    link = services.add_customer(
        actor=actor_of(stage.cast.alice),
        msp=stage.cast.north,
        name="Customer",
        domain_or_tenant_id=stage.domain,
        cloud="sandbox",
    )
    answer = stage.open_link(link.url)
    services.finish_consent(state=answer["state"], params=answer)
    return Tenant.objects.select_related("msp").get(pk=link.tenant_id)


@pytest.fixture
def next_day(tenant: Tenant) -> Iterator[None]:
    """Long after the consent, so that nothing can still be spreading."""
    with clock.frozen(clock.now() + timedelta(days=1)):
        yield


def check(tenant: Tenant) -> list[str]:
    """What the daily job mails, as "to: subject"."""
    mail.outbox.clear()
    services.check_soon(tenant)
    with no_scope("a test runs the jobs"):
        job = Job.objects.get(kind=JOB, state="queued")
        assert runner.run(str(job.pk)) == "done"
        for waiting in Job.objects.filter(kind="notify-deliver", state="queued"):
            runner.run(str(waiting.pk))
    return sorted(f"{sent.to[0]}: {sent.subject}" for sent in mail.outbox)


def revoke(stage: Stage, registration: AppRegistration) -> str:
    """The customer removes the application; gives its id for putting it back."""
    path = f"/servicePrincipals(appId='{registration.client_id}')"
    found = stage.sandbox.graph("GET", path, tenant=str(stage.entra_id)).json()["id"]
    path = f"/servicePrincipals/{found}"
    stage.sandbox.graph("DELETE", path, tenant=str(stage.entra_id)).raise_for_status()
    return str(found)


def test_a_connected_tenant_is_checked_every_day_at_a_time_of_its_own(tenant: Tenant) -> None:
    schedule = Schedule.objects.get(name=f"{JOB}:{tenant.pk}")
    assert schedule.minutes == 24 * 60
    assert schedule.next_run < clock.now() + timedelta(days=1)


@pytest.mark.usefixtures("next_day")
def test_a_connection_that_works_is_no_news(tenant: Tenant) -> None:
    assert check(tenant) == []
    (connection,) = selectors.connections(tenant)
    assert connection.checked_at == clock.now()


@pytest.mark.usefixtures("next_day")
def test_a_worker_sees_no_more_than_the_tenant_and_tells_all_the_same(
    stage: Stage, registration: AppRegistration, tenant: Tenant
) -> None:
    revoke(stage, registration)
    services.check_soon(tenant)
    with no_scope("a test finds the job"):
        job = Job.objects.get(kind=JOB, state="queued")
    at = clock.now()

    def work() -> str:
        with clock.frozen(at):
            return runner.run(str(job.pk))

    # in a context of its own, where no scope and no person are known
    assert Context().run(work) == "done"

    assert len(told_of(tenant)) == 1


@pytest.mark.usefixtures("next_day")
def test_who_manages_the_tenant_is_told_once_that_the_connection_broke(
    stage: Stage, registration: AppRegistration, tenant: Tenant
) -> None:
    alice = stage.cast.alice.email
    gone = revoke(stage, registration)

    assert check(tenant) == [f"{alice}: Holdfast is cut off from Customer"]
    assert "consent" in mail.outbox[0].body.lower()
    assert f"/tenants/{tenant.pk}/" in mail.outbox[0].body
    assert check(tenant) == []

    # when it works again and breaks again
    restore = f"/directory/deletedItems/{gone}/restore"
    stage.sandbox.graph("POST", restore, tenant=str(stage.entra_id)).raise_for_status()
    assert check(tenant) == []
    revoke(stage, registration)
    assert len(check(tenant)) == 1
    told = [entry.event for entry in audit.entries(tenant_id=tenant.pk)]
    assert told.count("connection.told") == 2


@pytest.mark.usefixtures("next_day")
def test_an_engineer_who_only_reads_and_the_customer_are_not_told(
    stage: Stage, registration: AppRegistration, tenant: Tenant
) -> None:
    revoke(stage, registration)

    assert {line.partition(":")[0] for line in check(tenant)} == {stage.cast.alice.email}


@pytest.mark.usefixtures("next_day")
def test_permissions_that_are_taken_away_are_named(
    stage: Stage, registration: AppRegistration, tenant: Tenant
) -> None:
    with no_scope("a test changes what was found"):
        (connection,) = selectors.connections(tenant)
        Connection.objects.filter(pk=connection.pk).update(
            state=ConnectionState.INCOMPLETE, missing=["Policy.Read.All"]
        )
        connection.refresh_from_db()
        watching.tell_managers(tenant, [connection])
        for waiting in Job.objects.filter(kind="notify-deliver", state="queued"):
            runner.run(str(waiting.pk))

    assert "Policy.Read.All" in mail.outbox[-1].body


@pytest.mark.parametrize(("days", "mails"), [(40, 0), (29, 1), (6, 1), (-1, 1)])
def test_a_certificate_near_its_end_is_told_of_once_at_each_mark(
    registration: AppRegistration, tenant: Tenant, days: int, mails: int
) -> None:
    with clock.frozen(registration.not_after - timedelta(days=days, hours=-1)):
        connections = selectors.connections(tenant)
        before = told_of(tenant)
        watching.tell_managers(tenant, connections)
        watching.tell_managers(tenant, connections)

    assert len(told_of(tenant)) - len(before) == mails


def told_of(tenant: Tenant) -> list[str]:
    trail = audit.entries(tenant_id=tenant.pk)
    return [entry.event for entry in trail if entry.event == "connection.told"]


def test_each_mark_of_a_certificate_is_told_of(
    registration: AppRegistration, tenant: Tenant
) -> None:
    for days in (29, 20, 6, 3, 0):
        with clock.frozen(registration.not_after - timedelta(days=days)):
            watching.tell_managers(tenant, selectors.connections(tenant))

    assert len(told_of(tenant)) == 3


def test_checks_that_were_asked_for_twice_are_one(tenant: Tenant) -> None:
    services.check_soon(tenant)
    services.check_soon(tenant)

    with no_scope("a test counts"):
        assert Job.objects.filter(kind=JOB, actor_kind=SYSTEM.kind).count() == 1
