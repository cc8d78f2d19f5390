"""A customer passes to another MSP when both sides say so, and the old one sees nothing more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from apps.access import selectors as access
from apps.access import services as people
from apps.access.models import Membership
from apps.audit.models import AuditRecord
from apps.core import clock
from apps.core.errors import Conflict, HoldfastError, NotAllowed, NotFound
from apps.core.scope import no_scope, tenant_scope
from apps.history import selectors as history
from apps.history import services as captures
from apps.offboarding import services
from apps.offboarding.models import Handover
from apps.tenants.models import Connection, Tenant
from tests.factories import Cast, actor_of, make_cast, make_user
from tests.history.sources import MemorySource

REASON = "South takes the region over"


@pytest.fixture
def cast(db: None) -> Cast:
    """The cast; Contoso has a snapshot, and a tag through which a group sees it."""
    cast = make_cast()
    source = MemorySource()
    source.put("user", "u-1", displayName="Megan Bowen")
    with tenant_scope(cast.contoso.pk):
        captures.capture(
            actor=actor_of(cast.alice), tenant=cast.contoso, mode="full", source=source
        )
    people.create_group(
        actor=actor_of(cast.alice),
        msp=cast.north,
        name="Night shift",
        roles=["backup-reader"],
        tags=["gold"],
    )
    people.set_tags(actor=actor_of(cast.alice), tenant=cast.contoso, tags=["gold"])
    return cast


def offer(cast: Cast) -> str:
    made = services.offer_handover(actor=actor_of(cast.alice), tenant=cast.contoso, reason=REASON)
    return made.code


def take(cast: Cast, code: str) -> Tenant:
    return services.accept_handover(actor=actor_of(cast.mallory), msp=cast.south, code=code)


def msp_of(tenant: Tenant) -> object:
    with no_scope("a test looks"):
        return Tenant.objects.get(pk=tenant.pk).msp_id


def test_the_taker_has_the_history_and_the_giver_has_nothing(cast: Cast) -> None:
    tenant = take(cast, offer(cast))

    assert msp_of(tenant) == cast.south.pk
    assert access.access_tenant(cast.mallory, tenant.pk) == tenant
    with tenant_scope(tenant.pk):
        assert history.body_at(tenant, "user", "u-1", 1)
    for former in (cast.alice, cast.bob, cast.carol):
        with pytest.raises(NotFound):
            access.access_tenant(former, tenant.pk)
    with no_scope("a test looks"):
        assert not Connection.objects.filter(tenant=tenant).exists()


def test_the_customers_own_people_stay(cast: Cast) -> None:
    take(cast, offer(cast))

    assert access.access_tenant(cast.dave, cast.contoso.pk)
    with no_scope("a test looks"):
        assert Membership.objects.filter(tenant=cast.contoso, user=cast.dave).exists()


def test_a_code_works_once_for_seven_days_and_not_after_it_was_withdrawn(cast: Cast) -> None:
    code = offer(cast)
    with clock.frozen(clock.now() + timedelta(days=7, seconds=1)), pytest.raises(NotFound):
        take(cast, code)
    services.withdraw_handover(actor=actor_of(cast.alice), tenant=cast.contoso)
    with pytest.raises(NotFound):
        take(cast, code)

    again = offer(cast)
    take(cast, again)

    with pytest.raises(NotFound):
        take(cast, again)
    with no_scope("a test looks"):
        assert again not in str(Handover.objects.values_list())


def test_nobody_takes_what_is_his_already_or_with_too_weak_a_role(cast: Cast) -> None:
    code = offer(cast)
    with pytest.raises(Conflict):
        services.accept_handover(actor=actor_of(cast.alice), msp=cast.north, code=code)
    reader = make_user("Rita", cast.south, "backup-reader")
    with pytest.raises(NotAllowed):
        services.accept_handover(actor=actor_of(reader), msp=cast.south, code=code)
    with pytest.raises(NotFound):
        services.accept_handover(actor=actor_of(cast.alice), msp=cast.south, code=code)

    assert msp_of(cast.contoso) == cast.north.pk


@pytest.mark.parametrize("who", ["bob", "carol", "dave", "mallory"])
def test_whoever_does_not_manage_the_tenant_offers_nothing(cast: Cast, who: str) -> None:
    with pytest.raises(HoldfastError):
        services.offer_handover(
            actor=actor_of(getattr(cast, who)), tenant=cast.contoso, reason=REASON
        )
    with no_scope("a test looks"):
        assert not Handover.objects.exists()


def test_nobody_ends_up_on_both_sides(cast: Cast) -> None:
    code = offer(cast)
    with no_scope("a test makes somebody belong to two"):
        Membership.objects.create(user=cast.dave, msp=cast.south)

    with pytest.raises(Conflict, match="own people"):
        take(cast, code)

    assert msp_of(cast.contoso) == cast.north.pk


def test_both_sides_have_it_in_their_trail(cast: Cast) -> None:
    take(cast, offer(cast))

    with no_scope("a test reads the trail"):
        records = AuditRecord.objects.filter(tenant_id=cast.contoso.pk)
        said = set(records.values_list("event", "msp_id"))
    assert {
        ("handover.offered", cast.north.pk),
        ("handover.given", cast.north.pk),
        ("handover.taken", cast.south.pk),
    } <= said


def test_who_is_leaving_is_not_offered_and_the_other_way_round(cast: Cast) -> None:
    offer(cast)
    with pytest.raises(Conflict):
        services.begin_offboarding(actor=actor_of(cast.alice), tenant=cast.contoso, reason=REASON)
    services.withdraw_handover(actor=actor_of(cast.alice), tenant=cast.contoso)
    services.begin_offboarding(actor=actor_of(cast.alice), tenant=cast.contoso, reason=REASON)
    with pytest.raises(Conflict):
        offer(cast)
