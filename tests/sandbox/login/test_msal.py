"""MSAL for Python against the sandbox, through a transport that maps its https host."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jwt
import msal
import pytest
import requests

from tests.sandbox.login.certificates import make_identity
from tests.support.sandboxes import Sandbox, running_sandbox

HOST = "login.sandbox.invalid"
SCOPES = ["https://graph.microsoft.com/.default"]


@dataclass
class Mapped:
    """The http_client that MSAL takes: https://login.sandbox.invalid is the sandbox's port."""

    url: str
    session: requests.Session = field(default_factory=requests.Session)

    def get(self, url: str, **options: Any) -> requests.Response:
        return self._send("GET", url, **options)

    def post(self, url: str, **options: Any) -> requests.Response:
        return self._send("POST", url, **options)

    def close(self) -> None:
        self.session.close()

    def _send(self, method: str, url: str, **options: Any) -> requests.Response:
        assert url.startswith(f"https://{HOST}/")
        headers = {**(options.pop("headers", None) or {}), "Host": HOST}
        headers["X-Forwarded-Proto"] = "https"
        mapped = self.url + url.removeprefix(f"https://{HOST}")
        return self.session.request(method, mapped, headers=headers, timeout=10, **options)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with running_sandbox(tmp_path_factory.mktemp("msal")) as sandbox:
        yield sandbox


def application(served: Sandbox, client_id: str, credential: Any) -> Any:
    return msal.ConfidentialClientApplication(
        client_id,
        authority=f"https://{HOST}/{served.tenants[0]['id']}",
        client_credential=credential,
        instance_discovery=False,
        http_client=Mapped(served.url),
    )


def test_msal_gets_a_token_with_a_secret_and_keeps_it(served: Sandbox) -> None:
    app = application(served, served.lab["client_id"], served.lab["client_secret"])

    first = app.acquire_token_for_client(SCOPES)
    second = app.acquire_token_for_client(SCOPES)

    assert first["token_source"] == "identity_provider"
    assert second["token_source"] == "cache"
    assert jwt.decode(first["access_token"], options={"verify_signature": False})["roles"]


def test_msal_gets_a_token_with_a_certificate(served: Sandbox) -> None:
    identity = make_identity()
    registered = served.control(
        "POST",
        "/applications",
        {
            "display_name": "Daemon",
            "home_tenant": served.tenants[-1]["id"],
            "roles": ["User.Read.All"],
            "certificate": identity.pem,
            "redirect_uris": ["https://daemon.example/"],
        },
    )
    consent(served, registered["client_id"])
    credential = {"private_key": identity.key_pem, "public_certificate": identity.pem}

    answer = application(served, registered["client_id"], credential).acquire_token_for_client(
        SCOPES
    )

    claims = jwt.decode(answer["access_token"], options={"verify_signature": False})
    assert (claims["roles"], claims["appidacr"]) == (["User.Read.All"], "2")


def test_msal_is_told_why_it_gets_no_token(served: Sandbox) -> None:
    answer = application(served, served.lab["client_id"], "wrong").acquire_token_for_client(SCOPES)

    assert (answer["error"], answer["error_codes"]) == ("invalid_client", [7000215])


def test_msal_trusts_the_host_through_instance_discovery(served: Sandbox) -> None:
    http_client = Mapped(served.url)
    address = f"https://{HOST}/common/discovery/instance?api-version=1.1&authorization_endpoint="

    answer = http_client.get(f"{address}https://{HOST}/common/oauth2/v2.0/authorize").json()

    assert answer["tenant_discovery_endpoint"].startswith(f"https://{HOST}/common/")
    assert answer["metadata"][0]["aliases"] == [HOST]


def test_msal_signs_a_person_in(served: Sandbox) -> None:
    callback = "https://portal.example/callback"
    tenant = served.tenants[0]["id"]
    registered = served.control(
        "POST",
        "/applications",
        {
            "display_name": "Portal",
            "home_tenant": served.tenants[-1]["id"],
            "scopes": ["User.Read"],
            "redirect_uris": [callback],
        },
    )
    app = application(served, registered["client_id"], registered["client_secret"])
    flow = app.initiate_auth_code_flow(["User.Read"], redirect_uri=callback)
    admin = next(each for each in served.overview["users"] if each["tenant"] == tenant)
    consented = consent(served, registered["client_id"], redirect_uri=callback)
    assert consented.status_code == 302

    page = Mapped(served.url).post(
        flow["auth_uri"], data={"user": admin["id"], "decision": "accept"}, allow_redirects=False
    )
    told = dict(parse_qsl(urlsplit(page.headers["Location"]).query))
    tokens = app.acquire_token_by_auth_code_flow(flow, told)

    assert tokens["id_token_claims"]["oid"] == admin["id"]
    silent = app.acquire_token_silent(["User.Read"], app.get_accounts()[0], force_refresh=True)
    assert silent["access_token"] != tokens["access_token"]


def consent(
    served: Sandbox, client_id: str, redirect_uri: str = "https://daemon.example/"
) -> requests.Response:
    tenant = served.tenants[0]["id"]
    admin = next(
        each
        for each in served.overview["users"]
        if each["tenant"] == tenant and "Global Administrator" in each["roles"]
    )
    query = {"client_id": client_id, "scope": SCOPES[0], "redirect_uri": redirect_uri}
    return requests.post(
        f"{served.url}/{tenant}/v2.0/adminconsent",
        params=query,
        data={"user": admin["id"], "decision": "accept"},
        allow_redirects=False,
        timeout=10,
    )
