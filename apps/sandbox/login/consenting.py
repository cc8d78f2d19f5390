"""Carrying out a consent: the service principal, its permissions and the audit records."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from apps.sandbox.graph.context import Call, Caller
from apps.sandbox.login import grants
from apps.sandbox.login.clients import Client
from apps.sandbox.login.errors import LoginError
from apps.sandbox.login.keys import base64url
from apps.sandbox.login.people import Person
from apps.sandbox.login.scopes import OIDC_SCOPES
from apps.sandbox.login.session import SignIn
from apps.sandbox.login.tokens import GRAPH_APP_ID
from apps.sandbox.state.clock import graph_time
from apps.sandbox.state.directory import Directory
from apps.sandbox.state.records import Record
from apps.sandbox.writes import audit
from apps.sandbox.writes.activities import ASSIGNED, CONSENT, GRANT_ADDED, OBJECTS
from apps.sandbox.writes.followers import taken_over

FOR_ONESELF = "ManagePermissionGrantsForSelf."
"""Beginning of the policies that let users consent."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Graph permissions that an application asks for: id -> name."""

    roles: dict[str, str]
    scopes: dict[str, str]

    @property
    def is_empty(self) -> bool:
        return not self.roles and not self.scopes


def asked_permissions(client: Client) -> Asked:
    """What `requiredResourceAccess` of the application names, as this tenant's Graph knows it."""
    resource = grants.graph_resource(client.directory)
    if resource is None:
        return Asked({}, {})
    roles, scopes = grants.role_names(resource), grants.scope_names(resource)
    wanted = [
        access
        for required in client.application.body.get("requiredResourceAccess") or []
        if required.get("resourceAppId") == GRAPH_APP_ID
        for access in required.get("resourceAccess") or []
    ]
    return Asked(
        {each["id"]: roles[each["id"]] for each in wanted if each["id"] in roles},
        {each["id"]: scopes[each["id"]] for each in wanted if each["id"] in scopes},
    )


def consent_for_everyone(sign_in: SignIn, client: Client, admin: Record, asked: Asked) -> Record:
    """What an administrator's yes does; return the service principal."""
    call = _call_of(sign_in, client.directory, admin)
    principal = _service_principal(call, client)
    resource = grants.graph_resource(client.directory)
    if resource is not None:
        _assign_roles(call, principal, resource, asked.roles)
        _grant_scopes(call, principal, resource, frozenset(asked.scopes.values()), None)
    _record_consent(call, principal, admin, everyone=True)
    return principal


def agree(
    sign_in: SignIn, client: Client, person: Person, missing: frozenset[str], scope: str
) -> None:
    """Record the person's own consent to what the scope parameter asked for.

    Raises:
        LoginError: 90094 when it takes an administrator and he is none.
    """
    admin = grants.may_consent_for_everyone(person.directory, person.user.id)
    if not admin and (_needs_administrator(person.directory, missing)):
        tenant = person.directory.display_name
        raise LoginError(90094, tenant=tenant, name=client.name)
    asked_too = OIDC_SCOPES & set(scope.split())
    consent_for_oneself(sign_in, client, person.user, missing | asked_too)


def _needs_administrator(directory: Directory, scopes: frozenset[str]) -> bool:
    """A scope that only administrators can grant, or a tenant whose users grant nothing.

    https://learn.microsoft.com/entra/identity/enterprise-apps/configure-user-consent
    """
    policy = next(directory.of_type("authorizationPolicy"), None)
    permissions = (policy.body.get("defaultUserRolePermissions") or {}) if policy else {}
    assigned = permissions.get("permissionGrantPoliciesAssigned")
    if assigned is not None and not any(name.startswith(FOR_ONESELF) for name in assigned):
        return True
    resource = grants.graph_resource(directory)
    declared = (resource.body.get("oauth2PermissionScopes") or []) if resource else []
    admins = {each["value"] for each in declared if each.get("type") == "Admin"}
    return bool(scopes & admins)


def consent_for_oneself(
    sign_in: SignIn, client: Client, user: Record, scopes: frozenset[str]
) -> Record:
    """What a user's yes to delegated permissions does; return the service principal."""
    call = _call_of(sign_in, client.directory, user)
    principal = _service_principal(call, client)
    resource = grants.graph_resource(client.directory)
    if resource is not None:
        _grant_scopes(call, principal, resource, scopes, user.id)
    _record_consent(call, principal, user, everyone=False)
    return principal


def _call_of(sign_in: SignIn, directory: Directory, user: Record) -> Call:
    """The person's doing, as a call that audit records can be written of."""
    name = str(user.body.get("userPrincipalName") or "")
    return Call(
        world=sign_in.world,
        directory=directory,
        version="v1.0",
        method="POST",
        segments=("servicePrincipals",),
        query=(),
        headers={},
        body=None,
        base_url="",
        caller=Caller(app_id="", user_id=user.id, user_name=name),
    )


def _service_principal(call: Call, client: Client) -> Record:
    """The service principal, enabled as it was, created if it is not there yet."""
    directory = call.directory
    existing = grants.service_principal(directory, client.app_id)
    if existing is not None:
        return existing
    body: dict[str, Any] = {
        "alternativeNames": [],
        "keyCredentials": [],
        "notificationEmailAddresses": [],
        "passwordCredentials": [],
        "resourceSpecificApplicationPermissions": [],
        **taken_over(client.application.body),
        "accountEnabled": True,
        "appId": client.app_id,
        "appOwnerOrganizationId": client.home.tenant_id,
        "appRoleAssignmentRequired": False,
        "createdDateTime": graph_time(call.world.clock.now()),
        "displayName": client.name,
        "servicePrincipalType": "Application",
        "tags": ["WindowsAzureActiveDirectoryIntegratedApp"],
    }
    record = _record(directory, directory.add("servicePrincipal", body))
    modified = audit.changes({}, {"appId": client.app_id, "displayName": client.name})
    audit.record(call, OBJECTS["servicePrincipal"]["add"], [audit.target(record, modified)])
    return record


def _assign_roles(call: Call, principal: Record, resource: Record, roles: dict[str, str]) -> None:
    directory = call.directory
    held = {
        each.body.get("appRoleId")
        for each in directory.find_all("appRoleAssignment", "principalId", principal.id)
        if each.body.get("resourceId") == resource.id
    }
    for role_id, name in roles.items():
        if role_id in held:
            continue
        body = {
            "appRoleId": role_id,
            "createdDateTime": graph_time(call.world.clock.now()),
            "principalDisplayName": principal.body.get("displayName"),
            "principalId": principal.id,
            "principalType": "ServicePrincipal",
            "resourceDisplayName": resource.body.get("displayName"),
            "resourceId": resource.id,
        }
        directory.add("appRoleAssignment", body, object_id=_grant_id())
        modified = [audit.Modified("AppRole.Value", None, name)]
        targets = [audit.target(resource, modified), audit.target(principal)]
        audit.record(call, ASSIGNED["ServicePrincipal"], targets)


def _grant_scopes(
    call: Call, principal: Record, resource: Record, scopes: frozenset[str], user_id: str | None
) -> None:
    if not scopes:
        return
    consent_type = "Principal" if user_id else "AllPrincipals"
    existing = _grant(call.directory, principal, resource, user_id)
    before = set(((existing.body.get("scope") or "") if existing else "").split())
    if scopes <= before:
        return
    scope = " ".join(sorted(before | scopes))
    if existing is not None:
        call.directory.change(existing.id, {"scope": scope})
    else:
        body = {
            "clientId": principal.id,
            "consentType": consent_type,
            "principalId": user_id,
            "resourceId": resource.id,
            "scope": scope,
        }
        call.directory.add("oauth2PermissionGrant", body, object_id=_grant_id())
    modified = [
        audit.Modified("DelegatedPermissionGrant.Scope", None, scope),
        audit.Modified("DelegatedPermissionGrant.ConsentType", None, consent_type),
    ]
    targets = [audit.target(resource, modified), audit.target(principal)]
    audit.record(call, GRANT_ADDED, targets)


def _grant(
    directory: Directory, principal: Record, resource: Record, user_id: str | None
) -> Record | None:
    for each in directory.find_all("oauth2PermissionGrant", "clientId", principal.id):
        same_resource = each.body.get("resourceId") == resource.id
        if same_resource and each.body.get("principalId") == user_id:
            return each
    return None


def _grant_id() -> str:
    """Assignments and grants have ids of 43 characters instead of GUIDs."""
    return base64url(secrets.token_bytes(32))


def _record_consent(call: Call, principal: Record, user: Record, *, everyone: bool) -> None:
    modified = [
        audit.Modified("ConsentContext.IsAdminConsent", None, str(everyone)),
        audit.Modified("ConsentContext.IsAppOnly", None, "False"),
        audit.Modified("ConsentContext.OnBehalfOfAll", None, str(everyone)),
    ]
    targets = [audit.target(principal, modified), audit.target(user)]
    audit.record(call, CONSENT, targets)


def _record(directory: Directory, object_id: str) -> Record:
    record = directory.get(object_id)
    if record is None:
        raise LookupError(f"{object_id} was added and is not there")
    return record
