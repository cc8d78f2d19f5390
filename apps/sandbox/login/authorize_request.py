"""What an application asks of the authorize endpoint, read and checked.

https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow and
https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc
"""

from __future__ import annotations

from dataclasses import dataclass

from apps.sandbox.login.clients import Client, find_client
from apps.sandbox.login.errors import LoginError
from apps.sandbox.login.id_claims import name_of_hint
from apps.sandbox.login.scopes import graph_scopes
from apps.sandbox.login.session import SignIn
from apps.sandbox.login.tenants import SHARED, directory_named
from apps.sandbox.state.directory import Directory

RESPONSE_MODES = frozenset({"query", "fragment", "form_post"})
RESPONSE_TYPES = frozenset({"code", "id_token", "token"})
PROMPTS = frozenset({"", "login", "none", "consent", "select_account", "create"})
CHALLENGE_SIZES = range(43, 129)
# What the forms add to the parameters of the request.
FORM_FIELDS = frozenset({"user", "username", "password", "decision", "signed_in"})


@dataclass(frozen=True, slots=True)
class Asked:
    """One authorization request, checked as far as its redirect URI."""

    tenant: str
    directory: Directory | None
    client: Client
    fields: dict[str, str]

    def field(self, name: str) -> str:
        return self.fields.get(name, "")

    @property
    def response_types(self) -> frozenset[str]:
        return frozenset(self.field("response_type").split())

    @property
    def mode(self) -> str:
        """Tokens travel in a fragment unless asked for otherwise, codes in the query."""
        default = "fragment" if self.response_types & {"id_token", "token"} else "query"
        return self.field("response_mode") or default

    @property
    def max_age(self) -> int | None:
        """Seconds since the person proved who he is, at most."""
        given = self.field("max_age")
        return int(given) if given.isdigit() else None

    @property
    def hinted_name(self) -> str:
        """The user name that `login_hint` stands for, in lower case."""
        return name_of_hint(self.field("login_hint")).lower()


def read(sign_in: SignIn, tenant: str, sent: dict[str, str]) -> Asked:
    """The request, as far as it says who asks and where to send the answer.

    Raises:
        LoginError: shown to the person, because the redirect URI cannot be trusted.
    """
    if tenant.lower() == "consumers":
        raise LoginError(90023, reason="The client does not exist or is not enabled for consumers.")
    directory = None if tenant.lower() in SHARED else directory_named(sign_in.world, tenant)
    client_id = sent.get("client_id", "")
    if not client_id:
        raise LoginError(900144, parameter="client_id")
    client = _client(sign_in, directory, client_id)
    redirect_uri = sent.get("redirect_uri", "")
    if not redirect_uri:
        if len(client.redirect_uris) != 1:
            raise LoginError(900971)
        redirect_uri = next(iter(client.redirect_uris))
    if not client.platform_of(redirect_uri):
        raise LoginError(50011, redirect_uri=redirect_uri, client_id=client_id)
    fields = {name: value for name, value in sent.items() if name not in FORM_FIELDS}
    return Asked(tenant, directory, client, fields | {"redirect_uri": redirect_uri})


def check(asked: Asked) -> None:
    """Refuse what the application is told of in the redirect.

    Raises:
        LoginError: a parameter that is missing, unknown or not enabled.
    """
    _check_response_type(asked)
    if asked.field("prompt") not in PROMPTS:
        prompt = asked.field("prompt")
        raise LoginError(90023, reason=f"Unsupported 'prompt' value '{prompt}'.")
    if not asked.field("scope") and not asked.field("resource"):
        raise LoginError(900144, parameter="scope")
    graph_scopes(asked.field("scope"))
    challenge, method = asked.field("code_challenge"), asked.field("code_challenge_method")
    if challenge and len(challenge) not in CHALLENGE_SIZES:
        raise LoginError(501491)
    if method not in {"", "plain", "S256"}:
        raise LoginError(90023, reason=f"Unsupported 'code_challenge_method' value '{method}'.")


def _check_response_type(asked: Asked) -> None:
    types = asked.response_types
    if not types or not types <= RESPONSE_TYPES:
        raise LoginError(70005, response_type=asked.field("response_type"))
    if asked.mode not in RESPONSE_MODES:
        raise LoginError(90023, reason=f"Unsupported 'response_mode' value '{asked.mode}'.")
    if "token" in types:
        raise LoginError(700051)
    if "id_token" in types:
        web = asked.client.application.body.get("web") or {}
        if not (web.get("implicitGrantSettings") or {}).get("enableIdTokenIssuance"):
            raise LoginError(700054)
        if asked.mode == "query":
            raise LoginError(70007, response_mode="query")
        if not asked.field("nonce"):
            raise LoginError(900144, parameter="nonce")


def _client(sign_in: SignIn, directory: Directory | None, client_id: str) -> Client:
    """The application as the named tenant sees it, or its own tenant for /common."""
    if directory is not None:
        return find_client(sign_in, directory, client_id)
    found = sign_in.world.find_application(client_id)
    if found is None:
        raise LoginError(700016, client_id=client_id, tenant="Microsoft Accounts")
    client = find_client(sign_in, found[0], client_id)
    if not client.multi_tenant:
        raise LoginError(50194, client_id=client_id, name=client.name)
    return client
