"""What follows from who somebody is in Entra: roles, joining, a fresh proof, an MSP's tenant."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from apps.access import services
from apps.access.models import EntraIdentity, MappedRole, User
from apps.access.selectors import direct_roles
from apps.access.signin import governing, step_up
from apps.access.signin.governing import Mapping
from apps.core.actor import SYSTEM
from apps.core.errors import NotAllowed
from apps.core.scope import no_scope
from apps.notify import personal
from apps.notify.models import PersonalMail
from apps.tenants.models import MSP, Tenant
from tests.access.entra_people import START, Entra, asked, link, register, sign_in
from tests.access.trail_of import records
from tests.factories import actor_of, make_msp, make_tenant, make_user
from tests.portal.world import signed_in
from tests.support.sandboxes import Sandbox

pytestmark = pytest.mark.django_db
GLOBAL_ADMINISTRATOR = UUID("62e90394-69f5-4237-9190-012177145e10")
READER, APPROVER = "backup-reader", "recovery-approver"


@pytest.fixture
def entra(sandbox: Sandbox, db: None) -> Entra:
    return register(sandbox)


@pytest.fixture
def north() -> MSP:
    return make_msp()


@pytest.fixture
def contoso(entra: Entra, north: MSP) -> Tenant:
    return make_tenant(north, entra_id=UUID(entra.sandbox.tenants[0]["id"]))


@pytest.fixture
def admins(entra: Entra, contoso: Tenant) -> dict[str, Any]:
    """A Global Administrator of Contoso's, at Entra."""
    return entra.administrator(str(contoso.entra_id))


@pytest.fixture
def dave(contoso: Tenant, admins: dict[str, Any]) -> User:
    user = make_user("Dave", contoso)
    link(user, contoso, admins)
    return user


@pytest.fixture
def alice(north: MSP) -> User:
    return make_user("Alice", north, *("backup-administrator", APPROVER, "tenant-manager"))


def map_roles(alice: User, tenant: Tenant, *mappings: Mapping) -> None:
    governing.set_mappings(actor=actor_of(alice), tenant=tenant, mappings=mappings)


def held(user: User, tenant: Tenant) -> list[str]:
    with no_scope("a test looks"):
        return sorted(direct_roles(user.pk, tenant))


def test_a_directory_role_gives_ours_and_its_loss_takes_it(
    entra: Entra, dave: User, alice: User, contoso: Tenant, admins: dict[str, Any]
) -> None:
    map_roles(alice, contoso, Mapping("role", GLOBAL_ADMINISTRATOR, APPROVER))
    with no_scope("a test"):
        services.grant_role(actor=SYSTEM, user=dave, role=READER, tenant=contoso)

    assert sign_in(entra, Client(), admins["id"]).status_code == 302
    assert held(dave, contoso) == [READER, APPROVER]
    assert "system" in {record.actor_kind for record in records("role.granted")}

    map_roles(alice, contoso)
    sign_in(entra, Client(), admins["id"])
    assert held(dave, contoso) == [READER]


def test_what_people_gave_is_not_taken(
    entra: Entra, dave: User, alice: User, contoso: Tenant, admins: dict[str, Any]
) -> None:
    with no_scope("a test"):
        services.grant_role(actor=SYSTEM, user=dave, role=APPROVER, tenant=contoso)
    map_roles(alice, contoso, Mapping("role", GLOBAL_ADMINISTRATOR, APPROVER))
    sign_in(entra, Client(), admins["id"])
    map_roles(alice, contoso)
    sign_in(entra, Client(), admins["id"])

    assert held(dave, contoso) == [APPROVER]
    with no_scope("a test"):
        assert not MappedRole.objects.exists()


def test_a_group_counts_and_another_does_not(
    entra: Entra, alice: User, contoso: Tenant, admins: dict[str, Any], dave: User
) -> None:
    tenant = str(contoso.entra_id)
    body = {
        "displayName": "Holdfast readers",
        "mailNickname": "holdfast-readers",
        "mailEnabled": False,
        "securityEnabled": True,
    }
    group = entra.sandbox.graph("POST", "/groups", body, tenant=tenant).json()["id"]
    map_roles(alice, contoso, Mapping("group", UUID(group), READER))
    sign_in(entra, Client(), admins["id"])
    assert held(dave, contoso) == []
    member = {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{admins['id']}"}
    answer = entra.sandbox.graph("POST", f"/groups/{group}/members/$ref", member, tenant=tenant)
    assert answer.ok, answer.text

    sign_in(entra, Client(), admins["id"])

    assert held(dave, contoso) == [READER]


def test_who_is_in_too_many_groups_is_told_why_none_gives_him_a_role(
    entra: Entra, alice: User, contoso: Tenant, admins: dict[str, Any], dave: User
) -> None:
    tenant, client = str(contoso.entra_id), Client()
    member = f"https://graph.microsoft.com/v1.0/directoryObjects/{admins['id']}"
    for number in range(201):
        group = {
            "displayName": f"Group {number}",
            "mailNickname": f"group-{number}",
            "mailEnabled": False,
            "securityEnabled": True,
            "members@odata.bind": [member],
        }
        made = entra.sandbox.graph("POST", "/groups", group, tenant=tenant).json()
    map_roles(alice, contoso, Mapping("role", GLOBAL_ADMINISTRATOR, APPROVER))

    sign_in(entra, client, admins["id"])
    assert "more than 200 groups" not in client.get("/account/").content.decode()
    map_roles(
        alice,
        contoso,
        Mapping("role", GLOBAL_ADMINISTRATOR, APPROVER),
        Mapping("group", UUID(made["id"]), READER),
    )
    sign_in(entra, client, admins["id"])

    assert held(dave, contoso) == [APPROVER]
    assert "more than 200 groups" in client.get("/account/").content.decode()
    (told,) = records("role_mapping.groups_untold")
    assert told.tenant_id == contoso.pk


def test_nobody_maps_what_he_does_not_hold(contoso: Tenant, north: MSP) -> None:
    manager = make_user("Manager", north, "tenant-manager")

    with pytest.raises(NotAllowed):
        map_roles(manager, contoso, Mapping("role", GLOBAL_ADMINISTRATOR, APPROVER))


def invite(alice: User, tenant: Tenant) -> str:
    """Erin is invited to sign in with her Microsoft account; the path of the link in her mail."""
    services.invite(
        actor=actor_of(alice), on=tenant, email="erin@contoso.example", roles=[READER], entra=True
    )
    text = personal.contents(PersonalMail.objects.order_by("created_at").last()).text
    found = re.search(r"http://localhost:8000(\S+)", text)
    assert found
    return found[1]


def test_an_invitation_is_accepted_with_the_account_that_signs_in(
    entra: Entra, alice: User, contoso: Tenant
) -> None:
    erin = entra.user(str(contoso.entra_id), 1)
    client = Client()
    page = client.get(invite(alice, contoso), follow=True).content.decode()
    assert "Sign in with Microsoft" in page

    answer = sign_in(entra, client, erin["id"], f"{START}?cloud=sandbox&accept=invitation")

    assert answer.status_code == 302
    assert client.get("/").status_code == 200
    identity = EntraIdentity.objects.get(entra_object_id=UUID(erin["id"]))
    assert held(identity.user, contoso) == [READER]
    assert not identity.user.has_usable_password()


def test_an_invitation_is_not_for_an_account_of_another_tenant(
    entra: Entra, alice: User, contoso: Tenant
) -> None:
    stranger = entra.user(entra.sandbox.tenants[1]["id"])
    client = Client()
    client.get(invite(alice, contoso))

    answer = sign_in(entra, client, stranger["id"], f"{START}?accept=invitation")

    assert answer.status_code == 400
    assert not EntraIdentity.objects.exists()


def confirm(entra: Entra, client: Client, user: str) -> Any:
    return sign_in(entra, client, user, "/accounts/microsoft/confirm?next=/requests/")


def is_confirmed(client: Client) -> bool:
    return client.get("/account/sessions/").wsgi_request.session.get("holdfast_confirmed_at", 0) > 0


def test_one_proves_again_at_entra_who_one_is(
    entra: Entra, dave: User, admins: dict[str, Any]
) -> None:
    client = Client()
    sign_in(entra, client, admins["id"])
    session = client.session
    session.pop("holdfast_confirmed_at", None)
    session.save()
    address = asked(client.get("/accounts/microsoft/confirm")["Location"])
    assert (address["prompt"], address["max_age"]) == ("login", "0")

    answer = confirm(entra, client, admins["id"])

    assert answer["Location"] == "/requests/"
    assert step_up.is_recent(client.get("/account/sessions/").wsgi_request)
    assert len(records("identity.confirmed")) == 1


def test_a_proof_by_somebody_else_is_none(
    entra: Entra, dave: User, contoso: Tenant, admins: dict[str, Any]
) -> None:
    client = Client()
    sign_in(entra, client, admins["id"])
    session = client.session
    session.pop("holdfast_confirmed_at", None)
    session.save()

    other = entra.user(str(contoso.entra_id), 1)
    assert other["id"] != admins["id"]
    answer = confirm(entra, client, other["id"])

    assert answer.status_code == 400
    assert not is_confirmed(client)


@pytest.mark.parametrize("auth_time", [None, 1_000_000_000])
def test_an_old_proof_or_one_without_a_time_is_none(
    entra: Entra, dave: User, admins: dict[str, Any], auth_time: int | None
) -> None:
    client = Client()
    sign_in(entra, client, admins["id"])
    session = client.session
    session.pop("holdfast_confirmed_at", None)
    session.save()
    sent = asked(client.get("/accounts/microsoft/confirm")["Location"])
    more = {
        name: sent[name]
        for name in ("nonce", "redirect_uri", "code_challenge", "code_challenge_method")
    }
    code = entra.mint(admins["id"], claims={"auth_time": auth_time}, **more)["code"]

    answer = client.get("/accounts/microsoft/callback", {"code": code, "state": sent["state"]})

    assert answer.status_code == 400
    assert not is_confirmed(client)


def test_an_administrator_proves_the_tenant_of_his_msp(
    entra: Entra, north: MSP, alice: User
) -> None:
    start = f"/msp/{north.pk}/sign-in/prove"
    home = entra.sandbox.tenants[2]["id"]
    somebody = next(
        one for one in entra.sandbox.overview["users"] if one["tenant"] == home and not one["roles"]
    )
    client = signed_in(alice)

    assert sign_in(entra, client, somebody["id"], start).status_code == 403
    north.refresh_from_db()
    assert north.entra_tenant_id is None
    assert sign_in(entra, client, entra.administrator(home)["id"], start).status_code == 302
    north.refresh_from_db()
    assert (north.entra_cloud, str(north.entra_tenant_id)) == ("sandbox", home)


def test_nobody_proves_for_an_msp_that_is_not_his(entra: Entra, north: MSP) -> None:
    mallory = make_user("Mallory", make_msp("South"), "tenant-manager")

    assert signed_in(mallory).get(f"/msp/{north.pk}/sign-in/prove").status_code == 404
