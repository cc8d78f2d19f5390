"""Workers that are stopped at a chosen moment of a run's journal, as by kill -9 or a database that
is restarted."""

from __future__ import annotations

import os
import signal
from enum import Enum
from typing import Any
from uuid import UUID

from django.db import connection, connections

from apps.core import clock
from apps.jobs import runner
from apps.jobs.choices import JobState
from apps.jobs.models import Job

JOURNAL = "insert into recovery_journalentry"
_END_SESSION = "select pg_terminate_backend(pg_backend_pid())"


class Death(Enum):
    """Before the statement is sent, right after it is on disk, or with the session ended in place
    of it."""

    BEFORE = "before"
    AFTER = "after"
    SESSION = "session"


def work_and_die(job_id: UUID, *, at: int, death: Death, line: str = JOURNAL) -> None:
    """Let a worker do a job in a process of its own, until the journal's statement number `at`
    (from 1; 0 lets it live). What it had asked of Graph by then is carried out or not. line: what
    is in the statements that count, where not the journal's do."""
    connections.close_all()
    worker = os.fork()
    if worker == 0:
        _work(job_id, at, death, line)
    os.waitpid(worker, 0)


def give_back(job_id: UUID) -> None:
    """What the reaper does with the job of a worker that gives no sign of life."""
    Job.objects.filter(pk=job_id).update(state=JobState.QUEUED, run_after=clock.now(), attempts=0)


def _work(job_id: UUID, at: int, death: Death, line: str) -> None:
    """In the child: it must leave nothing of the test's own to be ended in it."""
    seen = 0

    def die(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        nonlocal seen
        counts = line in str(sql)
        seen += counts
        fatal = counts and seen == at
        if fatal and death is Death.BEFORE:
            os.kill(os.getpid(), signal.SIGKILL)
        if fatal and death is Death.SESSION:
            return execute(_END_SESSION, None, False, context)
        given = execute(sql, params, many, context)
        if fatal:
            os.kill(os.getpid(), signal.SIGKILL)
        return given

    try:
        with connection.execute_wrapper(die):
            runner.run(str(job_id))
    finally:
        os._exit(0)
