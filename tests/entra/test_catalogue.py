"""The catalogue agrees with itself."""

import json

import pytest
from django.core.management import call_command

from apps.entra import catalogue
from apps.entra.catalogue import KINDS, LINKS, Clearing, Kind, Link, SoftDelete, Writability
from apps.entra.catalogue.listing import entries
from apps.entra.catalogue.native import NATIVE
from apps.entra.catalogue.optional import WITHOUT
from apps.entra.catalogue.permissions import CORNERS, RECOVERY_PERMISSIONS, asked

every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
every_link = pytest.mark.parametrize("link", LINKS.values(), ids=lambda link: link.name)

# Covered by Microsoft's recovery and not by ours -> why.
NATIVE_ONLY = {
    ("organization", "strongAuthenticationDetails"): "not in Graph",
    ("organization", "strongAuthenticationPolicy"): "not in Graph",
    ("servicePrincipal", "publisherName"): "beta, and nobody can write it",
}


def test_the_kinds_are_those_that_holdfast_promises() -> None:
    assert {kind.name for kind in KINDS} == {
        "user",
        "group",
        "administrativeUnit",
        "roleDefinition",
        "roleAssignment",
        "roleEligibility",
        "roleSetting",
        "groupRoleSetting",
        "groupEligibility",
        "groupAssignment",
        "accessPackageCatalog",
        "accessPackage",
        "accessPackageAssignmentPolicy",
        "connectedOrganization",
        "entitlementManagementSettings",
        "accessReviewScheduleDefinition",
        "claimsMappingPolicy",
        "homeRealmDiscoveryPolicy",
        "tokenLifetimePolicy",
        "tokenIssuancePolicy",
        "activityBasedTimeoutPolicy",
        "appManagementPolicy",
        "defaultAppManagementPolicy",
        "permissionGrantPolicy",
        "adminConsentRequestPolicy",
        "crossTenantAccessPolicy",
        "crossTenantAccessDefault",
        "crossTenantAccessPartner",
        "identitySecurityDefaultsEnforcementPolicy",
        "authenticationFlowsPolicy",
        "authenticationContextClassReference",
        "groupSetting",
        "groupLifecyclePolicy",
        "attributeSet",
        "customSecurityAttributeDefinition",
        "domain",
        "subscribedSku",
        "device",
        "orgContact",
        "agreement",
        "application",
        "federatedIdentityCredential",
        "servicePrincipal",
        "oauth2PermissionGrant",
        "appRoleAssignment",
        "conditionalAccessPolicy",
        "namedLocation",
        "authenticationStrengthPolicy",
        "authenticationMethodsPolicy",
        "authenticationMethodConfiguration",
        "authorizationPolicy",
        "organization",
        "organizationalBranding",
        "internalDomainFederation",
        "identityProvider",
        "federatedTokenValidationPolicy",
        "deviceRegistrationPolicy",
        "externalIdentitiesPolicy",
        "lifecycleWorkflow",
        "certificateBasedAuthConfiguration",
        "customAuthenticationExtension",
        "authenticationEventListener",
        "identityUserFlowAttribute",
        "customTaskExtension",
        "lifecycleManagementSettings",
    }
    assert set(LINKS) == {
        "user.manager",
        "user.sponsors",
        "group.members",
        "group.owners",
        "administrativeUnit.members",
        "accessPackage.incompatibleAccessPackages",
        "accessPackage.incompatibleGroups",
        "connectedOrganization.internalSponsors",
        "connectedOrganization.externalSponsors",
        "claimsMappingPolicy.appliesTo",
        "homeRealmDiscoveryPolicy.appliesTo",
        "tokenLifetimePolicy.appliesTo",
        "tokenIssuancePolicy.appliesTo",
        "appManagementPolicy.appliesTo",
        "application.owners",
        "servicePrincipal.owners",
    }


@every_kind
def test_no_property_is_described_twice(kind: Kind) -> None:
    names = [item.name for item in kind.properties]
    assert len(names) == len(set(names))
    assert catalogue.kind(kind.name) is kind


@every_kind
def test_whatever_is_not_put_back_says_why(kind: Kind) -> None:
    silent = [
        item.name for item in kind.by_name.values() if not item.recoverable and not item.reason
    ]
    assert not silent


@every_kind
def test_what_nobody_writes_cannot_be_cleared(kind: Kind) -> None:
    for item in kind.by_name.values():
        if item.write is Writability.READ_ONLY:
            assert item.clear is Clearing.NEVER, item.name


@every_kind
def test_soft_deletion_comes_with_a_bin_and_a_way_back(kind: Kind) -> None:
    has_bin = kind.soft_delete is not SoftDelete.NONE
    assert bool(kind.bin_path) == has_bin
    assert bool(kind.undelete_path) == has_bin
    assert bool(kind.restore_permission) == has_bin


@every_kind
def test_references_start_at_a_known_property(kind: Kind) -> None:
    for item in kind.references:
        assert item.path.split(".")[0].removesuffix("[]") in kind.by_name, item.path


@every_kind
def test_what_microsofts_recovery_covers_is_covered(kind: Kind) -> None:
    for name, theirs in NATIVE.get(kind.name, {}).items():
        if (kind.name, name) in NATIVE_ONLY:
            continue
        held = kind.by_name[name]
        assert held.native == theirs
        assert held.captured, name


@pytest.mark.parametrize(
    ("name", "count"), [("user", 33), ("group", 12), ("application", 19), ("servicePrincipal", 14)]
)
def test_microsofts_list_is_complete(name: str, count: int) -> None:
    assert len(NATIVE[name]) == count


@every_link
def test_links_name_their_source_and_paths(link: Link) -> None:
    assert link.name == f"{link.source_kind}.{link.property}"
    assert "{id}" in link.read_path
    assert "{id}" in link.write_path + link.address
    assert ("{target}" in link.remove_path) != link.single


def test_conditional_access_is_made_last_and_after_what_it_names() -> None:
    order = [kind.name for kind in KINDS]
    assert order[-1] == "conditionalAccessPolicy"
    assert order.index("user") < order.index("group") < order.index("application")
    assert order.index("application") < order.index("servicePrincipal")


def test_the_listing_has_every_cell_people_look_for() -> None:
    wanted = {
        "kind",
        "graph_type",
        "version",
        "list_path",
        "select",
        "writable",
        "create_only",
        "read_only",
        "links",
        "read_permission",
        "write_permission",
        "unrestorable",
    }
    for item in entries():
        assert wanted <= set(item)
        assert all({"property", "reason"} == set(row) for row in item["unrestorable"])
        assert all({"name", "read_path", "write_path"} <= set(row) for row in item["links"])
        assert not set(item["writable"]) & set(item["read_only"])
        assert item["read_permission"]
        assert bool(item["write_permission"]) != bool(item["evidence"])
        lists = ("select", "writable", "create_only", "read_only", "links", "unrestorable")
        assert all(isinstance(item[name], list) for name in lists)


def test_every_permission_says_what_it_is_wanted_for() -> None:
    for item in asked():
        assert item.uses
        assert item.app_role_id
    assert {item.name for item in asked()} == set(RECOVERY_PERMISSIONS)


def test_a_permission_that_reaches_far_for_a_corner_says_so() -> None:
    reasons = {item.name: item for item in asked()}
    uses = reasons["RoleManagement.ReadWrite.Directory"].uses
    assert "write group where isAssignableToRole" in uses
    assert "role-assignable" in reasons["RoleManagement.ReadWrite.Directory"].corner
    assert set(CORNERS) <= set(RECOVERY_PERMISSIONS)


def test_a_permission_that_reaches_a_corner_may_be_kept_back() -> None:
    assert set(CORNERS) <= set(WITHOUT) <= set(RECOVERY_PERMISSIONS)
    assert {item.name for item in asked() if not item.without and "Read." in item.name} == {
        "Application.Read.All",
        "Group.Read.All",
        "Policy.Read.All",
        "Policy.Read.AuthenticationMethod",
        "User.Read.All",
    }


@pytest.mark.parametrize("arguments", [(), ("--permissions",)])
def test_the_command_shows_people_and_programs_the_same(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("catalogue", *arguments)
    shown = capsys.readouterr().out
    call_command("catalogue", *arguments, "--json")
    for row in json.loads(capsys.readouterr().out):
        assert row.get("kind", row.get("name")) in shown
