"""Making, cancelling and scheduling jobs. Whether the actor may is asked by the service that knows
what the job is for; cancelling is asked here."""

import hashlib
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django_q.models import Schedule

from apps.access import rights
from apps.audit import services as audit
from apps.core import canonical, clock
from apps.core.actor import Actor
from apps.core.errors import Conflict, NotAllowed
from apps.core.scope import no_scope
from apps.jobs import dispatching, runner
from apps.jobs.choices import UNFINISHED, JobState
from apps.jobs.context import JobContext, LookAgain, Progress
from apps.jobs.ending import tell_if_given_up
from apps.jobs.heartbeat import beating
from apps.jobs.models import Job
from apps.jobs.registry import handler_for
from apps.tenants.models import Tenant

# How long the console waits for another job on the same tenant.
TURN_SECONDS = 15 * 60


def enqueue(
    *,
    actor: Actor,
    kind: str,
    tenant: Tenant | None = None,
    args: dict[str, Any] | None = None,
    once: bool = False,
    wait_for_turn: bool = False,
    urgent: bool = False,
    delay: timedelta = timedelta(),
) -> Job:
    """Make a job inside the caller's transaction; a worker gets it when that commits.

    args: ids and plain JSON values, no personal data. once: if an unfinished job of this kind
    with the same tenant and args exists, that one is returned. wait_for_turn: hand it over by
    the fair dispatch instead of at once; urgent: then as the first of its MSP's, after the commit.
    Raises UnknownJobError.
    """
    handler_for(kind)
    values = args or {}
    key = _once_key(kind, tenant, values, actor.token_id) if once else None
    with no_scope("a job is made for its tenant"), transaction.atomic():
        job = (_unfinished(key) if key else None) or _insert(
            Job(
                kind=kind,
                tenant=tenant,
                args=values,
                once_key=key,
                actor_kind=actor.kind,
                actor_user_id=actor.user_id,
                actor_os_user=actor.os_user,
                actor_token_id=actor.token_id,
                request_id=actor.request_id,
                urgent=urgent,
                run_after=clock.now() + delay,
            )
        )
        if not (wait_for_turn or delay or job.dispatched_at) and job.state == JobState.QUEUED:
            dispatching.hand_over(job.id)
    if urgent:
        transaction.on_commit(dispatching.dispatch)
    return job


def run_here(job: Job, *, on_progress: Callable[[Progress], None] | None = None) -> Job:
    """Run a job in this process, for the operator's console: one attempt, and its error is raised.

    While another job is at work on the tenant it waits for its turn, for at most TURN_SECONDS.
    on_progress: called whenever the handler says how far it is. A job that waits for somebody
    else's work comes back queued, for the workers to look after.
    Make it with wait_for_turn=True so that no worker takes it first. Raises Conflict when one has.
    """
    context = runner.claim(job.id)
    if context is None:
        raise Conflict("A worker is at this job already.", code="job-taken")
    context.listener = on_progress
    error = _attempt_in_turn(context)
    runner.finish(context, error, may_retry=False)
    with no_scope("the console reads its own job"):
        job.refresh_from_db()
    if error is not None and not isinstance(error, LookAgain):
        raise error
    return job


def _attempt_in_turn(context: JobContext) -> BaseException | None:
    deadline = time.monotonic() + TURN_SECONDS
    with beating(context):
        while True:
            error = runner.attempt(context)
            waits = isinstance(error, Conflict) and error.code == "locked"
            if not waits or time.monotonic() > deadline:
                return error
            context.progress(0, text="Waiting for another job on this tenant to end")
            time.sleep(1)


@transaction.atomic
def cancel(*, actor: Actor, job: Job) -> Job:
    """Cancel a job: at once when it waits, at its next safe point when it runs.

    Whoever asked for it may, and whoever may take backups of its tenant; where the kind of job
    names rights of its own (Handler.cancelled_by), only their holders. Raises Conflict when it has
    finished, NotAllowed, NotFound.
    """
    tenant = _tenant_of(job)
    _require_may_cancel(actor, job, tenant)
    now = clock.now()
    with no_scope("a job is cancelled after its rights were checked"):
        stopped = Job.objects.filter(pk=job.pk, state=JobState.QUEUED).update(
            state=JobState.CANCELLED, cancel_requested_at=now, finished_at=now
        ) or Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(cancel_requested_at=now)
        job.refresh_from_db()
    if job.state == JobState.CANCELLED:
        tell_if_given_up(job.pk)
    if not stopped:
        raise Conflict("This job has finished already.", code="job-finished")
    audit.record(
        actor=actor,
        event="job.cancelled",
        tenant_id=job.tenant_id,
        msp_id=tenant.msp_id if tenant else None,
        data={"job_id": str(job.id), "kind": job.kind},
    )
    return job


def _tenant_of(job: Job) -> Tenant | None:
    with no_scope("whose a job is, whoever asks"):
        return job.tenant


def _require_may_cancel(actor: Actor, job: Job, tenant: Tenant | None) -> None:
    if actor.kind == "system":
        return
    if tenant is not None:
        rights.require(actor, rights.VIEW_BACKUPS, tenant)
        if wanted := handler_for(job.kind).cancelled_by:
            _require_one_of(actor, wanted, tenant)
        elif job.actor_user_id != actor.user_id:
            rights.require(actor, rights.TAKE_BACKUPS, tenant)
    elif job.actor_user_id is None or job.actor_user_id != actor.user_id:
        raise NotAllowed("Only whoever asked for this job may cancel it.", code="not-your-job")


def _require_one_of(actor: Actor, wanted: tuple[str, ...], tenant: Tenant) -> None:
    *others, last = wanted
    for right in others:
        with suppress(NotAllowed):
            rights.require(actor, right, tenant)
            return
    rights.require(actor, last, tenant)


@transaction.atomic
def schedule_tenant(
    *,
    actor: Actor,
    tenant: Tenant,
    kind: str,
    every: timedelta,
    args: dict[str, Any] | None = None,
    name: str = "",
) -> Schedule:
    """Make jobs of a kind for a tenant regularly; replaces the schedule of the same name.

    every: at least a minute. name: distinguishes schedules of one kind, the kind itself if empty.
    The first one comes at a moment within the first `every` that depends on the tenant, so that
    two hundred tenants do not all start at once.
    """
    handler_for(kind)
    minutes = max(1, int(every.total_seconds() // 60))
    schedule, _ = Schedule.objects.update_or_create(
        name=_schedule_name(tenant, name or kind),
        defaults={
            "func": "apps.jobs.tick.due",
            "args": repr((kind, str(tenant.id), args or {})),
            "schedule_type": Schedule.MINUTES,
            "minutes": minutes,
            "repeats": -1,
            "next_run": clock.now() + _offset(tenant.id, minutes),
        },
    )
    audit.record(
        actor=actor,
        event="schedule.set",
        tenant_id=tenant.id,
        msp_id=tenant.msp_id,
        subject=tenant.name,
        data={"kind": name or kind, "every_minutes": minutes},
    )
    return schedule


@transaction.atomic
def unschedule_tenant(*, actor: Actor, tenant: Tenant, name: str) -> bool:
    """Remove the tenant's schedule of that name; False when there was none."""
    removed, _ = Schedule.objects.filter(name=_schedule_name(tenant, name)).delete()
    if removed:
        audit.record(
            actor=actor,
            event="schedule.removed",
            tenant_id=tenant.id,
            msp_id=tenant.msp_id,
            subject=tenant.name,
            data={"kind": name},
        )
    return bool(removed)


def _schedule_name(tenant: Tenant, name: str) -> str:
    return f"{name}:{tenant.id}"


def _offset(tenant_id: UUID, minutes: int) -> timedelta:
    fraction = int.from_bytes(hashlib.sha256(tenant_id.bytes).digest()[:4], "big") / 2**32
    return timedelta(minutes=minutes * fraction)


def _once_key(kind: str, tenant: Tenant | None, args: dict[str, Any], token_id: UUID | None) -> str:
    # What a token asked for ends with the token, so nobody else's wish may hang on it.
    by_token = [str(token_id)] if token_id else []
    said = canonical.dumps([kind, str(tenant.id) if tenant else "", args, *by_token])
    return f"{kind}:{hashlib.sha256(said).hexdigest()}"


def _unfinished(key: str) -> Job | None:
    return Job.objects.filter(once_key=key, state__in=UNFINISHED).first()


def _insert(job: Job) -> Job:
    try:
        with transaction.atomic():
            job.save(force_insert=True)
    except IntegrityError:
        # Another process made the same job between our question and our insert.
        other = _unfinished(job.once_key) if job.once_key else None
        if other is None:
            raise
        return other
    return job
