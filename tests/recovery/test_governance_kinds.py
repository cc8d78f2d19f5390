"""Who may become what, and who may have what: captured, damaged, reported, planned, put back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from apps.recovery.drills.seeding import lines_of
from apps.recovery.selection import ALL
from apps.sandbox.load.streaming import Filling
from apps.sandbox.state.world import World
from tests.recovery.workshop import Workshop, bad_results, changes_of

PARTNERS = "/policies/crossTenantAccessPolicy/partners"
ASSIGNMENTS = "/policies/roleManagementPolicyAssignments"
GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
GOVERNING = (
    "unifiedRoleManagementPolicyAssignment",
    "privilegedAccessGroupEligibilitySchedule",
    "privilegedAccessGroupAssignmentSchedule",
    "groupResource",
    "crossTenantIdentitySyncPolicyPartner",
    "accessPackageCatalog",
    "accessPackage",
    "accessPackageAssignmentPolicy",
    "connectedOrganization",
    "entitlementManagementSettings",
    "accessReviewScheduleDefinition",
)
OF_ROLES = "$filter=scopeId eq '/' and scopeType eq 'DirectoryRole'"


def settings_of(workshop: Workshop, role: str) -> dict[str, Any]:
    """The policy of a role with its rules by id."""
    query = f"{OF_ROLES} and roleDefinitionId eq '{role}'&$expand=policy($expand=rules)"
    policy = workshop.first(f"{ASSIGNMENTS}?{query}")["policy"]
    return {**policy, "rules": {one["id"]: one for one in policy["rules"]}}


def change_rule(workshop: Workshop, role: str, name: str, **values: Any) -> None:
    policy = settings_of(workshop, role)
    body = {"@odata.type": policy["rules"][name]["@odata.type"], **values}
    workshop.graph("PATCH", f"/policies/roleManagementPolicies/{policy['id']}/rules/{name}", body)


def test_the_settings_of_a_role_are_put_back_rule_by_rule(workshop: Workshop) -> None:
    # given a role that takes an approval, a second factor and an hour at most
    before = settings_of(workshop, GLOBAL_ADMINISTRATOR)
    base = workshop.capture()

    # when somebody makes it easy to become an administrator
    role = GLOBAL_ADMINISTRATOR
    change_rule(workshop, role, "Enablement_EndUser_Assignment", enabledRules=[])
    change_rule(workshop, role, "Expiration_EndUser_Assignment", maximumDuration="PT24H")
    approval = before["rules"]["Approval_EndUser_Assignment"]["setting"]
    nobody = {**approval, "isApprovalRequired": False, "approvalStages": []}
    change_rule(workshop, role, "Approval_EndUser_Assignment", setting=nobody)
    report = workshop.report(base)

    # then the report names the three rules and nothing else
    (change,) = changes_of(report)
    assert change[:2] == ("roleSetting", "updated")
    assert set(change[2]) == {
        "Expiration_EndUser_Assignment",
        "Enablement_EndUser_Assignment",
        "Approval_EndUser_Assignment",
    }

    # and a recovery puts them back, though the policy has another id after each
    run = workshop.run(workshop.plan(report))
    assert bad_results(run) == []
    assert settings_of(workshop, role)["rules"] == before["rules"]
    assert changes_of(workshop.report(base)) == []


def test_a_partner_comes_back_with_his_synchronisation(workshop: Workshop) -> None:
    # given a partner whose users are synchronised
    base = workshop.capture()
    before = workshop.first(f"{PARTNERS}?$expand=identitySynchronization")
    path = f"{PARTNERS}/{before['tenantId']}"

    # when he is taken out
    workshop.graph("DELETE", f"{path}/identitySynchronization")
    workshop.graph("DELETE", path)
    run = workshop.recover(base)

    # then he is back as he was, but for what the partner relationship says
    assert [one[:3] for one in bad_results(run)] == [
        ("not-recoverable", "crossTenantAccessPartner", "not-recoverable")
    ]
    after = workshop.first(f"{PARTNERS}?$expand=identitySynchronization")
    said = ("isServiceProvider", "isInMultiTenantOrganization")
    assert {**after, **{name: before[name] for name in said}} == before


def test_a_partner_that_was_added_goes_with_his_synchronisation(workshop: Workshop) -> None:
    # given a partner who was let in after the snapshot, and whose users are synchronised
    base = workshop.capture()
    stranger = "0f1e2d3c-4b5a-4697-8879-6a5b4c3d2e1f"
    workshop.graph("POST", PARTNERS, {"tenantId": stranger})
    body = {"displayName": "Stranger", "userSyncInbound": {"isSyncAllowed": True}}
    workshop.graph("PUT", f"{PARTNERS}/{stranger}/identitySynchronization", body)

    # when what was made since is to go
    run = workshop.recover(base, replace(ALL, remove_created=True))

    # then both are gone
    assert bad_results(run) == []
    assert stranger not in str(workshop.graph("GET", PARTNERS))


def test_a_synchronisation_that_somebody_allowed_is_forbidden_again(workshop: Workshop) -> None:
    base = workshop.capture()
    before = workshop.first(f"{PARTNERS}?$expand=identitySynchronization")
    path = f"{PARTNERS}/{before['tenantId']}/identitySynchronization"
    workshop.graph("PATCH", path, {"userSyncInbound": {"isSyncAllowed": False}})

    run = workshop.recover(base)

    assert bad_results(run) == []
    assert workshop.graph("GET", path)["userSyncInbound"] == {"isSyncAllowed": True}


PRIVILEGED = "/identityGovernance/privilegedAccess/group"


def privileged_group(workshop: Workshop) -> str:
    answer = workshop.sandbox.graph(
        "GET", f"{PRIVILEGED}/resources", tenant=workshop.entra, version="beta"
    )
    return str(answer.json()["value"][0]["id"])


def schedules(workshop: Workshop, sort: str, group: str) -> list[tuple[str, ...]]:
    """Who has one, as what, and how it ends."""
    listed = workshop.graph("GET", f"{PRIVILEGED}/{sort}Schedules?$filter=groupId eq '{group}'")
    return sorted(
        (one["principalId"], one["accessId"], str(one["scheduleInfo"]["expiration"]))
        for one in listed["value"]
    )


def end(workshop: Workshop, sort: str, one: tuple[str, ...], group: str) -> None:
    body = {"action": "adminRemove", "principalId": one[0], "accessId": one[1], "groupId": group}
    workshop.graph("POST", f"{PRIVILEGED}/{sort}ScheduleRequests", body)


def test_who_may_become_a_member_or_is_one_for_a_time_comes_back(workshop: Workshop) -> None:
    # given a group with members for good and for a time, and people who may become some
    group = privileged_group(workshop)
    before = {sort: schedules(workshop, sort, group) for sort in ("eligibility", "assignment")}
    members = workshop.graph("GET", f"/groups/{group}/members?$select=id")["value"]
    base = workshop.capture()

    # when all of them are taken out
    for sort, held in before.items():
        for one in held:
            if sort == "eligibility" or one[1] == "member":
                end(workshop, sort, one, group)
    run = workshop.recover(base)

    # then everybody is back, with the end that he had, and nothing differs
    assert bad_results(run) == []
    assert {sort: schedules(workshop, sort, group) for sort in before} == before
    now = workshop.graph("GET", f"/groups/{group}/members?$select=id")["value"]
    assert sorted(one["id"] for one in now) == sorted(one["id"] for one in members)
    assert changes_of(workshop.report(base)) == []


def test_who_was_let_in_for_good_has_an_end_again(workshop: Workshop) -> None:
    # given somebody who is in a group for a time
    group = privileged_group(workshop)
    before = schedules(workshop, "assignment", group)
    base = workshop.capture()
    one = next(held for held in before if "afterDateTime" in held[2])

    # when it was made to last, and recovered
    body = {
        "action": "adminUpdate",
        "principalId": one[0],
        "accessId": one[1],
        "groupId": group,
        "scheduleInfo": {"expiration": {"type": "noExpiration"}},
    }
    workshop.graph("POST", f"{PRIVILEGED}/assignmentScheduleRequests", body)
    run = workshop.recover(base)

    # then he has to leave some day
    assert bad_results(run) == []
    assert schedules(workshop, "assignment", group) == before


ENTITLEMENTS = "/identityGovernance/entitlementManagement"
WHOLE = "$expand=catalog,resourceRoleScopes($expand=role,scope)"


def package_named(workshop: Workshop, name: str) -> dict[str, Any]:
    listed = workshop.graph("GET", f"{ENTITLEMENTS}/accessPackages")["value"]
    (found,) = (one for one in listed if one["displayName"] == name)
    return workshop.graph("GET", f"{ENTITLEMENTS}/accessPackages/{found['id']}?{WHOLE}")


def gives(package: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (one["role"]["originId"], one["scope"]["originId"]) for one in package["resourceRoleScopes"]
    ]


def policies_of(workshop: Workshop, package: dict[str, Any]) -> list[dict[str, Any]]:
    listed = workshop.graph("GET", f"{ENTITLEMENTS}/assignmentPolicies?$expand=accessPackage")
    own = {"id", "accessPackage", "createdDateTime", "modifiedDateTime"}
    return [
        {name: value for name, value in one.items() if name not in own}
        for one in listed["value"]
        if one["accessPackage"]["id"] == package["id"]
    ]


def test_a_catalog_comes_back_with_all_that_hangs_on_it(workshop: Workshop) -> None:
    # given a catalog with two packages, their policies, and an organization that may ask
    names = ("Project staff", "Project guests")
    before = {name: package_named(workshop, name) for name in names}
    asked = {name: policies_of(workshop, package) for name, package in before.items()}
    catalog = before["Project staff"]["catalog"]["id"]
    base = workshop.capture()

    # when all of it is deleted for good
    for package in before.values():
        workshop.graph("DELETE", f"{ENTITLEMENTS}/accessPackages/{package['id']}")
    workshop.graph("DELETE", f"{ENTITLEMENTS}/catalogs/{catalog}")
    partner = workshop.first(f"{ENTITLEMENTS}/connectedOrganizations")
    workshop.graph("DELETE", f"{ENTITLEMENTS}/connectedOrganizations/{partner['id']}")
    run = workshop.recover(base)
    assert bad_results(run) == []

    # then it is there again under new ids, and the packages give and ask for the same
    after = {name: package_named(workshop, name) for name in names}
    for name in names:
        assert after[name]["id"] != before[name]["id"]
        assert gives(after[name]) == gives(before[name])
        now, then = policies_of(workshop, after[name]), asked[name]
        assert len(now) == len(then) == 1
        assert now[0]["requestApprovalSettings"] == then[0]["requestApprovalSettings"]
    made = workshop.first(f"{ENTITLEMENTS}/connectedOrganizations")
    (targets,) = (one["specificAllowedTargets"] for one in policies_of(workshop, after[names[1]]))
    assert [one["connectedOrganizationId"] for one in targets] == [made["id"]]
    path = f"{ENTITLEMENTS}/accessPackages/{after[names[1]]['id']}"
    (other,) = workshop.graph("GET", f"{path}/incompatibleAccessPackages")["value"]
    assert other["id"] == after[names[0]]["id"]
    assert changes_of(workshop.report(base)) == []


def test_what_a_package_gives_and_who_may_ask_is_put_back(workshop: Workshop) -> None:
    # given a package for a group, with approval
    before = package_named(workshop, "Project staff")
    (policy,) = policies_of(workshop, before)
    base = workshop.capture()

    # when somebody lets everybody in without a word, and into nothing at all
    path = f"{ENTITLEMENTS}/accessPackages/{before['id']}"
    workshop.graph("DELETE", f"{path}/resourceRoleScopes/{before['resourceRoleScopes'][0]['id']}")
    held = workshop.graph("GET", f"{ENTITLEMENTS}/assignmentPolicies")["value"]
    (one,) = (item for item in held if item["displayName"] == policy["displayName"])
    body = {
        "displayName": policy["displayName"],
        "allowedTargetScope": "allDirectoryUsers",
        "specificAllowedTargets": [],
        "requestApprovalSettings": {"isApprovalRequiredForAdd": False, "stages": []},
        "accessPackage": {"id": before["id"]},
    }
    workshop.graph("PUT", f"{ENTITLEMENTS}/assignmentPolicies/{one['id']}", body)
    run = workshop.recover(base)

    # then it is as it was
    assert bad_results(run) == []
    assert gives(package_named(workshop, "Project staff")) == gives(before)
    assert policies_of(workshop, before) == [policy]
    assert changes_of(workshop.report(base)) == []


def test_a_review_is_begun_again_with_its_reviewers(workshop: Workshop) -> None:
    # given a review that somebody has to answer every quarter
    definitions = "/identityGovernance/accessReviews/definitions"
    before = workshop.first(definitions)
    base = workshop.capture()

    # when it is deleted
    workshop.graph("DELETE", f"{definitions}/{before['id']}")
    run = workshop.recover(base)

    # then another one asks the same people about the same access
    assert bad_results(run) == []
    after = workshop.first(definitions)
    assert after["id"] != before["id"]
    same = ("displayName", "scope", "reviewers", "settings")
    assert {name: after[name] for name in same} == {name: before[name] for name in same}


def test_a_rehearsal_holds_them_as_well(workshop: Workshop) -> None:
    # given a snapshot, line by line as a rehearsal gets it
    base = workshop.capture()
    filling = Filling(workshop.entra)
    refused = filling.take(b"".join(lines_of(base, lambda _number: None)))

    # when a sandbox of its own is filled with it
    world = World()
    _, left_out = filling.settle(world)

    # then everything that governs is in it, and none of it was refused
    directory = world.directories[workshop.entra]
    counts = {name: directory.count(name) for name in GOVERNING}
    assert all(counts.values()), counts
    assert not [one for one in (*refused, *left_out) if one.type in GOVERNING]
    rules = directory.find(
        "unifiedRoleManagementPolicyAssignment", "roleDefinitionId", GLOBAL_ADMINISTRATOR
    )
    assert rules is not None
    assert len(rules.body["rules"]) == 17
