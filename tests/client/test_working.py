"""The commands against the real API: what people see, what scripts get, and the exit codes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from requests import ConnectionError, Response, Session  # noqa: A004 - its name

from apps.api import throttling
from apps.client.showing import clean
from apps.core.errors import Unavailable
from apps.core.scope import no_scope, tenant_scope
from apps.history import services as history_services
from apps.jobs.models import Job
from apps.recovery.models import Run, StepResult
from apps.recovery.services import plans
from tests.client.conftest import Shell
from tests.portal.world import SCRIPT, World

Shells = Callable[..., Shell]


@pytest.fixture
def carol(world: World, shell_of: Shells) -> Shell:
    return shell_of(world.cast.carol)


def test_a_tenant_is_named_by_id_domain_or_name(world: World, carol: Shell) -> None:
    shown = [
        carol.json("snapshots", name)["results"]
        for name in (world.tenant.pk, world.tenant.domain.upper(), "contoso")
    ]

    assert [row["seq"] for row in shown[0]] == [world.target.seq, world.base.seq]
    assert shown[0] == shown[1] == shown[2]


def test_what_is_not_there_or_not_ones_own_looks_the_same(world: World, carol: Shell) -> None:
    for words in (
        ("snapshots", "nowhere"),
        ("snapshots", world.cast.tailspin.pk),
        ("show", "plan", "contoso", uuid4()),
        ("run", "watch", "contoso", uuid4()),
        ("show", "run", "contoso", "../../me"),
        ("diff", "contoso", "--from", 999),
    ):
        said = carol.run(*words)
        assert said.code == 4, (words, said.err)
        assert said.out == ""


def test_a_table_off_a_terminal_has_a_line_for_each_row_and_tabs_between(
    world: World, carol: Shell
) -> None:
    said = carol.run("snapshots", "contoso")

    head, first, _ = said.out.splitlines()
    assert head.split("\t") == ["Snapshot", "Taken", "Mode", "Complete", "Reason"]
    assert first.split("\t")[0] == str(world.target.seq)
    assert "\x1b" not in said.out


def test_a_difference_is_shown_filtered_and_told_by_the_exit_code(
    world: World, carol: Shell
) -> None:
    words = ("diff", "contoso", "--from", world.base.seq, "--to", world.target.seq)

    everything = carol.json(*words)
    users = carol.run(*words, "--kind", "user", "--exit-code")
    none = carol.run(*words, "--change", "restored", "--exit-code")

    assert everything["report"]["state"] == "complete"
    assert {row["kind"] for row in everything["changes"]} >= {"user", "conditionalAccessPolicy"}
    assert users.code == 7
    assert "department" in users.out
    assert SCRIPT in users.out
    assert "conditionalAccessPolicy" not in users.out
    assert (none.code, none.out) == (0, "Nothing changed that you asked for.\n")
    assert carol.pauses


def test_a_recovery_is_planned_and_put_forward_but_never_approved(
    world: World, carol: Shell, api_url: str
) -> None:
    plan = carol.json("plan", "contoso", "--report", world.report.pk, "--changes", "1")
    shown = carol.json("show", "plan", "contoso", plan["id"])
    asked = carol.json("request", "contoso", plan["id"], "--reason", "a mistake")
    approved = carol.run("approve", "contoso", asked["id"])
    taken_back = carol.json("withdraw", "contoso", asked["id"], "--reason", "no longer")
    after = carol.run("show", "request", "contoso", asked["id"])

    assert [step["action"] for step in shown["steps"]] == ["update"]
    assert asked["state"] == "waiting"
    assert asked["digest"] == plan["digest"]
    assert approved.code == 3
    assert "a token may never decide" in approved.err
    assert f"{api_url}/tenants/{world.tenant.pk}/requests/{asked['id']}/" in approved.err
    assert taken_back["state"] == "withdrawn"
    assert after.code == 1


def test_many_changes_are_planned_by_a_job_that_is_waited_for(
    world: World, carol: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plans, "AT_ONCE", 1)

    plan = carol.json(
        *("plan", "contoso", "--report", world.report.pk, "--all"),
        *("--attributes-as", "only-if-empty", "--links-as", "group.members=merge"),
    )

    assert plan["selection"]["everything"]
    assert plan["selection"]["attributes_as"] == {"*": "only-if-empty"}
    assert plan["selection"]["links_as"] == {"group.members": "merge"}


def test_runs_are_listed_and_steered(world: World, carol: Shell) -> None:
    listed = carol.json("runs", "contoso", "--state", "queued", "--since", "1h")["results"]
    none = carol.json("runs", "contoso", "--state", "failed")["results"]
    resumed = carol.run("run", "resume", "contoso", world.run.pk, "--json")
    cancelled = carol.json("run", "cancel", "contoso", world.run.pk, "--reason", "wait")
    watched = carol.run("run", "watch", "contoso", world.run.pk)

    assert [row["id"] for row in listed] == [str(world.run.pk)]
    assert none == []
    assert (resumed.code, resumed.error["error"]["status"]) == (5, 409)
    assert cancelled["state"] == "cancelled"
    assert watched.code == 1
    assert "cancelled" in watched.out


def test_what_did_not_go_back_is_told_with_its_reason(world: World, carol: Shell) -> None:
    with tenant_scope(world.tenant.pk):
        step = world.run.request.plan.steps.get(order=1)
        StepResult.objects.create(
            tenant=world.tenant,
            run=world.run,
            step=step,
            state="failed",
            detail="Managed elsewhere.",
        )
        Run.objects.filter(pk=world.run.pk).update(state="failed", counts={"failures": 1})

    shown = carol.run("run", "watch", "contoso", world.run.pk)
    said = carol.run("show", "run", "contoso", world.run.pk, "--json")
    enabled = carol.run("run", "enable", "contoso", world.run.pk, "--json")

    assert shown.code == said.code == 1
    assert "Managed elsewhere." in shown.out
    assert "1 failure\n" in shown.out
    assert [one["detail"] for one in said.json["not_back"]] == ["Managed elsewhere."]
    assert (enabled.code, enabled.error["error"]["code"]) == (5, "nothing-on-trial")


def test_an_export_is_waited_for_and_checked(
    world: World, shell_of: Shells, tmp_path: Path
) -> None:
    alice, place = shell_of(world.cast.alice), tmp_path / "users.json"
    words = ("export", "contoso", "--kind", "user", "--form", "json", "--output", place)

    made = alice.json(*words)
    again = alice.run(*words)

    assert made["state"] == "ready"
    assert place.stat().st_size == made["size"]
    assert place.stat().st_mode & 0o777 == 0o600
    assert again.code == 2
    assert [one.name for one in tmp_path.iterdir()] == ["users.json"]


def test_a_signed_document_is_downloaded(world: World, carol: Shell, tmp_path: Path) -> None:
    place = tmp_path / "plan.pdf"

    made = carol.json("documents", "plan", "contoso", world.free_plan.pk, "--output", place)

    assert made == {"file": str(place), "bytes": place.stat().st_size}
    assert place.read_bytes().startswith(b"%PDF")


def test_a_job_is_looked_at_and_cancelled(world: World, carol: Shell) -> None:
    listed = carol.json("jobs", "contoso")["results"]
    cancelled = carol.json("job", "contoso", world.job.pk, "--cancel")

    assert str(world.job.pk) in {row["id"] for row in listed}
    assert cancelled["state"] == "cancelled"
    assert carol.run("job", "contoso", world.job.pk, "--wait").code == 1


def test_what_the_token_may_not_do_ends_with_its_own_code(world: World, shell_of: Shells) -> None:
    bob = shell_of(world.cast.bob)

    said = bob.run("snapshot", "contoso", "--json")

    assert (said.code, said.error["error"]["code"]) == (3, "needs-take-backups")


def test_whoever_is_told_to_wait_waits_as_long_as_he_is_told(
    world: World, carol: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole_line = throttling.Usage(name="token", limit=1, remaining=0, reset=17)

    def refuse(token_id: object) -> throttling.Usage:
        raise throttling.TooMany(whole_line)

    monkeypatch.setattr(throttling, "spend_token", refuse)
    asked = carol.run("whoami")
    pauses = list(carol.pauses)
    posted = carol.run("withdraw", world.tenant.pk, world.waiting.pk)

    assert (asked.code, posted.code) == (6, 6)
    assert pauses == [17.0, 17.0, 17.0]


def test_what_changes_something_is_sent_again_under_its_key_and_done_once(
    world: World, carol: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, lost, keys = Session.request, [1, 2], []

    def unsteady(session: Session, method: str, url: str, **more: Any) -> Response:
        """The first two answers get lost on the way, after the work was done."""
        answer = real(session, method, url, **more)
        if method == "POST":
            keys.append(more["headers"]["Idempotency-Key"])
            if lost:
                lost.pop()
                raise ConnectionError
        return answer

    monkeypatch.setattr(Session, "request", unsteady)
    with no_scope("a test counts"):
        before = Job.objects.count()
    made = carol.json("snapshot", "contoso", "--no-wait")

    with no_scope("a test counts"):
        assert Job.objects.count() == before + 1
    assert made["state"] == "queued"
    assert (len(keys), len(set(keys))) == (3, 1)


def test_what_never_answers_is_given_up(
    world: World, carol: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(caller: object, *, tenant: object, mode: str, reason: str) -> None:
        raise Unavailable("The database does not answer.")

    monkeypatch.setattr(history_services, "snapshot_now", lambda actor, **more: away(actor, **more))
    said = carol.run("snapshot", "contoso", "--json")

    assert (said.code, said.error["error"]["status"]) == (6, 503)
    assert len(carol.pauses) == 3


def test_a_snapshot_that_fails_is_told_with_its_reason(world: World, carol: Shell) -> None:
    said = carol.run("snapshot", "contoso", "--full", "--json")

    assert said.code == 1
    assert said.error["error"]["detail"]
    assert carol.pauses


def test_names_of_a_directory_steer_no_terminal() -> None:
    assert clean("a\x1b]0;b\x07\n\u202ec") == "a\ufffd]0;b\ufffd\ufffd\ufffdc"


def test_the_client_needs_nothing_of_the_server() -> None:
    words = (
        "import sys; from apps.client import app; app.parser(); print(*sys.modules, sep=chr(10))"
    )

    ran = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)

    loaded = ran.stdout.splitlines()
    ours = {name for name in loaded if name.startswith("apps.")}
    assert "django" not in loaded
    assert all(name.startswith("apps.client") for name in ours)


def test_what_does_not_answer_is_asked_again_and_then_given_up(home: dict[str, str]) -> None:
    shell = Shell(home | {"HOLDFAST_URL": "http://127.0.0.1:9", "HOLDFAST_TOKEN": "hf_x"})

    said = shell.run("whoami", "--json")

    assert (said.code, said.error["error"]["code"]) == (6, "unreachable")
    assert shell.pauses == [1.0, 2.0, 4.0]


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("nonsense",),
        ("diff", "contoso", "--to", "3"),
        ("plan", "contoso"),
        ("plan", "contoso", "--touched-by", "x"),
        ("plan", "contoso", "--all", "--links-as", "backwards"),
        ("plan", "contoso", "--changes", "9-1"),
        ("export", "contoso", "--object", "x"),
        ("runs", "contoso", "--since", "yesterday"),
    ],
)
def test_a_command_that_cannot_work_sends_nothing(
    home: dict[str, str], words: tuple[str, ...]
) -> None:
    shell = Shell(home | {"HOLDFAST_URL": "http://127.0.0.1:9", "HOLDFAST_TOKEN": "hf_x"})

    assert shell.run(*words).code == 2
    assert shell.pauses == []
