"""Groups and tags: what people may do equals what a plain reading of the rules says, always."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.access import people_selectors, roles, selectors, services
from apps.access.models import AccessGroup, GroupMember, User
from apps.core.actor import SYSTEM
from apps.core.errors import Conflict, NotAllowed
from apps.core.scope import no_scope, person
from apps.tenants.models import MSP, Tag, Tenant, TenantTag
from tests.factories import OWNER_ROLES, Cast, actor_of, make_cast, make_msp, make_tenant, make_user

pytestmark = pytest.mark.django_db

TAGS = ("gold", "silver", "bronze")
NAMES = tuple(roles.ROLES)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def rights_seen(user: User, tenants: list[Tenant]) -> dict[str, set[str]]:
    """What the product says a person may do, by tenant, asked tenant by tenant and all at once."""
    single = {tenant.name: set(selectors.rights_on_tenant(user.pk, tenant)) for tenant in tenants}
    with person(user.pk):
        listed: dict[str, set[str]] = {tenant.name: set() for tenant in tenants}
        for right in roles.RIGHTS:
            for tenant in selectors.tenants_of(user, right):
                listed[tenant.name].add(right)
    assert listed == single
    return single


@dataclass
class Model:
    """The rules as a person would say them: dictionaries, and a walk over all of them."""

    on_msp: dict[int, set[str]] = field(default_factory=dict)
    on_tenant: dict[tuple[int, int], set[str]] = field(default_factory=dict)
    tags: dict[int, set[str]] = field(default_factory=dict)
    groups: dict[int, dict[str, Any]] = field(default_factory=dict)

    def rights(self, who: int, tenant: int) -> set[str]:
        names = set(self.on_msp.get(who, set())) | self.on_tenant.get((who, tenant), set())
        for group in self.groups.values():
            covers = group["all"] or group["tags"] & self.tags.get(tenant, set())
            if who in group["members"] and covers:
                names |= group["roles"]
        return {right for name in names for right in roles.ROLES[name].rights}


PEOPLE, TENANTS, GROUPS = range(2), range(3), range(2)
some = st.sampled_from
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("role on the MSP"), some(PEOPLE), some(NAMES)),
        st.tuples(st.just("role on a tenant"), some(PEOPLE), some(TENANTS), some(NAMES)),
        st.tuples(st.just("tag"), some(TENANTS), st.sets(some(TAGS), max_size=2)),
        st.tuples(st.just("member"), some(GROUPS), some(PEOPLE)),
        st.tuples(
            st.just("group"),
            some(GROUPS),
            st.sets(some(NAMES), max_size=2),
            st.booleans(),
            st.sets(some(TAGS), max_size=2),
        ),
    ),
    max_size=12,
)


@dataclass
class Stage:
    """The same two people, three tenants and two groups in the product and in the model."""

    msp: MSP
    people: list[User]
    tenants: list[Tenant]
    groups: list[AccessGroup]
    model: Model = field(default_factory=Model)

    def play(self, step: tuple[Any, ...]) -> None:
        match step:
            case ("role on the MSP", who, name):
                self._toggle(self.model.on_msp.setdefault(who, set()), name, who, self.msp)
            case ("role on a tenant", who, where, name):
                held = self.model.on_tenant.setdefault((who, where), set())
                self._toggle(held, name, who, self.tenants[where])
            case ("tag", where, tags):
                self.model.tags[where] = tags
                services.set_tags(actor=SYSTEM, tenant=self.tenants[where], tags=tags)
            case ("member", which, who):
                self._move(self.model.groups[which]["members"], which, who)
            case ("group", which, names, covers_all, tags):
                self.model.groups[which] |= {"roles": names, "all": covers_all, "tags": tags}
                services.change_group(
                    actor=SYSTEM,
                    group=self.groups[which],
                    name=f"Group {which}",
                    roles=names,
                    covers_all=covers_all,
                    tags=tags,
                )

    def _toggle(self, held: set[str], name: str, who: int, on: MSP | Tenant) -> None:
        held ^= {name}
        services.set_roles(actor=SYSTEM, user=self.people[who], roles=held, on=on)

    def _move(self, members: set[int], which: int, who: int) -> None:
        act = services.remove_from_group if who in members else services.add_to_group
        act(actor=SYSTEM, group=self.groups[which], user=self.people[who])
        members ^= {who}


def make_stage() -> Stage:
    msp = make_msp("Stage")
    # Somebody who stays, so that the rule of the last manager stands in nobody's way.
    make_user("Keeper", msp, *OWNER_ROLES)
    stage = Stage(
        msp=msp,
        people=[make_user(name, msp) for name in ("Ann", "Ben")],
        tenants=[make_tenant(msp, name, active=False) for name in ("One", "Two", "Three")],
        groups=[
            services.create_group(actor=SYSTEM, msp=msp, name=f"Group {number}", roles=[])
            for number in GROUPS
        ],
    )
    stage.model.groups = {
        number: {"members": set(), "roles": set(), "all": False, "tags": set()} for number in GROUPS
    }
    return stage


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_effective_rights_equal_the_plain_reading_after_any_changes(
    db: None, steps: list[tuple[Any, ...]]
) -> None:
    with transaction.atomic():
        stage = make_stage()
        for step in steps:
            stage.play(step)
        for who in PEOPLE:
            seen = rights_seen(stage.people[who], stage.tenants)
            expected = {
                stage.tenants[where].name: stage.model.rights(who, where) for where in TENANTS
            }
            assert seen == expected
        transaction.set_rollback(True)


def test_a_tag_counts_at_once_and_stops_counting_at_once(cast: Cast) -> None:
    alice = actor_of(cast.alice)
    group = services.create_group(
        actor=alice, msp=cast.north, name="Night shift", roles=["recovery-approver"], tags=["Gold"]
    )
    services.add_to_group(actor=alice, group=group, user=cast.carol)
    assert not selectors.rights_on_tenant(cast.carol.pk, cast.fabrikam)

    services.set_tags(actor=alice, tenant=cast.fabrikam, tags=["gold "])
    assert "approve_recovery" in selectors.rights_on_tenant(cast.carol.pk, cast.fabrikam)

    services.set_tags(actor=alice, tenant=cast.fabrikam, tags=[])
    assert not selectors.rights_on_tenant(cast.carol.pk, cast.fabrikam)


def test_the_way_is_told_in_words(cast: Cast) -> None:
    alice = actor_of(cast.alice)
    group = services.create_group(
        actor=alice, msp=cast.north, name="Night shift", roles=["recovery-approver"], tags=["gold"]
    )
    services.add_to_group(actor=alice, group=group, user=cast.carol)
    services.set_tags(actor=alice, tenant=cast.contoso, tags=["gold"])

    standing = people_selectors.standing_on(cast.carol.pk, cast.contoso)
    assert standing
    assert [(way.role.label, way.through) for way in standing.ways] == [
        ("Backup Administrator", "on this tenant"),
        ("Recovery Approver", "through group Night shift, tag gold"),
    ]


def test_a_tenant_added_later_is_covered_by_a_group_over_all(cast: Cast) -> None:
    alice = actor_of(cast.alice)
    group = services.create_group(
        actor=alice, msp=cast.north, name="Everybody", roles=["backup-reader"], covers_all=True
    )
    services.add_to_group(actor=alice, group=group, user=cast.carol)
    later = make_tenant(cast.north, "Litware")
    assert "view_backups" in selectors.rights_on_tenant(cast.carol.pk, later)
    assert not selectors.rights_on_tenant(cast.carol.pk, cast.tailspin)


def test_nobody_gains_by_a_group_or_a_tag_that_he_manages(cast: Cast) -> None:
    """Henry manages North's people and tenants and holds nothing else to give."""
    henry = make_user("Henry", cast.north, "tenant-manager")
    approvers = services.create_group(
        actor=SYSTEM, msp=cast.north, name="Approvers", roles=["recovery-approver"], tags=["gold"]
    )
    readers = services.create_group(
        actor=SYSTEM, msp=cast.north, name="Readers", roles=["backup-reader"], tags=["silver"]
    )
    for group in (approvers, readers):
        services.add_to_group(actor=SYSTEM, group=group, user=henry)
    actor = actor_of(henry)
    before = selectors.rights_on_tenant(henry.pk, cast.contoso)

    for act in (
        lambda: services.set_tags(actor=actor, tenant=cast.contoso, tags=["gold"]),
        # He would gain nothing new by it, and is refused all the same: the way would be his own.
        lambda: services.set_tags(actor=actor, tenant=cast.contoso, tags=["silver"]),
        lambda: services.add_to_group(actor=actor, group=approvers, user=henry),
        lambda: services.change_group(
            actor=actor, group=readers, name="R", roles=["tenant-manager"], covers_all=True, tags=[]
        ),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert selectors.rights_on_tenant(henry.pk, cast.contoso) == before
    with no_scope("a test counts"):
        assert not TenantTag.objects.exists()


def test_a_tag_gives_nobody_more_than_its_giver_holds(cast: Cast) -> None:
    """Henry is in no group; the tag would make Carol approve where he may not."""
    henry = make_user("Henry", cast.north, "tenant-manager")
    group = services.create_group(
        actor=SYSTEM, msp=cast.north, name="Approvers", roles=["recovery-approver"], tags=["gold"]
    )
    services.add_to_group(actor=SYSTEM, group=group, user=cast.carol)
    with pytest.raises(NotAllowed, match="do not hold"):
        services.set_tags(actor=actor_of(henry), tenant=cast.fabrikam, tags=["gold"])
    assert not selectors.rights_on_tenant(cast.carol.pk, cast.fabrikam)


def test_unused_tags_are_forgotten_and_names_do_not_depend_on_case(cast: Cast) -> None:
    alice = actor_of(cast.alice)
    services.set_tags(actor=alice, tenant=cast.contoso, tags=["Gold", "gold", "Berlin"])
    with no_scope("a test looks"):
        assert sorted(Tag.objects.values_list("name", flat=True)) == ["Berlin", "gold"]
    services.set_tags(actor=alice, tenant=cast.contoso, tags=["GOLD"])
    with no_scope("a test looks"):
        assert list(Tag.objects.values_list("name", flat=True)) == ["gold"]


def test_two_groups_of_one_msp_cannot_share_a_name(cast: Cast) -> None:
    for expected in (None, Conflict):
        make = {"actor": actor_of(cast.alice), "msp": cast.north, "roles": []}
        if expected is None:
            services.create_group(name="Night shift", **make)
        else:
            with pytest.raises(expected):
                services.create_group(name="night SHIFT", **make)
    services.create_group(
        actor=actor_of(cast.mallory), msp=cast.south, name="Night shift", roles=[]
    )


@transaction.atomic
def checked_at_once(make: Callable[[], object]) -> None:
    make()
    connection.check_constraints()


def test_the_database_refuses_what_is_another_msps(cast: Cast) -> None:
    with no_scope("a test writes past the services"):
        group = AccessGroup.objects.create(msp=cast.north, name="Night shift")
        foreign = cast.mallory.memberships.get()
        tag = Tag.objects.create(msp=cast.south, name="gold")
        for make in (
            lambda: GroupMember.objects.create(group=group, membership=foreign, msp=cast.north),
            lambda: TenantTag.objects.create(tenant=cast.contoso, tag=tag, msp=cast.north),
            lambda: TenantTag.objects.create(tenant=cast.contoso, tag=tag, msp=cast.south),
        ):
            with pytest.raises(IntegrityError):
                checked_at_once(make)


def test_listing_tenants_costs_one_query_whatever_the_ways(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    alice = actor_of(cast.alice)
    group = services.create_group(
        actor=alice, msp=cast.north, name="Night shift", roles=["backup-reader"], tags=["gold"]
    )
    services.add_to_group(actor=alice, group=group, user=cast.carol)
    services.set_tags(actor=alice, tenant=cast.fabrikam, tags=["gold"])
    with person(cast.carol.pk), django_assert_num_queries(1):
        assert len(list(selectors.tenants_of(cast.carol))) == 2
