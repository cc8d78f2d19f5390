"""Whoever acts within limits (an API token's) has his rights there and no other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from apps.access import rights, selectors
from apps.core.actor import Limits
from apps.core.errors import NotAllowed, NotFound
from tests.factories import Cast, actor_of, make_cast

pytestmark = pytest.mark.django_db
VIEW, MANAGE = rights.VIEW_BACKUPS, rights.MANAGE_TENANT


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_limits_to_a_tenant_hide_the_others_and_the_msp_as_a_whole(cast: Cast) -> None:
    limits = Limits(tenant_ids=frozenset({cast.contoso.id}))
    actor = replace(actor_of(cast.alice), limits=limits)

    rights.require(actor, MANAGE, cast.contoso)
    with pytest.raises(NotFound):
        rights.require(actor, VIEW, cast.fabrikam)
    with pytest.raises(NotFound):
        rights.require_on_msp(actor, VIEW, cast.north)
    with pytest.raises(NotFound):
        selectors.access_tenant(cast.alice, cast.fabrikam.id, VIEW, limits=limits)
    assert list(selectors.tenants_of(cast.alice, limits=limits)) == [cast.contoso]


def test_limits_to_some_rights_leave_the_others_out(cast: Cast) -> None:
    limits = Limits(rights=frozenset({VIEW}))
    actor = replace(actor_of(cast.alice), limits=limits)

    rights.require(actor, VIEW, cast.contoso)
    rights.require_on_msp(actor, VIEW, cast.north)
    with pytest.raises(NotAllowed):
        rights.require(actor, MANAGE, cast.contoso)
    with pytest.raises(NotAllowed):
        rights.require_on_msp(actor, MANAGE, cast.north)
    assert not selectors.tenants_of(cast.alice, MANAGE, limits=limits).exists()


def test_limits_never_widen_what_their_holder_may(cast: Cast) -> None:
    limits = Limits(tenant_ids=frozenset({cast.tailspin.id}), rights=frozenset(rights.RIGHTS))
    actor = replace(actor_of(cast.bob), limits=limits)

    with pytest.raises(NotFound):
        rights.require(actor, VIEW, cast.tailspin)
    assert not selectors.tenants_of(cast.bob, limits=limits).exists()
