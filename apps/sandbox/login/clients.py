"""Who asks for a token: the application, its service principal, and the proof it brings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from apps.sandbox.login import assertions, federation, grants
from apps.sandbox.login.credentials import check_secret
from apps.sandbox.login.errors import LoginError
from apps.sandbox.login.session import SignIn
from apps.sandbox.state.directory import Directory
from apps.sandbox.state.records import Record

JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
MULTI_TENANT = frozenset({"AzureADMultipleOrgs", "AzureADandPersonalMicrosoftAccount"})


@dataclass(frozen=True, slots=True)
class Client:
    """An application as one tenant sees it."""

    app_id: str
    application: Record
    home: Directory
    directory: Directory
    service_principal: Record | None

    @property
    def name(self) -> str:
        return str(self.application.body.get("displayName") or "")

    @property
    def multi_tenant(self) -> bool:
        return self.application.body.get("signInAudience") in MULTI_TENANT

    @property
    def redirect_uris(self) -> frozenset[str]:
        """Every registered redirect URI, whichever platform it belongs to."""
        return frozenset(
            uri
            for platform in ("web", "spa", "publicClient")
            for uri in (self.application.body.get(platform) or {}).get("redirectUris") or []
        )

    def platform_of(self, redirect_uri: str) -> str:
        """`web`, `spa` or `publicClient`; "" for an address that is not registered."""
        for platform in ("spa", "publicClient", "web"):
            known = (self.application.body.get(platform) or {}).get("redirectUris") or []
            if any(_same_address(redirect_uri, uri) for uri in known):
                return platform
        return ""


def find_client(sign_in: SignIn, directory: Directory, app_id: str) -> Client:
    """The application as seen by `directory`, whether consented to or not.

    Raises:
        LoginError: 700016 when the application is unknown, or belongs to another tenant alone.
    """
    found = sign_in.world.find_application(app_id) if app_id else None
    if found is None:
        raise LoginError(700016, client_id=app_id, tenant=directory.display_name)
    home, application = found
    principal = grants.service_principal(directory, app_id)
    client = Client(app_id, application, home, directory, principal)
    if home is not directory and not client.multi_tenant:
        raise LoginError(700016, client_id=app_id, tenant=directory.display_name)
    return client


def require_service_principal(client: Client) -> Record:
    """The service principal that must exist, and be enabled, for a token.

    Raises:
        LoginError: 700016, 7000229 (in the application's own tenant) or 7000112.
    """
    principal = client.service_principal
    tenant = client.directory
    if principal is None:
        if tenant is client.home:
            raise LoginError(7000229, client_id=client.app_id, tenant=tenant.tenant_id)
        raise LoginError(700016, client_id=client.app_id, tenant=tenant.display_name)
    if principal.body.get("accountEnabled") is False:
        raise LoginError(7000112, client_id=client.app_id, name=client.name)
    return principal


def authenticate(
    sign_in: SignIn, client: Client, form: Mapping[str, str], *, host: str, now: dt.datetime
) -> str:
    """Check the secret or the assertion; return the strength for `azpacr`: "1" or "2".

    Raises:
        LoginError: 7000218 without proof, otherwise what the proof's check says.
    """
    holders = [client.application]
    if client.service_principal is not None:
        holders.append(client.service_principal)
    expired = sign_in.weather.secret_expired(client.app_id)
    if "client_assertion" in form:
        if form.get("client_assertion_type") != JWT_BEARER:
            raise LoginError(900144, parameter="client_assertion_type")
        expected = assertions.Expected(client.app_id, client.directory, host, now, expired)
        return _authenticate_assertion(sign_in, client, form["client_assertion"], expected, holders)
    if "client_secret" not in form:
        raise LoginError(7000218)
    if expired:
        raise LoginError(7000222, client_id=client.app_id)
    check_secret(client.app_id, form["client_secret"], now, *holders)
    return "1"


def _authenticate_assertion(
    sign_in: SignIn,
    client: Client,
    assertion: str,
    expected: assertions.Expected,
    holders: list[Record],
) -> str:
    _, claims = assertions.unverified(assertion)
    if claims.get("iss") != client.app_id and federation.credentials(client):
        federation.verify(sign_in, client, assertion, expected.now)
        return "2"
    jti = assertions.verify(assertion, expected, *holders)
    if not sign_in.use_once(f"jti:{client.app_id}:{jti}", int(claims["exp"])):
        raise LoginError(50012, reason="The client assertion has been used before.")
    return "2"


def _same_address(given: str, registered: str) -> bool:
    """Exactly the same, except that the port of http://localhost does not matter.

    https://learn.microsoft.com/entra/identity-platform/reply-url#localhost-exceptions
    """
    if given == registered:
        return True
    asked, known = urlsplit(given), urlsplit(registered)
    local = ("http", "localhost")
    if (asked.scheme, asked.hostname) != local or (known.scheme, known.hostname) != local:
        return False
    return (asked.path, asked.query) == (known.path, known.query)
