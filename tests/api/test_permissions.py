"""One table says what everybody gets from every operation; one that is not in it fails a test."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.db import transaction

from apps.access.roles import VIEW_BACKUPS
from tests.api.calls import Program, program
from tests.api.described import Operation, operations
from tests.attacks.fingerprint import changed_tables, fingerprint
from tests.portal.world import World, signed_in

# The people of the cast send a token that carries all it may. "session": Alice's browser without
# one. "reading": Alice's token that may only look. "elsewhere": hers that is limited to Fabrikam.
CALLERS = (
    "anonymous",
    "session",
    "alice",
    "bob",
    "carol",
    "dave",
    "mallory",
    "reading",
    "elsewhere",
)


@dataclass(frozen=True)
class Row:
    """expected: the status for each of CALLERS, in that order."""

    operation: str
    expected: tuple[int, ...]


def overview(operation: str) -> Row:
    """Shows to each what is his."""
    return Row(operation, (401, 401, *(7 * [200])))


def view(operation: str) -> Row:
    """About Contoso: for everybody with a role there."""
    return Row(operation, (401, 401, 200, 200, 200, 200, 404, 200, 404))


def act(operation: str, status: int, *allowed: str) -> Row:
    """Changes something: for those allowed, 403 for other roles and rights, 404 for others."""
    refused = {"anonymous": 401, "session": 401, "mallory": 404, "elsewhere": 404}
    return Row(
        operation,
        tuple(status if one in allowed else refused.get(one, 403) for one in CALLERS),
    )


MATRIX = (
    overview("get_me"),
    overview("list_tenants"),
    view("get_tenant"),
    view("list_connections"),
    view("list_snapshots"),
    view("get_snapshot"),
    view("list_jobs"),
    view("get_job"),
    view("list_reports"),
    view("get_report"),
    view("list_changes"),
    view("list_plans"),
    view("get_plan"),
    view("list_steps"),
    view("list_requests"),
    view("get_request"),
    view("list_runs"),
    view("get_run"),
    # Who may look at backups alone does not read the trail.
    Row("list_audit", (401, 401, 200, 403, 403, 200, 404, 403, 404)),
    act("create_capture", 202, "alice", "carol"),
    act("cancel_job", 202, "alice", "carol"),
    act("create_report", 202, "alice", "carol"),
    act("create_plan", 201, "alice", "carol"),
    act("create_request", 201, "alice", "carol"),
)


def body(world: World, operation: Operation) -> dict[str, object]:
    """What the operation takes, as its rightful callers would send it."""
    bodies: dict[str, dict[str, object]] = {
        "create_report": {"base": world.base.seq, "target": world.target.seq},
        "create_plan": {"report_id": str(world.report.pk), "selection": {"changes": [1]}},
        "create_request": {"plan_id": str(world.free_plan.pk), "reason": "because"},
    }
    return bodies.get(operation.name, {})


def caller(world: World, name: str) -> Program:
    if name == "anonymous":
        return Program()
    if name == "session":
        return Program(client=signed_in(world.cast.alice))
    if name == "reading":
        return program(world.cast.alice, rights=[VIEW_BACKUPS])
    if name == "elsewhere":
        return program(world.cast.alice, tenant_ids=[world.cast.fabrikam.pk])
    return program(getattr(world.cast, name))


def status_of(world: World, sender: Program, operation: Operation) -> tuple[int, bool]:
    """What the operation answers, and whether it changed anything; undone afterwards."""
    path = operation.path.format(**world.ids)
    before = fingerprint()
    with transaction.atomic():
        answer = (
            sender.post(path, body(world, operation)) if operation.changes else sender.get(path)
        )
        changed = changed_tables(before, fingerprint())
        transaction.set_rollback(True)
    return answer.status_code, bool(changed)


def test_every_operation_is_in_the_table() -> None:
    assert {operation.name for operation in operations()} == {row.operation for row in MATRIX}


def test_no_operation_decides_about_a_recovery_or_changes_people() -> None:
    words = ("approve", "refuse", "decide", "role", "people", "user", "token", "sign")
    found = [one.path for one in operations() if any(word in one.path for word in words)]

    assert found == []


@pytest.mark.parametrize("name", CALLERS)
def test_everybody_gets_what_the_table_says(world: World, name: str) -> None:
    sender = caller(world, name)
    expected = {row.operation: row.expected[CALLERS.index(name)] for row in MATRIX}
    wrong, written = {}, set()

    for operation in operations():
        status, changed = status_of(world, sender, operation)
        if status != expected[operation.name]:
            wrong[operation.name] = (status, expected[operation.name])
        if changed and (status >= 400 or not operation.changes):
            written.add(operation.name)

    assert wrong == {}
    assert written == set()


def test_the_parts_of_another_tenant_do_not_exist_below_ones_own(world: World) -> None:
    """Alice's Fabrikam in the address does not open what belongs to Contoso."""
    alice = program(world.cast.alice)
    with_parts = [one for one in operations() if one.path.count("{") > 1]
    assert with_parts
    found = set()

    for operation in with_parts:
        path = operation.path.format(**{**world.ids, "tenant_id": world.cast.fabrikam.pk})
        answer = alice.post(path) if operation.changes else alice.get(path)
        if answer.status_code != 404:
            found.add(operation.name)

    assert found == set()
