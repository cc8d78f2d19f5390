"""Whom a plan would lock out, and whom it would not."""

from apps.diffs.choices import Risk
from tests.recovery.guards.tenancy import (
    BLOCK,
    EVERYBODY,
    MFA,
    POLICY,
    Tenancy,
    add_links,
    create,
    policy_body,
    remove,
    remove_link,
    undelete,
    update,
)

EXCEPT = {"includeUsers": ["All"], "excludeGroups": ["exceptions"]}


def guarded(tenancy: Tenancy) -> None:
    """Emergency is excepted from everything, Erin from nothing; a policy blocks some countries."""
    tenancy.group("exceptions")
    tenancy.person("emergency", "exceptions")
    tenancy.person("erin")
    tenancy.policy("mfa", users=EXCEPT)
    tenancy.policy("block", "disabled", users=EXCEPT, grant=BLOCK)
    tenancy.break_glass("emergency")


def test_a_policy_that_blocks_everybody_without_exception_blocks_the_plan(
    tenancy: Tenancy,
) -> None:
    guarded(tenancy)
    tenancy.capture()
    body = policy_body("block", users=EVERYBODY, grant=BLOCK)

    found = tenancy.codes(update(POLICY, "block", **body))

    assert found["nobody-gets-in"].blocks
    assert found["nobody-gets-in"].level == Risk.HIGH
    assert found["shut-out"].data == {
        "ids": ["emergency"],
        "count": 1,
        "who": "break-glass",
        "policies": ["block"],
    }


def test_an_exception_for_somebody_lets_the_plan_pass(tenancy: Tenancy) -> None:
    guarded(tenancy)
    tenancy.capture()

    found = tenancy.codes(update(POLICY, "block", state="enabled"))

    assert not {"nobody-gets-in", "shut-out", "may-be-shut-out"} & found.keys()


def test_an_exception_that_is_disabled_is_no_exception(tenancy: Tenancy) -> None:
    guarded(tenancy)
    tenancy.person("emergency", accountEnabled=False)
    tenancy.capture()

    found = tenancy.codes(update(POLICY, "block", state="enabled"))

    assert found["nobody-gets-in"].blocks
    assert "shut-out" not in found
    assert found["stays-shut-out"].level == Risk.MEDIUM


def test_an_exception_through_a_nested_group_counts_and_is_lost_with_the_nesting(
    tenancy: Tenancy,
) -> None:
    guarded(tenancy)
    tenancy.group("inner", "exceptions")
    tenancy.person("deep", "inner")
    tenancy.break_glass("deep")
    tenancy.policy("block", "enabled", users=EXCEPT, grant=BLOCK)
    tenancy.capture()

    assert "shut-out" not in tenancy.codes(update(POLICY, "mfa", displayName="x"))
    found = tenancy.codes(remove_link("group.members", "exceptions", "inner"))
    assert found["shut-out"].data["ids"] == ["deep"]
    assert "nobody-gets-in" not in found


def test_a_membership_that_comes_back_lets_somebody_in_again(tenancy: Tenancy) -> None:
    guarded(tenancy)
    tenancy.person("late")
    tenancy.break_glass("late")
    tenancy.capture()

    found = tenancy.codes(
        update(POLICY, "block", state="enabled"), add_links("group.members", "exceptions", "late")
    )

    assert "shut-out" not in found


def test_an_undeleted_group_brings_its_members_and_so_their_exception(tenancy: Tenancy) -> None:
    guarded(tenancy)
    tenancy.capture()
    tenancy.source.soft_delete("group", "exceptions")
    tenancy.capture()
    enable = update(POLICY, "block", state="enabled")

    assert "nobody-gets-in" in tenancy.codes(enable)
    assert "nobody-gets-in" not in tenancy.codes(undelete("group", "exceptions"), enable)


def test_a_group_that_is_removed_excepts_nobody(tenancy: Tenancy) -> None:
    guarded(tenancy)
    tenancy.policy("block", "enabled", users=EXCEPT, grant=BLOCK)
    tenancy.capture()

    assert tenancy.codes(remove("group", "exceptions"))["nobody-gets-in"].blocks


def test_what_was_shut_before_and_stays_shut_is_said_differently(tenancy: Tenancy) -> None:
    guarded(tenancy)
    tenancy.policy("block", "enabled", grant=BLOCK)
    tenancy.capture()

    found = tenancy.codes(update(POLICY, "mfa", displayName="another"))

    assert {"stays-shut-out", "still-nobody-gets-in"} <= found.keys()
    assert not {"shut-out", "nobody-gets-in"} & found.keys()
    assert not any(risk.blocks for risk in found.values())


def test_opening_what_was_shut_is_no_risk(tenancy: Tenancy) -> None:
    guarded(tenancy)
    tenancy.policy("block", "enabled", grant=BLOCK)
    tenancy.capture()

    found = tenancy.codes(update(POLICY, "block", state="disabled"))

    assert not {"shut-out", "stays-shut-out", "still-nobody-gets-in"} & found.keys()


def test_a_policy_in_report_only_locks_nobody_out(tenancy: Tenancy) -> None:
    guarded(tenancy)
    tenancy.capture()
    body = policy_body("new", "enabledForReportingButNotEnforced", users=EVERYBODY, grant=BLOCK)

    assert "nobody-gets-in" not in tenancy.codes(create(POLICY, "new", **body))


def test_a_block_by_place_may_shut_somebody_out(tenancy: Tenancy) -> None:
    guarded(tenancy)
    tenancy.source.put(
        "namedLocation",
        "far away",
        **{"@odata.type": "#microsoft.graph.countryNamedLocation"},
        countriesAndRegions=["KP"],
        countryLookupMethod="clientIpAddress",
    )
    tenancy.capture()
    body = policy_body(
        "by place", grant=BLOCK, locations={"includeLocations": ["far away"]}, users=EVERYBODY
    )

    found = tenancy.codes(create(POLICY, "by place", **body))

    assert found["may-be-shut-out"].level == Risk.HIGH
    assert found["may-be-shut-out"].data["policies"] == ["by place"]
    assert "nobody-gets-in" not in found


def test_a_rule_that_changes_makes_the_exception_doubtful(tenancy: Tenancy) -> None:
    guarded(tenancy)
    tenancy.policy("block", "enabled", users=EXCEPT, grant=BLOCK)
    tenancy.capture()

    found = tenancy.codes(update("group", "exceptions", membershipRule='user.city -eq "Ulm"'))

    assert found["shut-out"].data["ids"] == ["emergency"]


def test_a_break_glass_account_that_goes_is_shut_out(tenancy: Tenancy) -> None:
    guarded(tenancy)
    tenancy.capture()

    assert tenancy.codes(remove("user", "emergency"))["shut-out"].level == Risk.HIGH
    disabled = tenancy.codes(update("user", "emergency", accountEnabled=False))
    assert disabled["shut-out"].data["ids"] == ["emergency"]
    assert "shut-out" not in tenancy.codes(remove("user", "erin"))


def test_a_tenant_without_a_named_account_is_told_so(tenancy: Tenancy) -> None:
    tenancy.policy("mfa", grant=MFA)
    tenancy.capture()

    found = tenancy.codes(update(POLICY, "mfa", displayName="another"))

    assert found["no-break-glass-named"].level == Risk.MEDIUM
    assert not tenancy.codes(update("user", "erin", city="Ulm"))
