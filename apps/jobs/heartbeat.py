"""The sign of life of a running job, from a thread with a connection of its own.

It shows that the process lives even while the handler waits for Graph, and writes progress
outside whatever transaction the handler has open.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connection

from apps.core import clock
from apps.core.scope import no_scope
from apps.jobs.choices import JobState
from apps.jobs.context import JobContext
from apps.jobs.models import Job

INTERVAL = 2.0
logger = logging.getLogger(__name__)


@contextmanager
def beating(context: JobContext, interval: float = INTERVAL) -> Iterator[None]:
    """Keep the job's heartbeat and progress up to date every `interval` seconds in the block."""
    stop = threading.Event()
    thread = threading.Thread(
        target=_beat_until, args=(stop, context, interval), name="heartbeat", daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _beat_until(stop: threading.Event, context: JobContext, interval: float) -> None:
    seen = False
    try:
        while not stop.wait(interval):
            try:
                found = beat(context)
            except DatabaseError as error:
                # The next beat tries again; if the database stays away, the reaper decides.
                logger.warning("heartbeat failed: %s", type(error).__name__)
                connection.close()
                continue
            seen = seen or found
            if seen and not found:
                context.lost.set()
                return
    finally:
        connection.close()


def beat(context: JobContext) -> bool:
    """Write heartbeat and progress; False when the job is no longer this worker's."""
    progress = context.state
    with no_scope("a worker keeps its own job alive"):
        return bool(
            Job.objects.filter(
                pk=context.job_id, claim=context.claim, state=JobState.RUNNING
            ).update(
                heartbeat_at=clock.now(),
                progress_done=progress.done,
                progress_total=progress.total,
                progress_text=progress.text,
            )
        )
