"""Whose history is verified next: longest ago first, MSP by MSP, as far as the budget goes."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from apps.core import clock
from apps.core.actor import SYSTEM
from apps.core.scope import no_scope
from apps.history import services
from apps.history.choices import VerificationCause
from apps.history.models import Verification
from apps.history.verification.scheduled import due, verify_due
from apps.jobs.models import Job
from apps.tenants.models import Tenant
from tests.factories import make_msp, make_tenant
from tests.history.sources import small_directory


@pytest.fixture
def tenants(db: None) -> Iterator[list[Tenant]]:
    """Two of North, one of South, each captured; and one of South that never was."""
    north, south = make_msp("North"), make_msp("South")
    made = [make_tenant(north, name) for name in ("Contoso", "Fabrikam")]
    made.append(make_tenant(south, "Tailspin"))
    make_tenant(south, "Wingtip")
    with no_scope("the scene is set"):
        for tenant in made:
            services.capture(actor=SYSTEM, tenant=tenant, source=small_directory())
        yield made


def verified(tenant: Tenant, at: datetime, versions: int = 10) -> None:
    Verification.objects.create(
        tenant=tenant,
        cause=VerificationCause.SCHEDULE,
        began_at=at,
        ended_at=at,
        share=100,
        snapshots=1,
        pruned=0,
        versions=versions,
        digested=versions,
        bodies=versions,
        newest_seq=1,
        newest_root=b"",
    )


def names(tenants: Iterator[object]) -> list[str]:
    return [one.tenant.name for one in tenants]  # type: ignore[attr-defined]


def test_never_verified_comes_first_and_every_msp_has_its_turn(tenants: list[Tenant]) -> None:
    contoso, fabrikam, tailspin = tenants
    verified(contoso, clock.now() - timedelta(days=9))
    verified(fabrikam, clock.now() - timedelta(days=8))
    verified(tailspin, clock.now() - timedelta(days=2))

    assert names(due()) == ["Contoso", "Tailspin", "Fabrikam"]
    verified(contoso, clock.now() - timedelta(hours=1))
    assert names(due()) == ["Fabrikam", "Tailspin"]


def test_the_budget_of_an_hour_goes_as_far_as_it_goes_and_large_histories_are_sampled(
    tenants: list[Tenant], settings: pytest.FixtureRequest
) -> None:
    settings.HOLDFAST_VERIFY_VERSIONS_A_DAY = 24 * 150  # type: ignore[attr-defined]
    settings.HOLDFAST_VERIFY_VERSIONS_AT_ONCE = 100  # type: ignore[attr-defined]
    contoso, fabrikam, tailspin = tenants
    verified(contoso, clock.now() - timedelta(days=9), versions=1000)
    verified(fabrikam, clock.now() - timedelta(days=8), versions=80)
    verified(tailspin, clock.now() - timedelta(days=7), versions=50)

    assert [(one.tenant.name, one.share) for one in due()] == [
        ("Contoso", 10.0),
        ("Tailspin", 100.0),
    ]


def test_workers_are_asked_once(tenants: list[Tenant]) -> None:
    assert verify_due() == 3
    assert verify_due() == 3

    assert Job.objects.filter(kind="verify-history").count() == 3
