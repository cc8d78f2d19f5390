"""The routing table of writes."""

from __future__ import annotations

from apps.sandbox.graph.context import Route, any_of, routes
from apps.sandbox.graph.reads.me import as_user
from apps.sandbox.graph.reads.privileged_groups import ASSIGNMENT, ELIGIBILITY
from apps.sandbox.graph.route_sets import STRENGTHS, STRENGTHS_AGAIN, alias
from apps.sandbox.schema import BETA, V1
from apps.sandbox.writes import (
    administrative_units,
    app_roles,
    applications,
    conditional_access,
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
    privileged_groups,
    role_eligibilities,
    role_settings,
    roles,
    scoped_roles,
    service_principals,
    singletons,
    users,
)
from apps.sandbox.writes import permissions as need
from apps.sandbox.writes.route_federation import FEDERATION
from apps.sandbox.writes.route_governance import GOVERNANCE
from apps.sandbox.writes.route_sets import (
    DEFINITIONS,
    LANE,
    assignments,
    own_objects,
    policy_bin_of,
    references,
    role_bin,
    secrets,
    strength_policies,
)
from apps.sandbox.writes.route_settings import SETTINGS

POLICIES = "/identity/conditionalAccess/policies"
LOCATIONS = "/identity/conditionalAccess/namedLocations"
METHODS = "/policies/authenticationMethodsPolicy"
ASSIGNMENTS = "/roleManagement/directory/roleAssignments"
UNITS = "/directory/administrativeUnits"
METHOD_LANE = "authentication-methods"
RESTORABLE = any_of(*sorted(set().union(*deleted_items.PERMISSIONS.values())))

USERS = routes(
    own_objects(
        "/users",
        (users.create, users.update, users.delete),
        (need.USER_CREATE, need.USER_UPDATE, need.USER_DELETE),
        cast=True,
    ),
    references("/users", "sponsors", need.USER_LINK, need.USER_LINK),
    assignments("/users"),
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
    own_objects(
        "/groups",
        (groups.create, groups.update, groups.delete),
        (need.GROUP_CREATE, need.GROUP_UPDATE, need.GROUP_DELETE),
    ),
    references("/groups", "members", need.GROUP_MEMBER, need.GROUP_MEMBER),
    references("/groups", "owners", need.GROUP_OWNER, need.GROUP_OWNER),
    assignments("/groups"),
    (Route("POST", "/groups/{id}/assignLicense", group_licences.assign, need.GROUP_LICENCE),),
)
APPLICATIONS = routes(
    own_objects(
        "/applications",
        (applications.create, applications.update, applications.delete),
        (need.APPLICATION_CREATE, need.APPLICATION, need.APPLICATION),
    ),
    (
        Route("POST", "/applications/{cast}", applications.create, need.BLUEPRINT_CREATE),
        Route("PATCH", "/applications/{id}/{cast}", applications.update, need.BLUEPRINT),
        Route("DELETE", "/applications/{id}/{cast}", applications.delete, need.BLUEPRINT_DELETE),
    ),
    references("/applications", "owners", need.APPLICATION_OWNER, need.OWNER_REMOVE),
    references("/applications", "sponsors", need.SPONSOR, need.SPONSOR),
    secrets("/applications"),
    own_objects(
        "/applications/{id}/federatedIdentityCredentials",
        (federated.create, federated.update, federated.delete),
        (need.APPLICATION, need.APPLICATION, need.APPLICATION),
        key="credential",
    ),
    own_objects(
        "/applications/{id}/extensionProperties",
        (extension_properties.create, None, extension_properties.delete),
        (need.APPLICATION, need.APPLICATION, need.APPLICATION),
        key="extension",
    ),
)
SERVICE_PRINCIPALS = routes(
    own_objects(
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
    references("/servicePrincipals", "owners", need.APPLICATION_OWNER, need.OWNER_REMOVE),
    references("/servicePrincipals", "sponsors", need.SPONSOR, need.SPONSOR),
    secrets("/servicePrincipals"),
    assignments("/servicePrincipals"),
    own_objects(
        "/servicePrincipals/{id}/appRoleAssignedTo",
        (app_roles.create_for_resource, None, app_roles.delete_for_resource),
        (need.ASSIGNMENT_CREATE, need.ASSIGNMENT, need.ASSIGNMENT),
        key="assignment",
    ),
    own_objects(
        "/oauth2PermissionGrants",
        (delegated_grants.create, delegated_grants.update, delegated_grants.delete),
        (need.GRANT, need.GRANT, need.GRANT),
    ),
)
CONDITIONAL_ACCESS = routes(
    own_objects(
        POLICIES,
        (conditional_access.create, conditional_access.update, conditional_access.delete),
        (need.CONDITIONAL_ACCESS, need.CONDITIONAL_ACCESS, need.CONDITIONAL_ACCESS_DELETE),
        lane=LANE,
    ),
    own_objects(
        LOCATIONS,
        (named_locations.create, named_locations.update, named_locations.delete),
        (need.LOCATION, need.LOCATION, need.LOCATION),
        lane=LANE,
    ),
    policy_bin_of("policies", POLICIES, policy_bin.restore_policy, policy_bin.purge_policy),
    policy_bin_of(
        "namedLocations", LOCATIONS, policy_bin.restore_location, policy_bin.purge_location
    ),
)

TENANT_POLICIES = routes(
    strength_policies(),
    alias(STRENGTHS, STRENGTHS_AGAIN, strength_policies(), lane=LANE),
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
    own_objects(
        DEFINITIONS,
        (roles.create_definition, roles.update_definition, roles.delete_definition),
        (need.ROLE, need.ROLE, need.ROLE),
    ),
    own_objects(
        ASSIGNMENTS,
        (roles.create_assignment, None, roles.delete_assignment),
        (need.ROLE, need.ROLE, need.ROLE),
    ),
    (
        Route("POST", "/directoryRoles", roles.activate, need.ROLE),
        Route(
            "POST",
            "/roleManagement/directory/roleEligibilityScheduleRequests",
            role_eligibilities.request,
            need.ELIGIBILITY,
        ),
        Route(
            "POST",
            "/identityGovernance/privilegedAccess/group/eligibilityScheduleRequests",
            privileged_groups.requests(ELIGIBILITY),
            need.GROUP_ELIGIBILITY,
        ),
        Route(
            "POST",
            "/identityGovernance/privilegedAccess/group/assignmentScheduleRequests",
            privileged_groups.requests(ASSIGNMENT),
            need.GROUP_ASSIGNMENT,
        ),
        Route(
            "PATCH",
            "/policies/roleManagementPolicies/{id}/rules/{rule}",
            role_settings.update_rule,
            (*need.ROLE_SETTING, *need.GROUP_SETTING),
        ),
    ),
    role_bin(),
    references("/directoryRoles", "members", need.ROLE, need.ROLE),
    own_objects(
        UNITS,
        (administrative_units.create, administrative_units.update, administrative_units.delete),
        (need.UNIT, need.UNIT, need.UNIT),
    ),
    references(UNITS, "members", need.UNIT, need.UNIT),
    own_objects(
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
    SETTINGS,
    GOVERNANCE,
    FEDERATION,
    DELETED,
)
"""Every write that the sandbox answers."""
