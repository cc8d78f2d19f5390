"""What everybody gets from every address of the door; one that is not in the table fails a test."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from apps.access.models import User
from apps.access.roles import VIEW_BACKUPS
from apps.api.graph.names import snapshot_id
from apps.api.graph.urls import urlpatterns
from apps.core.scope import tenant_scope
from apps.diffs import services as diffs
from tests.api.calls import program
from tests.api.test_permissions import CALLERS, NOBODY, OUTSIDE, PEOPLE, caller
from tests.attacks.fingerprint import changed_tables, fingerprint
from tests.factories import actor_of
from tests.portal.callers import ADMINISTRATORS, make_callers
from tests.portal.world import World

VIEWERS = (*PEOPLE, "reading")


@dataclass(frozen=True)
class Row:
    """path: below the version; {} where the world's things go."""

    route: str
    path: str
    expected: dict[str, int]
    method: str = "get"
    body: dict[str, Any] = field(default_factory=dict)


def row(route: str, path: str, status: int, *allowed: str, method: str = "get") -> Row:
    """`status` for those allowed, 403 for who may see Contoso otherwise, 404 for all others."""
    expected = dict.fromkeys(CALLERS, 403)
    expected |= dict.fromkeys(NOBODY, 401) | dict.fromkeys(OUTSIDE, 404)
    return Row(route, path, expected | dict.fromkeys(allowed, status), method)


ROOT = "/directory/recovery"
SNAPSHOT = f"{ROOT}/snapshots/{{snapshot}}"
NAMESPACE = "microsoft.graph.entraRecoveryServices"
PREVIEW = f"{SNAPSHOT}/recoveryPreviewJobs/{{preview}}"
JOB = f"{SNAPSHOT}/recoveryJobs/{{request}}"

TABLE = (
    row("recovery", ROOT, 200, *VIEWERS),
    row("snapshots", f"{ROOT}/snapshots", 200, *VIEWERS),
    row("snapshot-count", f"{ROOT}/snapshots/$count", 200, *VIEWERS),
    row("snapshot", SNAPSHOT, 200, *VIEWERS),
    row("jobs", f"{ROOT}/jobs", 200, *VIEWERS),
    row("job-count", f"{ROOT}/jobs/$count", 200, *VIEWERS),
    row("job", f"{ROOT}/jobs/{{request}}", 200, *VIEWERS),
    row("preview-jobs", f"{SNAPSHOT}/recoveryPreviewJobs", 200, *VIEWERS),
    row("preview-job-count", f"{SNAPSHOT}/recoveryPreviewJobs/$count", 200, *VIEWERS),
    row("preview-job", PREVIEW, 200, *VIEWERS),
    # It waits for a worker.
    row("changes", f"{PREVIEW}/{NAMESPACE}.getChanges", 400, *VIEWERS),
    row("recovery-jobs", f"{SNAPSHOT}/recoveryJobs", 200, *VIEWERS),
    row("recovery-job-count", f"{SNAPSHOT}/recoveryJobs/$count", 200, *VIEWERS),
    row("recovery-job", JOB, 200, *VIEWERS),
    # The request waits for a second person.
    row("failed-changes", f"{JOB}/{NAMESPACE}.getFailedChanges", 400, *VIEWERS),
    row("preview-jobs", f"{SNAPSHOT}/recoveryPreviewJobs", 202, *ADMINISTRATORS, method="post"),
    row("recovery-jobs", f"{SNAPSHOT}/recoveryJobs", 202, *ADMINISTRATORS, method="post"),
    row(
        "cancel", f"{ROOT}/jobs/{{preview}}/{NAMESPACE}.cancel", 202, *ADMINISTRATORS, method="post"
    ),
    row("cancel", f"{ROOT}/jobs/{{request}}/{NAMESPACE}.cancel", 202, "carol", method="post"),
)


@pytest.fixture(scope="module")
def people(made_world: World, django_db_blocker: DjangoDbBlocker) -> dict[str, User]:
    with django_db_blocker.unblock():
        return make_callers(made_world)


@pytest.fixture
def parts(world: World) -> dict[str, object]:
    """Carol's preview waits for a worker, her request for Dave."""
    with tenant_scope(world.tenant.pk):
        preview = diffs.request_report(
            actor=actor_of(world.cast.carol), tenant=world.tenant, base=world.base
        )
    return {
        "snapshot": snapshot_id(world.base.taken_at),
        "preview": preview.pk,
        "request": world.waiting.pk,
    }


def address(world: World, path: str, parts: dict[str, object], tenant: object = None) -> str:
    return f"/api/graph/{tenant or world.tenant.entra_id}/v1.0" + path.format(**parts)


def test_every_address_is_in_the_table() -> None:
    named = {pattern.name.removeprefix("graph-") for pattern in urlpatterns}

    assert named - {"unknown"} == {one.route for one in TABLE}


@pytest.mark.parametrize("name", CALLERS)
def test_everybody_gets_what_the_table_says(
    world: World, people: dict[str, User], parts: dict[str, object], name: str
) -> None:
    sender = caller(world, people, name)
    wrong, written = {}, set()
    before = fingerprint()

    for one in TABLE:
        with transaction.atomic():
            send = sender.post if one.method == "post" else sender.get
            answer = send(address(world, one.path, parts))
            changed = changed_tables(before, fingerprint())
            transaction.set_rollback(True)
        if answer.status_code != one.expected[name]:
            wrong[one.path, one.method] = (answer.status_code, one.expected[name])
        if changed and (answer.status_code >= 400 or one.method == "get"):
            written.add((one.path, one.method))
        if answer.status_code >= 400:
            assert set(answer.json()["error"]) == {"code", "message", "innerError"}

    assert wrong == {}
    assert written == set()


def test_the_parts_of_another_tenant_do_not_exist_below_ones_own(
    world: World, parts: dict[str, object]
) -> None:
    """Alice's Fabrikam in the address does not open what belongs to Contoso."""
    alice = program(world.cast.alice)
    with_parts = [one for one in TABLE if "{" in one.path]

    for one in with_parts:
        path = address(world, one.path, parts, tenant=world.cast.fabrikam.entra_id)
        answer = alice.post(path) if one.method == "post" else alice.get(path)
        assert answer.status_code == 404, one.path


def test_a_token_that_may_only_look_starts_and_stops_nothing(
    world: World, parts: dict[str, object]
) -> None:
    looking = program(world.cast.carol, rights=[VIEW_BACKUPS])

    for one in TABLE:
        if one.method == "post":
            assert looking.post(address(world, one.path, parts)).status_code == 403, one.path
