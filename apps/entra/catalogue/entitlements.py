"""Entitlement management: what can be asked for, by whom, and who says yes.

A catalog holds resources (groups, applications, sites); an access package gives roles in them; its
policies say who may have it. Packages are asked for one by one: their list does not tell what they
give.
https://learn.microsoft.com/graph/api/resources/entitlementmanagement-overview
"""

from typing import Final

from apps.entra.catalogue.build import (
    GRAPH_DOCS,
    array,
    create_only,
    flags,
    stamps,
    writable,
)
from apps.entra.catalogue.model import (
    Clearing,
    Companion,
    Kind,
    Lane,
    Link,
    Lock,
    Owners,
    Property,
    Reference,
    Unrestorable,
    Writability,
)

ENTITLEMENTS: Final = "/identityGovernance/entitlementManagement"
_READ: Final = ("EntitlementManagement.Read.All",)
_WRITE: Final = ("EntitlementManagement.ReadWrite.All",)
_LICENCE: Final = "Entra ID P2 or Entra ID Governance."
_CATALOGS: Final = f"{ENTITLEMENTS}/catalogs"
_PACKAGES: Final = f"{ENTITLEMENTS}/accessPackages"
_POLICIES: Final = f"{ENTITLEMENTS}/assignmentPolicies"
_ORGANIZATIONS: Final = f"{ENTITLEMENTS}/connectedOrganizations"
_SETTINGS: Final = f"{ENTITLEMENTS}/settings"
_ASKED: Final = "Graph asks for it."
# What comes along with another object and is that object's own.
_THEIR_OWN: Final = (
    "catalogType",
    "createdDateTime",
    "description",
    "displayName",
    "isExternallyVisible",
    "isHidden",
    "modifiedDateTime",
    "state",
)
_NEW_ID: Final = Unrestorable("id", "One that is made again gets a new id.")


def _belongs(name: str, reason: str) -> Property:
    """The object that another one is part of; only its id counts."""
    return Property(
        name,
        write=Writability.CREATE_ONLY,
        clear=Clearing.NEVER,
        write_without=_THEIR_OWN,
        reason=reason,
    )


def _subjects(path: str) -> tuple[Reference, ...]:
    """Whom a set of subjects names."""
    return (
        Reference(f"{path}[].userId", "user"),
        Reference(f"{path}[].groupId", "group"),
        Reference(f"{path}[].connectedOrganizationId", "connectedOrganization"),
    )


ACCESS_PACKAGE_CATALOG = Kind(
    name="accessPackageCatalog",
    graph_type="accessPackageCatalog",
    lane=Lane.GOVERNANCE,
    title="Catalog of access packages",
    version="v1.0",
    list_path=_CATALOGS,
    item_path=f"{_CATALOGS}/{{id}}",
    create_path=_CATALOGS,
    properties=(
        *flags("displayName", "isExternallyVisible", "state"),
        *writable("description"),
        Property(
            "resources",
            write=Writability.OWN_REQUEST,
            clear=Clearing.EMPTY,
            unordered=True,
            write_without=tuple(
                f"[].{name}"
                for name in (
                    "attributes",
                    "createdDateTime",
                    "description",
                    "displayName",
                    "externalOriginResourceConnector",
                    "id",
                    "modifiedDateTime",
                )
            ),
            caveat="A resource is taken out only when no access package gives it any more.",
        ),
        *create_only("catalogType", reason="Says whether it is Microsoft's or the tenant's own."),
        *stamps("createdDateTime", "modifiedDateTime"),
    ),
    read_permission=_READ,
    write_permission=_WRITE,
    documentation=f"{GRAPH_DOCS}accesspackagecatalog",
    order=66,
    supports_select=False,
    page_size=None,
    together=True,
    expansion="resources",
    made_without=("catalogType",),
    references=(Reference("resources[].originId", "directoryObject"),),
    not_created=(
        Lock("Every tenant has it from the start.", when=(("catalogType", "serviceDefault"),)),
    ),
    companions=(Companion("displayName", _ASKED),),
    licence=_LICENCE,
    unrestorable=(
        _NEW_ID,
        Unrestorable("who manages it", "Roles of entitlement management are not read yet."),
        Unrestorable("workflow extensions", "Calls to Logic Apps are not read yet."),
    ),
)

ACCESS_PACKAGE = Kind(
    name="accessPackage",
    graph_type="accessPackage",
    lane=Lane.GOVERNANCE,
    title="Access package",
    version="v1.0",
    list_path=f"{_PACKAGES}/{{id}}",
    item_path=f"{_PACKAGES}/{{id}}",
    items="",
    owners=Owners(f"{_PACKAGES}?$select=id", property="id", version="v1.0"),
    create_path=_PACKAGES,
    properties=(
        *flags("displayName", "isHidden"),
        *writable("description"),
        _belongs("catalog", "It stays in the catalog that it was made in."),
        Property(
            "resourceRoleScopes",
            write=Writability.OWN_REQUEST,
            clear=Clearing.EMPTY,
            unordered=True,
            write_without=(
                "[].id",
                "[].createdDateTime",
                "[].role.id",
                "[].role.description",
                "[].role.resource",
                "[].scope.id",
                "[].scope.description",
                "[].scope.url",
                "[].scope.resource",
            ),
            sensitive="Decides into which groups and applications the package lets people.",
        ),
        *stamps("createdDateTime", "modifiedDateTime"),
    ),
    read_permission=_READ,
    write_permission=_WRITE,
    documentation=f"{GRAPH_DOCS}accesspackage",
    order=68,
    supports_select=False,
    page_size=None,
    together=True,
    expansion="catalog,resourceRoleScopes($expand=role,scope)",
    links=(
        Link(
            name="accessPackage.incompatibleAccessPackages",
            source_kind="accessPackage",
            target_kinds=("accessPackage",),
            property="incompatibleAccessPackages",
            read_path=f"{_PACKAGES}/{{id}}/incompatibleAccessPackages",
            write_path=f"{_PACKAGES}/{{id}}/incompatibleAccessPackages/$ref",
            add_method="POST",
            remove_path=f"{_PACKAGES}/{{id}}/incompatibleAccessPackages/{{target}}/$ref",
            read_permission=_READ[0],
            write_permission=_WRITE[0],
            address=f"{_PACKAGES}/{{target}}",
            expandable=False,
        ),
        Link(
            name="accessPackage.incompatibleGroups",
            source_kind="accessPackage",
            target_kinds=("group",),
            property="incompatibleGroups",
            read_path=f"{_PACKAGES}/{{id}}/incompatibleGroups",
            write_path=f"{_PACKAGES}/{{id}}/incompatibleGroups/$ref",
            add_method="POST",
            remove_path=f"{_PACKAGES}/{{id}}/incompatibleGroups/{{target}}/$ref",
            read_permission=_READ[0],
            write_permission=_WRITE[0],
            address="/groups/{target}",
            expandable=False,
        ),
    ),
    references=(
        Reference("catalog.id", "accessPackageCatalog"),
        Reference("resourceRoleScopes[].scope.originId", "directoryObject"),
        Reference("resourceRoleScopes[].role.originId", "group", prefix="Member_"),
        Reference("resourceRoleScopes[].role.originId", "group", prefix="Owner_"),
    ),
    companions=(Companion("displayName", _ASKED), Companion("catalog", _ASKED)),
    licence=_LICENCE,
    unrestorable=(
        _NEW_ID,
        Unrestorable(
            "assignments",
            "Who has the package is not read; the memberships that it gave are, and come back.",
        ),
    ),
)

ACCESS_PACKAGE_POLICY = Kind(
    name="accessPackageAssignmentPolicy",
    graph_type="accessPackageAssignmentPolicy",
    lane=Lane.GOVERNANCE,
    title="Access package policy",
    version="v1.0",
    list_path=_POLICIES,
    item_path=f"{_POLICIES}/{{id}}",
    create_path=_POLICIES,
    update_method="PUT",
    properties=(
        *flags("displayName"),
        *writable("description", "automaticRequestSettings", "notificationSettings"),
        Property(
            "allowedTargetScope",
            clear=Clearing.NEVER,
            sensitive="Decides who may ask for access.",
        ),
        Property("expiration", clear=Clearing.NEVER),
        Property("requestorSettings", clear=Clearing.NEVER),
        Property(
            "requestApprovalSettings",
            clear=Clearing.NEVER,
            sensitive="Decides whose word it takes to get access.",
        ),
        Property("reviewSettings"),
        array("specificAllowedTargets", sensitive="Decides who may ask for access."),
        array("questions"),
        _belongs("accessPackage", "It stays with the package that it was made for."),
        *stamps("createdDateTime", "modifiedDateTime"),
    ),
    read_permission=_READ,
    write_permission=_WRITE,
    documentation=f"{GRAPH_DOCS}accesspackageassignmentpolicy",
    order=69,
    supports_select=False,
    page_size=None,
    together=True,
    expansion="accessPackage,questions",
    references=(
        Reference("accessPackage.id", "accessPackage"),
        *_subjects("specificAllowedTargets"),
        *_subjects("requestorSettings.onBehalfRequestors"),
        *(
            reference
            for who in (
                "primaryApprovers",
                "fallbackPrimaryApprovers",
                "escalationApprovers",
                "fallbackEscalationApprovers",
            )
            for reference in _subjects(f"requestApprovalSettings.stages[].{who}")
        ),
        *_subjects("reviewSettings.primaryReviewers"),
        *_subjects("reviewSettings.fallbackReviewers"),
    ),
    companions=(Companion("displayName", _ASKED), Companion("accessPackage", _ASKED)),
    licence=_LICENCE,
    unrestorable=(
        _NEW_ID,
        Unrestorable(
            "customExtensionStageSettings",
            "Calls to Logic Apps are not read; look after them where a policy was put back.",
        ),
    ),
)

CONNECTED_ORGANIZATION = Kind(
    name="connectedOrganization",
    graph_type="connectedOrganization",
    lane=Lane.GOVERNANCE,
    title="Connected organization",
    version="v1.0",
    list_path=_ORGANIZATIONS,
    item_path=f"{_ORGANIZATIONS}/{{id}}",
    create_path=_ORGANIZATIONS,
    properties=(
        *flags("displayName", "state"),
        *writable("description"),
        Property(
            "identitySources",
            write=Writability.CREATE_ONLY,
            clear=Clearing.NEVER,
            unordered=True,
            reason="Says which organization it is; another one is another object.",
        ),
        *stamps("createdDateTime", "modifiedDateTime"),
    ),
    read_permission=_READ,
    write_permission=_WRITE,
    documentation=f"{GRAPH_DOCS}connectedorganization",
    order=67,
    supports_select=False,
    page_size=None,
    together=True,
    links=tuple(
        Link(
            name=f"connectedOrganization.{name}",
            source_kind="connectedOrganization",
            target_kinds=("user", "group"),
            property=name,
            read_path=f"{_ORGANIZATIONS}/{{id}}/{name}",
            write_path=f"{_ORGANIZATIONS}/{{id}}/{name}/$ref",
            add_method="POST",
            remove_path=f"{_ORGANIZATIONS}/{{id}}/{name}/{{target}}/$ref",
            read_permission=_READ[0],
            write_permission=_WRITE[0],
            expandable=False,
        )
        for name in ("internalSponsors", "externalSponsors")
    ),
    companions=(Companion("displayName", _ASKED), Companion("identitySources", _ASKED)),
    licence=_LICENCE,
    sensitive="Decides whose people may ask for access.",
    unrestorable=(_NEW_ID,),
)

ENTITLEMENT_SETTINGS = Kind(
    name="entitlementManagementSettings",
    graph_type="entitlementManagementSettings",
    lane=Lane.GOVERNANCE,
    title="Entitlement management settings",
    version="v1.0",
    list_path=_SETTINGS,
    item_path=_SETTINGS,
    items="",
    singleton=True,
    deletable=False,
    properties=(
        *flags("durationUntilExternalUserDeletedAfterBlocked"),
        Property(
            "externalUserLifecycleAction",
            clear=Clearing.NEVER,
            sensitive="Decides whether guests who lost their last access are deleted.",
        ),
    ),
    read_permission=_READ,
    write_permission=_WRITE,
    documentation=f"{GRAPH_DOCS}entitlementmanagementsettings",
    order=79,
    supports_select=False,
    page_size=None,
    together=True,
    licence=_LICENCE,
)
