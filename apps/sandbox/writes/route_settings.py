"""Rows of the table of writes: the plainer policies and settings."""

from __future__ import annotations

from collections.abc import Iterator

from apps.sandbox.graph.context import Permissions, Route, any_of, routes
from apps.sandbox.rules import settings as rules
from apps.sandbox.writes import settings, synchronisation
from apps.sandbox.writes.settings import Setting

_APPLICATION_POLICY = any_of("Policy.ReadWrite.ApplicationConfiguration")
_CONSENT_POLICY = any_of("Policy.ReadWrite.PermissionGrant")
_CROSS_TENANT = any_of("Policy.ReadWrite.CrossTenantAccess")
_CONTEXT = any_of("AuthenticationContext.ReadWrite.All", "Policy.ReadWrite.ConditionalAccess")
_GROUP_SETTING = any_of("GroupSettings.ReadWrite.All", "Directory.ReadWrite.All")
_LIFECYCLE = any_of("Directory.ReadWrite.All")
_ATTRIBUTES = any_of("CustomSecAttributeDefinition.ReadWrite.All")
_ASSIGNMENT = any_of(
    "Application.ReadWrite.OwnedBy+Policy.Read.All",
    "Application.ReadWrite.All+Policy.Read.All",
    "Application.ReadWrite.OwnedBy+Policy.ReadWrite.ApplicationConfiguration",
    "Application.ReadWrite.All+Policy.ReadWrite.ApplicationConfiguration",
)
_MANAGEMENT = any_of("Application.Read.All+Policy.ReadWrite.ApplicationConfiguration")
_PARTNERS = "/policies/crossTenantAccessPolicy"
_GRANTS = "/policies/permissionGrantPolicies"
_CONTEXTS = "/identity/conditionalAccess/authenticationContextClassReferences"
_LANE = "conditional-access"


def _collection(
    path: str, of: Setting, needed: Permissions, *, deletable: bool = True
) -> Iterator[Route]:
    yield Route("POST", path, settings.creates(of), needed)
    yield Route("PATCH", f"{path}/{{id}}", settings.updates(of), needed)
    if deletable:
        yield Route("DELETE", f"{path}/{{id}}", settings.deletes(of), needed)


def _assigned(policy: str, *owners: str, needed: Permissions = _ASSIGNMENT) -> Iterator[Route]:
    name = f"{policy.removesuffix('y')}ies"
    relation = f"{policy}.appliesTo"
    for owner in owners:
        path = f"/{owner}/{{id}}/{name}"
        yield Route("POST", f"{path}/$ref", settings.assigns(relation), needed)
        removal = settings.unassigns(relation)
        yield Route("DELETE", f"{path}/{{policy}}/$ref", removal, needed)


def _of_tokens() -> Iterator[Route]:
    for name, noun in (
        ("claimsMappingPolicy", "claims mapping policy"),
        ("homeRealmDiscoveryPolicy", "home realm discovery policy"),
        ("tokenLifetimePolicy", "token lifetime policy"),
        ("tokenIssuancePolicy", "token issuance policy"),
        ("activityBasedTimeoutPolicy", "activity based timeout policy"),
    ):
        of = Setting(name, noun, rule=rules.definition)
        path = f"/policies/{name.removesuffix('y')}ies"
        yield from _collection(path, of, _APPLICATION_POLICY)


def _consent() -> Iterator[Route]:
    of = Setting(
        "permissionGrantPolicy", "permission grant policy", id_from="id", rule=rules.own_policy
    )
    yield from _collection(_GRANTS, of, _CONSENT_POLICY)
    for name in ("includes", "excludes"):
        path = f"{_GRANTS}/{{id}}/{name}"
        yield Route("POST", path, settings.adds_condition(name), _CONSENT_POLICY)
        removal = settings.removes_condition(name)
        yield Route("DELETE", f"{path}/{{condition}}", removal, _CONSENT_POLICY)
    requests = Setting("adminConsentRequestPolicy", "admin consent request policy")
    yield Route(
        "PUT",
        "/policies/adminConsentRequestPolicy",
        settings.replaces(requests),
        any_of("Policy.ReadWrite.ConsentRequest"),
    )


def _partners() -> Iterator[Route]:
    default = Setting(
        "crossTenantAccessPolicyConfigurationDefault",
        "cross-tenant access default setting",
        category="CrossTenantAccessSettings",
        rule=rules.partner_default,
    )
    partner = Setting(
        "crossTenantAccessPolicyConfigurationPartner",
        "partner to cross-tenant access setting",
        category="CrossTenantAccessSettings",
        id_from="tenantId",
        rule=rules.partner,
    )
    clouds = Setting(
        "crossTenantAccessPolicy",
        "cross-tenant access setting",
        category="CrossTenantAccessSettings",
        rule=rules.clouds,
    )
    yield Route("PATCH", _PARTNERS, settings.updates(clouds), _CROSS_TENANT)
    path = f"{_PARTNERS}/partners/{{id}}/identitySynchronization"
    yield Route("PUT", path, synchronisation.create, _CROSS_TENANT)
    yield Route("PATCH", path, synchronisation.update, _CROSS_TENANT)
    yield Route("DELETE", path, synchronisation.delete, _CROSS_TENANT)
    yield Route("PATCH", f"{_PARTNERS}/default", settings.updates(default), _CROSS_TENANT)
    yield from _collection(f"{_PARTNERS}/partners", partner, _CROSS_TENANT)


def _others() -> Iterator[Route]:
    context = Setting(
        "authenticationContextClassReference",
        "authentication context class reference",
        id_from="id",
        needs_p1=True,
        rule=rules.context,
    )
    yield Route("PATCH", f"{_CONTEXTS}/{{id}}", settings.upserts(context), _CONTEXT, lane=_LANE)
    yield Route("DELETE", f"{_CONTEXTS}/{{id}}", settings.deletes(context), _CONTEXT, lane=_LANE)
    yield Route(
        "PATCH",
        "/policies/authenticationFlowsPolicy",
        settings.updates(Setting("authenticationFlowsPolicy", "authentication flows policy")),
        any_of("Policy.ReadWrite.AuthenticationFlows"),
    )
    management = Setting("appManagementPolicy", "app management policy")
    yield from _collection("/policies/appManagementPolicies", management, _APPLICATION_POLICY)
    yield Route(
        "PATCH",
        "/policies/defaultAppManagementPolicy",
        settings.updates(Setting("tenantAppManagementPolicy", "default app management policy")),
        _APPLICATION_POLICY,
    )


def _directory() -> Iterator[Route]:
    group_setting = Setting(
        "groupSetting", "group setting", category="GroupManagement", rule=rules.group_setting
    )
    lifecycle = Setting(
        "groupLifecyclePolicy", "group lifecycle policy", category="GroupManagement", needs_p1=True
    )
    sets = Setting(
        "attributeSet",
        "attribute set",
        category="AttributeManagement",
        id_from="id",
        rule=rules.attribute_set,
    )
    attributes = Setting(
        "customSecurityAttributeDefinition",
        "custom security attribute definition in an attribute set",
        category="AttributeManagement",
        id_from="id",
        rule=rules.attribute,
    )
    yield from _collection("/groupSettings", group_setting, _GROUP_SETTING)
    yield from _collection("/groupLifecyclePolicies", lifecycle, _LIFECYCLE)
    yield from _collection("/directory/attributeSets", sets, _ATTRIBUTES, deletable=False)
    path = "/directory/customSecurityAttributeDefinitions"
    yield from _collection(path, attributes, _ATTRIBUTES, deletable=False)


SETTINGS = routes(
    _of_tokens(),
    _assigned("claimsMappingPolicy", "servicePrincipals"),
    _assigned("homeRealmDiscoveryPolicy", "servicePrincipals"),
    _assigned("tokenLifetimePolicy", "applications", "servicePrincipals"),
    _assigned("tokenIssuancePolicy", "applications"),
    _assigned("appManagementPolicy", "applications", "servicePrincipals", needed=_MANAGEMENT),
    _consent(),
    _partners(),
    _others(),
    _directory(),
)
"""The rows of this file."""
