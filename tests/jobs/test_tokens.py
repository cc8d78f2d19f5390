"""A job that an API token asked for may do no more than the token, at the moment it runs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from apps.access import rights, tokens, tokens_services
from apps.access.models import ApiToken
from apps.access.tokens import TOKEN_RIGHTS
from apps.core import clock
from apps.core.actor import Actor
from apps.core.scope import no_scope
from apps.jobs import registry, runner, services
from apps.jobs.choices import JobState
from apps.jobs.context import JobContext
from apps.jobs.models import Job
from tests.factories import Cast, actor_of, make_cast
from tests.support.trail import entries

KIND = "test-of-a-token"


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def kind() -> Any:
    """A job that wants to take a backup of its tenant."""

    @registry.handler(KIND)
    def handle(job: JobContext) -> dict[str, Any]:
        rights.require(job.actor, rights.TAKE_BACKUPS, job.tenant())
        return {"via": job.actor.via}

    yield
    registry.forget(KIND)


def by_token(cast: Cast, **limits: Any) -> Actor:
    said = {"token_rights": TOKEN_RIGHTS, "name": "a test"} | limits
    _, secret = tokens_services.create_token(actor=actor_of(cast.alice), **said)
    caller = tokens.authenticate(secret, "192.0.2.1")
    assert caller is not None
    return caller.actor


def ran(cast: Cast, actor: Actor) -> Job:
    job = services.enqueue(actor=actor, kind=KIND, tenant=cast.contoso)
    runner.run(str(job.pk))
    with no_scope("a test looks at a job"):
        return Job.objects.get(pk=job.pk)


def test_a_token_that_may_has_its_job_done_in_its_name(cast: Cast) -> None:
    job = ran(cast, by_token(cast))
    assert job.state == JobState.DONE
    assert job.result["via"].startswith("job of api-token hf_")


@pytest.mark.parametrize("limit", ["rights", "tenants"])
def test_a_job_is_refused_what_its_token_may_not(cast: Cast, limit: str) -> None:
    limits: dict[str, Any] = {"token_rights": [rights.VIEW_BACKUPS]}
    if limit == "tenants":
        limits = {"tenant_ids": [cast.fabrikam.pk]}

    job = ran(cast, by_token(cast, **limits))

    assert job.state == JobState.FAILED
    expected = "needs-take-backups" if limit == "rights" else "no-such-tenant"
    assert job.error_code == expected
    refused = entries(tenant_id=cast.contoso.pk, events=["access.refused"])
    assert [one.data["route"] for one in refused] == [f"job:{KIND}"]


@pytest.mark.parametrize("how", ["revoked", "expired"])
def test_what_a_token_asked_for_ends_with_the_token(cast: Cast, how: str) -> None:
    actor = by_token(cast)
    job = services.enqueue(actor=actor, kind=KIND, tenant=cast.contoso)
    token = ApiToken.objects.filter(pk=actor.token_id)
    if how == "revoked":
        tokens_services.revoke_token(actor=actor_of(cast.alice), token=token.get())
    else:
        now = clock.now()
        token.update(created_at=now - timedelta(days=2), expires_at=now - timedelta(days=1))

    runner.run(str(job.pk))

    with no_scope("a test looks at a job"):
        job.refresh_from_db()
    assert (job.state, job.error_code) == (JobState.FAILED, f"token-{how}")


def test_nobody_elses_wish_hangs_on_a_tokens_job(cast: Cast) -> None:
    jobs = [
        services.enqueue(actor=actor, kind=KIND, tenant=cast.contoso, once=True)
        for actor in (actor_of(cast.alice), by_token(cast), actor_of(cast.carol))
    ]
    assert jobs[0] == jobs[2]
    assert jobs[0] != jobs[1]
