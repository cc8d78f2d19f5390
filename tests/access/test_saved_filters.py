"""People keep what they narrow the list of tenants to, and share it with their MSP's staff."""

import pytest

from apps.access import services
from apps.access.filter_selectors import filters_for
from apps.access.models import SavedFilter, User
from apps.audit.models import AuditRecord
from apps.core.errors import Invalid, NotAllowed, NotFound
from apps.core.scope import no_scope, person
from tests.factories import Cast, actor_of, make_cast


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def names(user: User) -> list[str]:
    with person(user.pk):
        return [one.name for one in filters_for(user)]


def test_a_filter_is_ones_own_until_it_is_shared(cast: Cast) -> None:
    bob = actor_of(cast.bob)
    services.save_filter(actor=bob, name="Mine", text="con")
    services.save_filter(actor=bob, name="Gold", tags=["gold"], shared=True)

    assert names(cast.bob) == ["Gold", "Mine"]
    assert names(cast.carol) == ["Gold"]
    assert names(cast.dave) == names(cast.mallory) == names(cast.olivia) == []
    with no_scope("a test reads the trail"):
        told = AuditRecord.objects.filter(event="filter.shared", msp_id=cast.north.pk)
        assert told.count() == 1


def test_the_same_name_takes_the_place_of_the_one_before(cast: Cast) -> None:
    services.save_filter(actor=actor_of(cast.bob), name="Night", need="missed", shared=True)
    services.save_filter(actor=actor_of(cast.bob), name="night", need="failed")

    with person(cast.bob.pk):
        (kept,) = filters_for(cast.bob)
    assert (kept.wanted["need"], kept.shared) == ("failed", False)


def test_a_customers_administrator_keeps_filters_and_shares_none(cast: Cast) -> None:
    dave = actor_of(cast.dave)
    services.save_filter(actor=dave, name="Mine", need="look")

    with pytest.raises(Invalid):
        services.save_filter(actor=dave, name="Ours", need="look", shared=True)
    assert names(cast.dave) == ["Mine"]


@pytest.mark.parametrize(
    "given",
    [
        {"name": "Nothing"},
        {"name": "", "need": "look"},
        {"name": "x" * 61, "need": "look"},
        {"name": "Long", "text": "x" * 201},
        {"name": "Tags", "tags": [str(number) for number in range(21)]},
    ],
)
def test_what_narrows_nothing_or_is_too_long_is_refused(
    cast: Cast, given: dict[str, object]
) -> None:
    with pytest.raises(Invalid):
        services.save_filter(actor=actor_of(cast.bob), **given)  # type: ignore[arg-type]
    assert names(cast.bob) == []


def test_shared_filters_are_removed_by_their_owner_or_by_who_manages_people(cast: Cast) -> None:
    kept = services.save_filter(actor=actor_of(cast.bob), name="Gold", tags=["gold"], shared=True)
    own = services.save_filter(actor=actor_of(cast.bob), name="Mine", need="look")

    for stranger in (cast.mallory, cast.dave):
        with pytest.raises(NotFound):
            services.remove_filter(actor=actor_of(stranger), filter_id=kept.pk)
    with pytest.raises(NotFound):
        services.remove_filter(actor=actor_of(cast.alice), filter_id=own.pk)
    shared = services.save_filter(actor=actor_of(cast.alice), name="A", need="look", shared=True)
    with pytest.raises(NotAllowed):
        services.remove_filter(actor=actor_of(cast.bob), filter_id=shared.pk)
    services.remove_filter(actor=actor_of(cast.alice), filter_id=kept.pk)
    services.remove_filter(actor=actor_of(cast.bob), filter_id=own.pk)

    with no_scope("a test counts"):
        assert [one.name for one in SavedFilter.objects.all()] == ["A"]
