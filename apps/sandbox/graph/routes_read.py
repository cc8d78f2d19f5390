"""The routing table of reads."""

from collections.abc import Iterator

from apps.sandbox.schema import BETA, TYPES, V1

from . import permissions as need
from .context import Route, routes
from .delta.handlers import delta_of_directory_objects
from .reads import (
    audit,
    bins,
    directory_objects,
    me,
    mfa_states,
    navigation,
    policies,
    privileged,
    privileged_groups,
    role_settings,
    scoped_roles,
)
from .reads.objects import gets
from .route_sets import (
    CONDITIONAL_ACCESS_BIN,
    STRENGTHS,
    STRENGTHS_AGAIN,
    alias,
    bin_of,
    checks,
    children,
    collection,
    policy,
    related,
)
from .routes_federation import FEDERATION
from .routes_governance import GOVERNANCE
from .routes_settings import SETTINGS

_V1, _BETA = frozenset({V1}), frozenset({BETA})


def _units() -> Iterator[Route]:
    yield from collection("administrativeUnit", need.UNIT)
    yield from related("administrativeUnit", "members", need.UNIT)
    path = f"{TYPES['administrativeUnit'].path}/{{id}}/scopedRoleMembers"
    yield Route("GET", path, scoped_roles.list_members, need.ROLE)
    yield Route("GET", f"{path}/{{membership}}", scoped_roles.get_member, need.ROLE)


def _role_settings() -> Iterator[Route]:
    needed = need.either(need.ROLE_SETTING, need.GROUP_SETTING)
    path = "/policies/roleManagementPolicies"
    listed = role_settings.list_assignments
    yield Route("GET", "/policies/roleManagementPolicyAssignments", listed, needed)
    yield Route("GET", path, role_settings.list_policies, needed)
    yield Route("GET", f"{path}/{{id}}", role_settings.get_policy, needed)
    yield Route("GET", f"{path}/{{id}}/rules", role_settings.list_rules, needed)
    yield Route("GET", f"{path}/{{id}}/rules/{{rule}}", role_settings.get_rule, needed)


def _privileged_groups() -> Iterator[Route]:
    path = "/identityGovernance/privilegedAccess/group"
    resources = privileged_groups.list_resources
    yield Route("GET", f"{path}/resources", resources, need.GROUP_RESOURCE, versions=_BETA)
    for name, type_name, needed in (
        ("eligibilitySchedules", privileged_groups.ELIGIBILITY, need.GROUP_ELIGIBILITY),
        ("assignmentSchedules", privileged_groups.ASSIGNMENT, need.GROUP_ASSIGNMENT),
    ):
        listed, got = privileged_groups.lists(type_name), privileged_groups.gets_one(type_name)
        yield Route("GET", f"{path}/{name}", listed, needed)
        yield Route("GET", f"{path}/{name}/{{id}}", got, needed)


def _strengths() -> Iterator[Route]:
    yield from collection("authenticationStrengthPolicy", need.STRENGTH)
    yield from children("authenticationStrengthPolicy", "combinationConfigurations", need.STRENGTH)
    yield Route("GET", f"{STRENGTHS}/{{id}}/usage", policies.strength_usage, need.STRENGTH)


_USERS = routes(
    collection("user", need.USER_LIST, need.USER_LIST, units=2),
    related("user", "memberOf", need.USER_MEMBER_OF, units=2),
    related("user", "transitiveMemberOf", need.USER_MEMBER_OF, units=2),
    related("user", "directReports", need.USER),
    related("user", "sponsors", need.USER_SPONSORS),
    related("user", "ownedObjects", need.USER, units=2),
    related("user", "ownedDevices", need.USER),
    related("user", "registeredDevices", need.USER),
    children("user", "appRoleAssignments", need.USER_ASSIGNMENTS),
    children("user", "oauth2PermissionGrants", need.GRANT),
    checks("user", need.USER_MEMBER_OF),
    (
        Route("GET", "/users/{id}/manager", navigation.gets_related("user", "manager"), need.USER),
        Route(
            "GET",
            "/users/{id}/manager/$ref",
            navigation.gets_reference("user", "manager"),
            need.USER,
        ),
        Route(
            "GET",
            "/users/{id}/licenseDetails",
            navigation.licence_details,
            need.USER_LICENCES,
            resource_units=2,
        ),
        Route(
            "GET",
            "/users/{id}/authentication/requirements",
            mfa_states.get_state,
            need.MFA_STATE,
            versions=_BETA,
            lane="authentication-methods",
        ),
    ),
    me.ROUTES,
)

_GROUPS = routes(
    collection("group", need.GROUP_LIST),
    related("group", "members", need.GROUP_MEMBERS, units=3),
    related("group", "transitiveMembers", need.GROUP_MEMBERS, units=5),
    related("group", "owners", need.GROUP_OWNERS),
    related("group", "memberOf", need.GROUP_MEMBERS),
    related("group", "transitiveMemberOf", need.GROUP_MEMBERS),
    children("group", "appRoleAssignments", need.USER_ASSIGNMENTS),
    checks("group", need.GROUP_MEMBERS),
    _units(),
    alias("/directory/administrativeUnits", "/administrativeUnits", _units(), versions=_BETA),
)

_APPLICATIONS = routes(
    collection("application", need.either(need.APPLICATION, need.BLUEPRINT), units=2),
    related("application", "owners", need.either(need.APPLICATION, need.BLUEPRINT)),
    related("application", "sponsors", need.BLUEPRINT),
    children("application", "federatedIdentityCredentials", need.FEDERATED_CREDENTIAL),
    children("application", "extensionProperties", need.APPLICATION, units=2),
)

_SERVICE_PRINCIPALS = routes(
    collection(
        "servicePrincipal",
        need.either(need.APPLICATION, need.AGENT_IDENTITY, need.BLUEPRINT_PRINCIPAL),
    ),
    related("servicePrincipal", "owners", need.either(need.APPLICATION, need.AGENT_IDENTITY)),
    related("servicePrincipal", "sponsors", need.AGENT_IDENTITY),
    related("servicePrincipal", "memberOf", need.APPLICATION),
    related("servicePrincipal", "transitiveMemberOf", need.APPLICATION),
    related("servicePrincipal", "ownedObjects", need.APPLICATION),
    children("servicePrincipal", "appRoleAssignedTo", need.APPLICATION),
    children("servicePrincipal", "appRoleAssignments", need.APPLICATION, units=2),
    children("servicePrincipal", "oauth2PermissionGrants", need.GRANT),
    checks("servicePrincipal", need.APPLICATION),
    collection("oauth2PermissionGrant", need.GRANT, units=2),
)

_POLICIES = routes(
    policy(
        "/identity/conditionalAccess/policies",
        "conditionalAccessPolicy",
        need.CONDITIONAL_ACCESS,
        lane="conditional-access",
    ),
    policy(
        "/identity/conditionalAccess/namedLocations",
        "namedLocation",
        need.CONDITIONAL_ACCESS,
        lane="conditional-access",
    ),
    bin_of(CONDITIONAL_ACCESS_BIN, "policies", "conditionalAccessPolicy"),
    bin_of(CONDITIONAL_ACCESS_BIN, "namedLocations", "namedLocation"),
    _strengths(),
    alias(STRENGTHS, STRENGTHS_AGAIN, _strengths(), lane="conditional-access"),
    policy(
        "/policies/authenticationMethodsPolicy",
        "authenticationMethodsPolicy",
        need.METHODS,
        single=True,
        lane="authentication-methods",
    ),
    policy(
        "/policies/authenticationMethodsPolicy/authenticationMethodConfigurations",
        "authenticationMethodConfiguration",
        need.METHODS,
        lane="authentication-methods",
    ),
    policy(
        "/policies/authorizationPolicy",
        "authorizationPolicy",
        need.AUTHORIZATION,
        single=True,
        versions=_V1,
    ),
    policy(
        "/policies/authorizationPolicy",
        "authorizationPolicy",
        need.AUTHORIZATION,
        versions=_BETA,
    ),
    policy(
        "/policies/identitySecurityDefaultsEnforcementPolicy",
        "identitySecurityDefaultsEnforcementPolicy",
        need.SECURITY_DEFAULTS,
        single=True,
    ),
)

_ROLES = routes(
    _privileged_groups(),
    collection("directoryRole", need.ROLE, paged=False),
    related("directoryRole", "members", need.ROLE, paged=False),
    policy("/roleManagement/directory/roleDefinitions", "unifiedRoleDefinition", need.ROLE),
    collection("unifiedRoleAssignment", need.ROLE),
    bin_of("/roleManagement/directory/deletedItems", "roleDefinitions", "unifiedRoleDefinition"),
    (
        Route(
            "GET",
            "/roleManagement/directory/roleEligibilitySchedules",
            privileged.list_schedules,
            need.ELIGIBILITY,
        ),
        Route(
            "GET",
            "/roleManagement/directory/roleEligibilitySchedules/{id}",
            privileged.get_schedule,
            need.ELIGIBILITY,
        ),
        Route(
            "GET",
            "/roleManagement/directory/roleAssignmentScheduleInstances",
            privileged.list_instances,
            need.ASSIGNMENT_INSTANCE,
        ),
        *_role_settings(),
        Route("GET", "/directoryRoleTemplates", policies.role_templates, need.ROLE),
        Route("GET", "/directoryRoleTemplates/{id}", policies.role_template, need.ROLE),
    ),
)

_TENANT = routes(
    policy("/organization", "organization", need.ORGANIZATION),
    (
        Route(
            "GET",
            "/domains",
            policies.lists_ignoring_options("domain", "domains"),
            need.DOMAIN,
        ),
        Route("GET", "/domains/{id}", gets("domain", "domains"), need.DOMAIN),
        Route(
            "GET",
            "/subscribedSkus",
            policies.lists_ignoring_options("subscribedSku", "subscribedSkus"),
            need.SKU,
            resource_units=3,
        ),
        Route("GET", "/subscribedSkus/{id}", gets("subscribedSku", "subscribedSkus"), need.SKU),
        Route("GET", "/auditLogs/directoryAudits", audit.list_audits, need.AUDIT, lane="reports"),
        Route(
            "GET", "/auditLogs/directoryAudits/{id}", audit.get_audit, need.AUDIT, lane="reports"
        ),
    ),
)

_DEVICES = routes(
    collection("device", need.DEVICE),
    related("device", "registeredOwners", need.DEVICE),
    related("device", "registeredUsers", need.DEVICE),
    related("device", "memberOf", need.DEVICE),
    collection("orgContact", need.CONTACT),
    related("orgContact", "memberOf", need.CONTACT),
)

_DIRECTORY_OBJECTS = (
    Route("GET", "/directoryObjects/{id}", directory_objects.get_object, need.ANY_OBJECT),
    Route("GET", "/directoryObjects/{id}/{cast}", directory_objects.get_object, need.ANY_OBJECT),
    Route(
        "POST",
        "/directoryObjects/getByIds",
        directory_objects.get_by_ids,
        need.ANY_OBJECT,
        resource_units=5,
        writes=False,
    ),
    Route("GET", "/directoryObjects/delta", delta_of_directory_objects, need.ANY_OBJECT),
    Route(
        "POST",
        "/directory/deletedItems/getByIds",
        directory_objects.get_deleted_by_ids,
        need.ANY_OBJECT,
        resource_units=5,
        writes=False,
    ),
    Route("GET", "/directory/deletedItems", bins.list_without_cast, need.ANY_OBJECT),
    Route("GET", "/directory/deletedItems/{cast}", bins.list_deleted, need.ANY_OBJECT),
    Route("GET", "/directory/deletedItems/{cast}/$count", bins.count_deleted, need.ANY_OBJECT),
    Route("GET", "/directory/deletedItems/{id}", bins.get_deleted, need.ANY_OBJECT),
    Route("GET", "/directory/deletedItems/{id}/{cast}", bins.get_deleted, need.ANY_OBJECT),
)

ROUTES: tuple[Route, ...] = routes(
    _USERS,
    _GROUPS,
    _APPLICATIONS,
    _SERVICE_PRINCIPALS,
    _POLICIES,
    _ROLES,
    _TENANT,
    _DEVICES,
    SETTINGS,
    GOVERNANCE,
    FEDERATION,
    _DIRECTORY_OBJECTS,
)
