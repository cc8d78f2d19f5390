"""What has been consented to: read from the directory, never from memory."""

from __future__ import annotations

from typing import Any

from apps.sandbox.login.tokens import GRAPH_APP_ID
from apps.sandbox.state.directory import Directory
from apps.sandbox.state.records import Record

GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
PRIVILEGED_ROLE_ADMINISTRATOR = "e8611ab8-c189-46e8-94e1-60213ab1f814"
# The value every user's `wids` carries that says "a member of the directory".
DEFAULT_USER_WID = "b79fbf4d-3ef9-4689-8143-76b194e85509"
# The same for an application alone.
DEFAULT_APPLICATION_WID = "0997a1d0-0d1d-4acb-b408-d5ca73121e90"


def service_principal(directory: Directory, app_id: str) -> Record | None:
    """The application's service principal in this directory."""
    return directory.find("servicePrincipal", "appId", app_id)


def graph_resource(directory: Directory) -> Record | None:
    return service_principal(directory, GRAPH_APP_ID)


def role_names(resource: Record) -> dict[str, str]:
    """Application permissions of a resource: id -> value."""
    roles: list[dict[str, Any]] = resource.body.get("appRoles") or []
    return {role["id"]: role["value"] for role in roles if role.get("value")}


def scope_names(resource: Record) -> dict[str, str]:
    """Delegated permissions of a resource: id -> value."""
    scopes: list[dict[str, Any]] = resource.body.get("oauth2PermissionScopes") or []
    return {scope["id"]: scope["value"] for scope in scopes if scope.get("value")}


def granted_roles(directory: Directory, principal_id: str) -> tuple[str, ...]:
    """Graph application permissions that the service principal holds, by name, sorted."""
    resource = graph_resource(directory)
    if resource is None:
        return ()
    names = role_names(resource)
    held = {
        names[record.body["appRoleId"]]
        for record in directory.find_all("appRoleAssignment", "principalId", principal_id)
        if record.body.get("resourceId") == resource.body["id"]
        and record.body.get("appRoleId") in names
    }
    return tuple(sorted(held))


def granted_scopes(directory: Directory, principal_id: str, user_id: str) -> tuple[str, ...]:
    """Graph delegated permissions that the service principal holds for this user, sorted."""
    resource = graph_resource(directory)
    if resource is None:
        return ()
    held: set[str] = set()
    for record in directory.find_all("oauth2PermissionGrant", "clientId", principal_id):
        body = record.body
        if body.get("resourceId") != resource.body["id"]:
            continue
        if body.get("consentType") == "AllPrincipals" or body.get("principalId") == user_id:
            held |= set((body.get("scope") or "").split())
    return tuple(sorted(held))


def assignments_to(directory: Directory, resource_id: str, user_id: str) -> list[Record]:
    """App role assignments that let the user in to an application, his own or a group's.

    Nested groups do not count
    (https://learn.microsoft.com/entra/identity/users/groups-saasapps).
    """
    holders = (user_id, *directory.sources("group.members", user_id))
    return [
        record
        for holder in holders
        for record in directory.find_all("appRoleAssignment", "principalId", holder)
        if record.body.get("resourceId") == resource_id
    ]


def app_role_values(client_application: Record, assignments: list[Record]) -> tuple[str, ...]:
    """Values of the application's own roles that the assignments give, sorted (claim `roles`)."""
    values = role_names(client_application)
    given = {values.get(str(record.body.get("appRoleId"))) for record in assignments}
    return tuple(sorted(value for value in given if value))


def directory_roles(directory: Directory, principal_id: str) -> tuple[str, ...]:
    """Template ids of the directory roles that a principal holds for the whole tenant."""
    return tuple(
        sorted(
            record.body["roleDefinitionId"]
            for record in directory.find_all("unifiedRoleAssignment", "principalId", principal_id)
            if record.body.get("directoryScopeId", "/") == "/"
        )
    )


def may_consent_for_everyone(directory: Directory, user_id: str) -> bool:
    """Whether the user may grant application permissions of Graph to an application.

    https://learn.microsoft.com/entra/identity/enterprise-apps/grant-admin-consent
    """
    roles = directory_roles(directory, user_id)
    return GLOBAL_ADMINISTRATOR in roles or PRIVILEGED_ROLE_ADMINISTRATOR in roles
