"""manage.py people: the same services, the same refusals, with exit codes."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import call_command

from apps.access import selectors
from apps.access.models import Invitation, User
from apps.core.scope import no_scope
from apps.tenants.models import MSP
from tests.factories import Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def run(user: User, *arguments: str) -> tuple[int, str]:
    said = StringIO()
    try:
        call_command("people", "--as", user.email, *arguments, stdout=said, stderr=said)
    except SystemExit as ended:
        return int(ended.code or 0), said.getvalue()
    return 0, said.getvalue()


def test_people_are_listed_with_their_roles(cast: Cast) -> None:
    code, said = run(cast.alice, "--json", "list")
    assert code == 0
    found = {row["name"]: row["roles"] for row in json.loads(said)}
    assert found["Bob"] == "backup-reader on all tenants"
    assert found["Carol"] == "backup-administrator on Contoso"
    code, said = run(cast.dave, "--json", "list", "--tenant", "contoso.example")
    assert {row["name"]: row["side"] for row in json.loads(said)} == {
        "Alice": "msp",
        "Bob": "msp",
        "Carol": "msp",
        "Dave": "customer",
    }


def test_a_role_is_given_and_taken(cast: Cast) -> None:
    role = ("recovery-approver", "--msp", "MSP North")
    assert run(cast.alice, "grant", cast.bob.email, *role)[0] == 0
    assert "approve_recovery" in selectors.rights_on_msp(cast.bob.pk, cast.north)
    _, said = run(cast.alice, "--json", "revoke", cast.bob.email, *role)
    assert json.loads(said) == {"email": cast.bob.email, "roles": ["backup-reader"]}
    assert "approve_recovery" not in selectors.rights_on_msp(cast.bob.pk, cast.north)


def test_somebody_is_invited_and_somebody_is_let_go(cast: Cast) -> None:
    invite = ("invite", "nina@north.example", "--role", "backup-reader")
    code, said = run(cast.alice, "--json", *invite)
    assert code == 0
    with no_scope("a test looks"):
        assert str(Invitation.objects.get().pk) == json.loads(said)["invitation"]
    assert run(cast.alice, *invite)[0] == 5
    assert run(cast.alice, "remove", cast.bob.email)[0] == 0
    assert not selectors.rights_on_msp(cast.bob.pk, cast.north)


@pytest.mark.parametrize(
    ("who", "arguments", "code"),
    [
        ("bob", ("grant", "carol@msp-north.example", "backup-reader"), 3),
        ("dave", ("list",), 4),
        ("mallory", ("list", "--tenant", "contoso.example"), 4),
        ("alice", ("grant", "mallory@msp-south.example", "backup-reader"), 4),
        ("alice", ("grant", "alice@msp-north.example", "backup-reader"), 3),
        ("alice", ("invite", "no address", "--role", "backup-reader"), 2),
        ("alice", ("revoke", "alice@msp-north.example", "tenant-manager"), 3),
        ("olivia", ("list",), 3),
    ],
)
def test_the_exit_code_tells_a_refusal(
    cast: Cast, who: str, arguments: tuple[str, ...], code: int
) -> None:
    assert run(getattr(cast, who), *arguments)[0] == code


def test_an_msp_is_taken_in_by_a_link(db: None) -> None:
    said = StringIO()
    call_command("create_msp", "MSP East", "--owner", "ed@east.example", stdout=said)
    assert "/invitations/open/" in said.getvalue()
    with no_scope("a test looks"):
        assert MSP.objects.get().name == "MSP East"


def test_an_operator_is_made_at_the_console(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", StringIO("a violin under the bridge\n"))
    call_command("create_operator", "o@platform.example", "--name", "Olivia", stdout=StringIO())
    assert User.objects.get().is_operator
