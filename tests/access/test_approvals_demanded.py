"""Whose approval a tenant's recoveries need: what the customer demands, the MSP cannot loosen."""

from __future__ import annotations

import pytest

from apps.access import services
from apps.access.models import User
from apps.core.actor import SYSTEM
from apps.core.errors import Conflict, NotAllowed
from apps.core.scope import tenant_scope
from apps.tenants.models import BackupPolicy
from tests.factories import OWNER_ROLES, Cast, actor_of, make_cast, make_user
from tests.support import approval_rules
from tests.support.trail import entries

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def erin(cast: Cast) -> User:
    """Contoso's own Tenant Manager, who also approves."""
    return make_user("Erin", cast.contoso, *OWNER_ROLES)


def demand(cast: Cast, user: User, what: str) -> None:
    approval_rules.demand(user, cast.contoso, what)


def policy_of(cast: Cast) -> tuple[str, str]:
    with tenant_scope(cast.contoso.pk):
        policy = BackupPolicy.objects.get(tenant=cast.contoso)
    return policy.approvals_from, policy.approvals_demanded


def test_below_what_the_customer_demands_the_msp_cannot_go(cast: Cast, erin: User) -> None:
    demand(cast, erin, "customer")
    for less in ("any", "msp"):
        with pytest.raises(NotAllowed) as refused:
            demand(cast, cast.alice, less)
        assert refused.value.code == "demanded-by-customer"
    demand(cast, cast.alice, "both")
    assert policy_of(cast) == ("both", "customer")


def test_a_policy_that_nobody_can_meet_is_refused_with_words(cast: Cast) -> None:
    """Dave is the only approver that Contoso has."""
    services.revoke_role(
        actor=actor_of(cast.alice), user=cast.dave, role="recovery-approver", tenant=cast.contoso
    )
    with pytest.raises(Conflict, match="none could ever be run"):
        demand(cast, cast.alice, "customer")
    assert policy_of(cast) == ("any", "any")


def test_the_last_approver_that_a_policy_asks_for_stays(cast: Cast, erin: User) -> None:
    demand(cast, erin, "customer")
    services.revoke_role(
        actor=actor_of(erin), user=cast.dave, role="recovery-approver", tenant=cast.contoso
    )
    with pytest.raises(Conflict) as refused:
        services.revoke_role(actor=SYSTEM, user=erin, role="recovery-approver", tenant=cast.contoso)
    assert refused.value.code == "last-approver"


def test_the_last_who_could_take_the_demand_back_stays(cast: Cast, erin: User) -> None:
    demand(cast, erin, "customer")
    with pytest.raises(Conflict):
        services.remove_person(actor=SYSTEM, user=erin, on=cast.contoso)
    with tenant_scope(cast.contoso.pk):
        BackupPolicy.objects.update(approvals_demanded="any", approval_floor={})
    services.remove_person(actor=SYSTEM, user=erin, on=cast.contoso)


def test_the_msps_last_approver_stays_also_by_groups_and_tags(cast: Cast) -> None:
    group = services.create_group(
        actor=SYSTEM, msp=cast.north, name="Approvers", roles=["recovery-approver"], tags=["gold"]
    )
    services.add_to_group(actor=SYSTEM, group=group, user=cast.bob)
    services.set_tags(actor=SYSTEM, tenant=cast.contoso, tags=["gold"])
    demand(cast, cast.alice, "msp")
    services.revoke_role(actor=SYSTEM, user=cast.alice, role="recovery-approver", msp=cast.north)
    for act in (
        lambda: services.set_tags(actor=SYSTEM, tenant=cast.contoso, tags=[]),
        lambda: services.remove_from_group(actor=SYSTEM, group=group, user=cast.bob),
        lambda: services.delete_group(actor=SYSTEM, group=group),
        lambda: services.remove_person(actor=SYSTEM, user=cast.bob, on=cast.north),
    ):
        with pytest.raises(Conflict) as refused:
            act()
        assert refused.value.code == "last-approver"


def test_the_msp_cannot_speak_for_a_customer_who_demands_a_say(cast: Cast, erin: User) -> None:
    """Otherwise it would invite somebody who takes the demand back."""
    gina = make_user("Gina", cast.contoso)
    demand(cast, erin, "customer")
    alice = actor_of(cast.alice)
    for act in (
        lambda: services.invite(
            actor=alice, email="x@contoso.example", roles=["tenant-manager"], on=cast.contoso
        ),
        lambda: services.grant_role(
            actor=alice, user=gina, role="recovery-approver", tenant=cast.contoso
        ),
        lambda: services.remove_person(actor=alice, user=gina, on=cast.contoso),
    ):
        with pytest.raises(NotAllowed) as refused:
            act()
        assert refused.value.code == "other-side"
    services.grant_role(
        actor=actor_of(erin), user=gina, role="recovery-approver", tenant=cast.contoso
    )


def test_a_change_is_recorded_with_before_and_after(cast: Cast, erin: User) -> None:
    demand(cast, erin, "both")
    newest = entries(tenant_id=cast.contoso.id, limit=1)[0]
    assert newest.event == "approval_rules.changed"
    assert newest.before is not None
    assert newest.after is not None
    assert newest.before["floor"] == {}
    assert newest.after["rules"]["levels"]["low"]["approvals_from"] == "both"
    assert newest.after["floor"]["levels"]["low"]["approvals_from"] == "both"
