"""Rows of the table of reads: the plainer policies and settings."""

from collections.abc import Iterator

from apps.sandbox.schema import TYPES

from .context import Permissions, Route, any_of, routes
from .reads import navigation, partners
from .route_sets import policy

_DIRECTORY = ("Directory.Read.All", "Directory.ReadWrite.All")
_POLICY = ("Policy.Read.All",)
_APPLICATION_POLICY = any_of(*_POLICY, "Policy.ReadWrite.ApplicationConfiguration")
_CROSS_TENANT = any_of(*_POLICY, "Policy.ReadWrite.CrossTenantAccess")
_ATTRIBUTES = any_of(
    "CustomSecAttributeDefinition.Read.All", "CustomSecAttributeDefinition.ReadWrite.All"
)
_APPLIED = any_of(
    *_POLICY,
    "Policy.ReadWrite.ApplicationConfiguration",
    "Application.Read.All",
    "Directory.Read.All",
)
_ASSIGNED = (
    "claimsMappingPolicy",
    "homeRealmDiscoveryPolicy",
    "tokenLifetimePolicy",
    "tokenIssuancePolicy",
    "appManagementPolicy",
)
_COLLECTIONS: tuple[tuple[str, Permissions], ...] = (
    *((name, _APPLICATION_POLICY) for name in (*_ASSIGNED, "activityBasedTimeoutPolicy")),
    (
        "permissionGrantPolicy",
        any_of("Policy.Read.PermissionGrant", "Policy.ReadWrite.PermissionGrant"),
    ),
    (
        "groupSetting",
        any_of(
            "GroupSettings.Read.All",
            "GroupSettings.ReadWrite.All",
            "Group.Read.All",
            "Group.ReadWrite.All",
            *_DIRECTORY,
        ),
    ),
    ("groupLifecyclePolicy", any_of(*_DIRECTORY)),
    ("attributeSet", _ATTRIBUTES),
    ("customSecurityAttributeDefinition", _ATTRIBUTES),
    ("agreement", any_of("Agreement.Read.All", "Agreement.ReadWrite.All")),
)
_SINGLE: tuple[tuple[str, Permissions], ...] = (
    ("tenantAppManagementPolicy", _APPLICATION_POLICY),
    ("crossTenantAccessPolicy", _CROSS_TENANT),
    ("adminConsentRequestPolicy", any_of(*_POLICY, "Policy.ReadWrite.ConsentRequest", *_DIRECTORY)),
    ("crossTenantAccessPolicyConfigurationDefault", _CROSS_TENANT),
    ("authenticationFlowsPolicy", any_of(*_POLICY, "Policy.ReadWrite.AuthenticationFlows")),
)
_CONTEXT = any_of(
    "AuthenticationContext.Read.All",
    "AuthenticationContext.ReadWrite.All",
    "Policy.Read.ConditionalAccess",
    "Policy.ReadWrite.ConditionalAccess",
)


def _rows() -> Iterator[Route]:
    for name, needed in _COLLECTIONS:
        yield from policy(TYPES[name].path, name, needed)
    for name, needed in _SINGLE:
        yield from policy(TYPES[name].path, name, needed, single=True)
    partner = "crossTenantAccessPolicyConfigurationPartner"
    yield from policy(TYPES[partner].path, partner, _CROSS_TENANT, expands=True)
    path = f"{TYPES[partner].path}/{{id}}/identitySynchronization"
    yield Route("GET", path, partners.get_synchronisation, _CROSS_TENANT)
    context = "authenticationContextClassReference"
    yield from policy(TYPES[context].path, context, _CONTEXT, lane="conditional-access")
    for name in _ASSIGNED:
        path = f"{TYPES[name].path}/{{id}}/appliesTo"
        yield Route("GET", path, navigation.lists_related(name, "appliesTo"), _APPLIED)


SETTINGS = routes(_rows())
"""The rows of this file."""
