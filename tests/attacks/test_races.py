"""Two at once where only one may win: real threads, real connections, nothing rolled back."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connections
from django.test import Client, override_settings
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from apps.access.models import ApiToken
from apps.access.tokens import authenticate
from apps.core.scope import no_scope, tenant_scope
from apps.jobs import runner
from apps.jobs.models import Job
from apps.recovery import services as recovery
from apps.recovery.choices import RequestState
from apps.recovery.models import Plan, RecoveryRequest, Run
from apps.recovery.selection import Selection
from tests.api.calls import program
from tests.factories import actor_of
from tests.portal.world import World, make_world, signed_in
from tests.support import databases

ROUNDS = 4


@pytest.fixture(scope="module")
def live(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """A database of these tests' own, to which every thread connects."""
    name = f"races_{uuid.uuid4().hex[:12]}"
    with (
        django_db_blocker.unblock(),
        databases.copy_of_template(name),
        databases.connected_to(name),
        override_settings(HOLDFAST_SANDBOX_URL="http://127.0.0.1:9"),
    ):
        yield make_world()


def race(*acts: Callable[[], Any]) -> list[Any]:
    """Run all at the same moment, each in a thread of its own; what each gave or raised."""
    start, found = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            start.wait(timeout=30)
            found[place] = act()
        except Exception as error:
            found[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(n, act)) for n, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return found


def new_plan(world: World) -> Plan:
    with tenant_scope(world.tenant.pk):
        return recovery.make_plan(
            actor=actor_of(world.cast.carol),
            report=world.report,
            selection=Selection(changes=frozenset({1})),
        )


def new_request(world: World) -> RecoveryRequest:
    plan = new_plan(world)
    with tenant_scope(world.tenant.pk):
        return recovery.request_recovery(
            actor=actor_of(world.cast.carol), plan=plan, reason="a mistake"
        )


def decide(browser: Client, world: World, request: RecoveryRequest, what: str) -> int:
    url = reverse(f"portal:{what}", args=[world.tenant.pk, request.pk])
    form = {"digest": bytes(request.digest).hex(), "reason": "because"}
    return browser.post(url, form).status_code


def test_of_two_approvals_one_makes_a_run(live: World) -> None:
    alice, dave = signed_in(live.cast.alice), signed_in(live.cast.dave)

    for _ in range(ROUNDS):
        request = new_request(live)
        codes = race(
            lambda: decide(alice, live, request, "approve"),  # noqa: B023
            lambda: decide(dave, live, request, "approve"),  # noqa: B023
        )

        assert codes == [302, 302]
        with no_scope("a test looks"):
            run = Run.objects.get(request=request)
            jobs = Job.objects.filter(kind="recovery", args__run_id=str(run.pk))
            assert jobs.count() == 1


def test_a_request_is_approved_or_refused_never_both(live: World) -> None:
    alice, dave = signed_in(live.cast.alice), signed_in(live.cast.dave)

    for _ in range(ROUNDS):
        request = new_request(live)
        race(
            lambda: decide(alice, live, request, "approve"),  # noqa: B023
            lambda: decide(dave, live, request, "refuse"),  # noqa: B023
        )

        with no_scope("a test looks"):
            request.refresh_from_db()
            runs = Run.objects.filter(request=request).count()
        assert (request.state, runs) in {(RequestState.APPROVED, 1), (RequestState.REFUSED, 0)}


def test_a_plan_is_put_forward_once(live: World) -> None:
    carol = program(live.cast.carol)
    path = f"/api/v1/tenants/{live.tenant.pk}/requests"

    for _ in range(ROUNDS):
        plan = new_plan(live)
        body = {"plan_id": str(plan.pk), "reason": "a mistake"}
        answers = race(*[lambda: carol.post(path, body)] * 3)  # noqa: B023

        assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
        with no_scope("a test looks"):
            assert RecoveryRequest.objects.filter(plan=plan).count() == 1


def test_a_run_is_taken_by_one_worker(live: World) -> None:
    with no_scope("a test looks"):
        job = Job.objects.get(kind="recovery", args__run_id=str(live.run.pk))

    claims = race(*[lambda: runner.claim(job.pk)] * 4)

    assert sum(claim is not None for claim in claims) == 1
    with no_scope("a test looks"):
        job.refresh_from_db()
    assert job.attempts == 1


def test_a_token_that_is_revoked_meanwhile_ends_with_it(live: World) -> None:
    alice = signed_in(live.cast.alice)
    sender = program(live.cast.alice)
    token = ApiToken.objects.get(user=live.cast.alice, name="a test")
    revoke = reverse("portal:revoke-token", args=[token.pk])

    codes = race(
        lambda: alice.post(revoke).status_code,
        lambda: alice.post(revoke).status_code,
        lambda: sender.get("/api/v1/me").status_code,
    )

    assert codes[2] in (200, 401)
    assert 302 in codes[:2]
    assert authenticate(sender.secret, "192.0.2.10") is None
    assert sender.get("/api/v1/me").status_code == 401
