"""Every act on people against everybody who may try it; a denied act leaves no trace."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from django.apps import apps as installed
from django.db import transaction

from apps.access import selectors, services
from apps.access.models import AccessGroup, Invitation, User
from apps.core.actor import SYSTEM, Actor, Limits
from apps.core.errors import Conflict, HoldfastError, Invalid, NotAllowed, NotFound
from apps.core.scope import no_scope
from apps.recovery.rules import change_rules
from apps.tenants.approval_rules import LevelRule, same_for_all
from apps.tenants.choices import ApprovalsFrom
from tests.factories import OWNER_ROLES, Cast, actor_of, make_cast, make_user
from tests.support.trail import entries

pytestmark = pytest.mark.django_db

OK = "ok"
BOTH = same_for_all(LevelRule(approvals_from=ApprovalsFrom.BOTH))


@dataclass(frozen=True)
class Scene:
    """North's staff has a group and an invitation; Erin is Contoso's own Tenant Manager.

    Frank, of North, has no role anywhere; Gina, of Contoso, has none either.
    """

    cast: Cast
    erin: User
    frank: User
    gina: User
    group: AccessGroup
    to_north: Invitation
    to_contoso: Invitation

    def caller(self, name: str) -> Actor:
        user = getattr(self, name, None) or getattr(self.cast, name)
        return actor_of(user)


@pytest.fixture
def scene() -> Scene:
    cast = make_cast()
    erin = make_user("Erin", cast.contoso, *OWNER_ROLES)
    return Scene(
        cast=cast,
        erin=erin,
        frank=make_user("Frank", cast.north),
        gina=make_user("Gina", cast.contoso),
        group=services.create_group(
            actor=SYSTEM, msp=cast.north, name="Night shift", roles=["backup-reader"], tags=["gold"]
        ),
        to_north=services.invite(
            actor=actor_of(cast.alice),
            email="new@north.example",
            roles=["backup-reader"],
            on=cast.north,
        ),
        to_contoso=services.invite(
            actor=actor_of(erin),
            email="new@contoso.example",
            roles=["backup-reader"],
            on=cast.contoso,
        ),
    )


Act = Callable[[Scene, Actor], object]
CALLERS = ("alice", "bob", "carol", "dave", "erin", "mallory", "olivia")
# What each of CALLERS gets: the kind of refusal, or OK.
ACTS: dict[str, tuple[Act, tuple[object, ...]]] = {
    "give a role on the MSP": (
        lambda s, a: services.grant_role(
            actor=a, user=s.frank, role="backup-reader", msp=s.cast.north
        ),
        (OK, NotAllowed, NotFound, NotFound, NotFound, NotFound, NotFound),
    ),
    "give the MSP's engineer a role on a tenant": (
        lambda s, a: services.grant_role(
            actor=a, user=s.frank, role="backup-reader", tenant=s.cast.contoso
        ),
        (OK, NotAllowed, NotAllowed, NotAllowed, NotAllowed, NotFound, NotFound),
    ),
    "give a customer's administrator a role": (
        lambda s, a: services.grant_role(
            actor=a, user=s.gina, role="recovery-approver", tenant=s.cast.contoso
        ),
        (OK, NotAllowed, NotAllowed, NotAllowed, OK, NotFound, NotFound),
    ),
    "take a role on the MSP": (
        lambda s, a: services.revoke_role(
            actor=a, user=s.cast.bob, role="backup-reader", msp=s.cast.north
        ),
        (OK, NotAllowed, NotFound, NotFound, NotFound, NotFound, NotFound),
    ),
    "take a customer's administrator's role": (
        lambda s, a: services.revoke_role(
            actor=a, user=s.cast.dave, role="backup-reader", tenant=s.cast.contoso
        ),
        (OK, NotAllowed, NotAllowed, NotAllowed, OK, NotFound, NotFound),
    ),
    "let an engineer go": (
        lambda s, a: services.remove_person(actor=a, user=s.frank, on=s.cast.north),
        (OK, NotAllowed, NotFound, NotFound, NotFound, NotFound, NotFound),
    ),
    "let a customer's administrator go": (
        lambda s, a: services.remove_person(actor=a, user=s.gina, on=s.cast.contoso),
        (OK, NotAllowed, NotAllowed, NotAllowed, OK, NotFound, NotFound),
    ),
    "invite to the MSP": (
        lambda s, a: services.invite(
            actor=a, email="x@north.example", roles=["backup-reader"], on=s.cast.north
        ),
        (OK, NotAllowed, NotFound, NotFound, NotFound, NotFound, NotFound),
    ),
    "invite to the customer": (
        lambda s, a: services.invite(
            actor=a, email="x@contoso.example", roles=["backup-reader"], on=s.cast.contoso
        ),
        (OK, NotAllowed, NotAllowed, NotAllowed, OK, NotFound, NotFound),
    ),
    "revoke the MSP's invitation": (
        lambda s, a: services.revoke_invitation(actor=a, invitation=s.to_north),
        (OK, NotAllowed, NotFound, NotFound, NotFound, NotFound, NotFound),
    ),
    "revoke the customer's invitation": (
        lambda s, a: services.revoke_invitation(actor=a, invitation=s.to_contoso),
        (OK, NotAllowed, NotAllowed, NotAllowed, OK, NotFound, NotFound),
    ),
    "make a group": (
        lambda s, a: services.create_group(
            actor=a, msp=s.cast.north, name="Day shift", roles=["backup-reader"], covers_all=True
        ),
        (OK, NotAllowed, NotFound, NotFound, NotFound, NotFound, NotFound),
    ),
    "change a group": (
        lambda s, a: services.change_group(
            actor=a, group=s.group, name="Nights", roles=OWNER_ROLES, covers_all=True, tags=[]
        ),
        (OK, NotAllowed, NotFound, NotFound, NotFound, NotFound, NotFound),
    ),
    "put somebody into a group": (
        lambda s, a: services.add_to_group(actor=a, group=s.group, user=s.frank),
        (OK, NotAllowed, NotFound, NotFound, NotFound, NotFound, NotFound),
    ),
    "delete a group": (
        lambda s, a: services.delete_group(actor=a, group=s.group),
        (OK, NotAllowed, NotFound, NotFound, NotFound, NotFound, NotFound),
    ),
    "tag a tenant": (
        lambda s, a: services.set_tags(actor=a, tenant=s.cast.contoso, tags=["gold"]),
        (OK, NotAllowed, NotAllowed, NotAllowed, NotAllowed, NotFound, NotFound),
    ),
    "demand approvals": (
        lambda s, a: change_rules(actor=a, tenant=s.cast.contoso, rules=BOTH),
        (OK, NotAllowed, NotAllowed, NotAllowed, OK, NotFound, NotFound),
    ),
    "start a support session": (
        lambda s, a: services.start_support_session(
            actor=a, on=s.cast.contoso, reason="A ticket asks for help."
        ),
        (NotAllowed,) * 6 + (OK,),
    ),
    "take an MSP in": (
        lambda s, a: services.onboard_msp(actor=a, name="MSP East", email="ed@east.example"),
        (NotAllowed,) * 6 + (OK,),
    ),
    "make an account by hand": (
        lambda s, a: services.create_user(
            actor=a, email="x@north.example", name="X", on=s.cast.north
        ),
        (NotAllowed,) * 7,
    ),
    "make an operator": (
        lambda s, a: services.create_operator(
            actor=a, email="x@platform.example", name="X", password="correct horse battery"
        ),
        (NotAllowed,) * 7,
    ),
}


def everything() -> dict[str, int]:
    """How many rows there are of everything that people are part of, of jobs and of mail."""
    labels = ("access", "audit", "jobs", "notify", "tenants")
    ours = [model for model in installed.get_models() if model._meta.app_label in labels]
    with no_scope("a test counts"):
        return {model._meta.label: model._default_manager.count() for model in ours}


def outcome(act: Act, scene: Scene, actor: Actor) -> tuple[object, bool]:
    """What came of it, and whether anything was written; undone afterwards."""
    before = everything()
    with transaction.atomic():
        try:
            act(scene, actor)
            came: object = OK
        except HoldfastError as error:
            came = type(error)
        changed = everything() != before
        transaction.set_rollback(True)
    return came, changed


@pytest.mark.parametrize("caller", CALLERS)
def test_everybody_gets_what_the_table_says_and_a_denied_act_writes_nothing(
    scene: Scene, caller: str
) -> None:
    place = CALLERS.index(caller)
    came = {name: outcome(act, scene, scene.caller(caller)) for name, (act, _) in ACTS.items()}
    expected = {name: results[place] for name, (_, results) in ACTS.items()}

    assert {name: result for name, (result, _) in came.items()} == expected
    assert [name for name, (result, changed) in came.items() if result is not OK and changed] == []


def test_a_token_of_a_manager_changes_no_people(scene: Scene) -> None:
    by_token = replace(
        scene.caller("alice"), limits=Limits(rights=frozenset({"view_backups"})), via="api-token"
    )
    came = {name: outcome(act, scene, by_token) for name, (act, _) in ACTS.items()}
    assert {result for result, _ in came.values()} == {NotAllowed}
    assert not any(changed for _, changed in came.values())


def test_a_change_of_roles_is_recorded_with_before_and_after(scene: Scene) -> None:
    services.set_roles(
        actor=scene.caller("alice"),
        user=scene.cast.bob,
        roles=["recovery-approver"],
        on=scene.cast.north,
    )
    revoked, granted = entries(msp_id=scene.cast.north.id, limit=2)
    assert (granted.event, revoked.event) == ("role.granted", "role.revoked")
    assert granted.before == {"roles": ["backup-reader"]}
    assert granted.after == {"roles": ["backup-reader", "recovery-approver"]}
    assert revoked.after == {"roles": ["recovery-approver"]}


def test_nobody_gives_more_than_he_holds_there(scene: Scene) -> None:
    """Henry manages the people of the MSP and may do nothing else to give away."""
    henry = make_user("Henry", scene.cast.north, "tenant-manager")
    for act in (
        lambda: services.grant_role(
            actor=actor_of(henry), user=scene.frank, role="recovery-approver", msp=scene.cast.north
        ),
        lambda: services.invite(
            actor=actor_of(henry),
            email="x@north.example",
            roles=["backup-administrator"],
            on=scene.cast.north,
        ),
        lambda: services.create_group(
            actor=actor_of(henry), msp=scene.cast.north, name="G", roles=["recovery-approver"]
        ),
    ):
        with pytest.raises(NotAllowed, match="do not hold"):
            act()
    services.grant_role(
        actor=actor_of(henry), user=scene.frank, role="backup-reader", msp=scene.cast.north
    )


def test_the_last_manager_of_an_msp_stays(scene: Scene) -> None:
    """Henry manages as well, so Alice may go; then Henry is the last and stays."""
    henry = make_user("Henry", scene.cast.north, *OWNER_ROLES)
    services.revoke_role(
        actor=actor_of(henry), user=scene.cast.alice, role="tenant-manager", msp=scene.cast.north
    )
    for act in (
        lambda: services.revoke_role(
            actor=SYSTEM, user=henry, role="tenant-manager", msp=scene.cast.north
        ),
        lambda: services.remove_person(actor=SYSTEM, user=henry, on=scene.cast.north),
    ):
        with pytest.raises(Conflict) as refused:
            act()
        assert refused.value.code == "last-manager"
    assert "manage_people" in selectors.rights_on_msp(henry.pk, scene.cast.north)


def test_the_last_manager_may_be_one_through_a_group(scene: Scene) -> None:
    managers = services.create_group(
        actor=SYSTEM, msp=scene.cast.north, name="Leads", roles=OWNER_ROLES, covers_all=True
    )
    services.add_to_group(actor=SYSTEM, group=managers, user=scene.frank)
    services.remove_person(actor=SYSTEM, user=scene.cast.alice, on=scene.cast.north)
    for act in (
        lambda: services.remove_from_group(actor=SYSTEM, group=managers, user=scene.frank),
        lambda: services.delete_group(actor=SYSTEM, group=managers),
        lambda: services.change_group(
            actor=SYSTEM, group=managers, name="Leads", roles=OWNER_ROLES, covers_all=False, tags=[]
        ),
    ):
        with pytest.raises(Conflict) as refused:
            act()
        assert refused.value.code == "last-manager"


def test_who_leaves_the_msp_leaves_its_groups_and_tenants(scene: Scene) -> None:
    services.add_to_group(actor=SYSTEM, group=scene.group, user=scene.cast.carol)
    services.set_tags(actor=SYSTEM, tenant=scene.cast.fabrikam, tags=["gold"])
    assert selectors.rights_on_tenant(scene.cast.carol.pk, scene.cast.fabrikam)

    services.remove_person(actor=scene.caller("alice"), user=scene.cast.carol, on=scene.cast.north)

    for tenant in (scene.cast.contoso, scene.cast.fabrikam):
        assert not selectors.rights_on_tenant(scene.cast.carol.pk, tenant)
    assert not User.objects.get(pk=scene.cast.carol.pk).is_active


def test_an_account_that_belongs_elsewhere_stays_open_and_nobody_is_told(scene: Scene) -> None:
    with no_scope("the scene is set"):
        services.add_member(user=scene.frank, on=scene.cast.south)
    services.remove_person(actor=scene.caller("alice"), user=scene.frank, on=scene.cast.north)
    assert User.objects.get(pk=scene.frank.pk).is_active


def test_nobody_is_on_both_sides_of_a_tenant(scene: Scene) -> None:
    with no_scope("the scene is set"):
        for user, on in ((scene.frank, scene.cast.contoso), (scene.gina, scene.cast.north)):
            with pytest.raises(Conflict) as refused:
                services.add_member(user=user, on=on)
            assert refused.value.code == "other-side"


def test_an_operator_belongs_to_nobody_and_holds_no_role(scene: Scene) -> None:
    with no_scope("the scene is set"), pytest.raises(Conflict):
        services.add_member(user=scene.cast.olivia, on=scene.cast.north)
    with pytest.raises(Invalid):
        services.grant_role(
            actor=SYSTEM, user=scene.cast.olivia, role="backup-reader", tenant=scene.cast.contoso
        )
