"""Handing jobs to the queue, fairly between MSPs."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django_q.tasks import async_task

from apps.core import clock, locks
from apps.core.scope import no_scope
from apps.jobs.choices import JobState
from apps.jobs.models import Job
from apps.jobs.pausing import paused
from apps.jobs.registry import handler_for

# A job handed to the queue this long ago and not begun was lost with it, or waits: send it again.
RESEND_AFTER = timedelta(minutes=15)

# Round-robin: every MSP's first due job, then every MSP's second; an MSP's jobs under way count.
# What somebody waits for comes first among its own MSP's, and takes nobody else's turn.
_FAIR = """
with under_way as (
    select t.msp_id, count(*) as jobs from jobs_job j join tenants_tenant t on t.id = j.tenant_id
    where j.state = 'running' or (j.state = 'queued' and j.dispatched_at is not null)
    group by t.msp_id
), due as (
    select j.id, j.run_after,
        row_number() over (partition by t.msp_id order by not j.urgent, j.run_after, j.id)
            + coalesce(u.jobs, 0) as turn
    from jobs_job j
    left join tenants_tenant t on t.id = j.tenant_id
    left join under_way u on u.msp_id = t.msp_id
    where j.state = 'queued' and j.dispatched_at is null and j.run_after <= %s
)
select id from due order by turn, run_after, id limit %s
"""


def dispatch() -> int:
    """Hand due jobs to the queue, fairly between MSPs; returns how many.

    Only a few are handed over ahead of the workers, so that an MSP that comes later still has
    its turn next.
    """
    with transaction.atomic(), no_scope("due jobs of every tenant are picked"):
        if paused() or not locks.try_in_transaction(locks.job_tick()):
            return 0
        waiting = Job.objects.filter(
            state=JobState.QUEUED, dispatched_at__gte=clock.now() - RESEND_AFTER
        ).count()
        room = settings.Q_CLUSTER["workers"] * 2 - waiting
        job_ids = _pick(room) if room > 0 else []
        for job_id in job_ids:
            hand_over(job_id)
    return len(job_ids)


def _pick(room: int) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(_FAIR, [clock.now(), room])
        return [row[0] for row in cursor.fetchall()]


def hand_over(job_id: UUID) -> None:
    """Give a job's id to the queue when the current transaction commits."""
    with no_scope("a job is handed to the queue"):
        kind = Job.objects.values_list("kind", flat=True).get(pk=job_id)
        Job.objects.filter(pk=job_id).update(dispatched_at=clock.now())
    timeout = handler_for(kind).timeout
    transaction.on_commit(
        lambda: async_task("apps.jobs.runner.run", str(job_id), task_name=kind, timeout=timeout)
    )
