"""Agent identities: a blueprint, its principal, an agent identity and the agent's user.

https://learn.microsoft.com/entra/agent-id/identity-platform/what-is-agent-id
"""

from typing import Any

from apps.sandbox.seed.applications import CREATED
from apps.sandbox.seed.draft import Draft
from apps.sandbox.seed.ids import name_identity, security_identifier

AGENT_NAME = "Order Status Agent"


def add_agent_user(draft: Draft) -> None:
    """Create the user that stands for the agent; it counts as one of the tenant's users."""
    alias = "order-status-agent"
    object_id = draft.guid("agentUser")
    body = {
        "accountEnabled": True,
        "createdDateTime": CREATED,
        "displayName": AGENT_NAME,
        "identities": [name_identity(f"{alias}@{draft.organisation.domain}")],
        "identityParentId": draft.guid("agentIdentity", "agent"),
        "mailNickname": alias,
        "securityIdentifier": security_identifier(object_id),
        "usageLocation": draft.organisation.offices[0].usage,
        "userPrincipalName": f"{alias}@{draft.organisation.domain}",
        "userType": "Member",
    }
    draft.directory.add("agentUser", body, object_id=object_id)
    draft.directory.link("user.manager", object_id, draft.cast["sales-head"])
    draft.directory.link("user.sponsors", object_id, draft.cast["sales-head"])
    draft.cast["agent"] = object_id


def add_agent_identities(draft: Draft) -> None:
    """Create the blueprint, its principal and the agent identity, each with a sponsor."""
    sponsor, app_id = draft.cast["sales-head"], draft.guid("appId", "agent-blueprint")
    blueprint = {
        "appId": app_id,
        "createdDateTime": CREATED,
        "displayName": f"{AGENT_NAME} Blueprint",
        "identifierUris": [f"api://{app_id}"],
        "publisherDomain": draft.organisation.domain,
        "signInAudience": "AzureADMyOrg",
    }
    blueprint_id = draft.add("agentIdentityBlueprint", blueprint, "agent")
    draft.directory.link("application.owners", blueprint_id, sponsor)
    draft.directory.link("application.sponsors", blueprint_id, sponsor)
    shared = {
        "accountEnabled": True,
        "appOwnerOrganizationId": draft.directory.tenant_id,
        "servicePrincipalType": "Application",
        "signInAudience": "AzureADMyOrg",
    }
    principal: dict[str, Any] = {
        **shared,
        "appDisplayName": blueprint["displayName"],
        "appId": app_id,
        "appRoles": [],
        "displayName": blueprint["displayName"],
        "oauth2PermissionScopes": [],
        "replyUrls": [],
        "servicePrincipalNames": [app_id, f"api://{app_id}"],
    }
    agent: dict[str, Any] = {
        **shared,
        "agentIdentityBlueprintId": app_id,
        "appId": draft.guid("agentIdentity", "agent"),
        "createdDateTime": CREATED,
        "displayName": AGENT_NAME,
        "servicePrincipalNames": [draft.guid("agentIdentity", "agent")],
        "servicePrincipalType": "ServiceIdentity",
    }
    for type_name, body in (
        ("agentIdentityBlueprintPrincipal", principal),
        ("agentIdentity", agent),
    ):
        object_id = draft.add(type_name, body, "agent")
        draft.principals[body["appId"]] = object_id
        draft.directory.link("servicePrincipal.sponsors", object_id, sponsor)
