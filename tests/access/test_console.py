"""Operator's commands: the same rights, the same record, tables for people, JSON for programs."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.access import rights
from apps.access.console import (
    Console,
    ConsoleCommand,
    ExitCode,
    actor_for,
    find_tenant,
    operating_system_user,
)
from apps.access.models import User
from apps.access.selectors import rights_on_msp
from apps.audit import selectors as audit
from apps.audit.models import AuditRecord
from apps.core.errors import Conflict, HoldfastError, Invalid, NotAllowed, NotFound, Stale
from apps.tenants.models import MSP
from tests.factories import Cast, make_cast, make_tenant


class Command(ConsoleCommand):
    """A command that shows the tenant, or fails as it is told."""

    def __init__(self, error: HoldfastError | None = None) -> None:
        super().__init__(stdout=StringIO(), stderr=StringIO())
        self.error = error

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("tenant")

    def act(self, console: Console) -> None:
        if self.error:
            raise self.error
        tenant = console.tenant(rights.REQUEST_RECOVERY)
        console.table(("name", "empty"), [(tenant.name, None)])
        console.answer({"name": tenant.name, "id": tenant.id})


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def run(command: Command, user: User, tenant: str, *flags: str) -> tuple[int, str, str]:
    try:
        call_command(command, tenant, "--as", user.email, *flags)
        code = 0
    except SystemExit as ended:
        code = int(ended.code or 0)
    said: Any = command.stdout._out  # type: ignore[attr-defined]
    failed: Any = command.stderr._out  # type: ignore[attr-defined]
    return code, said.getvalue(), failed.getvalue()


def test_a_person_finds_a_tenant_by_id_entra_id_or_domain(cast: Cast) -> None:
    for text in (str(cast.contoso.id), str(cast.contoso.entra_id), "Contoso.Example"):
        assert find_tenant(cast.alice, text) == cast.contoso
    for text in (str(cast.tailspin.id), "tailspin.example", "nonsense"):
        with pytest.raises(NotFound):
            find_tenant(cast.alice, text)
    with pytest.raises(NotAllowed):
        find_tenant(cast.bob, "contoso.example", rights.REQUEST_RECOVERY)


def test_a_domain_that_several_tenants_have_is_ambiguous(cast: Cast) -> None:
    make_tenant(cast.north, "Contoso", active=False)
    with pytest.raises(Conflict):
        find_tenant(cast.alice, "contoso.example")


def test_the_actor_at_the_console_carries_the_operating_system_user(cast: Cast) -> None:
    actor = actor_for(cast.alice.email.upper())
    assert (actor.kind, actor.user_id, actor.name) == ("console", cast.alice.id, "Alice")
    assert actor.os_user == operating_system_user() != ""
    with pytest.raises(NotFound):
        actor_for("nobody@example.com")


def test_people_get_a_table_and_programs_get_json(cast: Cast) -> None:
    code, said, _ = run(Command(), cast.carol, "contoso.example")
    assert code == ExitCode.OK
    assert "Contoso" in said
    code, said, _ = run(Command(), cast.carol, "contoso.example", "--json")
    assert json.loads(said) == {"name": "Contoso", "id": str(cast.contoso.id)}


@pytest.mark.parametrize(("who", "code"), [("bob", 3), ("mallory", 4)])
def test_a_weak_role_and_a_stranger_end_differently(cast: Cast, who: str, code: int) -> None:
    ended, said, failed = run(Command(), getattr(cast, who), "contoso.example")
    assert ended == code
    assert "Contoso" not in said + failed


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (HoldfastError("It broke."), 1),
        (Invalid("That is wrong."), 2),
        (NotAllowed("You may not."), 3),
        (NotFound("It is not there."), 4),
        (Conflict("Another is at it."), 5),
        (Stale("It has changed."), 5),
    ],
)
def test_the_exit_code_says_what_went_wrong(cast: Cast, error: HoldfastError, code: int) -> None:
    error.safe, error.todo = "Nothing was done.", "Try later."
    ended, _, failed = run(Command(error), cast.alice, "contoso.example")
    assert ended == code
    assert failed.split("\n")[:3] == [error.message, "Nothing was done.", "Try later."]
    ended, said, _ = run(Command(error), cast.alice, "contoso.example", "--json")
    assert ended == code
    assert json.loads(said.splitlines()[-1])["error"]["code"] == error.code


def test_an_installation_gets_its_first_msp_and_owner(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", StringIO("correct horse battery staple\n"))
    owner = ("--owner", "alice@north.example", "--owner-name", "Alice")
    call_command("create_msp", "MSP North", *owner, stdout=StringIO())
    alice = User.objects.get()
    assert rights_on_msp(alice.pk, MSP.objects.get()) == set(rights.RIGHTS)
    assert alice.check_password("correct horse battery staple")
    (recorded,) = audit.entries(msp_id=MSP.objects.get().pk, events=["msp.created"])
    assert recorded.os_user == operating_system_user()


def test_a_weak_password_makes_no_msp(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", StringIO("short\n"))
    owner = ("--owner", "alice@north.example", "--owner-name", "Alice")
    with pytest.raises(CommandError):
        call_command("create_msp", "MSP North", *owner)
    assert not MSP.objects.exists()
    assert not AuditRecord.objects.exists()
