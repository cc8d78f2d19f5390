"""Registering an application from outside, as an app developer would in the portal."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import secrets
import uuid
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from apps.sandbox.control.errors import ControlError
from apps.sandbox.login import grants
from apps.sandbox.login.tokens import GRAPH_APP_ID
from apps.sandbox.state.clock import graph_time
from apps.sandbox.state.directory import Directory
from apps.sandbox.state.records import Record
from apps.sandbox.state.world import World

_KNOWN = {
    "display_name",
    "home_tenant",
    "roles",
    "scopes",
    "certificate",
    "redirect_uris",
    "public_redirect_uris",
    "logout_url",
    "group_membership_claims",
    "optional_claims",
}
GROUP_CLAIMS = frozenset({"None", "SecurityGroup", "DirectoryRole", "ApplicationGroup", "All"})


def register_application(world: World, asked: dict[str, Any]) -> dict[str, Any]:
    """Register a multi-tenant application; nobody has consented to it yet.

    Args:
        asked: `display_name`, `home_tenant` (id or domain), `roles` (Graph application permissions
            by name), `scopes` (delegated ones), `certificate` (PEM, or null for a secret),
            `redirect_uris` of a web application, `public_redirect_uris` of one on a device,
            `logout_url`, `group_membership_claims` ("SecurityGroup", "DirectoryRole", "All", ...),
            `optional_claims` of the id token by name.

    Raises:
        ControlError: something asked for does not exist, or is missing.
    """
    unknown = set(asked) - _KNOWN
    if unknown:
        raise ControlError(f"there is no '{sorted(unknown)[0]}' in an application")
    home = _home(world, asked.get("home_tenant"))
    app_id, now = str(uuid.uuid4()), world.clock.now()
    secret = None if asked.get("certificate") else f"sandbox~{secrets.token_urlsafe(30)}"
    body: dict[str, Any] = {
        "appId": app_id,
        "createdDateTime": graph_time(now),
        "displayName": _text(asked, "display_name"),
        "publisherDomain": home.domains[0]["id"] if home.domains else None,
        "requiredResourceAccess": [_required_access(home, asked)],
        "signInAudience": "AzureADMultipleOrgs",
        "web": _without_nulls(
            redirectUris=_texts(asked, "redirect_uris"), logoutUrl=asked.get("logout_url")
        ),
        "publicClient": {"redirectUris": _texts(asked, "public_redirect_uris")},
        **_token_claims(asked),
    }
    if secret is None:
        body["keyCredentials"] = [key_credential(_text(asked, "certificate"))]
    else:
        body["passwordCredentials"] = [password_credential(secret, now)]
    object_id = home.add("application", body)
    return {
        "client_id": app_id,
        "client_secret": secret,
        "object_id": object_id,
        "home_tenant": home.tenant_id,
        "display_name": body["displayName"],
    }


def _token_claims(asked: dict[str, Any]) -> dict[str, Any]:
    """What the application wants to be told of people in its tokens."""
    groups, names = asked.get("group_membership_claims"), _texts(asked, "optional_claims")
    if groups is not None and not set(str(groups).replace(" ", "").split(",")) <= GROUP_CLAIMS:
        raise ControlError(f"'group_membership_claims' are {', '.join(sorted(GROUP_CLAIMS))}")
    optional = [{"name": name, "essential": False, "additionalProperties": []} for name in names]
    claims = {"idToken": optional, "accessToken": [], "saml2Token": []} if optional else None
    return _without_nulls(groupMembershipClaims=groups, optionalClaims=claims)


def _without_nulls(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def key_credential(pem: str) -> dict[str, Any]:
    """A certificate as the application's `keyCredentials` hold it.

    Raises:
        ControlError: it is not a PEM certificate.
    """
    try:
        certificate = x509.load_pem_x509_certificate(pem.encode())
    except ValueError as problem:
        raise ControlError("'certificate' is not a certificate in PEM form") from problem
    der = certificate.public_bytes(Encoding.DER)
    return {
        "customKeyIdentifier": hashlib.sha1(der, usedforsecurity=False).hexdigest().upper(),
        "displayName": certificate.subject.rfc4514_string(),
        "endDateTime": graph_time(certificate.not_valid_after_utc),
        "key": base64.b64encode(der).decode(),
        "keyId": str(uuid.uuid4()),
        "startDateTime": graph_time(certificate.not_valid_before_utc),
        "type": "AsymmetricX509Cert",
        "usage": "Verify",
    }


def password_credential(secret: str, now: dt.datetime) -> dict[str, Any]:
    """A secret of two years as the application's `passwordCredentials` hold it."""
    return {
        "displayName": "sandbox",
        "endDateTime": graph_time(now + dt.timedelta(days=730)),
        "hint": secret[:3],
        "keyId": str(uuid.uuid4()),
        "secretText": secret,
        "startDateTime": graph_time(now),
    }


def _home(world: World, name: Any) -> Directory:
    if name is None:
        raise ControlError("'home_tenant' is missing: the id or domain of a tenant")
    home = world.directory(str(name))
    if home is None:
        raise ControlError(f"there is no tenant '{name}'")
    return home


def _required_access(home: Directory, asked: dict[str, Any]) -> dict[str, Any]:
    resource = grants.graph_resource(home)
    if resource is None:
        raise ControlError("the home tenant has no Microsoft Graph service principal")
    roles = _ids(resource, grants.role_names(resource), _texts(asked, "roles"))
    scopes = _ids(resource, grants.scope_names(resource), _texts(asked, "scopes"))
    access = [{"id": each, "type": "Role"} for each in roles]
    access += [{"id": each, "type": "Scope"} for each in scopes]
    return {"resourceAppId": GRAPH_APP_ID, "resourceAccess": access}


def _ids(resource: Record, names: dict[str, str], wanted: list[str]) -> list[str]:
    ids = {name: permission_id for permission_id, name in names.items()}
    missing = [name for name in wanted if name not in ids]
    if missing:
        raise ControlError(f"{resource.body.get('displayName')} has no permission '{missing[0]}'")
    return [ids[name] for name in wanted]


def _text(asked: dict[str, Any], name: str) -> str:
    value = asked.get(name)
    if not isinstance(value, str) or not value:
        raise ControlError(f"'{name}' is missing")
    return value


def _texts(asked: dict[str, Any], name: str) -> list[str]:
    values = asked.get(name) or []
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise ControlError(f"'{name}' must be a list of texts")
    return values
