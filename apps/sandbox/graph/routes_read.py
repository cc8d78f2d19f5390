"""The routing table of reads."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from apps.sandbox.schema import BETA, BOTH, TYPES, V1

from . import permissions as need
from .collection import Collection
from .context import Permissions, Route, routes
from .delta.handlers import delta, delta_of_directory_objects
from .reads import audit, bins, directory_objects, me, navigation, policies, scoped_roles
from .reads.objects import counts, gets, lists

_GRAPH_V1, _GRAPH_BETA = frozenset({V1}), frozenset({BETA})


def _collection(
    type_name: str,
    need_list: Permissions,
    need_one: Permissions | None = None,
    *,
    path: str = "",
    units: float = 1,
    paged: bool = True,
) -> Iterator[Route]:
    """List, single object, $count, casts and delta of a family."""
    entity = TYPES[type_name]
    path = path or entity.path
    context = path.rpartition("/")[2]
    whole = Collection(type_name=type_name, context=context, paged=paged)
    yield Route("GET", path, lists(whole), need_list, resource_units=units)
    yield Route("GET", f"{path}/$count", counts(whole), need_list, resource_units=units)
    yield Route("GET", f"{path}/{{id}}", gets(type_name, context), need_one or need_list)
    yield Route("GET", f"{path}/{{cast}}", lists(whole), need_list, resource_units=units)
    yield Route("GET", f"{path}/{{cast}}/$count", counts(whole), need_list, resource_units=units)
    yield Route("GET", f"{path}/{{id}}/{{cast}}", gets(type_name, context), need_one or need_list)
    if entity.delta:
        yield Route("GET", f"{path}/delta", delta(type_name), need_one or need_list)


def _related(
    type_name: str, name: str, needed: Permissions, *, units: float = 1, paged: bool = True
) -> Iterator[Route]:
    """A navigation property with many targets: list, $count, $ref, casts."""
    path = f"{TYPES[type_name].path}/{{id}}/{name}"
    listed = navigation.lists_related(type_name, name, paged=paged)
    counted = navigation.counts_related(type_name, name)
    yield Route("GET", path, listed, needed, resource_units=units)
    yield Route("GET", f"{path}/$count", counted, needed, resource_units=units)
    yield Route("GET", f"{path}/$ref", navigation.lists_references(type_name, name), needed)
    yield Route("GET", f"{path}/{{cast}}", listed, needed, resource_units=units)
    yield Route("GET", f"{path}/{{cast}}/$count", counted, needed, resource_units=units)


def _children(
    type_name: str, name: str, needed: Permissions, *, units: float = 1
) -> Iterator[Route]:
    """A navigation property whose targets have paths of their own below the source."""
    path = f"{TYPES[type_name].path}/{{id}}/{name}"
    handler = navigation.lists_related(type_name, name)
    yield Route("GET", path, handler, needed, resource_units=units)
    yield Route("GET", f"{path}/$count", navigation.counts_related(type_name, name), needed)
    yield Route("GET", f"{path}/{{child_id}}", navigation.gets_child(type_name, name), needed)


def _checks(type_name: str, needed: Permissions) -> Iterator[Route]:
    """checkMemberGroups and its kin: POSTs that only read."""
    for action, check, groups_only, units in (
        ("checkMemberGroups", True, True, 4),
        ("checkMemberObjects", True, False, 4),
        ("getMemberGroups", False, True, 2),
        ("getMemberObjects", False, False, 2),
    ):
        yield Route(
            "POST",
            f"{TYPES[type_name].path}/{{id}}/{action}",
            directory_objects.member_groups(type_name, check=check, groups_only=groups_only),
            needed,
            resource_units=units,
            writes=False,
        )


def _policy(
    path: str,
    type_name: str,
    needed: Permissions,
    *,
    single: bool = False,
    lane: str = "directory",
    versions: frozenset[str] = BOTH,
) -> Iterator[Route]:
    context = path.strip("/")
    if single:
        handler = policies.gets_single(type_name, context)
        yield Route("GET", path, handler, needed, versions=versions, lane=lane)
        return
    listed = policies.lists_policies(type_name, context)
    got = gets(type_name, context)
    yield Route("GET", path, listed, needed, versions=versions, lane=lane)
    yield Route("GET", f"{path}/{{id}}", got, needed, versions=versions, lane=lane)


def _conditional_access_bin(name: str, type_name: str) -> Iterator[Route]:
    path = f"/identity/conditionalAccess/deletedItems/{name}"
    context = path.strip("/")
    lane, needed = "conditional-access", need.CONDITIONAL_ACCESS
    yield Route("GET", path, policies.lists_bin(type_name, context), needed, lane=lane)
    one = policies.gets_from_bin(type_name, context)
    yield Route("GET", f"{path}/{{id}}", one, needed, lane=lane)


def _units() -> Iterator[Route]:
    yield from _collection("administrativeUnit", need.UNIT)
    yield from _related("administrativeUnit", "members", need.UNIT)
    path = f"{TYPES['administrativeUnit'].path}/{{id}}/scopedRoleMembers"
    yield Route("GET", path, scoped_roles.list_members, need.ROLE)
    yield Route("GET", f"{path}/{{membership}}", scoped_roles.get_member, need.ROLE)


def _beta_alias(path: str, alias: str, table: Iterable[Route]) -> Iterator[Route]:
    """The same routes under the shorter path that beta has as well."""
    for route in table:
        pattern = route.pattern.replace(path, alias, 1)
        yield replace(route, pattern=pattern, versions=_GRAPH_BETA)


_USERS = routes(
    _collection("user", need.USER_LIST, need.USER_LIST, units=2),
    _related("user", "memberOf", need.USER_MEMBER_OF, units=2),
    _related("user", "transitiveMemberOf", need.USER_MEMBER_OF, units=2),
    _related("user", "directReports", need.USER),
    _related("user", "sponsors", need.USER_SPONSORS),
    _related("user", "ownedObjects", need.USER, units=2),
    _related("user", "ownedDevices", need.USER),
    _related("user", "registeredDevices", need.USER),
    _children("user", "appRoleAssignments", need.USER_ASSIGNMENTS),
    _children("user", "oauth2PermissionGrants", need.GRANT),
    _checks("user", need.USER_MEMBER_OF),
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
    ),
    me.ROUTES,
)

_GROUPS = routes(
    _collection("group", need.GROUP_LIST),
    _related("group", "members", need.GROUP_MEMBERS, units=3),
    _related("group", "transitiveMembers", need.GROUP_MEMBERS, units=5),
    _related("group", "owners", need.GROUP_OWNERS),
    _related("group", "memberOf", need.GROUP_MEMBERS),
    _related("group", "transitiveMemberOf", need.GROUP_MEMBERS),
    _children("group", "appRoleAssignments", need.USER_ASSIGNMENTS),
    _checks("group", need.GROUP_MEMBERS),
    _units(),
    _beta_alias("/directory/administrativeUnits", "/administrativeUnits", _units()),
)

_APPLICATIONS = routes(
    _collection("application", need.either(need.APPLICATION, need.BLUEPRINT), units=2),
    _related("application", "owners", need.either(need.APPLICATION, need.BLUEPRINT)),
    _related("application", "sponsors", need.BLUEPRINT),
    _children("application", "federatedIdentityCredentials", need.FEDERATED_CREDENTIAL),
    _children("application", "extensionProperties", need.APPLICATION, units=2),
)

_SERVICE_PRINCIPALS = routes(
    _collection(
        "servicePrincipal",
        need.either(need.APPLICATION, need.AGENT_IDENTITY, need.BLUEPRINT_PRINCIPAL),
    ),
    _related("servicePrincipal", "owners", need.either(need.APPLICATION, need.AGENT_IDENTITY)),
    _related("servicePrincipal", "sponsors", need.AGENT_IDENTITY),
    _related("servicePrincipal", "memberOf", need.APPLICATION),
    _related("servicePrincipal", "transitiveMemberOf", need.APPLICATION),
    _related("servicePrincipal", "ownedObjects", need.APPLICATION),
    _children("servicePrincipal", "appRoleAssignedTo", need.APPLICATION),
    _children("servicePrincipal", "appRoleAssignments", need.APPLICATION, units=2),
    _children("servicePrincipal", "oauth2PermissionGrants", need.GRANT),
    _checks("servicePrincipal", need.APPLICATION),
    _collection("oauth2PermissionGrant", need.GRANT, units=2),
)

_POLICIES = routes(
    _policy(
        "/identity/conditionalAccess/policies",
        "conditionalAccessPolicy",
        need.CONDITIONAL_ACCESS,
        lane="conditional-access",
    ),
    _policy(
        "/identity/conditionalAccess/namedLocations",
        "namedLocation",
        need.CONDITIONAL_ACCESS,
        lane="conditional-access",
    ),
    _conditional_access_bin("policies", "conditionalAccessPolicy"),
    _conditional_access_bin("namedLocations", "namedLocation"),
    _collection("authenticationStrengthPolicy", need.STRENGTH),
    _children("authenticationStrengthPolicy", "combinationConfigurations", need.STRENGTH),
    (
        Route(
            "GET",
            "/policies/authenticationStrengthPolicies/{id}/usage",
            policies.strength_usage,
            need.STRENGTH,
        ),
    ),
    _policy(
        "/policies/authenticationMethodsPolicy",
        "authenticationMethodsPolicy",
        need.METHODS,
        single=True,
    ),
    _policy(
        "/policies/authenticationMethodsPolicy/authenticationMethodConfigurations",
        "authenticationMethodConfiguration",
        need.METHODS,
    ),
    _policy(
        "/policies/authorizationPolicy",
        "authorizationPolicy",
        need.AUTHORIZATION,
        single=True,
        versions=_GRAPH_V1,
    ),
    _policy(
        "/policies/authorizationPolicy",
        "authorizationPolicy",
        need.AUTHORIZATION,
        versions=_GRAPH_BETA,
    ),
    _policy(
        "/policies/identitySecurityDefaultsEnforcementPolicy",
        "identitySecurityDefaultsEnforcementPolicy",
        need.SECURITY_DEFAULTS,
        single=True,
    ),
)

_ROLES = routes(
    _collection("directoryRole", need.ROLE, paged=False),
    _related("directoryRole", "members", need.ROLE, paged=False),
    _policy("/roleManagement/directory/roleDefinitions", "unifiedRoleDefinition", need.ROLE),
    _collection("unifiedRoleAssignment", need.ROLE),
    (
        Route("GET", "/directoryRoleTemplates", policies.role_templates, need.ROLE),
        Route("GET", "/directoryRoleTemplates/{id}", policies.role_template, need.ROLE),
    ),
)

_TENANT = routes(
    _policy("/organization", "organization", need.ORGANIZATION),
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
    _collection("device", need.DEVICE),
    _related("device", "registeredOwners", need.DEVICE),
    _related("device", "registeredUsers", need.DEVICE),
    _related("device", "memberOf", need.DEVICE),
    _collection("orgContact", need.CONTACT),
    _related("orgContact", "memberOf", need.CONTACT),
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
    _DIRECTORY_OBJECTS,
)
