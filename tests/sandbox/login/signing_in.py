"""A person with a browser, as a script."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from tests.sandbox.server.inside import Answered, Inside

CALLBACK = "https://portal.example/callback"
VERIFIER = "a-verifier-that-is-long-enough-to-be-one-0123456789"
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
)


@dataclass
class Browser:
    """Signs in to one application; keeps cookies."""

    inside: Inside
    client_id: str
    client_secret: str
    tenant: str
    cookies: dict[str, str] = field(default_factory=dict)

    def address(self, **changes: str) -> str:
        parameters = {
            "client_id": self.client_id,
            "response_type": "code",
            "redirect_uri": CALLBACK,
            "scope": "openid profile offline_access User.Read",
            "state": "a-state",
            "nonce": "a-nonce",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        } | changes
        wanted = {name: value for name, value in parameters.items() if value}
        return f"/{self.tenant}/oauth2/v2.0/authorize?{urlencode(wanted)}"

    def open(self, **changes: str) -> Answered:
        return self.inside.get(self.address(**changes), **self._headers())

    def sign_in(self, fields: dict[str, str], **changes: str) -> Answered:
        """Send the sign-in form, and agree if asked to."""
        address = self.address(**changes)
        sent = {"decision": "accept"} | fields
        answer = self.inside.submit(address, sent, **self._headers())
        if answer.status == 200 and "Permissions requested" in answer.text:
            signed_in = answer.text.split('name="signed_in" value="')[1].split('"')[0]
            again = {"decision": "accept", "signed_in": signed_in}
            answer = self.inside.submit(address, again, **self._headers())
        self._keep(answer)
        return answer

    def code(self, fields: dict[str, str], **changes: str) -> str:
        answer = self.sign_in(fields, **changes)
        assert answer.status == 302, answer.text
        return callback(answer)["code"]

    def redeem(self, good: str, **changes: str) -> Answered:
        form = {
            "grant_type": "authorization_code",
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "code": good,
            "redirect_uri": CALLBACK,
            "code_verifier": VERIFIER,
        } | changes
        wanted = {name: value for name, value in form.items() if value}
        return self.inside.submit(f"/{self.tenant}/oauth2/v2.0/token", wanted)

    def _headers(self) -> dict[str, str]:
        return {"cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}

    def _keep(self, answer: Answered) -> None:
        if "set-cookie" in answer.headers:
            name, _, value = answer.headers["set-cookie"].split(";")[0].partition("=")
            self.cookies[name] = value


def callback(answer: Answered) -> dict[str, str]:
    """What the application is told in the query of its redirect URI."""
    parts = urlsplit(answer.location)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == CALLBACK
    return dict(parse_qsl(parts.query))


def make_browser(inside: Inside) -> Browser:
    """A browser at a new web application of the provider, before anyone has consented."""
    asked = {
        "display_name": "Portal",
        "home_tenant": inside.customers[-1].tenant_id,
        "scopes": ["User.Read"],
        "roles": ["User.Read.All"],
        "redirect_uris": [CALLBACK],
    }
    app = inside.post("/_sandbox/applications", asked).data
    tenant = inside.customers[0].tenant_id
    return Browser(inside, app["client_id"], app["client_secret"], tenant)


def users(inside: Inside, tenant: str) -> list[dict[str, Any]]:
    """Users of one tenant who can sign in, administrators first."""
    found = inside.get("/_sandbox/").data["users"]
    return [user for user in found if user["tenant"] == tenant and user["enabled"]]


def administrator(inside: Inside, tenant: str) -> dict[str, Any]:
    return next(each for each in users(inside, tenant) if "Global Administrator" in each["roles"])


def somebody(inside: Inside, tenant: str) -> dict[str, Any]:
    """A user without any role."""
    return next(each for each in users(inside, tenant) if not each["roles"])
