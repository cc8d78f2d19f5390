"""Running one job: claim it, do it, say how it ended. This is what a worker of qcluster calls."""

import logging
import os
import socket
import traceback
from contextlib import ExitStack
from datetime import timedelta
from uuid import UUID, uuid4

from django.db import connection
from django.db.models import F
from django.db.utils import InterfaceError, OperationalError
from django_q.exceptions import TimeoutException

from apps.access.refused import record_refused
from apps.access.resuming import actor_again, require_token_alive
from apps.core import clock, locks
from apps.core.errors import Conflict, HoldfastError, NotAllowed, NotFound
from apps.core.scope import no_scope, person, tenant_scope
from apps.jobs import database_trouble, dispatching
from apps.jobs.choices import JobState
from apps.jobs.context import JobCancelled, JobContext, LookAgain
from apps.jobs.ending import tell_if_given_up
from apps.jobs.heartbeat import beating
from apps.jobs.models import Job
from apps.jobs.pausing import paused
from apps.jobs.registry import Handler, handler_for

logger = logging.getLogger(__name__)

LOCKED_RETRY = timedelta(seconds=20)
_FIRST_RETRY_SECONDS = 15.0
_LONGEST_RETRY_SECONDS = 900.0


def run(job_id: str) -> str:
    """Run a queued job and return its state afterwards, "" when it was not to be had.

    Errors end up on the job's row; only what ends the process passes through. While work is paused
    the job stays queued, and is handed over again afterwards.
    """
    if paused():
        return ""
    context = claim(UUID(job_id))
    if context is None:
        return ""
    error = attempt(context)
    if isinstance(error, NotAllowed | NotFound):
        _record_refusal(context, error)
    state = finish(context, error)
    dispatching.dispatch()
    return state


def claim(job_id: UUID) -> JobContext | None:
    """Take a queued job for this process. None when it is not queued any more, or not due yet."""
    token, now = uuid4(), clock.now()
    with no_scope("a worker claims a job"):
        taken = Job.objects.filter(pk=job_id, state=JobState.QUEUED, run_after__lte=now).update(
            state=JobState.RUNNING,
            claim=token,
            worker=f"{socket.gethostname()}:{os.getpid()}",
            attempts=F("attempts") + 1,
            started_at=now,
            heartbeat_at=now,
            progress_done=0,
            progress_total=None,
            progress_text="",
        )
        if taken != 1:
            return None
        job = Job.objects.get(pk=job_id)
    actor = actor_again(
        kind=job.actor_kind,
        user_id=job.actor_user_id,
        os_user=job.actor_os_user,
        request_id=job.request_id,
        token_id=job.actor_token_id,
    )
    return JobContext(job.id, token, job.kind, job.tenant_id, job.args, actor, job.attempts)


def attempt(context: JobContext) -> BaseException | None:
    """Do the work; returns what stopped it, None when it is done. The result goes to the row."""
    try:
        handler = handler_for(context.kind)
        require_token_alive(context.actor)
        with ExitStack() as stack:
            _enter(stack, handler, context)
            result = handler.handle(context)
            context.check_cancelled()
        with no_scope("a worker keeps its job's result"):
            Job.objects.filter(pk=context.job_id, claim=context.claim).update(result=result)
    except (Exception, TimeoutException, KeyboardInterrupt) as error:
        return error
    return None


def _enter(stack: ExitStack, handler: Handler, context: JobContext) -> None:
    if context.tenant_id is not None:
        if handler.exclusive:
            stack.enter_context(locks.held_in_session(locks.tenant_writer(context.tenant_id)))
        stack.enter_context(tenant_scope(context.tenant_id))
    if context.actor.user_id is not None:
        stack.enter_context(person(context.actor.user_id))
    stack.enter_context(beating(context))


def _record_refusal(context: JobContext, error: HoldfastError) -> None:
    """Whoever asked lost the right since, or his API token never had it."""
    with no_scope("a refusal is recorded where it belongs"):
        record_refused(
            actor=context.actor,
            error=error,
            route=f"job:{context.kind}",
            tenant_id=context.tenant_id,
        )


def finish(context: JobContext, error: BaseException | None, *, may_retry: bool = True) -> str:
    """Write how the attempt ended; returns the job's state, "" when it is no longer ours."""
    if isinstance(error, (OperationalError, InterfaceError)) and not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()
    ending = _ending(context, error, may_retry)
    progress = context.state
    with no_scope("a worker ends its own job"):
        ended = Job.objects.filter(
            pk=context.job_id, claim=context.claim, state=JobState.RUNNING
        ).update(
            progress_done=progress.done,
            progress_total=progress.total,
            progress_text=progress.text,
            **ending,
        )
    if ended:
        tell_if_given_up(context.job_id)
    return str(ending["state"]) if ended else ""


def _ending(context: JobContext, error: BaseException | None, may_retry: bool) -> dict[str, object]:
    if error is None:
        return _final(JobState.DONE)
    if isinstance(error, (JobCancelled, KeyboardInterrupt)):
        return _final(JobState.CANCELLED)
    if isinstance(error, LookAgain):
        errors = {"error_code": "", "error_text": ""}
        return _again(error.after) | {"attempts": F("attempts") - 1} | errors
    if isinstance(error, Conflict) and error.code == "locked" and may_retry:
        # Somebody else is at work on the tenant: waiting for one's turn is no failed attempt.
        return _again(LOCKED_RETRY) | {"attempts": F("attempts") - 1}
    code, text = _explained(error, context)
    if may_retry and _may_help(error) and context.attempt < handler_for(context.kind).attempts:
        return _again(_pause(error, context.attempt)) | {"error_code": code, "error_text": text}
    return _final(JobState.FAILED) | {"error_code": code, "error_text": text}


def _final(state: JobState) -> dict[str, object]:
    errors = {"error_code": "", "error_text": ""}
    return {"state": state, "finished_at": clock.now(), **errors}


def _again(pause: timedelta) -> dict[str, object]:
    return {
        "state": JobState.QUEUED,
        "claim": None,
        "dispatched_at": None,
        "run_after": clock.now() + pause,
    }


def _may_help(error: BaseException) -> bool:
    if isinstance(error, (OperationalError, InterfaceError, TimeoutException)):
        return True
    return isinstance(error, HoldfastError) and error.retryable


def _pause(error: BaseException, attempt_number: int) -> timedelta:
    pause = min(_LONGEST_RETRY_SECONDS, _FIRST_RETRY_SECONDS * 2 ** (attempt_number - 1))
    asked = getattr(error, "retry_after", None) or 0.0
    return timedelta(seconds=max(pause, float(asked)))


def _explained(error: BaseException, context: JobContext) -> tuple[str, str]:
    """A code for programs and a text for people. What we cannot explain is not quoted."""
    if isinstance(error, HoldfastError):
        return error.code, error.explanation()
    if isinstance(error, TimeoutException):
        return "timed-out", "The job took longer than it may, and was stopped."
    if (trouble := database_trouble.explained(error)) is not None:
        logger.error("job %s: %s", context.job_id, trouble[0])
        return trouble
    where = "".join(traceback.format_tb(error.__traceback__))
    logger.error("job %s: unexpected %s\n%s", context.job_id, type(error).__name__, where)
    kind = type(error).__name__
    text = f"Something went wrong that Holdfast cannot explain ({kind})."
    return "unexpected", f"{text} Tell support the job's id: {context.job_id}."
