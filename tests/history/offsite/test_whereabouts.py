"""Where copies lie, told shortly and in full, is one and the same."""

from __future__ import annotations

import pytest

from apps.core.scope import no_scope, tenant_scope
from apps.history.models import OffsiteStore
from apps.history.offsite import selectors
from tests.factories import Cast, make_cast


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def store(name: str, **more: object) -> OffsiteStore:
    made = {"region": "eu", "lock_days": 1, "wrapped_key": b"", "sealed_credentials": b""}
    with no_scope("stores are made"):
        return OffsiteStore.objects.create(name=name, address=f"file:///{name}", **made | more)


@pytest.mark.parametrize("region", ["eu", "us", ""])
def test_the_short_answer_names_the_stores_of_the_long_one(
    cast: Cast, settings: pytest.FixtureRequest, region: str
) -> None:
    settings.HOLDFAST_REGION = region  # type: ignore[attr-defined]
    store("everybody's")
    store("its MSP's", msp=cast.north)
    store("another MSP's", msp=cast.south)
    store("switched off", enabled=False)
    store("in another region", region="us")

    with tenant_scope(cast.contoso.pk):
        short, full = selectors.whereabouts(cast.contoso), selectors.offsite_of(cast.contoso)

    named = {"eu": {"everybody's", "its MSP's"}, "us": {"in another region"}, "": set()}[region]
    assert {one.name for one in short.current} == named
    assert list(short.current) == [one.store for one in full.current]
    assert list(short.earlier) == [one.store for one in full.earlier]
