"""One table says what everybody gets from every operation; one that is not in it fails a test."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from apps.access import tokens_services
from apps.access.models import User
from apps.access.roles import VIEW_BACKUPS
from apps.core.errors import NotAllowed
from apps.tenants.schedules import CaptureSchedule
from tests.api.calls import Program, program
from tests.api.described import Operation, operations
from tests.attacks.fingerprint import Fingerprint, changed_tables, fingerprint
from tests.attacks.watching import changed_by, written_tables
from tests.factories import actor_of
from tests.portal.callers import ADMINISTRATORS, AUDITORS, MANAGERS, TAKERS, make_callers
from tests.portal.world import World, signed_in

# People send a token that carries all that they may (tests/portal/callers.py tells who they are).
# "session": Alice's browser without one. "support": Olivia's, in a support session; an operator
# has no token. "reading": Alice's token that may only look. "elsewhere": hers that is limited to
# Fabrikam.
NOBODY = ("anonymous", "session", "support")
OUTSIDE = ("mallory", "elsewhere")
PEOPLE = ("alice", "bob", "carol", "gina", "ingrid", "dave", "heidi")
CALLERS = (*NOBODY, *PEOPLE, "reading", *OUTSIDE)


@dataclass(frozen=True)
class Row:
    """expected: the status for each of CALLERS."""

    operation: str
    expected: dict[str, int]


def overview(operation: str) -> Row:
    """Shows to each what is his."""
    return Row(operation, {**dict.fromkeys(CALLERS, 200), **dict.fromkeys(NOBODY, 401)})


def act(operation: str, status: int, *allowed: str, **apart: int) -> Row:
    """Of Contoso's: for those allowed; 403 for other roles and rights, 404 for others. apart: who
    gets another answer than his like."""
    expected = dict.fromkeys(CALLERS, 403)
    expected |= dict.fromkeys(NOBODY, 401) | dict.fromkeys(OUTSIDE, 404)
    return Row(operation, expected | dict.fromkeys(allowed, status) | apart)


def view(operation: str, *allowed: str) -> Row:
    """About Contoso: for everybody with a role there, or those allowed alone."""
    return act(operation, 200, *(allowed or (*PEOPLE, "reading")))


def of_north(operation: str, status: int, *allowed: str) -> Row:
    """About North as a whole: who has a role on some of its tenants alone does not know it."""
    expected = dict.fromkeys(CALLERS, 404) | dict.fromkeys(NOBODY, 401)
    expected |= dict.fromkeys(("alice", "bob", "ingrid", "reading"), 403)
    return Row(operation, expected | dict.fromkeys(allowed, status))


MATRIX = (
    overview("get_me"),
    overview("list_tenants"),
    overview("search"),
    view("get_tenant"),
    view("list_connections"),
    view("list_snapshots"),
    view("get_snapshot"),
    view("list_objects"),
    view("get_object"),
    view("list_object_links"),
    view("list_object_uses"),
    view("list_uses"),
    view("list_versions"),
    view("list_jobs"),
    view("get_job"),
    overview("stream_events"),
    view("stream_job_events"),
    view("list_reports"),
    view("get_report"),
    view("list_changes"),
    view("list_plans"),
    view("list_playbooks"),
    view("get_plan"),
    view("list_steps"),
    view("list_requests"),
    view("get_request"),
    view("get_approval_rules"),
    view("list_approval_rule_changes"),
    view("list_approvals"),
    view("list_comments"),
    view("list_runs"),
    view("get_run"),
    view("get_undo"),
    view("get_plan_document"),
    view("get_run_document"),
    # The world's job makes no document: there is no such file.
    act("get_job_document", 404, *PEOPLE, "reading"),
    # Who may look at backups alone does not read the trail.
    view("list_audit", *AUDITORS),
    view("list_exports", *TAKERS),
    # There is no such export.
    act("get_export", 404, *TAKERS),
    act("download_export", 404, *TAKERS),
    act("create_export", 202, *TAKERS),
    act("create_capture", 202, *TAKERS),
    act("create_before_change", 202, *TAKERS),
    view("get_schedule"),
    view("get_retention"),
    view("get_snapshot_standing"),
    view("preview_retention"),
    view("list_retention_changes"),
    view("list_pins"),
    view("list_holds"),
    act("set_schedule", 200, *MANAGERS),
    # Peggy's shorter rules wait, her hold is in force, and the release of her pin was asked for.
    act("create_retention_change", 409, *MANAGERS),
    act("create_pin", 201, *MANAGERS),
    act("ask_pin_release", 409, *MANAGERS),
    act("create_hold", 409, *MANAGERS),
    act("ask_hold_end", 409, *MANAGERS),
    act("cancel_job", 202, *TAKERS),
    act("create_report", 202, *ADMINISTRATORS),
    act("create_plan", 201, *ADMINISTRATORS),
    act("settle_plan", 201, *ADMINISTRATORS),
    act("create_request", 201, *ADMINISTRATORS),
    act("create_comment", 201, *ADMINISTRATORS),
    # Carol asked for it; to a manager, who may withdraw it too, no token gives that right.
    act("withdraw_request", 200, "carol"),
    act("cancel_run", 202, *ADMINISTRATORS),
    act("pause_run", 202, *ADMINISTRATORS),
    # The run of the world is queued, so that it neither rests nor has ended.
    act("resume_run", 409, *ADMINISTRATORS),
    act("retry_run", 409, *ADMINISTRATORS),
    act("skip_step", 202, *ADMINISTRATORS),
    # The world's run waits, so there is nothing to take back yet.
    act("plan_undo", 409, *ADMINISTRATORS),
    act("plan_again", 202, *ADMINISTRATORS),
    view("list_transfers", *ADMINISTRATORS),
    view("get_transfer", *ADMINISTRATORS),
    # The world's snapshots name no domains. Carol and Gina may not recover where it comes from.
    act("create_transfer", 400, "alice", carol=404, gina=404),
    act("bring_transfer", 202, "alice", carol=404, gina=404),
    # Nothing was recovered from the world's.
    act("keep_transfer_as_drill", 409, "alice", carol=404, gina=404),
    view("list_drills"),
    view("get_drill"),
    view("get_drill_evidence"),
    view("get_drill_schedule"),
    act("create_drill", 202, *ADMINISTRATORS),
    # The world's drill has ended.
    act("cancel_drill", 409, *ADMINISTRATORS),
    act("set_drill_schedule", 200, *MANAGERS),
    view("list_results"),
    act("plan_enabling", 409, *ADMINISTRATORS),
    view("list_verifications"),
    view("list_break_glass_accounts"),
    view("get_coverage"),
    # To read who may do what takes a token that was given that right.
    view("list_people", *PEOPLE),
    of_north("list_sweeps", 200, "alice"),
    of_north("get_sweep", 200, "alice"),
    of_north("list_sweep_members", 200, "alice"),
    of_north("create_sweep", 202, "alice"),
    # The world's has no plan yet.
    of_north("request_sweep", 200, "alice"),
    of_north("create_playbook", 201, "alice"),
    of_north("change_playbook", 200, "alice"),
    of_north("remove_playbook", 200, "alice"),
    of_north("list_keep_templates", 200, "alice", "bob", "ingrid", "reading"),
    of_north("get_branding", 200, "alice", "bob", "ingrid", "reading"),
    of_north("list_notification_routes", 200, "alice", "ingrid"),
    of_north("get_notification_route", 200, "alice", "ingrid"),
    of_north("list_deliveries", 200, "alice", "ingrid"),
    of_north("resend_delivery", 202, "alice", "ingrid"),
)


# What an operation has to be asked.
QUERIES = {"search": {"q": "require"}, "list_uses": {"id": "All"}}


def body(world: World, operation: Operation) -> dict[str, object]:
    """What the operation takes, as its rightful callers would send it."""
    bodies: dict[str, dict[str, object]] = {
        "create_report": {"base": world.base.seq, "target": world.target.seq},
        "create_plan": {"report_id": str(world.report.pk), "selection": {"changes": [1]}},
        "settle_plan": {"created_rest": "keep"},
        "create_before_change": {"change": "CHG-1234"},
        "set_schedule": CaptureSchedule().plain(),
        "preview_retention": {"rules": {"all_days": 3}},
        "create_retention_change": {"rules": {"all_days": 30}, "reason": "because"},
        "create_comment": {"text": "looks right to me"},
        "create_pin": {"seq": world.base.seq, "reason": "because"},
        "ask_pin_release": {"reason": "because"},
        "create_hold": {"reason": "because"},
        "ask_hold_end": {"reason": "because"},
        "create_export": {"snapshot": world.target.seq},
        "create_request": {"plan_id": str(world.free_plan.pk), "reason": "because"},
        "skip_step": {"reason": "because"},
        "create_transfer": {
            "source_id": str(world.cast.fabrikam.pk),
            "source_seq": 1,
            "reason": "because",
        },
        "set_drill_schedule": {"interval": "quarterly"},
        "create_sweep": {
            "who": "somebody",
            "since": "2026-01-01T00:00:00Z",
            "until": "2026-01-02T00:00:00Z",
            "tenant_ids": [str(world.tenant.pk)],
            "reason": "because",
        },
        "request_sweep": {"tenant_ids": [str(world.tenant.pk)]},
        "create_playbook": {"name": "People", "kinds": ["user"]},
        "change_playbook": {"name": "People", "kinds": ["user"]},
    }
    return bodies.get(operation.name, {})


@pytest.fixture(scope="module")
def people(made_world: World, django_db_blocker: DjangoDbBlocker) -> dict[str, User]:
    with django_db_blocker.unblock():
        return make_callers(made_world)


def caller(world: World, people: dict[str, User], name: str) -> Program:
    alice = people["alice"]
    if name == "anonymous":
        return Program()
    if name in ("session", "support"):
        return Program(client=signed_in(alice if name == "session" else people["olivia"]))
    if name == "reading":
        return program(alice, rights=[VIEW_BACKUPS])
    if name == "elsewhere":
        return program(alice, tenant_ids=[world.cast.fabrikam.pk])
    return program(people[name])


def status_of(
    world: World, sender: Program, operation: Operation, before: Fingerprint
) -> tuple[int, bool]:
    """What the operation answers, and whether it changed anything; undone afterwards."""
    path = operation.path.format(**world.ids)
    with transaction.atomic():
        with written_tables() as written:
            answer = (
                sender.post(path, body(world, operation))
                if operation.changes
                else sender.get(path, **QUERIES.get(operation.name, {}))
            )
        changed = changed_by(written, before)
        transaction.set_rollback(True)
    return answer.status_code, bool(changed)


def test_every_operation_is_in_the_table() -> None:
    assert {operation.name for operation in operations()} == {row.operation for row in MATRIX}


def test_no_operation_decides_about_a_recovery_or_changes_people() -> None:
    words = ("approve", "refuse", "decide", "role", "people", "user", "token", "sign")
    changing = [one.path for one in operations() if one.changes]
    found = [path for path in changing if any(word in path for word in words)]

    assert found == []


def test_an_operator_has_no_token(world: World) -> None:
    olivia = actor_of(world.cast.olivia)
    with pytest.raises(NotAllowed):
        tokens_services.create_token(actor=olivia, name="a test", token_rights=[VIEW_BACKUPS])


@pytest.mark.parametrize("name", CALLERS)
def test_everybody_gets_what_the_table_says(
    world: World, people: dict[str, User], name: str
) -> None:
    sender = caller(world, people, name)
    expected = {row.operation: row.expected[name] for row in MATRIX}
    wrong, written = {}, set()
    before = fingerprint()

    for operation in operations():
        status, changed = status_of(world, sender, operation, before)
        if status != expected[operation.name]:
            wrong[operation.name] = (status, expected[operation.name])
        if changed and (status >= 400 or not operation.changes):
            written.add(operation.name)

    assert wrong == {}
    assert written == set()
    assert changed_tables(before, fingerprint()) == set()


def test_the_parts_of_another_tenant_do_not_exist_below_ones_own(world: World) -> None:
    """Alice's Fabrikam in the address does not open what belongs to Contoso."""
    alice = program(world.cast.alice)
    of_tenants = [one for one in operations() if "{tenant_id}" in one.path]
    with_parts = [one for one in of_tenants if one.path.count("{") > 1]
    assert with_parts
    found = set()

    for operation in with_parts:
        path = operation.path.format(**{**world.ids, "tenant_id": world.cast.fabrikam.pk})
        answer = alice.post(path) if operation.changes else alice.get(path)
        if answer.status_code != 404:
            found.add(operation.name)

    assert found == set()
