"""Discovery documents, built from the host that was asked, and the published keys.

https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from apps.sandbox.login.errors import LoginError
from apps.sandbox.login.id_faults import CONSUMERS
from apps.sandbox.login.session import SignIn
from apps.sandbox.login.tenants import SHARED, directory_named
from apps.sandbox.login.tokens import STS
from apps.sandbox.server.messages import Request, Response, json_response

_CLAIMS = (
    "sub iss cloud_instance_name cloud_instance_host_name cloud_graph_host_name "
    "msgraph_host aud exp iat auth_time acr nonce preferred_username name tid ver at_hash "
    "c_hash email"
)
_ANY_ORIGIN = (("Access-Control-Allow-Origin", "*"), ("Cache-Control", "max-age=86400, private"))


def configuration(sign_in: SignIn, tenant: str, request: Request, *, version: str) -> Response:
    """The OpenID configuration of a tenant, or of /common and /organizations.

    Raises:
        LoginError: 90002 or 900023 for a tenant that does not exist.
    """
    shared = tenant.lower() in SHARED
    directory = None if shared else directory_named(sign_in.world, tenant)
    place = tenant.lower() if directory is None else directory.tenant_id
    issued_for = "{tenantid}" if directory is None else directory.tenant_id
    document = _common(request.base_url, place, version)
    document["issuer"] = _issuer(request, issued_for, version)
    if version == "v1.0":
        document["check_session_iframe"] = f"{request.base_url}/{place}/oauth2/checksession"
    if directory is not None and directory.category != "workforce":
        document["tenant_region_sub_scope"] = directory.category.upper()
    return json_response(document, 200, _ANY_ORIGIN)


def _common(base: str, place: str, version: str) -> dict[str, Any]:
    oauth = f"{base}/{place}/oauth2" + ("/v2.0" if version == "v2.0" else "")
    keys = f"{base}/{place}/discovery" + ("/v2.0/keys" if version == "v2.0" else "/keys")
    return {
        "token_endpoint": f"{oauth}/token",
        "token_endpoint_auth_methods_supported": [
            "client_secret_post",
            "private_key_jwt",
            "client_secret_basic",
        ],
        "jwks_uri": keys,
        "response_modes_supported": ["query", "fragment", "form_post"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["code", "id_token", "code id_token"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "request_uri_parameter_supported": False,
        "userinfo_endpoint": f"{base}/oidc/userinfo",
        "authorization_endpoint": f"{oauth}/authorize",
        "device_authorization_endpoint": f"{oauth}/devicecode",
        "http_logout_supported": True,
        "frontchannel_logout_supported": True,
        "end_session_endpoint": f"{oauth}/logout",
        "claims_supported": _CLAIMS.split(),
        "tenant_region_scope": "EU",
        "cloud_instance_name": urlsplit(base).netloc,
        "cloud_graph_host_name": "graph.windows.net",
        "msgraph_host": urlsplit(base).netloc,
        "rbac_url": "https://pas.windows.net",
    }


def keys(sign_in: SignIn, tenant: str, request: Request, *, version: str) -> Response:
    """The signing keys, each with the issuer that it may be used for: those of work accounts for
    any tenant (or the one asked for), that of personal accounts for theirs alone."""
    ring = sign_in.minter.ring
    if tenant.lower() in SHARED:
        issued_for = "{tenantid}"
        personal = [ring.consumers.jwk(_issuer(request, CONSUMERS, version))]
    else:
        issued_for, personal = directory_named(sign_in.world, tenant).tenant_id, []
    ours = [key.jwk(_issuer(request, issued_for, version)) for key in ring.keys]
    published = personal if tenant.lower() == "consumers" else ours + personal
    return json_response({"keys": published}, 200, _ANY_ORIGIN)


def _issuer(request: Request, tenant: str, version: str) -> str:
    return f"{request.base_url}/{tenant}/v2.0" if version == "v2.0" else f"{STS}{tenant}/"


def instance(request: Request) -> Response:
    """Instance discovery, which MSAL asks whether it may trust a host."""
    host = urlsplit(request.base_url).netloc
    asked = urlsplit(request.parameters.get("authorization_endpoint", ""))
    tenant = asked.path.strip("/").split("/")[0] or "common"
    endpoint = f"{request.base_url}/{tenant}/v2.0/.well-known/openid-configuration"
    return json_response(
        {
            "tenant_discovery_endpoint": endpoint,
            "api-version": "1.1",
            "metadata": [
                {"preferred_network": host, "preferred_cache": host, "aliases": [host]},
            ],
        },
        200,
        _ANY_ORIGIN,
    )


def refused(sign_in: SignIn, refusal: LoginError, request: Request) -> Response:
    """A refusal of a discovery document: JSON, 400."""
    body = refusal.body(now=sign_in.now(), base_url=request.base_url)
    return json_response(body, 400, _ANY_ORIGIN)
