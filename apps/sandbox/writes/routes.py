"""The routing table of writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from apps.sandbox.graph.context import Answer, Call, Permissions, Route, any_of, routes
from apps.sandbox.graph.reads.me import as_user
from apps.sandbox.graph.route_sets import STRENGTHS, STRENGTHS_AGAIN, alias
from apps.sandbox.schema import BETA, V1
from apps.sandbox.writes import (
    administrative_units,
    app_roles,
    applications,
    conditional_access,
    credentials,
    delegated_grants,
    deleted_items,
    extension_properties,
    federated,
    group_licences,
    groups,
    invitations,
    licensing,
    links,
    method_policies,
    mfa_states,
    named_locations,
    policy_bin,
    roles,
    scoped_roles,
    service_principals,
    singletons,
    strengths,
    users,
)
from apps.sandbox.writes import permissions as need

Handler = Callable[[Call], Answer]

POLICIES = "/identity/conditionalAccess/policies"
LOCATIONS = "/identity/conditionalAccess/namedLocations"
BIN = "/identity/conditionalAccess/deletedItems"
METHODS = "/policies/authenticationMethodsPolicy"
DEFINITIONS = "/roleManagement/directory/roleDefinitions"
ASSIGNMENTS = "/roleManagement/directory/roleAssignments"
UNITS = "/directory/administrativeUnits"
LANE = "conditional-access"
METHOD_LANE = "authentication-methods"
RESTORABLE = any_of(*sorted(set().union(*deleted_items.PERMISSIONS.values())))


def _object(
    path: str,
    handlers: tuple[Handler | None, Handler | None, Handler | None],
    needed: tuple[Permissions, Permissions, Permissions],
    *,
    key: str = "id",
    lane: str = "directory",
    cast: bool = False,
) -> Iterator[Route]:
    """POST on a collection, PATCH and DELETE on its objects; with a cast in the path too."""
    create, update, delete = handlers
    tails = ("", "/{cast}") if cast else ("",)
    for tail in tails:
        if create is not None:
            yield Route("POST", f"{path}{tail}", create, needed[0], lane=lane)
        if update is not None:
            yield Route("PATCH", f"{path}/{{{key}}}{tail}", update, needed[1], lane=lane)
        if delete is not None:
            yield Route("DELETE", f"{path}/{{{key}}}{tail}", delete, needed[2], lane=lane)


def _links(path: str, name: str, add: Permissions, remove: Permissions) -> Iterator[Route]:
    """POST and DELETE on the references of a relation."""
    yield Route("POST", f"{path}/{{id}}/{name}/$ref", links.add, add)
    yield Route("DELETE", f"{path}/{{id}}/{name}/{{target}}/$ref", links.remove, remove)
    yield Route("DELETE", f"{path}/{{id}}/{name}/$ref", links.remove, remove)


def _credentials(path: str) -> Iterator[Route]:
    """Secrets of applications and service principals."""
    added, removed = credentials.add_password, credentials.remove_password
    yield Route("POST", f"{path}/{{id}}/addPassword", added, need.CREDENTIAL)
    yield Route("POST", f"{path}/{{id}}/removePassword", removed, need.CREDENTIAL)


def _assignments(path: str) -> Iterator[Route]:
    """App role assignments from the side of a principal."""
    create, delete = app_roles.create_for_principal, app_roles.delete_for_principal
    needed = (need.ASSIGNMENT_CREATE, need.ASSIGNMENT, need.ASSIGNMENT)
    where = f"{path}/{{id}}/appRoleAssignments"
    return _object(where, (create, None, delete), needed, key="assignment")


def _bin(name: str, path: str, restore: Handler, purge: Handler) -> Iterator[Route]:
    """Restore on the bin's path and on the object's own, permanent delete on the bin's."""
    needed = need.CONDITIONAL_ACCESS_DELETE
    yield Route("POST", f"{BIN}/{name}/{{id}}/restore", restore, needed, lane=LANE)
    yield Route("POST", f"{path}/{{id}}/restore", restore, needed, lane=LANE)
    yield Route("DELETE", f"{BIN}/{name}/{{id}}", purge, needed, lane=LANE)


def _role_bin() -> Iterator[Route]:
    """The bin of role definitions, in beta alone."""
    where, beta = "/roleManagement/directory/deletedItems/roleDefinitions", frozenset({BETA})
    for path in (where, DEFINITIONS):
        restore = roles.restore_definition
        yield Route("POST", f"{path}/{{id}}/restore", restore, need.ROLE, versions=beta)
    yield Route("DELETE", f"{where}/{{id}}", roles.purge_definition, need.ROLE, versions=beta)


USERS = routes(
    _object(
        "/users",
        (users.create, users.update, users.delete),
        (need.USER_CREATE, need.USER_UPDATE, need.USER_DELETE),
        cast=True,
    ),
    _links("/users", "sponsors", need.USER_LINK, need.USER_LINK),
    _assignments("/users"),
    (
        Route("PUT", "/users/{id}/manager/$ref", links.set_manager, need.USER_LINK),
        Route("DELETE", "/users/{id}/manager/$ref", links.remove_manager, need.USER_LINK),
        Route("POST", "/users/{id}/assignLicense", licensing.assign, need.LICENCE),
        Route("POST", "/users/{id}/revokeSignInSessions", users.revoke_sessions, need.REVOKE),
        Route("POST", "/invitations", invitations.create, need.INVITE),
        *(
            Route(
                "PATCH",
                f"{path}/authentication/requirements",
                handler,
                need.MFA_STATE,
                versions=frozenset({BETA}),
                lane=METHOD_LANE,
            )
            for path, handler in (
                ("/users/{id}", mfa_states.update),
                ("/me", as_user(mfa_states.update)),
            )
        ),
    ),
)
GROUPS = routes(
    _object(
        "/groups",
        (groups.create, groups.update, groups.delete),
        (need.GROUP_CREATE, need.GROUP_UPDATE, need.GROUP_DELETE),
    ),
    _links("/groups", "members", need.GROUP_MEMBER, need.GROUP_MEMBER),
    _links("/groups", "owners", need.GROUP_OWNER, need.GROUP_OWNER),
    _assignments("/groups"),
    (Route("POST", "/groups/{id}/assignLicense", group_licences.assign, need.GROUP_LICENCE),),
)
APPLICATIONS = routes(
    _object(
        "/applications",
        (applications.create, applications.update, applications.delete),
        (need.APPLICATION_CREATE, need.APPLICATION, need.APPLICATION),
    ),
    (
        Route("POST", "/applications/{cast}", applications.create, need.BLUEPRINT_CREATE),
        Route("PATCH", "/applications/{id}/{cast}", applications.update, need.BLUEPRINT),
        Route("DELETE", "/applications/{id}/{cast}", applications.delete, need.BLUEPRINT_DELETE),
    ),
    _links("/applications", "owners", need.APPLICATION_OWNER, need.OWNER_REMOVE),
    _links("/applications", "sponsors", need.SPONSOR, need.SPONSOR),
    _credentials("/applications"),
    _object(
        "/applications/{id}/federatedIdentityCredentials",
        (federated.create, federated.update, federated.delete),
        (need.APPLICATION, need.APPLICATION, need.APPLICATION),
        key="credential",
    ),
    _object(
        "/applications/{id}/extensionProperties",
        (extension_properties.create, None, extension_properties.delete),
        (need.APPLICATION, need.APPLICATION, need.APPLICATION),
        key="extension",
    ),
)
SERVICE_PRINCIPALS = routes(
    _object(
        "/servicePrincipals",
        (service_principals.create, service_principals.update, service_principals.delete),
        (need.PRINCIPAL, need.PRINCIPAL, need.PRINCIPAL),
    ),
    (
        Route("POST", "/servicePrincipals/{cast}", service_principals.create, need.AGENT_CREATE),
        Route("PATCH", "/servicePrincipals/{id}/{cast}", service_principals.update, need.AGENT),
        Route(
            "DELETE", "/servicePrincipals/{id}/{cast}", service_principals.delete, need.AGENT_DELETE
        ),
    ),
    _links("/servicePrincipals", "owners", need.APPLICATION_OWNER, need.OWNER_REMOVE),
    _links("/servicePrincipals", "sponsors", need.SPONSOR, need.SPONSOR),
    _credentials("/servicePrincipals"),
    _assignments("/servicePrincipals"),
    _object(
        "/servicePrincipals/{id}/appRoleAssignedTo",
        (app_roles.create_for_resource, None, app_roles.delete_for_resource),
        (need.ASSIGNMENT_CREATE, need.ASSIGNMENT, need.ASSIGNMENT),
        key="assignment",
    ),
    _object(
        "/oauth2PermissionGrants",
        (delegated_grants.create, delegated_grants.update, delegated_grants.delete),
        (need.GRANT, need.GRANT, need.GRANT),
    ),
)
CONDITIONAL_ACCESS = routes(
    _object(
        POLICIES,
        (conditional_access.create, conditional_access.update, conditional_access.delete),
        (need.CONDITIONAL_ACCESS, need.CONDITIONAL_ACCESS, need.CONDITIONAL_ACCESS_DELETE),
        lane=LANE,
    ),
    _object(
        LOCATIONS,
        (named_locations.create, named_locations.update, named_locations.delete),
        (need.LOCATION, need.LOCATION, need.LOCATION),
        lane=LANE,
    ),
    _bin("policies", POLICIES, policy_bin.restore_policy, policy_bin.purge_policy),
    _bin("namedLocations", LOCATIONS, policy_bin.restore_location, policy_bin.purge_location),
)


def _strengths() -> Iterator[Route]:
    yield from _object(
        f"{STRENGTHS}/{{id}}/combinationConfigurations",
        (
            strengths.create_configuration,
            strengths.update_configuration,
            strengths.delete_configuration,
        ),
        (need.STRENGTH, need.STRENGTH, need.STRENGTH),
        key="configuration",
    )
    yield from _object(
        STRENGTHS,
        (strengths.create, strengths.update, strengths.delete),
        (need.STRENGTH, need.STRENGTH, need.STRENGTH),
    )
    yield Route(
        "POST",
        f"{STRENGTHS}/{{id}}/updateAllowedCombinations",
        strengths.update_combinations,
        need.STRENGTH,
    )


TENANT_POLICIES = routes(
    _strengths(),
    alias(STRENGTHS, STRENGTHS_AGAIN, _strengths(), lane=LANE),
    (
        Route("PATCH", METHODS, method_policies.update, need.METHODS, lane=METHOD_LANE),
        Route(
            "PATCH",
            f"{METHODS}/authenticationMethodConfigurations/{{configuration}}",
            method_policies.update_configuration,
            need.METHODS,
            lane=METHOD_LANE,
        ),
        Route(
            "PATCH",
            "/policies/authorizationPolicy",
            singletons.update_authorization,
            need.AUTHORIZATION,
            versions=frozenset({V1}),
        ),
        Route(
            "PATCH",
            "/policies/authorizationPolicy/authorizationPolicy",
            singletons.update_authorization,
            need.AUTHORIZATION,
            versions=frozenset({BETA}),
        ),
        Route(
            "PATCH",
            "/policies/identitySecurityDefaultsEnforcementPolicy",
            singletons.update_security_defaults,
            need.SECURITY_DEFAULTS,
        ),
        Route("PATCH", "/organization/{id}", singletons.update_organization, need.ORGANIZATION),
    ),
)
ROLES = routes(
    _object(
        DEFINITIONS,
        (roles.create_definition, roles.update_definition, roles.delete_definition),
        (need.ROLE, need.ROLE, need.ROLE),
    ),
    _object(
        ASSIGNMENTS,
        (roles.create_assignment, None, roles.delete_assignment),
        (need.ROLE, need.ROLE, need.ROLE),
    ),
    (Route("POST", "/directoryRoles", roles.activate, need.ROLE),),
    _role_bin(),
    _links("/directoryRoles", "members", need.ROLE, need.ROLE),
    _object(
        UNITS,
        (administrative_units.create, administrative_units.update, administrative_units.delete),
        (need.UNIT, need.UNIT, need.UNIT),
    ),
    _links(UNITS, "members", need.UNIT, need.UNIT),
    _object(
        f"{UNITS}/{{id}}/scopedRoleMembers",
        (scoped_roles.create, None, scoped_roles.delete),
        (need.ROLE, need.ROLE, need.ROLE),
        key="membership",
    ),
)
DELETED = (
    Route("POST", "/directory/deletedItems/{id}/restore", deleted_items.restore, RESTORABLE),
    Route("DELETE", "/directory/deletedItems/{id}", deleted_items.purge, RESTORABLE),
)

ROUTES: tuple[Route, ...] = routes(
    USERS,
    GROUPS,
    APPLICATIONS,
    SERVICE_PRINCIPALS,
    CONDITIONAL_ACCESS,
    TENANT_POLICIES,
    ROLES,
    DELETED,
)
"""Every write that the sandbox answers."""
