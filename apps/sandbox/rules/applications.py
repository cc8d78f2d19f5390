"""What Entra checks in an application beyond the shape of its properties.

https://learn.microsoft.com/graph/api/resources/application,
https://learn.microsoft.com/graph/api/resources/approle (disable before delete) and
https://learn.microsoft.com/entra/identity-platform/identifier-uri-restrictions
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from apps.sandbox.graph.context import GraphError
from apps.sandbox.rules.refusals import ENTITLEMENTS, bad_request, invalid_value, refused, required

AUDIENCES = frozenset(
    {
        "AzureADMyOrg",
        "AzureADMultipleOrgs",
        "AzureADandPersonalMicrosoftAccount",
        "PersonalMicrosoftAccount",
    }
)
DISABLE_FIRST = "Permission (scope or role) cannot be deleted or updated unless disabled first."
REDIRECT_KINDS = (
    ("web", "redirectUris"),
    ("spa", "redirectUris"),
    ("publicClient", "redirectUris"),
)
ENTRY_REQUIRED = {
    "appRoles": ("id", "displayName", "description", "allowedMemberTypes"),
    "oauth2PermissionScopes": ("id", "value"),
}
SWITCH = "isEnabled"


def scopes_of(application: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The delegated permissions that an application exposes."""
    api: Mapping[str, Any] = application.get("api") or {}
    scopes: list[dict[str, Any]] = api.get("oauth2PermissionScopes") or []
    return scopes


def check_permissions(before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """An enabled role or scope may not be removed or changed, but for switching it off."""
    _check_entries(before.get("appRoles") or [], after.get("appRoles") or [], "appRoles")
    _check_entries(scopes_of(before), scopes_of(after), "oauth2PermissionScopes")
    values = [
        entry.get("value")
        for entry in [*(after.get("appRoles") or []), *scopes_of(after)]
        if entry.get("value")
    ]
    if len(values) != len(set(values)):
        raise bad_request("Request contains a property with duplicate values.")


def _check_entries(
    before: Iterable[Mapping[str, Any]], after: Iterable[Mapping[str, Any]], name: str
) -> None:
    for entry in after:
        for field in ENTRY_REQUIRED[name]:
            if entry.get(field) in (None, "", []):
                raise required(field, "AppRole" if name == "appRoles" else "PermissionScope")
    kept = {entry["id"]: entry for entry in after}
    for old in before:
        if not old.get(SWITCH, True):
            continue
        new = kept.get(old["id"])
        if new is None or _touched(old, new):
            raise refused(DISABLE_FIRST, ENTITLEMENTS)


def _touched(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether the parts that consumers hold to (value, who may be assigned) are changed."""
    return any(
        (old.get(field) or "") != (new.get(field) or "")
        for field in ("value", "allowedMemberTypes")
        if field in old or field in new
    )


def check_redirects(application: Mapping[str, Any]) -> None:
    """A redirect URI stands under one platform only, once."""
    found: list[str] = []
    for part, name in REDIRECT_KINDS:
        found += (application.get(part) or {}).get(name) or []
    if len(found) != len(set(found)):
        raise bad_request("Request contains a property with duplicate values.")
    for uri in found:
        parts = urlsplit(uri)
        if not parts.scheme or "*" in parts.netloc.split(".", 1)[0] + parts.scheme:
            raise invalid_value("redirectUris", "Application")


def check_identifier_uris(
    uris: Iterable[str], *, app_id: str, tenant_id: str, verified: Collection[str]
) -> None:
    """`api://{appId}`, `api://{tenantId}/...`, `api://.../{appId}`, or a host under a verified
    domain."""
    for uri in uris:
        parts = urlsplit(uri)
        if not parts.scheme or (not parts.netloc and not parts.path):
            raise bad_request(
                "Invalid value specified for property 'identifierUris' of resource 'Application'."
            )
        own = parts.netloc in {app_id, tenant_id} or parts.path.endswith(f"/{app_id}")
        if parts.scheme == "api" and own:
            continue
        if not _under(parts.hostname or "", verified):
            raise unverified_uri(uri)


def _under(host: str, verified: Collection[str]) -> bool:
    return any(host == domain or host.endswith(f".{domain}") for domain in verified)


def unverified_uri(uri: str) -> GraphError:
    """The host of an identifier URI is not the tenant's."""
    return GraphError(
        400,
        "HostNameNotOnVerifiedDomain",
        "Values of identifierUris property must use a verified domain of the organization or its "
        f"subdomain: '{uri}'",
    )
