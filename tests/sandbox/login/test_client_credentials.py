"""Tokens for applications on their own."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.sandbox.login.certificates import Identity, make_identity
from tests.sandbox.server.inside import HOST, Inside

JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@pytest.fixture(scope="module")
def identity() -> Identity:
    return make_identity()


def register(inside: Inside, identity: Identity, tenant: str) -> str:
    """An application with a certificate, with its service principal in `tenant`."""
    asked = {
        "display_name": "Daemon",
        "home_tenant": inside.customers[-1].tenant_id,
        "roles": ["User.Read.All"],
        "certificate": identity.pem,
        "redirect_uris": ["https://daemon.example/callback"],
    }
    client_id = str(inside.post("/_sandbox/applications", asked).data["client_id"])
    admin = inside.sandbox.world.directory(tenant)
    assert admin is not None
    consent(inside, client_id, tenant)
    return client_id


def consent(inside: Inside, client_id: str, tenant: str) -> None:
    admin = next(
        user
        for user in inside.get("/_sandbox/").data["users"]
        if user["tenant"] == tenant and "Global Administrator" in user["roles"] and user["enabled"]
    )
    address = (
        f"/{tenant}/v2.0/adminconsent?client_id={client_id}"
        "&scope=https://graph.microsoft.com/.default"
        "&redirect_uri=https://daemon.example/callback"
    )
    answer = inside.submit(address, {"user": admin["id"], "decision": "accept"})
    assert answer.status == 302, answer.text


def assertion(client_id: str, tenant: str, identity: Identity, **changes: Any) -> str:
    now = dt.datetime.now(dt.UTC)
    claims = {
        "aud": f"https://{HOST}/{tenant}/oauth2/v2.0/token",
        "iss": client_id,
        "sub": client_id,
        "jti": str(uuid.uuid4()),
        "nbf": now,
        "exp": now + dt.timedelta(minutes=10),
    } | changes
    headers = {"x5t#S256": identity.thumbprint}
    return jwt.encode(claims, identity.key, algorithm="PS256", headers=headers)


def by_assertion(inside: Inside, client_id: str, tenant: str, signed: str) -> Any:
    return inside.token(
        tenant,
        client_id=client_id,
        client_secret="",
        client_assertion_type=JWT_BEARER,
        client_assertion=signed,
    )


def test_the_right_secret_gives_a_token_with_the_consented_roles(inside: Inside) -> None:
    tenant = inside.customers[0].tenant_id

    answer = inside.token(tenant)

    assert answer.status == 200
    claims = jwt.decode(answer.data["access_token"], options={"verify_signature": False})
    assert claims["aud"] == "https://graph.microsoft.com"
    assert claims["iss"] == f"https://sts.windows.net/{tenant}/"
    assert (claims["tid"], claims["appid"]) == (tenant, inside.lab["client_id"])
    assert "Policy.Read.All" in claims["roles"]
    assert "refresh_token" not in answer.data


def test_a_token_is_signed_with_the_published_key(inside: Inside) -> None:
    tenant = inside.customers[0].tenant_id
    published = inside.get(f"/{tenant}/discovery/v2.0/keys").data["keys"][0]

    token = inside.token(tenant).data["access_token"]

    key = jwt.PyJWK(published).key
    claims = jwt.decode(token, key, algorithms=["RS256"], audience="https://graph.microsoft.com")
    assert claims["ver"] == "1.0"
    assert jwt.get_unverified_header(token)["kid"] == published["kid"]


@pytest.mark.parametrize(
    ("tenant", "form", "code", "error", "status"),
    [
        ("", {"client_secret": "wrong"}, 7000215, "invalid_client", 401),
        ("", {"client_secret": ""}, 7000218, "invalid_client", 401),
        ("", {"client_id": str(uuid.UUID(int=7))}, 700016, "unauthorized_client", 400),
        ("", {"scope": "User.Read"}, 1002012, "invalid_scope", 400),
        ("", {"scope": "https://vault.azure.net/.default"}, 500011, "invalid_resource", 400),
        ("", {"grant_type": "password"}, 70003, "unsupported_grant_type", 400),
        ("", {"grant_type": ""}, 900144, "invalid_request", 400),
        ("", {"client_id": ""}, 900144, "invalid_request", 400),
        ("common", {}, 9001023, "invalid_request", 400),
        ("organizations", {}, 9001023, "invalid_request", 400),
        ("nobody.example", {}, 90002, "invalid_request", 400),
        (str(uuid.UUID(int=9)), {}, 90002, "invalid_request", 400),
        ("not a tenant", {}, 900023, "invalid_request", 400),
    ],
)
def test_a_wrong_request_is_refused_with_its_code(
    inside: Inside, tenant: str, form: dict[str, str], code: int, error: str, status: int
) -> None:
    answer = inside.token(tenant or inside.customers[0].tenant_id, **form)

    assert (answer.status, answer.code, answer.data["error"]) == (status, code, error)
    assert answer.data["error_description"].startswith(f"AADSTS{code}: ")
    assert {"timestamp", "trace_id", "correlation_id", "error_uri"} <= answer.data.keys()


def test_an_application_nobody_consented_to_is_not_found(inside: Inside) -> None:
    home, customer = inside.customers[-1], inside.customers[0]
    asked = {"display_name": "New", "home_tenant": home.tenant_id, "roles": []}
    app = inside.post("/_sandbox/applications", asked).data
    proof = {"client_id": app["client_id"], "client_secret": app["client_secret"]}

    assert inside.token(customer.tenant_id, **proof).code == 700016
    assert inside.token(home.tenant_id, **proof).code == 7000229


def test_a_disabled_service_principal_gets_no_token(inside: Inside) -> None:
    customer = inside.customers[0]
    principal = customer.find("servicePrincipal", "appId", inside.lab["client_id"])
    assert principal is not None
    customer.change(principal.id, {"accountEnabled": False})

    assert inside.token(customer.tenant_id).code == 7000112


def test_an_expired_secret_is_told_apart_from_a_wrong_one(inside: Inside) -> None:
    tenant = inside.customers[0].tenant_id
    inside.post("/_sandbox/weather", {"expired_secret": [inside.lab["client_id"]]})

    assert inside.token(tenant).code == 7000222


def test_a_secret_past_its_date_is_expired(inside: Inside) -> None:
    home, application = inside.world.find_application(inside.lab["client_id"]) or (None, None)
    assert home is not None
    assert application is not None
    credential = {
        **application.body["passwordCredentials"][0],
        "endDateTime": "2024-01-01T00:00:00Z",
    }
    home.change(application.id, {"passwordCredentials": [credential]})

    secret = credential["secretText"]
    assert inside.token(home.tenant_id, client_secret=secret).code == 7000222


def test_a_signed_assertion_gives_a_token(inside: Inside, identity: Identity) -> None:
    tenant = inside.customers[0].tenant_id
    client_id = register(inside, identity, tenant)

    answer = by_assertion(inside, client_id, tenant, assertion(client_id, tenant, identity))

    claims = jwt.decode(answer.data["access_token"], options={"verify_signature": False})
    assert claims["roles"] == ["User.Read.All"]


def test_an_assertion_is_good_once(inside: Inside, identity: Identity) -> None:
    tenant = inside.customers[0].tenant_id
    client_id = register(inside, identity, tenant)
    signed = assertion(client_id, tenant, identity)

    assert by_assertion(inside, client_id, tenant, signed).status == 200
    assert by_assertion(inside, client_id, tenant, signed).code == 50012


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"aud": "https://elsewhere.example/oauth2/v2.0/token"}, 700023),
        ({"iss": str(uuid.UUID(int=1))}, 700021),
        ({"sub": str(uuid.UUID(int=1))}, 700021),
        ({"exp": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)}, 700024),
        ({"nbf": dt.datetime(2099, 1, 1, tzinfo=dt.UTC)}, 700024),
        ({"exp": None}, 700024),
        ({"jti": None}, 50012),
    ],
)
def test_an_assertion_with_a_wrong_claim_is_refused(
    inside: Inside, identity: Identity, changes: dict[str, Any], code: int
) -> None:
    tenant = inside.customers[0].tenant_id
    client_id = register(inside, identity, tenant)
    signed = assertion(client_id, tenant, identity, **changes)

    assert by_assertion(inside, client_id, tenant, signed).code == code


def test_an_assertion_of_an_unregistered_certificate_is_refused(
    inside: Inside, identity: Identity
) -> None:
    tenant = inside.customers[0].tenant_id
    client_id = register(inside, identity, tenant)
    signed = assertion(client_id, tenant, make_identity())

    answer = by_assertion(inside, client_id, tenant, signed)

    assert answer.code == 700027
    assert "The key was not found." in answer.data["error_description"]


def test_a_forged_signature_is_refused(inside: Inside, identity: Identity) -> None:
    tenant = inside.customers[0].tenant_id
    client_id = register(inside, identity, tenant)
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    forged = Identity(other, identity.pem, identity.thumbprint)
    signed = assertion(client_id, tenant, forged)

    answer = by_assertion(inside, client_id, tenant, signed)

    assert answer.code == 700027
    assert "verify the signature failed" in answer.data["error_description"]


def test_an_expired_certificate_is_refused(inside: Inside) -> None:
    tenant = inside.customers[0].tenant_id
    old = make_identity(ends=dt.datetime(2025, 1, 1, tzinfo=dt.UTC))
    client_id = register(inside, old, tenant)

    answer = by_assertion(inside, client_id, tenant, assertion(client_id, tenant, old))

    assert answer.code == 700027
    assert "expired" in answer.data["error_description"]


def test_revoked_consent_takes_the_application_out_of_the_tenant(inside: Inside) -> None:
    customer = inside.customers[0]
    inside.post("/_sandbox/weather", {"revoked_consent": [inside.lab["client_id"]]})

    assert inside.token(customer.tenant_id).code == 700016
