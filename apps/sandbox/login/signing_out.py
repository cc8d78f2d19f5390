"""The logout endpoint: forget the person, and go back to the application that asked.

https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc#send-a-sign-out-request
"""

from __future__ import annotations

import jwt

from apps.sandbox.login import pages, remembering
from apps.sandbox.login.session import SignIn
from apps.sandbox.server.messages import Request, Response, redirect
from apps.sandbox.state.records import Record


def sign_out(sign_in: SignIn, tenant: str, request: Request) -> Response:
    """Redirect to `post_logout_redirect_uri` if an application has registered it; else a page."""
    sent = request.parameters | request.form
    target = sent.get("post_logout_redirect_uri", "")
    if target and _is_registered(sign_in, target, _client_id(sent)):
        state = sent.get("state", "")
        separator = "&" if "?" in target else "?"
        response = redirect(f"{target}{separator}state={state}" if state else target)
    else:
        response = pages.signed_out_page()
    response.headers.append(remembering.forget_cookie())
    return response


def _client_id(sent: dict[str, str]) -> str:
    """The application that asks: by `client_id`, or as the audience of `id_token_hint`."""
    if sent.get("client_id"):
        return sent["client_id"]
    try:
        claims = jwt.decode(sent.get("id_token_hint", ""), options={"verify_signature": False})
    except jwt.InvalidTokenError:
        return ""
    return str(claims.get("aud") or "")


def _is_registered(sign_in: SignIn, target: str, client_id: str) -> bool:
    if client_id:
        found = sign_in.world.find_application(client_id)
        return found is not None and target in _addresses(found[1])
    return any(
        target in _addresses(application)
        for directory in sign_in.world.directories.values()
        for application in directory.of_type("application")
    )


def _addresses(application: Record) -> set[str]:
    return {
        uri
        for platform in ("web", "spa", "publicClient")
        for uri in (application.body.get(platform) or {}).get("redirectUris") or []
    }
