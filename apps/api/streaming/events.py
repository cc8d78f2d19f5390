"""What is told of a job, as it goes over the wire."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from rest_framework.renderers import JSONRenderer

from apps.api.serializers.history import Job as JobShape
from apps.core import clock
from apps.core.errors import Invalid
from apps.jobs.models import Job

# Nobody is told again of what is older.
LONGEST_BACK = timedelta(hours=24)
STILL_HERE = b": still here\n\n"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Event:
    """How a job stands. sign: tells whether it is news. last: nothing will follow."""

    job_id: UUID
    tenant_id: UUID | None
    kind: str
    moved_at: datetime
    sign: tuple[Any, ...]
    last: bool
    content: bytes


def event_of(job: Any) -> Event:
    """job: one of jobs.selectors.moved_since()."""
    said = {"tenant_id": str(job.tenant_id), "job": JobShape(job).data}
    name = "ended" if job.finished else "moved"
    number = (job.moved_at - _EPOCH) // _MICROSECOND
    return Event(
        job_id=job.pk,
        tenant_id=job.tenant_id,
        kind=job.kind,
        moved_at=job.moved_at,
        sign=sign_of(job),
        last=job.finished,
        content=_event(name, JSONRenderer().render(said), str(number)),
    )


def sign_of(job: Job) -> tuple[Any, ...]:
    """The same as long as there is nothing to tell; a heartbeat alone is no news."""
    done, total, text = job.progress_done, job.progress_total, job.progress_text
    return job.state, job.attempts, done, total, text, job.cancel_requested_at


def beginning() -> bytes:
    """What a stream begins with: how many milliseconds to wait before coming back."""
    return b"retry: 2000\n\n"


def goodbye(code: str) -> bytes:
    """Why the stream ends, when it is not the job that does."""
    return _event("closed", JSONRenderer().render({"code": code}))


def moment_of(last_event_id: str) -> datetime | None:
    """When the event happened that a caller had last, None without one. Raises Invalid."""
    if not last_event_id:
        return None
    if not (last_event_id.isascii() and last_event_id.isdigit() and len(last_event_id) <= 16):
        raise Invalid("That is no id of an event of this stream.", code="bad-event-id")
    return max(_EPOCH + int(last_event_id) * _MICROSECOND, clock.now() - LONGEST_BACK)


def _event(name: str, data: bytes, number: str = "") -> bytes:
    said = f"id: {number}\n" if number else ""
    return f"{said}event: {name}\ndata: ".encode() + data + b"\n\n"
