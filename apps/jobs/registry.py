"""The kinds of job there are. Each app registers its own in `jobs.py`, found at start."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from apps.jobs.context import JobContext
from apps.jobs.models import Job

__all__ = ["Handler", "JobContext", "UnknownJobError", "given_up", "handler", "handler_for"]

Handle = Callable[[JobContext], dict[str, Any] | None]
GivenUp = Callable[[Job], None]


@dataclass(frozen=True, slots=True)
class Handler:
    """timeout: seconds per attempt. exclusive: one at a time per tenant, with all others so marked.

    attempts: how often the job is tried when its errors say that trying again may help, or its
    worker dies. A handler resumes: it asks what has been done before it does anything.
    cancelled_by: whoever has one of these rights on the tenant may cancel it; empty for whoever
    asked for it and whoever may take backups.
    """

    kind: str
    handle: Handle
    timeout: int
    attempts: int
    exclusive: bool
    cancelled_by: tuple[str, ...] = ()


_handlers: dict[str, Handler] = {}
_given_up: dict[str, GivenUp] = {}


class UnknownJobError(LookupError):
    """A job of a kind that no app has registered."""


def handler(
    kind: str,
    *,
    timeout: int = 3600,
    attempts: int = 3,
    exclusive: bool = False,
    cancelled_by: tuple[str, ...] = (),
) -> Callable[[Handle], Handle]:
    """Register a function as what does jobs of a kind. It returns the job's result (JSON) or None.

    timeout must be shorter than the queue's own (settings.Q_CLUSTER), which kills the worker.
    """

    def register(handle: Handle) -> Handle:
        if kind in _handlers:
            raise UnknownJobError(f"{kind} is registered twice")
        if timeout > settings.Q_CLUSTER["timeout"]:
            raise UnknownJobError(f"{kind} may take longer than the queue lets it")
        _handlers[kind] = Handler(kind, handle, timeout, attempts, exclusive, cancelled_by)
        return handle

    return register


def handler_for(kind: str) -> Handler:
    """The handler of a kind. Raises UnknownJobError."""
    try:
        return _handlers[kind]
    except KeyError:
        raise UnknownJobError(f"no app has registered jobs of the kind {kind}") from None


def given_up(kind: str) -> Callable[[GivenUp], GivenUp]:
    """Register what is told when a job of a kind is over and was not done.

    It failed for good, its worker died once too often, or it was cancelled before it began: what
    the job was for must not wait for ever. It runs in the tenant's scope and may be told twice.
    """

    def register(tell: GivenUp) -> GivenUp:
        if kind in _given_up:
            raise UnknownJobError(f"the end of {kind} is registered twice")
        _given_up[kind] = tell
        return tell

    return register


def told_when_given_up(kind: str) -> GivenUp | None:
    """What is to be told when a job of a kind is over and was not done."""
    return _given_up.get(kind)


def forget(kind: str) -> None:
    """Take a handler out again."""
    _handlers.pop(kind, None)
    _given_up.pop(kind, None)
