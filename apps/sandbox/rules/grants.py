"""App role assignments, delegated permission grants and federated credentials.

https://learn.microsoft.com/graph/api/serviceprincipal-post-approleassignedto,
https://learn.microsoft.com/graph/api/oauth2permissiongrant-post and
https://learn.microsoft.com/graph/api/application-post-federatedidentitycredentials
"""

from __future__ import annotations

import base64
import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from apps.sandbox.graph.context import GraphError
from apps.sandbox.rules.refusals import bad_request, invalid_value, required

DEFAULT_ROLE = "00000000-0000-0000-0000-000000000000"
MEMBER_TYPES = {"user": "User", "group": "User", "servicePrincipal": "Application"}
PRINCIPAL_TYPES = {"user": "User", "group": "Group", "servicePrincipal": "ServicePrincipal"}
ALREADY_ASSIGNED = "Permission being assigned already exists on the object"
ENTRY_EXISTS = "Permission entry already exists."
NO_REFERENCE = "Not a valid reference update"
SCOPE_LIMIT = 3850
CONSENT_TYPES = frozenset({"AllPrincipals", "Principal"})
AUDIENCE_LIMIT = 1
CREDENTIAL_LIMIT = 20
ASSIGNMENT_LIMIT = 1500


def unknown_role(app_id: str | None) -> GraphError:
    """The resource has no enabled role of this id for this sort of principal."""
    return bad_request(f"Permission being assigned was not found on application '{app_id}'.")


def role_allows(resource: Mapping[str, Any], role_id: str, principal_family: str) -> bool:
    """Whether the resource service principal offers the role to this sort of principal."""
    if role_id == DEFAULT_ROLE:
        return True
    wanted = MEMBER_TYPES[principal_family]
    return any(
        role.get("id") == role_id
        and role.get("isEnabled", True)
        and wanted in (role.get("allowedMemberTypes") or ())
        for role in resource.get("appRoles") or ()
    )


def grant_id(client_id: str, resource_id: str, principal_id: str | None) -> str:
    """The id of a delegated grant: its ids packed and written in base64 for URLs."""
    parts = [client_id, resource_id, *([principal_id] if principal_id else [])]
    return packed(*parts)


def packed(*ids: str) -> str:
    """GUIDs packed and written in base64 for URLs, as Entra forms ids of relations."""
    raw = b"".join(uuid.UUID(value).bytes_le for value in ids)
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def check_grant(body: Mapping[str, Any]) -> None:
    """Refuse a delegated grant that is incomplete or contradicts itself."""
    for name in ("clientId", "consentType", "resourceId"):
        if not body.get(name):
            raise required(name, "OAuth2PermissionGrant")
    if body["consentType"] not in CONSENT_TYPES:
        raise invalid_value("consentType", "OAuth2PermissionGrant")
    if (body["consentType"] == "Principal") != bool(body.get("principalId")):
        raise invalid_value("principalId", "OAuth2PermissionGrant")
    check_scope(body.get("scope"))


def check_scope(scope: object) -> None:
    """The list of delegated permissions has a length limit."""
    if isinstance(scope, str) and len(scope) > SCOPE_LIMIT:
        raise invalid_value("scope", "OAuth2PermissionGrant")


def check_federated(body: Mapping[str, Any]) -> None:
    """Refuse a federated credential that no issuer could satisfy."""
    matched = "claimsMatchingExpression" if body.get("claimsMatchingExpression") else "subject"
    for name in ("name", "issuer", matched, "audiences"):
        if not body.get(name):
            raise required(name, "FederatedIdentityCredential")
    if len(body["audiences"]) != AUDIENCE_LIMIT:
        raise bad_request("FederatedIdentityCredential must have exactly one audience.")
    parts = urlsplit(body["issuer"])
    if parts.scheme != "https" or not parts.netloc:
        raise bad_request("FederatedIdentityCredential issuer must be a valid https URL.")
    if len(body["name"]) > 120 or not all(c.isalnum() or c in "-_" for c in body["name"]):
        raise bad_request("FederatedIdentityCredential name is not a valid URL segment.")
