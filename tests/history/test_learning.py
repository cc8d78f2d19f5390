"""What Graph gives for one object at a time, asked for between captures."""

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks

from apps.entra.errors import Denied, Throttled
from apps.history import selectors, services
from apps.history.capture import apart, learning
from apps.history.capture.run_state import Silent
from apps.history.models import ApartReading, SnapshotCollection
from apps.history.selectors import latest_snapshot
from apps.history.verification import verify
from apps.jobs.models import Job
from apps.tenants.models import Tenant
from tests.history.conftest import Capture
from tests.history.sources import MemorySource


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A capture asks for two of the ten users, a job for five."""
    monkeypatch.setattr(apart, "MOST", 2)
    monkeypatch.setattr(apart, "FEW", 2)
    monkeypatch.setattr(learning, "AT_ONCE", 5)


@pytest.fixture
def users(source: MemorySource) -> MemorySource:
    for number in range(10):
        source.put("user", f"u{number}", displayName=f"User {number}")
        source.apart[f"u{number}"] = {"perUserMfaState": "enforced"}
    return source


def learn(tenant: Tenant, source: MemorySource) -> int:
    return services.learn_apart(tenant=tenant, progress=Silent(), source=source)


def row_of(tenant: Tenant) -> SnapshotCollection:
    latest = latest_snapshot(tenant)
    assert latest is not None
    return latest.collections.get(collection="user.perUserMfaState")


def test_what_was_learned_between_captures_is_in_the_next_full_one(
    tenant: Tenant,
    users: MemorySource,
    capture: Capture,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        capture()
    assert (row_of(tenant).status, row_of(tenant).count) == ("partial", 2)
    assert Job.objects.filter(kind="learn-apart").count() == 1

    assert [learn(tenant, users) for _ in range(3)] == [5, 3, 0]
    capture("full")

    latest = latest_snapshot(tenant)
    assert latest is not None
    bodies = [selectors.body_at(tenant, "user", f"u{n}", latest.seq) for n in range(10)]
    assert [(body or {})["perUserMfaState"] for body in bodies] == ["enforced"] * 10
    assert (row_of(tenant).status, row_of(tenant).count) == ("complete", 10)
    assert verify(tenant).is_intact


def test_a_refusal_ends_the_learning_and_keeps_what_was_known(
    tenant: Tenant, users: MemorySource, capture: Capture
) -> None:
    capture()
    known = ApartReading.objects.count()

    users.failures["apart:user"] = Throttled("Too many requests.")
    assert learn(tenant, users) == 0

    assert ApartReading.objects.count() == known


def test_nothing_is_asked_where_a_capture_was_refused(
    tenant: Tenant,
    users: MemorySource,
    capture: Capture,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    users.failures["apart:user"] = Denied("No.")
    with django_capture_on_commit_callbacks(execute=True):
        capture()
    users.asked.clear()

    assert learn(tenant, users) == 0

    assert users.asked == []
    assert not Job.objects.filter(kind="learn-apart").exists()
