"""Naming the accounts that a tenant keeps for emergencies."""

from __future__ import annotations

import pytest

from apps.audit.models import AuditRecord
from apps.core.errors import Conflict, Invalid, NotAllowed, NotFound
from apps.recovery.guards.break_glass import (
    NONE_NAMED,
    accounts_of,
    forget_account,
    general_warnings,
    name_account,
)
from apps.recovery.guards.roles import GLOBAL_ADMINISTRATOR
from apps.tenants.models import BreakGlassAccount
from tests.factories import actor_of, make_msp, make_user
from tests.recovery.guards.tenancy import BLOCK, Tenancy


def test_a_manager_names_an_account_and_takes_it_off_again(tenancy: Tenancy) -> None:
    tenancy.person("emergency")
    tenancy.capture()
    peggy = actor_of(make_user("Peggy", tenancy.tenant, "tenant-manager"))

    name_account(actor=peggy, tenant=tenancy.tenant, object_id="emergency")
    with pytest.raises(Conflict):
        name_account(actor=peggy, tenant=tenancy.tenant, object_id="emergency")

    assert [one.name for one in accounts_of(tenancy.tenant)] == ["emergency"]
    forget_account(actor=peggy, tenant=tenancy.tenant, object_id="emergency")
    with pytest.raises(Conflict):
        forget_account(actor=peggy, tenant=tenancy.tenant, object_id="emergency")
    assert not BreakGlassAccount.objects.exists()
    events = AuditRecord.objects.filter(event__startswith="tenant.break_glass")
    assert sorted(events.values_list("event", flat=True)) == [
        "tenant.break_glass_forgotten",
        "tenant.break_glass_named",
    ]


@pytest.mark.parametrize(
    ("roles", "refusal"),
    [(("backup-administrator", "recovery-approver"), NotAllowed), ((), NotFound)],
)
def test_nobody_else_names_one(
    tenancy: Tenancy, roles: tuple[str, ...], refusal: type[Exception]
) -> None:
    tenancy.person("emergency")
    tenancy.capture()
    belongs = tenancy.tenant if roles else make_msp("South")
    actor = actor_of(make_user("Mallory", belongs, *roles))

    with pytest.raises(refusal):
        name_account(actor=actor, tenant=tenancy.tenant, object_id="emergency")
    with pytest.raises(refusal):
        forget_account(actor=actor, tenant=tenancy.tenant, object_id="emergency")

    assert not BreakGlassAccount.objects.exists()


def test_only_a_user_who_is_there_can_be_named(tenancy: Tenancy) -> None:
    tenancy.person("gone")
    tenancy.group("group")
    tenancy.capture()
    tenancy.source.soft_delete("user", "gone")
    tenancy.capture()
    peggy = actor_of(make_user("Peggy", tenancy.tenant, "tenant-manager"))

    for object_id in ("gone", "group", "nobody", ""):
        with pytest.raises(Invalid):
            name_account(actor=peggy, tenant=tenancy.tenant, object_id=object_id)

    assert not BreakGlassAccount.objects.exists()


def test_what_is_wrong_with_an_account_is_said(tenancy: Tenancy) -> None:
    tenancy.group("exceptions")
    for name in ("sound", "disabled"):
        tenancy.person(name, "exceptions", accountEnabled=name != "disabled")
    tenancy.person("forgotten")
    tenancy.policy("mfa", users={"includeUsers": ["All"], "excludeGroups": ["exceptions"]})
    tenancy.break_glass("sound", "disabled", "forgotten")
    tenancy.role("sound", GLOBAL_ADMINISTRATOR)
    tenancy.capture()

    found = {one.name: one.warnings for one in accounts_of(tenancy.tenant)}

    assert found["sound"] == ()
    assert "disabled" in found["disabled"][0]
    assert "excluded from nothing" in found["forgotten"][0]
    assert "Global Administrator" in found["forgotten"][1]


def test_an_account_that_is_blocked_says_so(tenancy: Tenancy) -> None:
    tenancy.person("emergency")
    tenancy.policy("block", grant=BLOCK)
    tenancy.break_glass("emergency")
    tenancy.capture()

    (found,) = accounts_of(tenancy.tenant)

    assert found.is_there
    assert "blocks it" in found.warnings[0]
    assert found.way.because_of == {"block"}


def test_too_few_accounts_are_too_few(tenancy: Tenancy) -> None:
    tenancy.person("emergency")
    tenancy.capture()
    assert general_warnings(accounts_of(tenancy.tenant)) == [NONE_NAMED]

    tenancy.break_glass("emergency")

    (warning,) = general_warnings(accounts_of(tenancy.tenant))
    assert "two at least" in warning
