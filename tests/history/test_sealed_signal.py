from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks

from apps.core import scope
from apps.history.signals import sealed
from apps.tenants.models import Tenant
from tests.history.conftest import Capture
from tests.history.sources import MemorySource


@pytest.fixture
def heard() -> Iterator[list[dict[str, Any]]]:
    told: list[dict[str, Any]] = []

    def listen(*, sender: object, signal: object, **about: Any) -> None:
        current = scope.current()
        told.append({**about, "scope": current.tenant_ids if current else None})

    sealed.connect(listen)
    yield told
    sealed.disconnect(listen)


def test_a_snapshot_is_told_of_once_it_is_committed(
    tenant: Tenant,
    source: MemorySource,
    capture: Capture,
    heard: list[dict[str, Any]],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    source.put("user", "u1", displayName="Ada")

    with django_capture_on_commit_callbacks() as callbacks:
        snapshot = capture().snapshot
    assert heard == []
    for callback in callbacks:
        callback()

    assert snapshot is not None
    assert heard == [
        {
            "tenant_id": tenant.pk,
            "snapshot_id": snapshot.pk,
            "seq": 1,
            "scope": frozenset({tenant.pk}),
        }
    ]


def test_a_capture_that_finds_nothing_is_not_told_of(
    source: MemorySource,
    capture: Capture,
    heard: list[dict[str, Any]],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    source.put("user", "u1", displayName="Ada")
    capture()

    with django_capture_on_commit_callbacks(execute=True):
        capture("delta")

    assert heard == []
