"""What there is: tenants, applications with their credentials, users with their passwords."""

from __future__ import annotations

from itertools import islice
from typing import Any

from apps.sandbox.login import grants
from apps.sandbox.login.tokens import GRAPH_APP_ID
from apps.sandbox.seed import lab_client_id
from apps.sandbox.state.directory import Directory
from apps.sandbox.state.records import Record
from apps.sandbox.state.world import World

USERS_SHOWN = 50


def overview(world: World, seed: int) -> dict[str, Any]:
    """Everything that an outside client needs to begin.

    `users` shows, for each tenant, everyone with a directory role and then up to 50 others.
    """
    return {
        "tenants": [tenant_facts(directory) for directory in world.directories.values()],
        "applications": _applications(world, lab_client_id(seed)),
        "users": [entry for directory in world.directories.values() for entry in _users(directory)],
    }


def tenant_facts(directory: Directory) -> dict[str, Any]:
    """One tenant in brief."""
    return {
        "id": directory.tenant_id,
        "domain": default_domain(directory),
        "display_name": directory.display_name,
        "users": directory.count("user"),
        "category": directory.category,
    }


def default_domain(directory: Directory) -> str:
    """The domain that new users get, or the first there is."""
    domains = sorted(directory.domains, key=lambda domain: not domain.get("isDefault"))
    return str(domains[0].get("id", "")) if domains else ""


def _applications(world: World, lab: str) -> list[dict[str, Any]]:
    found = [
        _application(world, directory, record)
        for directory in world.directories.values()
        for record in directory.of_type("application")
        if record.body.get("signInAudience") != "AzureADMyOrg" or _secret(record) is not None
    ]
    return sorted(found, key=lambda entry: bool(entry["client_id"] != lab))


def _application(world: World, home: Directory, record: Record) -> dict[str, Any]:
    app_id = str(record.body.get("appId"))
    return {
        "client_id": app_id,
        "client_secret": _secret(record),
        "certificate": _certificate(record),
        "display_name": record.body.get("displayName"),
        "home_tenant": home.tenant_id,
        "roles": required_roles(home, record),
        "consented": [
            directory.tenant_id
            for directory in world.directories.values()
            if grants.service_principal(directory, app_id) is not None
        ],
    }


def required_roles(directory: Directory, application: Record) -> list[str]:
    """Graph application permissions that the application asks for, by name, sorted."""
    resource = grants.graph_resource(directory)
    if resource is None:
        return []
    names = grants.role_names(resource)
    return sorted(
        names[access["id"]]
        for required in application.body.get("requiredResourceAccess") or []
        if required.get("resourceAppId") == GRAPH_APP_ID
        for access in required.get("resourceAccess") or []
        if access.get("type") == "Role" and access.get("id") in names
    )


def _secret(record: Record) -> str | None:
    for credential in record.body.get("passwordCredentials") or []:
        if credential.get("secretText"):
            return str(credential["secretText"])
    return None


def _certificate(record: Record) -> str | None:
    """The first registered certificate, base64 of its DER form, as Graph keeps it."""
    for credential in record.body.get("keyCredentials") or []:
        if credential.get("key"):
            return str(credential["key"])
    return None


def _users(directory: Directory) -> list[dict[str, Any]]:
    holders = [user for user in _with_roles(directory) if _can_sign_in(user)]
    known = {user.id for user in holders}
    others = (
        user for user in directory.of_type("user") if user.id not in known and _can_sign_in(user)
    )
    return [_user(directory, user) for user in (*holders, *islice(others, USERS_SHOWN))]


def _with_roles(directory: Directory) -> list[Record]:
    """Users who hold a directory role, each once, in the order of their assignments."""
    found: dict[str, Record] = {}
    for assignment in directory.of_type("unifiedRoleAssignment"):
        principal = directory.get(str(assignment.body.get("principalId")))
        if principal is not None and principal.type == "user":
            found[principal.id] = principal
    return list(found.values())


def _can_sign_in(user: Record) -> bool:
    return bool((user.body.get("passwordProfile") or {}).get("password"))


def _user(directory: Directory, user: Record) -> dict[str, Any]:
    return {
        "tenant": directory.tenant_id,
        "id": user.id,
        "user_principal_name": user.body.get("userPrincipalName"),
        "display_name": user.body.get("displayName"),
        "password": user.body["passwordProfile"]["password"],
        "enabled": user.body.get("accountEnabled", True),
        "roles": role_titles(directory, user.id),
    }


def role_titles(directory: Directory, principal_id: str) -> list[str]:
    """Display names of the directory roles that a principal holds."""
    titles = []
    for template_id in grants.directory_roles(directory, principal_id):
        definition = directory.get(template_id) or directory.find(
            "unifiedRoleDefinition", "templateId", template_id
        )
        titles.append(str(definition.body["displayName"]) if definition else template_id)
    return titles
