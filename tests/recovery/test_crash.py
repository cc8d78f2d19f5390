"""A worker is killed in the middle of a run; the next one takes it up without writing twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from apps.core.scope import tenant_scope
from apps.jobs import services as jobs
from apps.jobs.choices import JobState
from apps.jobs.models import Job
from apps.recovery.choices import RunState
from apps.recovery.models import JournalEntry, Run
from config import embedded
from tests.factories import make_msp, make_user
from tests.recovery.workshop import Workshop, bad_results, connect
from tests.support.sandboxes import ROOT, Sandbox

CHANGES = 60


@pytest.fixture
def shared_workshop(
    live_database: embedded.Urls, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Workshop]:
    """A workshop whose database other processes see too."""
    monkeypatch.setenv("HOLDFAST_GRAPH_TIME_SCALE", "1000")
    msp = make_msp()
    tenant = connect(sandbox, msp)
    alice = make_user("Alice", msp, "backup-administrator")
    dave = make_user("Dave", tenant, "recovery-approver")
    with tenant_scope(tenant.pk):
        yield Workshop(sandbox, tenant, alice, dave)


def create_groups(workshop: Workshop) -> list[str]:
    return [
        workshop.graph(
            "POST",
            "/groups",
            {
                "displayName": f"Team {number}",
                "mailEnabled": False,
                "mailNickname": f"team{number}",
                "securityEnabled": True,
            },
        )["id"]
        for number in range(CHANGES)
    ]


def start_worker(run: Run) -> subprocess.Popen[bytes]:
    """Another process that runs the job as a worker of the queue does."""
    code = (
        f"import django; django.setup(); from apps.jobs import runner; runner.run('{run.job_id}')"
    )
    return subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=dict(os.environ))


def wait_for_outcomes(run: Run, worker: subprocess.Popen[bytes]) -> None:
    """Until some writes were answered while others still wait."""
    while worker.poll() is None:
        answered = JournalEntry.objects.filter(result__run=run, event="outcome").count()
        if answered:
            return
        connection.close()


def give_back(run: Run) -> None:
    """What the reaper does with the job of a worker that gives no sign of life."""
    Job.objects.filter(pk=str(run.job_id)).update(state=JobState.QUEUED)


def updates(log: Path, ids: list[str]) -> Counter[str]:
    """How often each group was changed, single requests and those of batches alike."""
    counted: Counter[str] = Counter()
    for line in log.read_text().splitlines():
        call = json.loads(line)
        path = str(call.get("path", ""))
        if call.get("method") == "PATCH" and 200 <= int(call.get("status", 0)) < 300:
            counted.update(one for one in ids if path.endswith(one))
    return counted


def test_a_killed_worker_is_resumed_without_writing_twice(shared_workshop: Workshop) -> None:
    # given sixty groups that somebody renamed, and an approved run
    workshop = shared_workshop
    ids = create_groups(workshop)
    base = workshop.capture()
    for group in ids:
        workshop.graph("PATCH", f"/groups/{group}", {"description": "defaced"})
    run = workshop.approve(workshop.plan(workshop.report(base)))
    log = workshop.sandbox.request_log
    defaced = updates(log, ids)

    # when the worker dies after its first batch
    worker = start_worker(run)
    wait_for_outcomes(run, worker)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    run.refresh_from_db()
    interrupted = run.state
    give_back(run)
    jobs.run_here(Job.objects.get(pk=str(run.job_id)))

    # then everything is back, and each group was written exactly once
    run.refresh_from_db()
    assert interrupted in {RunState.RUNNING, RunState.VERIFYING}
    assert run.state == RunState.COMPLETE, (run.failure, bad_results(run))
    assert run.counts["objects"] == CHANGES
    assert updates(log, ids) - defaced == Counter(dict.fromkeys(ids, 1))
