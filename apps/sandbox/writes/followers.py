"""What a service principal takes over from its application.

https://learn.microsoft.com/entra/identity-platform/app-objects-and-service-principals
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apps.sandbox.graph.context import Call
from apps.sandbox.rules.applications import scopes_of
from apps.sandbox.state.records import Record


def taken_over(application: Mapping[str, Any]) -> dict[str, Any]:
    """The properties that a service principal has from its application."""
    web: Mapping[str, Any] = application.get("web") or {}
    app_id = application["appId"]
    return {
        "appDisplayName": application.get("displayName"),
        "appRoles": application.get("appRoles") or [],
        "oauth2PermissionScopes": scopes_of(application),
        "signInAudience": application.get("signInAudience"),
        "replyUrls": [
            uri
            for part in ("web", "spa", "publicClient")
            for uri in (application.get(part) or {}).get("redirectUris") or ()
        ],
        "servicePrincipalNames": [app_id, *(application.get("identifierUris") or ())],
        "homepage": web.get("homePageUrl"),
        "logoutUrl": web.get("logoutUrl"),
        "info": application.get("info"),
        "verifiedPublisher": application.get("verifiedPublisher"),
        "applicationTemplateId": application.get("applicationTemplateId"),
    }


def follow(call: Call, application: Record) -> None:
    """Let the service principal of the application's own tenant take over what changed."""
    principal = call.directory.find("servicePrincipal", "appId", application.body["appId"])
    if principal is None:
        return
    changes = taken_over(application.body)
    if principal.body.get("displayName") == principal.body.get("appDisplayName"):
        changes["displayName"] = application.body.get("displayName")
    call.directory.change(principal.id, changes)
