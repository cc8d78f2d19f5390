"""Microsoft's own services as they stand in every tenant, under their published appIds.

Source: https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in
and https://learn.microsoft.com/graph/permissions-reference
"""

import json
from functools import lru_cache
from typing import Any

from apps.sandbox.seed.organisations import DATA

MICROSOFT_TENANT = "f8cdef31-a31e-4b4a-93e4-5f571e91255a"
GRAPH = "00000003-0000-0000-c000-000000000000"
EXCHANGE = "00000002-0000-0ff1-ce00-000000000000"
SHAREPOINT = "00000003-0000-0ff1-ce00-000000000000"
AZURE_MANAGEMENT = "797f4846-ba00-4fd7-ba43-dac1f8f63013"
GRAPH_COMMAND_LINE = "14d82eec-204b-4c2f-b7e8-296a70dab67e"
USERS_MAY_CONSENT = frozenset(
    {
        "AllSites.Read",
        "Calendars.Read",
        "Calendars.ReadWrite",
        "Chat.Read",
        "Contacts.Read",
        "EWS.AccessAsUser.All",
        "Files.Read",
        "Files.Read.All",
        "Files.ReadWrite",
        "Files.ReadWrite.All",
        "Mail.Read",
        "Mail.ReadWrite",
        "Mail.Send",
        "Notes.Read.All",
        "People.Read",
        "Sites.Read.All",
        "Tasks.ReadWrite",
        "Team.ReadBasic.All",
        "User.Read",
        "User.ReadBasic.All",
        "User.ReadWrite",
        "email",
        "offline_access",
        "openid",
        "profile",
        "user_impersonation",
    }
)
"""Delegated permissions of Microsoft's services that need no administrator (type "User")."""
SITES_FULL_CONTROL = "678536fe-1083-478a-9c59-b99265e6b0d3"


@lru_cache(maxsize=1)
def graph_roles() -> dict[str, str]:
    """Application permissions of Microsoft Graph: value to app role id."""
    roles: dict[str, str] = json.loads((DATA / "graph_app_roles.json").read_text())
    return roles


@lru_cache(maxsize=1)
def services() -> list[dict[str, Any]]:
    """Every first-party service: `appId`, `name`, its `roles` and `scopes` by value."""
    known: list[dict[str, Any]] = json.loads((DATA / "first_party.json").read_text())
    for service in known:
        if service["appId"] == GRAPH:
            service["roles"] = graph_roles()
    return known


@lru_cache(maxsize=1)
def graph_scopes() -> dict[str, str]:
    """Delegated permissions of Microsoft Graph: value to scope id."""
    return {
        value: scope_id
        for service in services()
        if service["appId"] == GRAPH
        for value, scope_id in service["scopes"].items()
    }


def app_role(value: str, role_id: str, *member_types: str) -> dict[str, Any]:
    """An app role; without member types it is one for applications."""
    words = value.replace(".", " ")
    return {
        "allowedMemberTypes": list(member_types or ("Application",)),
        "description": f"Allows {words}.",
        "displayName": words,
        "id": role_id,
        "isEnabled": True,
        "origin": "Application",
        "value": value,
    }


def scope(value: str, scope_id: str, consent: str = "Admin") -> dict[str, Any]:
    """A delegated permission that an API exposes; `consent` is Admin or User."""
    words = value.replace(".", " ")
    return {
        "adminConsentDescription": f"Allows the app {words} on behalf of the signed-in user.",
        "adminConsentDisplayName": words,
        "id": scope_id,
        "isEnabled": True,
        "type": consent,
        "userConsentDescription": f"Allows the app {words} on your behalf.",
        "userConsentDisplayName": words,
        "value": value,
    }


@lru_cache(maxsize=1)
def principal_bodies() -> dict[str, dict[str, Any]]:
    """The bodies of the services' principals by appId; the same in every tenant."""
    return {service["appId"]: _principal(service) for service in services()}


def _principal(service: dict[str, Any]) -> dict[str, Any]:
    app_id = service["appId"]
    return {
        "accountEnabled": True,
        "appDisplayName": service["name"],
        "appId": app_id,
        "appOwnerOrganizationId": MICROSOFT_TENANT,
        "appRoleAssignmentRequired": False,
        "appRoles": [app_role(value, each) for value, each in service["roles"].items()],
        "displayName": service["name"],
        "oauth2PermissionScopes": [
            scope(value, each, "User" if value in USERS_MAY_CONSENT else "Admin")
            for value, each in service["scopes"].items()
        ],
        "servicePrincipalNames": [app_id, *service["names"]],
        "servicePrincipalType": "Application",
        "signInAudience": "AzureADMultipleOrgs",
    }
