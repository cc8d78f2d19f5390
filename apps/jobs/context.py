"""What a handler is given."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from apps.core.actor import Actor
from apps.core.scope import no_scope
from apps.jobs.choices import JobState
from apps.jobs.models import Job
from apps.tenants.models import Tenant

# Asking the database whether a job is cancelled more often than this helps nobody.
_ASK_AGAIN_AFTER = 1.0


class JobCancelled(Exception):
    """The job was cancelled, or given to another worker; the handler should unwind."""


class LookAgain(Exception):
    """There is nothing to do until somebody else's work is over: the job waits in the database, no
    worker and no turn of its tenant is held, and looking counts as no attempt."""

    def __init__(self, after: timedelta) -> None:
        super().__init__(f"look again after {after}")
        self.after = after


@dataclass(slots=True)
class Progress:
    """How far a job is. Written by the handler, read by the thread that keeps the heartbeat."""

    done: int = 0
    total: int | None = None
    text: str = ""


@dataclass(slots=True)
class JobContext:
    """One attempt at a job, as its handler sees it, inside the scope of the job's tenant."""

    job_id: UUID
    claim: UUID
    kind: str
    tenant_id: UUID | None
    args: dict[str, Any]
    actor: Actor
    attempt: int = 1
    state: Progress = field(default_factory=Progress)
    listener: Callable[[Progress], None] | None = None
    lost: threading.Event = field(default_factory=threading.Event)
    _asked_at: float = field(default=float("-inf"))

    def tenant(self) -> Tenant:
        """The job's tenant. Raises ValueError for a job without one."""
        if self.tenant_id is None:
            raise ValueError("this job has no tenant")
        return Tenant.objects.select_related("msp").get(pk=self.tenant_id)

    def progress(self, done: int, total: int | None = None, text: str = "") -> None:
        """Say how far the job is. Costs nothing: it is written with the next heartbeat.

        total None keeps the total given before. text must not hold personal data.
        """
        self.state.done = done
        if total is not None:
            self.state.total = total
        if text:
            self.state.text = text[:300]
        if self.listener:
            self.listener(self.state)

    def counting(self, text: str) -> Callable[[int], None]:
        """What a piece of work is given to say how far it is; it raises as check_cancelled()."""

        def tell(done: int) -> None:
            self.check_cancelled()
            self.progress(done, text=text)

        return tell

    def check_cancelled(self) -> None:
        """Raise JobCancelled when the job was cancelled or is no longer this worker's.

        Asks the database at most once a second.
        """
        if self.lost.is_set():
            raise JobCancelled
        if time.monotonic() - self._asked_at < _ASK_AGAIN_AFTER:
            return
        self._asked_at = time.monotonic()
        with no_scope("a worker asks after its own job"):
            ours = Job.objects.filter(
                pk=self.job_id,
                claim=self.claim,
                state=JobState.RUNNING,
                cancel_requested_at__isnull=True,
            ).exists()
        if not ours:
            raise JobCancelled
