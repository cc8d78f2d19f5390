"""Each of the other guards fires, and does not where there is nothing to fear."""

from __future__ import annotations

import re

import pytest
from django.conf import settings

from apps.core import clock
from apps.diffs.choices import Risk
from apps.entra.errors import Denied
from apps.recovery.guards import highest, limits
from apps.recovery.guards.privileged import POWERFUL
from apps.recovery.guards.risks import PlanRisk, new_among
from apps.recovery.guards.roles import GLOBAL_ADMINISTRATOR
from apps.recovery.guards.words import WORDS, words_of
from tests.recovery.guards.tenancy import (
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

OWNERS, MEMBERS = "application.owners", "group.members"
HELPDESK = "729827e3-9c14-49f7-bb1b-9608f156bbb8"


def test_many_users_changed_at_once_are_a_mass_change(tenancy: Tenancy) -> None:
    for number in range(60):
        tenancy.person(f"person-{number}")
    tenancy.capture()
    changes = [update("user", f"person-{number}", city="Ulm") for number in range(60)]

    found = tenancy.codes(*changes)["mass-change"]

    assert (found.level, found.data) == (Risk.MEDIUM, {"kind": "user", "count": 60, "of": 60})
    assert "mass-change" not in tenancy.codes(*changes[:49])


def test_removing_counts_for_more_than_changing(tenancy: Tenancy) -> None:
    for number in range(60):
        tenancy.person(f"person-{number}")
    tenancy.capture()
    removals = [remove("user", f"person-{number}") for number in range(50)]

    assert tenancy.codes(*removals)["mass-removal"].level == Risk.HIGH
    assert tenancy.codes(*removals[:10])["mass-removal"].level == Risk.MEDIUM
    assert "mass-removal" not in tenancy.codes(*removals[:9])


def test_many_members_of_one_group_are_one_group(tenancy: Tenancy) -> None:
    for number in range(25):
        tenancy.group(f"group-{number}")
    tenancy.capture()

    one = add_links(MEMBERS, "group-1", *(f"person-{number}" for number in range(500)))
    assert "mass-change" not in tenancy.codes(one)
    many = [add_links(MEMBERS, f"group-{number}", "erin") for number in range(20)]
    assert tenancy.codes(*many)["mass-change"].data["kind"] == "group"


def test_the_last_owner_that_goes_is_missed(tenancy: Tenancy) -> None:
    tenancy.person("erin")
    tenancy.person("frank")
    tenancy.source.put("application", "shop", displayName="Shop")
    tenancy.source.link(OWNERS, "shop", "erin")
    tenancy.capture()
    going = remove_link(OWNERS, "shop", "erin")

    assert tenancy.codes(going)["last-owner-removed"].data["ids"] == ["shop"]
    assert tenancy.codes(remove("user", "erin"))["last-owner-removed"].data["ids"] == ["shop"]
    assert "last-owner-removed" not in tenancy.codes(going, add_links(OWNERS, "shop", "frank"))
    assert "last-owner-removed" not in tenancy.codes(going, remove("application", "shop"))
    assert "last-owner-removed" not in tenancy.codes(remove_link(OWNERS, "shop", "frank"))


def test_groups_with_licences_cost_and_take_away(tenancy: Tenancy) -> None:
    tenancy.group("licensed", assignedLicenses=[{"skuId": "a"}, {"skuId": "b"}])
    tenancy.group("plain")
    tenancy.capture()

    joining = tenancy.codes(add_links(MEMBERS, "licensed", "erin", "frank"))["licences-taken"]
    assert (joining.data["members"], joining.data["seats"]) == (2, 4)
    leaving = tenancy.codes(remove_link(MEMBERS, "licensed", "erin"))["licences-lost"]
    assert leaving.level == Risk.MEDIUM
    many = [remove_link(MEMBERS, "licensed", f"person-{number}") for number in range(50)]
    assert tenancy.codes(*many)["licences-lost"].level == Risk.HIGH
    assert not tenancy.codes(add_links(MEMBERS, "plain", "erin"))


def test_groups_that_may_hold_roles_make_administrators(tenancy: Tenancy) -> None:
    tenancy.group("admins", isAssignableToRole=True)
    tenancy.capture()

    assert tenancy.codes(add_links(MEMBERS, "admins", "erin"))["role-group-widened"].level == "high"
    assert tenancy.codes(add_links("group.owners", "admins", "erin"))["role-group-widened"]
    assert tenancy.codes(remove_link(MEMBERS, "admins", "erin"))["role-group-narrowed"]
    made = create("group", "new", displayName="new", isAssignableToRole=True)
    assert tenancy.codes(made)["role-group-widened"].data["ids"] == ["new"]


@pytest.mark.parametrize(("role", "fires"), [(next(iter(POWERFUL)), True), ("harmless", False)])
def test_a_permission_that_makes_administrators_is_high(
    tenancy: Tenancy, role: str, fires: bool
) -> None:
    tenancy.capture()
    grant = create("appRoleAssignment", "one", principalId="app", appRoleId=role)
    assert ("powerful-permission" in tenancy.codes(grant)) is fires


def test_consent_for_everybody_is_said(tenancy: Tenancy) -> None:
    tenancy.capture()
    for consent, fires in (("AllPrincipals", True), ("Principal", False)):
        grant = create("oauth2PermissionGrant", "one", clientId="app", consentType=consent)
        assert ("consent-for-everybody" in tenancy.codes(grant)) is fires


def administrators(tenancy: Tenancy) -> None:
    """Erin holds Global Administrator herself, Frank through a group; Grace answers telephones."""
    tenancy.group("admins", isAssignableToRole=True)
    tenancy.person("erin")
    tenancy.person("frank", "admins")
    tenancy.person("grace")
    tenancy.role("erin", GLOBAL_ADMINISTRATOR)
    tenancy.role("admins", GLOBAL_ADMINISTRATOR)
    tenancy.role("grace", HELPDESK)
    tenancy.capture()


def test_the_last_global_administrator_must_not_go(tenancy: Tenancy) -> None:
    administrators(tenancy)
    disable = update("user", "erin", accountEnabled=False)

    found = tenancy.codes(disable)
    assert found["one-global-administrator"].data["ids"] == ["frank"]
    assert found["administrator-account"].data["ids"] == ["erin"]
    found = tenancy.codes(disable, remove_link(MEMBERS, "admins", "frank"))
    assert found["last-global-administrator"].blocks
    found = tenancy.codes(disable, remove("roleAssignment", f"admins has {GLOBAL_ADMINISTRATOR}"))
    assert found["last-global-administrator"].blocks
    assert "one-global-administrator" not in tenancy.codes(update("user", "erin", city="Ulm"))


def test_roles_given_and_taken_are_named(tenancy: Tenancy) -> None:
    administrators(tenancy)
    body = {"principalId": "hugo", "roleDefinitionId": HELPDESK, "directoryScopeId": "/"}

    given = tenancy.codes(create("roleAssignment", "new", **body))["role-given"]
    assert (given.level, given.data["ids"], given.data["roles"]) == ("high", ["hugo"], [HELPDESK])
    taken = tenancy.codes(remove("roleAssignment", f"grace has {HELPDESK}"))["role-taken"]
    assert (taken.level, taken.data["ids"]) == ("medium", ["grace"])


def test_global_administrators_are_looked_at_one_by_one(tenancy: Tenancy) -> None:
    administrators(tenancy)
    block = {"grant": {"builtInControls": ["block"]}}
    but_erin = {"includeUsers": ["All"], "excludeUsers": ["erin"]}
    of_role = {"includeRoles": [HELPDESK]}

    found = tenancy.codes(create(POLICY, "new", **policy_body("new", users=but_erin, **block)))
    assert found["shut-out"].data["ids"] == ["frank"]
    assert "nobody-gets-in" not in found
    assert "role-holders-unknown" not in found
    found = tenancy.codes(create(POLICY, "new", **policy_body("new", users=of_role, **block)))
    assert "shut-out" not in found


def test_roles_that_were_not_captured_are_a_risk_of_their_own(tenancy: Tenancy) -> None:
    tenancy.source.failures["roleAssignment"] = Denied("roles may not be read")
    tenancy.person("erin")
    tenancy.policy("mfa")
    tenancy.capture()

    found = tenancy.codes(update(POLICY, "mfa", displayName="another"))

    assert found["role-holders-unknown"].level == Risk.MEDIUM


def test_what_is_synchronised_goes_back_by_itself(tenancy: Tenancy) -> None:
    tenancy.person("erin", onPremisesSyncEnabled=True)
    tenancy.person("frank")
    tenancy.capture()

    assert tenancy.codes(remove("user", "erin"))["synchronised-objects"].data["ids"] == ["erin"]
    assert "synchronised-objects" in tenancy.codes(
        update("user", "erin", perUserMfaState="enforced")
    )
    assert "synchronised-objects" not in tenancy.codes(remove("user", "frank"))


def test_too_many_policies_are_refused_by_entra(
    tenancy: Tenancy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MOST_POLICIES", 3)
    monkeypatch.setattr(limits, "MOST_POLICIES_BEFORE", 2)
    tenancy.policy("one")
    tenancy.policy("two")
    tenancy.capture()
    coming = [undelete(POLICY, "three"), create(POLICY, "four", **policy_body("four", "disabled"))]

    assert tenancy.codes(*coming)["policy-limit"].level == Risk.HIGH
    assert tenancy.codes(coming[0])["policy-limit"].level == Risk.MEDIUM
    assert "policy-limit" not in tenancy.codes(coming[0], remove(POLICY, "one"))
    assert "policy-limit" not in tenancy.codes(update(POLICY, "one", displayName="x"))


def test_the_directory_can_be_full(tenancy: Tenancy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_OBJECTS", 10)
    for number in range(8):
        tenancy.person(f"person-{number}")
    tenancy.capture()
    tenancy.source.soft_delete("user", "person-7")
    tenancy.capture()
    made = [create("user", f"new-{number}", accountEnabled=True) for number in range(3)]

    full = tenancy.codes(*made)["directory-quota"]
    assert (full.level, full.data) == (Risk.HIGH, {"count": 11, "limit": 10})
    assert tenancy.codes(*made[:2])["directory-quota"].level == Risk.MEDIUM
    assert "directory-quota" not in tenancy.codes(made[0])
    assert "directory-quota" not in tenancy.codes(undelete("user", "person-7"))


def test_a_new_risk_is_one_that_nobody_agreed_to() -> None:
    known = [PlanRisk("shut-out", Risk.HIGH, data={"ids": ["a"], "who": "break-glass"}).as_json()]
    same = PlanRisk("shut-out", Risk.HIGH, (7,), {"ids": ["a"], "who": "break-glass", "count": 1})
    another = PlanRisk("shut-out", Risk.HIGH, data={"ids": ["a", "b"], "who": "break-glass"})
    otherwise = PlanRisk("shut-out", Risk.HIGH, data={"ids": ["a"], "who": "operator"})

    assert list(new_among([same], known)) == []
    assert list(new_among([same, another, otherwise], known)) == [another, otherwise]


def test_the_level_of_a_plan_is_that_of_its_worst_risk() -> None:
    assert highest([]) == Risk.LOW
    assert highest([PlanRisk("a", Risk.MEDIUM), PlanRisk("b", Risk.HIGH)]) == Risk.HIGH


@pytest.mark.parametrize("code", sorted(WORDS))
def test_every_risk_has_words_whatever_its_data(code: str) -> None:
    for data in ({}, {"count": 1, "kind": "user", "of": 3, "who": "break-glass"}):
        said = words_of(code, data)
        assert all((said.what, said.why, said.todo))
        assert "{" not in said.what


def test_a_plan_of_very_many_steps_is_looked_through_in_seconds(tenancy: Tenancy) -> None:
    tenancy.group("exceptions")
    tenancy.person("emergency", "exceptions")
    tenancy.policy("mfa", users={"includeUsers": ["All"], "excludeGroups": ["exceptions"]})
    tenancy.break_glass("emergency")
    tenancy.capture()
    writes = [update("user", f"person-{number}", city="Ulm") for number in range(20_000)]
    writes += [add_links(MEMBERS, f"group-{n % 50}", f"person-{n}") for n in range(5_000)]
    writes.append(update(POLICY, "mfa", displayName="another"))
    started = clock.now()

    found = tenancy.risks(*writes)

    levels = {one.data["kind"]: one.level for one in found if one.code == "mass-change"}
    assert levels == {"user": Risk.HIGH, "group": Risk.MEDIUM}
    assert (clock.now() - started).total_seconds() < 20


def test_the_guide_explains_every_code_and_no_other() -> None:
    guide = (settings.BASE_DIR / "docs" / "users-guide.md").read_text()
    table = guide.partition("| code | level | what would happen | data |")[2].partition("\n\n")[0]

    assert set(re.findall(r"^\| `([a-z-]+)` \|", table, re.MULTILINE)) == set(WORDS)
