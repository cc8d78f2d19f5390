"""How much changed is counted once for each snapshot, by risk."""

from collections.abc import Iterator

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks

from apps.core.scope import tenant_scope
from apps.diffs import volumes
from apps.diffs.comparison import compare
from apps.diffs.models import ChangeVolume
from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.tenants.models import Tenant
from tests.diffs.test_reports import capture, change_things
from tests.factories import make_msp, make_tenant
from tests.history.sources import MemorySource

POLICY = "conditionalAccessPolicy"


@pytest.fixture
def tenant(db: None) -> Iterator[Tenant]:
    tenant = make_tenant(make_msp())
    with tenant_scope(tenant.pk):
        yield tenant


@pytest.fixture
def source() -> MemorySource:
    source = MemorySource()
    source.put("user", "ann", displayName="Ann", department="Sales")
    source.put("user", "ben", displayName="Ben")
    source.put(POLICY, "mfa", displayName="Require MFA", state="enabled")
    return source


def counted() -> list[tuple[int, int, int, int]]:
    rows = ChangeVolume.objects.order_by("seq")
    return list(rows.values_list("seq", "low", "medium", "high"))


def test_changes_are_counted_by_risk_and_the_first_reading_changed_nothing(
    tenant: Tenant, source: MemorySource
) -> None:
    base = capture(tenant, source)
    change_things(source)
    source.put(POLICY, "mfa", state="disabled")
    target = capture(tenant, source)

    assert volumes.rate(tenant) == 2

    risks = [change.risk for change in compare(tenant, base, target)]
    found = [risks.count(risk) for risk in ("low", "medium", "high")]  # type: ignore[arg-type]
    assert min(found) > 0
    assert counted() == [(1, 0, 0, 0), (2, *found)]
    assert volumes.rate(tenant) == 0


def test_the_newest_are_counted_first(tenant: Tenant, source: MemorySource) -> None:
    for name in ("A", "B", "C"):
        source.put("user", "ann", displayName=name)
        capture(tenant, source)

    assert volumes.rate(tenant, at_most=1) == 1
    assert counted() == [(3, 1, 0, 0)]
    assert volumes.rate(tenant) == 2
    assert counted() == [(1, 0, 0, 0), (2, 1, 0, 0), (3, 1, 0, 0)]


def test_a_new_snapshot_is_counted_by_a_job(
    tenant: Tenant,
    source: MemorySource,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        capture(tenant, source)

    job = Job.objects.get(kind="rate-changes")

    assert jobs.run_here(job).result == {"snapshots": 1}
