"""Service principals without an application in the tenant, and what they have been granted."""

from typing import Any

from apps.sandbox.seed import resources
from apps.sandbox.seed.applications import app_id_of
from apps.sandbox.seed.draft import Draft
from apps.sandbox.seed.ids import named_guid

DEFAULT_ROLE = "00000000-0000-0000-0000-000000000000"
VENDORS = ("Brightdesk Service Desk", "Inkwell Signatures", "Fernpost Newsletters")


def add_services(draft: Draft) -> None:
    """Create the service principals of Microsoft's own services."""
    for app_id, body in resources.principal_bodies().items():
        draft.principals[app_id] = draft.add("servicePrincipal", dict(body), app_id)


def add_foreign_principals(draft: Draft) -> None:
    """Create vendors' multi-tenant applications and a managed identity."""
    for vendor in VENDORS:
        _add_vendor(draft, vendor)
    _add_managed_identity(draft)


def vendor_app_id(vendor: str) -> str:
    """A vendor's application has the same appId in every tenant and every seed."""
    return named_guid("vendor", vendor)


def add_grants(draft: Draft) -> None:
    """Create delegated grants and app role assignments."""
    graph = draft.principals[resources.GRAPH]
    portal = draft.principals[app_id_of(draft, "portal")]
    grant(draft, portal, graph, "openid profile email User.Read")
    api = draft.principals[app_id_of(draft, "portal-api")]
    grant(draft, portal, api, "Orders.Read Orders.ReadWrite")
    for vendor, scope in zip(
        VENDORS,
        ("User.Read User.ReadBasic.All", "openid User.Read Files.Read", "User.Read Mail.Send"),
        strict=True,
    ):
        grant(draft, draft.principals[vendor_app_id(vendor)], graph, scope)
    tools = draft.principals[resources.GRAPH_COMMAND_LINE]
    for key in ("identity-engineer", "consultant"):
        grant(draft, tools, graph, "openid profile User.Read Directory.Read.All", draft.cast[key])
    _assign_roles(draft, graph, portal)


def grant(draft: Draft, client: str, resource: str, scope: str, user: str | None = None) -> None:
    """Create an `oauth2PermissionGrant`: for everyone, or for one user."""
    body: dict[str, Any] = {
        "clientId": client,
        "consentType": "Principal" if user else "AllPrincipals",
        "resourceId": resource,
        "scope": scope,
    }
    if user:
        body["principalId"] = user
    draft.directory.add(
        "oauth2PermissionGrant", body, object_id=draft.token("grant", client, resource, user)
    )


def assign(
    draft: Draft, principal: str, resource: str, role: str, principal_type: str = "ServicePrincipal"
) -> None:
    """Create an `appRoleAssignment` with the names Graph shows on it."""
    directory = draft.directory
    holder, target = directory.get(principal), directory.get(resource)
    body = {
        "appRoleId": role,
        "createdDateTime": "2024-06-03T07:45:00Z",
        "principalDisplayName": holder.body["displayName"] if holder else None,
        "principalId": principal,
        "principalType": principal_type,
        "resourceDisplayName": target.body["displayName"] if target else None,
        "resourceId": resource,
    }
    directory.add(
        "appRoleAssignment", body, object_id=draft.token("assignment", principal, resource, role)
    )


def _assign_roles(draft: Draft, graph: str, portal: str) -> None:
    roles = resources.graph_roles()
    feed = draft.principals[app_id_of(draft, "hr-feed")]
    for value in ("User.ReadWrite.All", "Directory.Read.All"):
        assign(draft, feed, graph, roles[value])
    migration = draft.principals[app_id_of(draft, "migration")]
    assign(draft, migration, graph, roles["Sites.Read.All"])
    sharepoint = draft.principals[resources.SHAREPOINT]
    assign(draft, migration, sharepoint, resources.SITES_FULL_CONTROL)
    assign(draft, draft.principals["managed-identity"], graph, roles["User.Read.All"])
    assign(draft, draft.groups["portal-users"], portal, draft.guid("role", "agent"), "Group")
    assign(draft, draft.cast["sales-head"], portal, draft.guid("role", "manager"), "User")
    desk = draft.principals[vendor_app_id(VENDORS[0])]
    for member in draft.members[:12]:
        assign(draft, member, desk, DEFAULT_ROLE, "User")


def _add_vendor(draft: Draft, vendor: str) -> None:
    app_id, word = vendor_app_id(vendor), vendor.split()[0].lower()
    body = {
        "accountEnabled": True,
        "appDisplayName": vendor,
        "appId": app_id,
        "appOwnerOrganizationId": named_guid("vendor tenant", vendor),
        "appRoleAssignmentRequired": word == "brightdesk",
        "displayName": vendor,
        "homepage": f"https://{word}.example/",
        "loginUrl": f"https://{word}.example/login",
        "notificationEmailAddresses": [f"it@{draft.organisation.domain}"],
        "preferredSingleSignOnMode": "oidc",
        "replyUrls": [f"https://{word}.example/callback"],
        "servicePrincipalNames": [app_id],
        "servicePrincipalType": "Application",
        "signInAudience": "AzureADMultipleOrgs",
        "tags": ["WindowsAzureActiveDirectoryIntegratedApp"],
    }
    draft.principals[app_id] = draft.add("servicePrincipal", body, app_id)


def _add_managed_identity(draft: Draft) -> None:
    subscription = draft.guid("azure subscription")
    resource = (
        f"/subscriptions/{subscription}/resourcegroups/rg-automation/providers/"
        "Microsoft.ManagedIdentity/userAssignedIdentities/id-automation"
    )
    app_id = draft.guid("appId", "managed-identity")
    body = {
        "accountEnabled": True,
        "alternativeNames": ["isExplicit=True", resource],
        "appDisplayName": "id-automation",
        "appId": app_id,
        "displayName": "id-automation",
        "servicePrincipalNames": [app_id],
        "servicePrincipalType": "ManagedIdentity",
    }
    draft.principals["managed-identity"] = draft.add("servicePrincipal", body, app_id)
