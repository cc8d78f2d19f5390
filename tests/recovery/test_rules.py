"""Changing approval rules: stricter at once, looser with a second person and after a grace."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from apps.access.models import User
from apps.access.rights import VIEW_BACKUPS
from apps.core import clock
from apps.core.actor import Limits
from apps.core.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from apps.core.scope import no_scope, tenant_scope
from apps.notify.models import OutboxMessage
from apps.recovery import approvals, rules
from apps.recovery.choices import RulesChangeState as State
from apps.recovery.models import RulesChange
from apps.tenants.approval_rules import ApprovalRules, LevelRule
from apps.tenants.choices import ApprovalsFrom
from apps.tenants.models import BackupPolicy
from tests.factories import OWNER_ROLES, Cast, actor_of, make_cast, make_user
from tests.support.trail import events

pytestmark = pytest.mark.django_db

GRACE = timedelta(days=7)
STRICT = replace(ApprovalRules(), high=LevelRule(2, ApprovalsFrom.BOTH, 8))
GLASS = replace(ApprovalRules(), break_glass=True)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def erin(cast: Cast) -> User:
    """Contoso's own Tenant Manager, who also approves."""
    return make_user("Erin", cast.contoso, *OWNER_ROLES)


def change(cast: Cast, user: User, to: ApprovalRules, **more: Any) -> RulesChange:
    return rules.change_rules(
        actor=actor_of(user), tenant=cast.contoso, rules=to, **{"reason": "as agreed", **more}
    )


def in_force(cast: Cast) -> ApprovalRules:
    with tenant_scope(cast.contoso.pk):
        return approvals.rules_of(cast.contoso)


def rows() -> tuple[list[object], int]:
    """What a denied act must not change."""
    with no_scope("a test counts"):
        states = list(RulesChange.objects.order_by("pk").values_list("state", "decided_by"))
        policies = list(BackupPolicy.objects.order_by("pk").values_list("approval_rules"))
        return [states, policies], OutboxMessage.objects.count()


def assert_denied(act: Callable[[], object], error: type[Exception]) -> None:
    before = rows()
    with pytest.raises(error):
        act()
    assert rows() == before


def test_what_asks_for_more_counts_at_once(cast: Cast) -> None:
    made = change(cast, cast.alice, STRICT, reason="")

    assert made.state == State.IN_FORCE
    assert in_force(cast) == STRICT
    with tenant_scope(cast.contoso.pk):
        policy = BackupPolicy.objects.get(tenant=cast.contoso)
    # What guards people asks these columns.
    assert (policy.approvals_from, policy.approvals_demanded) == ("both", "any")


def test_what_asks_for_less_waits_for_somebody_else_and_then_out_its_grace(cast: Cast) -> None:
    asked = change(cast, cast.alice, GLASS)
    assert (asked.state, in_force(cast)) == (State.WAITING, ApprovalRules())

    with clock.frozen(clock.now()) as time:
        rules.approve(actor=actor_of(cast.dave), change=asked)
        assert (asked.state, in_force(cast)) == (State.GRACE, ApprovalRules())
        time.advance(GRACE - timedelta(seconds=1))
        assert rules.take_effect_where_due() == 0
        time.advance(timedelta(seconds=1))
        assert rules.take_effect_where_due() == 1
        assert rules.take_effect_where_due() == 0

    assert in_force(cast) == GLASS
    assert [one for one in events() if one.startswith("approval_rules")] == [
        "approval_rules.loosening_asked",
        "approval_rules.loosening_approved",
        "approval_rules.changed",
    ]


def test_nobody_agrees_to_what_he_asked_for_and_a_reader_to_nothing(cast: Cast) -> None:
    asked = change(cast, cast.alice, GLASS)

    for user, error in ((cast.alice, NotAllowed), (cast.bob, NotAllowed), (cast.mallory, NotFound)):
        actor = actor_of(user)
        assert_denied(lambda actor=actor: rules.approve(actor=actor, change=asked), error)
        assert_denied(lambda actor=actor: rules.refuse(actor=actor, change=asked), error)
    for user, error in ((cast.dave, NotAllowed), (cast.bob, NotAllowed), (cast.mallory, NotFound)):
        assert_denied(lambda user=user: change(cast, user, STRICT), error)
        actor = actor_of(user)
        assert_denied(lambda actor=actor: rules.cancel(actor=actor, change=asked), error)


def test_a_token_changes_no_rules(cast: Cast) -> None:
    token = replace(actor_of(cast.alice), limits=Limits(rights=frozenset({VIEW_BACKUPS})))

    assert_denied(
        lambda: rules.change_rules(actor=token, tenant=cast.contoso, rules=STRICT), NotAllowed
    )


def test_a_manager_of_either_side_cancels_it_until_it_counts(cast: Cast, erin: User) -> None:
    asked = change(cast, cast.alice, GLASS)
    rules.approve(actor=actor_of(cast.dave), change=asked)

    rules.cancel(actor=actor_of(erin), change=asked, reason="not with us")

    with clock.frozen(clock.now() + GRACE):
        assert rules.take_effect_where_due() == 0
    assert in_force(cast) == ApprovalRules()
    assert_denied(lambda: rules.cancel(actor=actor_of(erin), change=asked), Conflict)


def test_what_was_tightened_meanwhile_is_not_loosened_by_what_was_asked_before(cast: Cast) -> None:
    asked = change(cast, cast.alice, GLASS)
    change(cast, cast.alice, STRICT)
    assert_denied(lambda: rules.approve(actor=actor_of(cast.dave), change=asked), Stale)
    rules.cancel(actor=actor_of(cast.alice), change=asked)
    later = change(cast, cast.alice, replace(STRICT, break_glass=True))
    rules.approve(actor=actor_of(cast.dave), change=later)
    stricter = replace(STRICT, low=LevelRule(2))
    change(cast, cast.alice, stricter)

    with clock.frozen(clock.now() + GRACE):
        assert rules.take_effect_where_due() == 0

    assert in_force(cast) == stricter
    with tenant_scope(cast.contoso.pk):
        later.refresh_from_db()
    assert later.state == State.CANCELLED


def test_one_loosening_at_a_time(cast: Cast) -> None:
    change(cast, cast.alice, GLASS)

    looser = replace(ApprovalRules(), low=LevelRule(expiry_hours=48))
    assert_denied(lambda: change(cast, cast.alice, looser), Conflict)


def test_what_the_customer_sets_the_msp_cannot_go_below(cast: Cast, erin: User) -> None:
    change(cast, erin, STRICT)

    below = replace(STRICT, high=LevelRule(2, ApprovalsFrom.BOTH, 24))
    assert_denied(lambda: change(cast, cast.alice, below), NotAllowed)
    above = replace(STRICT, high=LevelRule(3, ApprovalsFrom.BOTH, 8))
    assert change(cast, cast.alice, above).state == State.IN_FORCE
    # Back to what the customer set: the MSP may ask for it, and it takes two.
    assert change(cast, cast.alice, STRICT).state == State.WAITING


def test_the_customer_can_forbid_that_glass_is_broken(cast: Cast, erin: User) -> None:
    change(cast, erin, ApprovalRules(), forbids_glass=True)

    assert_denied(lambda: change(cast, cast.alice, GLASS), NotAllowed)
    assert_denied(lambda: change(cast, erin, GLASS, forbids_glass=True), Invalid)
    allowed = change(cast, erin, GLASS)
    assert allowed.state == State.WAITING
    rules.approve(actor=actor_of(cast.dave), change=allowed)
    with clock.frozen(clock.now() + GRACE):
        rules.take_effect_where_due()
    assert in_force(cast).break_glass


def test_rules_that_nobody_could_meet_and_a_loosening_without_a_reason_are_refused(
    cast: Cast,
) -> None:
    too_many = replace(ApprovalRules(), low=LevelRule(3, ApprovalsFrom.CUSTOMER))

    assert_denied(lambda: change(cast, cast.alice, too_many), Conflict)
    assert_denied(lambda: change(cast, cast.alice, GLASS, reason=" "), Invalid)
    assert_denied(lambda: change(cast, cast.alice, ApprovalRules()), Invalid)


def test_the_database_refuses_a_loosening_by_one(cast: Cast) -> None:
    asked = change(cast, cast.alice, GLASS)

    with tenant_scope(cast.contoso.pk), pytest.raises(IntegrityError), transaction.atomic():
        RulesChange.objects.filter(pk=asked.pk).update(
            state=State.IN_FORCE, decided_by=cast.alice, takes_effect_at=clock.now()
        )


def test_people_are_told_on_both_sides(cast: Cast, erin: User) -> None:
    with no_scope("a test counts"):
        asked = change(cast, cast.alice, GLASS)
        # Alice, Dave and Erin approve.
        assert OutboxMessage.objects.count() == 3
        rules.approve(actor=actor_of(cast.dave), change=asked)
        assert OutboxMessage.objects.count() == 6
