"""Signing in to a tenant as an application."""

import pytest

from apps.entra.catalogue.permissions import BACKUP_PERMISSIONS
from apps.entra.clouds import cloud, clouds
from apps.entra.credentials import Credential
from apps.entra.errors import Denied, EntraError, NeedsConsent, Permanent
from tests.entra.support import certificate, client_of, grant, lab_credential, registered
from tests.support.sandboxes import Sandbox


def test_a_certificate_proves_tenant_application_and_roles(sandbox: Sandbox) -> None:
    # given an application that a tenant has consented to
    credential = registered(sandbox, ["User.Read.All", "Policy.Read.All"])

    # when it proves itself
    proof = client_of(sandbox, credential).prove()

    # then the token says where, who and what
    assert proof.tenant_id == sandbox.tenants[0]["id"]
    assert proof.app_id == credential.client_id
    assert proof.roles == {"User.Read.All", "Policy.Read.All"}


def test_a_wrong_secret_is_named(sandbox: Sandbox) -> None:
    credential = Credential(sandbox.lab["client_id"], secret="wrong")
    with pytest.raises(NeedsConsent) as caught:
        client_of(sandbox, credential).prove()
    assert caught.value.code == "secret-wrong"
    assert caught.value.graph_code == "AADSTS7000215"


def test_another_certificate_is_named(sandbox: Sandbox) -> None:
    known = registered(sandbox, ["User.Read.All"])
    public, private = certificate("stranger")
    stranger = Credential(known.client_id, certificate_pem=public, private_key_pem=private)
    with pytest.raises(NeedsConsent) as caught:
        client_of(sandbox, stranger).prove()
    assert caught.value.code == "certificate-unknown"


def test_a_tenant_that_has_not_consented_is_named(sandbox: Sandbox) -> None:
    credential = registered(sandbox, ["User.Read.All"])
    with pytest.raises(NeedsConsent) as caught:
        client_of(sandbox, credential, tenant=sandbox.tenants[1]["id"]).prove()
    assert caught.value.code == "not-consented"
    assert "consent link" in caught.value.todo


def test_a_refusal_is_not_remembered(sandbox: Sandbox) -> None:
    # given a client whose secret counts as expired
    client = client_of(sandbox)
    sandbox.control("POST", "/weather", {"expired_secret": ["*"]})
    with pytest.raises(NeedsConsent) as caught:
        client.prove()
    assert caught.value.code == "credential-expired"

    # when that is mended
    sandbox.control("POST", "/weather", {"expired_secret": []})

    # then the next try goes through at once
    assert client.prove().app_id == sandbox.lab["client_id"]


@pytest.mark.parametrize("tenant", ["00000000-1111-4222-8333-444444444444", "nobody.example"])
def test_an_unknown_tenant_is_named(sandbox: Sandbox, tenant: str) -> None:
    with pytest.raises(Permanent) as caught:
        client_of(sandbox, tenant=tenant).prove()
    assert caught.value.code == "tenant-unknown"


def test_a_token_that_graph_refuses_is_renewed_once(sandbox: Sandbox) -> None:
    # given a client with a token that ends before its time
    sandbox.control("POST", "/weather", {"token_lifetime": 60})
    client = client_of(sandbox)
    client.get("/organization")
    sandbox.control("POST", "/clock", {"advance_seconds": 3600})

    # then the next request goes through
    assert client.get("/organization")["value"]


def test_what_has_been_consented_to_since_is_noticed(sandbox: Sandbox) -> None:
    # given a token that lacks a permission, and consent to it right afterwards
    credential = registered(sandbox, ["User.Read.All"])
    client_of(sandbox, credential).get("/users")
    grant(sandbox, credential.client_id, ["Policy.Read.All"])

    # then the next client, which takes the token over, gets a new one when it is denied
    assert client_of(sandbox, credential).get("/policies/authorizationPolicy")


def test_a_missing_permission_is_denied(sandbox: Sandbox) -> None:
    client = client_of(sandbox, registered(sandbox, ["User.Read.All"]))
    assert client.roles() == {"User.Read.All"}
    with pytest.raises(Denied) as caught:
        client.get("/policies/authorizationPolicy")
    assert caught.value.status == 403
    assert caught.value.request_id


def test_a_permission_can_be_taken_back(sandbox: Sandbox) -> None:
    credential = registered(sandbox, list(BACKUP_PERMISSIONS))
    sandbox.control("POST", "/weather", {"revoked_consent": [credential.client_id]})
    with pytest.raises(EntraError) as caught:
        client_of(sandbox, credential).prove()
    assert caught.value.category == "needs-consent"


def test_there_is_no_sandbox_unless_it_is_set_up(settings: pytest.FixtureRequest) -> None:
    settings.HOLDFAST_SANDBOX_URL = ""  # type: ignore[attr-defined]
    assert list(clouds()) == ["global", "usgov-l4", "usgov-l5", "china"]
    assert cloud("usgov-l4").scope == "https://graph.microsoft.us/.default"


def test_a_credential_does_not_show_its_secrets(sandbox: Sandbox) -> None:
    assert sandbox.lab["client_secret"] not in repr(lab_credential(sandbox))
