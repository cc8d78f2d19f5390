"""manage.py connect, from the certificate to the health check."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command

from apps.access.models import User
from apps.audit import selectors as audit
from apps.connect import services
from apps.core.scope import no_scope
from apps.tenants.models import AppRegistration, ConsentRequest, Tenant
from tests.connect.conftest import Stage


def connect(user: User, *arguments: str) -> tuple[int, Any]:
    """Run `manage.py connect --as USER --json ...`; gives exit code and answer."""
    out = StringIO()
    try:
        call_command("connect", "--as", user.email, "--json", *arguments, stdout=out)
        code = 0
    except SystemExit as ended:
        code = int(ended.code or 0)
    return code, json.loads(out.getvalue())


def test_an_engineer_connects_a_customer_at_the_console(stage: Stage) -> None:
    stage.register(stage.cast.north)
    alice = stage.cast.alice
    code, link = connect(alice, "add", stage.domain, "--name", "Customer", "--cloud", "sandbox")
    assert code == 0
    code, (row,) = connect(alice, "status", stage.domain)
    assert (code, row["state"]) == (0, "pending")

    answer = stage.open_link(link["url"])
    services.finish_consent(state=answer["state"], params=answer)

    code, (row,) = connect(alice, "health", str(stage.entra_id))
    assert (code, row["state"], row["missing"]) == (0, "connected", [])
    _, customers = connect(alice, "list")
    assert {"Customer", "Contoso", "Fabrikam"} == {customer["name"] for customer in customers}
    asked = audit.entries(tenant_id=Tenant.objects.get(name="Customer").id)[-2]
    assert (asked.event, asked.actor_kind) == ("consent.requested", "console")
    assert asked.os_user


def test_an_application_is_made_and_completed(stage: Stage) -> None:
    alice = stage.cast.alice
    code, made = connect(
        alice, "application", "--purpose", "recovery", "--name", "Writer", "--cloud", "china"
    )
    assert code == 0
    assert "BEGIN CERTIFICATE" in made["certificate_pem"]
    assert "PRIVATE" not in json.dumps(made)
    assert "User.ReadWrite.All" in made["permissions"]
    client_id = str(uuid4())
    assert connect(alice, "client-id", made["id"], client_id)[0] == 0
    assert str(AppRegistration.objects.get().client_id) == client_id
    assert connect(alice, "client-id", made["id"], client_id)[0] == 5


@pytest.mark.parametrize(("who", "code"), [("bob", 3), ("dave", 4), ("mallory", 4)])
def test_others_get_no_link_and_nothing_comes_of_trying(stage: Stage, who: str, code: int) -> None:
    stage.register(stage.cast.north)
    ended, said = connect(getattr(stage.cast, who), "link", str(stage.cast.fabrikam.id))
    assert ended == code
    assert said["error"]["message"]
    with no_scope("a test counts"):
        assert not ConsentRequest.objects.exists()


def test_a_strangers_application_is_not_found(stage: Stage) -> None:
    registration = stage.register(stage.cast.north)
    AppRegistration.objects.update(client_id=None)
    ended, _ = connect(stage.cast.mallory, "client-id", str(registration.id), str(uuid4()))
    assert ended == 2
    assert AppRegistration.objects.get().client_id is None
