"""Changing keep rules: longer at once, shorter with a second person and after a grace period."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from apps.access.rights import MANAGE_RETENTION
from apps.audit.models import AuditRecord
from apps.core import clock
from apps.core.actor import Limits
from apps.core.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from apps.core.scope import no_scope
from apps.history.models import TenantKeepChange, TenantRetention
from apps.history.retention import changes, previews, selectors, taking_effect, templates
from apps.history.retention.agreed import Agreed, agreed, follow_for_new
from apps.history.retention.rules import DEFAULT_RULES, KeepRules
from apps.history.retention.selectors import Picture
from apps.notify.models import OutboxMessage
from apps.tenants.models import Tenant
from tests.factories import Cast, actor_of, make_user
from tests.history.retention.conftest import Taking
from tests.history.retention.snapshots import NOW, days_ago

YEARS = KeepRules(all_days=30, hourly=720, daily=400, weekly=104, monthly=120, yearly=20)
SHORT = KeepRules(all_days=2, daily=7)
GRACE = timedelta(days=14)


def events() -> list[str]:
    with no_scope("a test reads the trail"):
        return list(AuditRecord.objects.order_by("number").values_list("event", flat=True))


def lengthen(cast: Cast, tenant: Tenant) -> TenantKeepChange:
    return changes.change_retention(actor=actor_of(cast.alice), tenant=tenant, rules=YEARS)


def shorten(cast: Cast, tenant: Tenant) -> TenantKeepChange:
    return changes.change_retention(
        actor=actor_of(cast.alice), tenant=tenant, rules=SHORT, reason="storage is dear"
    )


def test_a_tenant_that_nobody_decided_for_keeps_for_years(tenant: Tenant) -> None:
    assert agreed(tenant) == Agreed(DEFAULT_RULES)
    assert DEFAULT_RULES.monthly >= 84


def test_lengthening_acts_at_once(cast: Cast, tenant: Tenant, take: Taking) -> None:
    take(*days_ago(20, 10, 0))

    change = lengthen(cast, tenant)

    assert change.state == "in-force"
    assert agreed(tenant).rules == YEARS
    assert events()[-1] == "retention.changed"


def test_rules_that_no_snapshot_feels_are_no_shortening(cast: Cast, tenant: Tenant) -> None:
    assert shorten(cast, tenant).state == "in-force"


def test_shortening_waits_for_a_second_person_and_then_for_its_grace(
    cast: Cast, tenant: Tenant, take: Taking
) -> None:
    take(*days_ago(20, 10, 0))
    bystander = actor_of(make_user("Erin", cast.north, "recovery-approver"))

    change = shorten(cast, tenant)
    assert change.state == "waiting"
    assert taking_effect.take_effect_where_due() == 0
    changes.approve(actor=bystander, change=change)

    assert (change.state, change.takes_effect_at) == ("grace", NOW + GRACE)
    assert agreed(tenant).rules == DEFAULT_RULES
    assert taking_effect.take_effect_where_due() == 0
    with clock.frozen(NOW + GRACE):
        assert taking_effect.take_effect_where_due() == 1
    assert agreed(tenant).rules == SHORT
    assert events()[-3:] == [
        "retention.shortening_asked",
        "retention.shortening_approved",
        "retention.changed",
    ]
    assert OutboxMessage.objects.filter(tenant=tenant).exists()


def test_whoever_asks_cannot_agree_nor_refuse(cast: Cast, tenant: Tenant, take: Taking) -> None:
    take(*days_ago(20, 0))
    change = shorten(cast, tenant)

    for decide in (changes.approve, changes.refuse):
        with pytest.raises(NotAllowed):
            decide(actor=actor_of(cast.alice), change=change)

    change.refresh_from_db()
    assert change.state == "waiting"
    with pytest.raises(IntegrityError), transaction.atomic():
        TenantKeepChange.objects.update(
            state="grace", decided_by=cast.alice, takes_effect_at=clock.now()
        )


@pytest.mark.parametrize("agreed_first", [False, True])
def test_whoever_manages_takes_a_shortening_back(
    cast: Cast, tenant: Tenant, take: Taking, agreed_first: bool
) -> None:
    take(*days_ago(20, 0))
    change = shorten(cast, tenant)
    if agreed_first:
        changes.approve(actor=actor_of(cast.dave), change=change)
    other = actor_of(make_user("Erin", cast.north, "tenant-manager"))

    changes.cancel(actor=other, change=change, reason="we keep them")

    assert change.state == ("cancelled" if agreed_first else "withdrawn")
    with clock.frozen(NOW + GRACE):
        assert taking_effect.take_effect_where_due() == 0
    assert agreed(tenant).rules == DEFAULT_RULES
    with pytest.raises(Conflict):
        changes.cancel(actor=other, change=change)


def test_one_change_at_a_time(cast: Cast, tenant: Tenant, take: Taking) -> None:
    take(*days_ago(20, 0))
    change = shorten(cast, tenant)

    with pytest.raises(Conflict):
        lengthen(cast, tenant)
    changes.refuse(actor=actor_of(cast.dave), change=change, reason="no")

    assert lengthen(cast, tenant).state == "in-force"


def test_another_time_zone_may_shorten_too(cast: Cast, tenant: Tenant, take: Taking) -> None:
    alice = actor_of(cast.alice)
    take(*days_ago(40.6, 40.4, 0))

    change = changes.change_retention(
        actor=alice, tenant=tenant, time_zone="Pacific/Auckland", reason="they are there"
    )

    assert change.state == "waiting"
    assert change.after["time_zone"] == "Pacific/Auckland"


def test_a_shortening_says_why(cast: Cast, tenant: Tenant, take: Taking) -> None:
    take(*days_ago(20, 0))

    with pytest.raises(Invalid):
        changes.change_retention(actor=actor_of(cast.alice), tenant=tenant, rules=SHORT)
    with pytest.raises(Invalid):
        changes.change_retention(actor=actor_of(cast.alice), tenant=tenant, rules=DEFAULT_RULES)

    assert not TenantKeepChange.objects.exists()


def test_readers_and_strangers_change_nothing(cast: Cast, tenant: Tenant) -> None:
    with pytest.raises(NotAllowed):
        changes.change_retention(actor=actor_of(cast.bob), tenant=tenant, rules=YEARS)
    with pytest.raises(NotFound):
        changes.change_retention(actor=actor_of(cast.mallory), tenant=tenant, rules=YEARS)

    assert not TenantRetention.objects.exists()


def test_a_token_may_ask_for_a_change(cast: Cast, tenant: Tenant) -> None:
    limits = Limits(rights=frozenset({MANAGE_RETENTION}))
    token = replace(actor_of(cast.alice), limits=limits)

    assert changes.change_retention(actor=token, tenant=tenant, rules=YEARS).state == "in-force"


def test_a_preview_says_what_would_go(tenant: Tenant, take: Taking) -> None:
    take(*days_ago(20, 10, 9.9, 1, 0))

    seen = previews.preview(Picture(tenant), Agreed(SHORT))

    assert [one.snapshot.seq for one in seen.removed] == [1, 2, 3]
    assert [one.snapshot.seq for one in seen.earlier] == [4, 5]
    assert seen.kept == 2
    assert seen.plain()["oldest"] == days_ago(20)[0].isoformat()


def test_followers_change_with_their_template(cast: Cast, tenant: Tenant, take: Taking) -> None:
    take(*days_ago(20, 0))
    alice = actor_of(cast.alice)
    template = templates.create_template(
        actor=alice, msp=cast.north, name="Gold", rules=DEFAULT_RULES
    )
    changes.change_retention(actor=alice, tenant=tenant, template=template)

    longer = KeepRules(**DEFAULT_RULES.plain() | {"yearly": 20})
    assert templates.change_template(actor=alice, template=template, rules=longer).state == (
        "in-force"
    )
    assert agreed(tenant).rules == longer
    shorter = templates.change_template(
        actor=alice, template=template, rules=SHORT, reason="storage is dear"
    )
    assert agreed(tenant).rules == longer
    with pytest.raises(NotAllowed):
        templates.approve_template(actor=alice, change=shorter)
    with pytest.raises(NotFound):  # a customer's own approver has no say over other customers
        templates.approve_template(actor=actor_of(cast.dave), change=shorter)
    erin = actor_of(make_user("Erin", cast.north, "recovery-approver"))
    templates.approve_template(actor=erin, change=shorter)

    standing = Picture(tenant).standing(1)
    assert standing is not None
    assert standing.ends_at == NOW + GRACE
    with clock.frozen(NOW + GRACE):
        assert taking_effect.take_effect_where_due() == 1
    assert agreed(tenant).rules == SHORT
    assert templates.follower_counts(cast.north) == {template.pk: 1}
    assert list(templates.followers(template)) == [tenant]


def test_a_template_that_changed_meanwhile_is_not_followed(
    cast: Cast, tenant: Tenant, take: Taking
) -> None:
    take(*days_ago(400, 20, 0))
    alice, dave = actor_of(cast.alice), actor_of(cast.dave)
    bronze = templates.create_template(actor=alice, msp=cast.north, name="Bronze", rules=SHORT)
    asked = changes.change_retention(
        actor=alice, tenant=tenant, template=bronze, reason="they pay for bronze"
    )
    longer = KeepRules(**SHORT.plain() | {"yearly": 1})
    templates.change_template(actor=alice, template=bronze, rules=longer)

    with pytest.raises(Stale):
        changes.approve(actor=dave, change=asked)

    assert agreed(tenant).rules == DEFAULT_RULES


def test_a_template_of_another_msp_does_not_exist(cast: Cast, tenant: Tenant) -> None:
    with no_scope("the scene is set"):
        theirs = templates.create_template(
            actor=actor_of(cast.mallory), msp=cast.south, name="Theirs", rules=YEARS
        )
    with pytest.raises(Invalid):
        changes.change_retention(actor=actor_of(cast.alice), tenant=tenant, template=theirs)
    with pytest.raises(NotFound):
        templates.access_template(cast.north, theirs.pk)


def test_new_tenants_follow_the_template_that_is_for_them(cast: Cast, tenant: Tenant) -> None:
    alice = actor_of(cast.alice)
    for name in ("Silver", "Gold"):
        template = templates.create_template(
            actor=alice, msp=cast.north, name=name, rules=YEARS, for_new=True
        )

    follow_for_new(tenant)

    assert agreed(tenant).template_id == template.pk
    assert [one.for_new for one in templates.templates(cast.north)] == [True, False]


def test_changes_are_found_by_their_own_tenant_only(
    cast: Cast, tenant: Tenant, take: Taking
) -> None:
    take(*days_ago(20, 0))
    change = shorten(cast, tenant)

    assert selectors.access_change(tenant, change.pk) == change
    with no_scope("a test asks in the name of another tenant"), pytest.raises(NotFound):
        selectors.access_change(cast.fabrikam, change.pk)
