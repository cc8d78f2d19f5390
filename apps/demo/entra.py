"""The sandbox as outsiders meet it: app developers, customers' administrators, other tools.

Everything here goes over HTTP, as it would with Microsoft Entra.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

import requests

SECONDS = 120


@dataclass(frozen=True)
class EntraTenant:
    """A tenant of the sandbox and one of its Global Administrators."""

    id: str
    domain: str
    display_name: str
    users: int


class Entra:
    """A running sandbox at `url`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.session = requests.Session()
        self._tokens: dict[str, str] = {}

    def is_ready(self) -> bool:
        """Whether it answers."""
        try:
            return self.session.get(f"{self.url}/_sandbox/weather", timeout=5).ok
        except requests.RequestException:
            return False

    def overview(self) -> dict[str, Any]:
        """Tenants, applications and people, as `GET /_sandbox/` gives them."""
        return self.control("GET", "/")

    def workforce(self) -> list[EntraTenant]:
        """The workforce tenants, in the sandbox's order."""
        return [
            EntraTenant(each["id"], each["domain"], each["display_name"], each["users"])
            for each in self.overview()["tenants"]
            if each["category"] == "workforce"
        ]

    def control(self, method: str, path: str, json: Any = None) -> dict[str, Any]:
        """Call a control endpoint; raises requests.HTTPError for a refusal."""
        answer = self.session.request(
            method, f"{self.url}/_sandbox{path}", json=json, timeout=SECONDS
        )
        answer.raise_for_status()
        return dict(answer.json())

    def set_clock(self, at: datetime) -> None:
        """Make it `at` in the sandbox; its time runs on from there."""
        self.control("POST", "/clock", {"set": at.isoformat()})
        self._tokens.clear()

    def incident(self, name: str, tenant_id: str) -> dict[str, Any]:
        """Let a scripted incident happen to a tenant."""
        return self.control("POST", f"/incidents/{name}", {"tenant": tenant_id})

    def register(
        self,
        *,
        name: str,
        home: str,
        certificate: str,
        redirect_uris: Sequence[str],
        roles: Sequence[str] = (),
        **claims: Any,
    ) -> str:
        """Register a multi-tenant application with its certificate; return its client id.

        claims: what its id tokens are to hold besides, as the control endpoint names it.
        """
        asked = {
            "display_name": name,
            "home_tenant": home,
            "roles": list(roles),
            "certificate": certificate,
            "redirect_uris": list(redirect_uris),
            **claims,
        }
        return str(self.control("POST", "/applications", asked)["client_id"])

    def consent(self, link: str, *, administrator: str, password: str) -> str:
        """Open a consent link as an administrator and accept; return the callback's address."""
        page = self.session.get(link, timeout=SECONDS)
        page.raise_for_status()
        fields = {"username": administrator, "password": password, "decision": "accept"}
        answer = self.session.post(link, data=fields, allow_redirects=False, timeout=SECONDS)
        if not answer.is_redirect:
            answer.raise_for_status()
            raise RuntimeError(f"the consent page answered {answer.status_code} and no redirect")
        return urljoin(link, answer.headers["Location"])

    def administrator(self, tenant_id: str) -> tuple[str, str]:
        """User name and password of a Global Administrator of the tenant."""
        for user in self.overview()["users"]:
            if user["tenant"] == tenant_id and "Global Administrator" in user["roles"]:
                return user["user_principal_name"], user["password"]
        raise LookupError(f"tenant {tenant_id} has no Global Administrator with a password")

    def graph(self, method: str, tenant_id: str, path: str, json: Any = None) -> dict[str, Any]:
        """Call Graph v1.0 as the lab application: another tool that works on the tenant."""
        answer = self.session.request(
            method,
            f"{self.url}/v1.0{path}",
            json=json,
            headers={"Authorization": f"Bearer {self.token(tenant_id)}"},
            timeout=SECONDS,
        )
        answer.raise_for_status()
        return dict(answer.json()) if answer.content else {}

    def token(self, tenant_id: str) -> str:
        """A token of the lab application, which may do everything in a tenant."""
        if tenant_id not in self._tokens:
            lab = self.overview()["applications"][0]
            answer = self.session.post(
                f"{self.url}/{tenant_id}/oauth2/v2.0/token",
                data={
                    "grant_type": "client_credentials",
                    "client_id": lab["client_id"],
                    "client_secret": lab["client_secret"],
                    "scope": "https://graph.microsoft.com/.default",
                },
                timeout=SECONDS,
            )
            answer.raise_for_status()
            self._tokens[tenant_id] = answer.json()["access_token"]
        return self._tokens[tenant_id]
