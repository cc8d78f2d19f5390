"""Directory roles: templates that writes of sensitive things depend on, and custom roles.

https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference
https://learn.microsoft.com/graph/api/rbacapplication-post-roleassignments
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from apps.sandbox.graph.context import GraphError
from apps.sandbox.rules.refusals import invalid_value, policy_refusal, required

GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
PRIVILEGED_AUTHENTICATION_ADMINISTRATOR = "7be44c8a-adaf-4e2a-84d6-ab2649e08a13"
USER_ADMINISTRATOR = "fe930be7-5e62-47db-91af-98c3a49a38b1"

WRITES_ADMINISTRATORS = frozenset({GLOBAL_ADMINISTRATOR, PRIVILEGED_AUTHENTICATION_ADMINISTRATOR})
"""May change sensitive properties of any user."""
WRITES_PASSWORDS = WRITES_ADMINISTRATORS | {USER_ADMINISTRATOR}
"""May set the password of a user without roles."""

CUSTOM_ROLE_LIMIT = 100
LAST_ADMINISTRATOR = "The last Global Administrator of the directory cannot be removed."
OWN_ROLE = "Removing self from Global Administrator built-in role is not allowed"
BUILT_IN = "Built-in role definitions cannot be created, updated or deleted."
ASSIGNED = "The role definition cannot be deleted because it is referenced by role assignments."
PRIVILEGED_ACTIONS = frozenset(
    {
        "microsoft.directory/applications/credentials/update",
        "microsoft.directory/applications.myOrganization/credentials/update",
        "microsoft.directory/servicePrincipals/credentials/update",
        "microsoft.directory/users/password/update",
    }
)
"""Some of those that Entra labels as privileged, among them all that the seed's roles allow."""


def is_privileged(permissions: Iterable[Mapping[str, Any]]) -> bool:
    """Whether Entra calls a role with these permissions privileged, which it decides by itself.

    https://learn.microsoft.com/entra/identity/role-based-access-control/privileged-roles-permissions
    """
    allowed = {str(one) for each in permissions for one in each.get("allowedResourceActions", ())}
    return not PRIVILEGED_ACTIONS.isdisjoint(allowed)


def check_definition(body: Mapping[str, Any]) -> None:
    """Refuse a custom role without name, switch or permissions."""
    for name in ("displayName", "isEnabled", "rolePermissions"):
        if body.get(name) in (None, "", []):
            raise required(name, "RoleDefinition")
    for permission in body["rolePermissions"]:
        actions = permission.get("allowedResourceActions")
        if not actions or any(not str(action).startswith("microsoft.") for action in actions):
            raise invalid_value("rolePermissions", "UnifiedRoleDefinition")


def built_in() -> GraphError:
    """A change of a built-in role; the exact text is not publicly known."""
    return policy_refusal(BUILT_IN)


def check_scope(scope: object) -> str:
    """The scope of an assignment: the tenant, an administrative unit or one object."""
    if scope is None:
        return "/"
    if not isinstance(scope, str) or not scope.startswith("/"):
        raise invalid_value("directoryScopeId", "UnifiedRoleAssignment")
    return scope
