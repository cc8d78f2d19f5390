"""Telling the app that a job belongs to that the job is over and was not done."""

import logging
from contextlib import AbstractContextManager
from uuid import UUID

from apps.core.scope import no_scope, tenant_scope
from apps.jobs.choices import JobState
from apps.jobs.models import Job
from apps.jobs.registry import told_when_given_up

logger = logging.getLogger(__name__)
NOT_DONE = (JobState.FAILED, JobState.CANCELLED)


def tell_if_given_up(job_id: UUID) -> None:
    """Nothing for a job that is done or will be tried again. An error of the app's is logged."""
    with no_scope("a job that is over is looked at"):
        job = Job.objects.filter(pk=job_id, state__in=NOT_DONE).first()
    tell = told_when_given_up(job.kind) if job else None
    if job is None or tell is None:
        return
    try:
        with _scope_of(job):
            tell(job)
    except Exception as error:
        logger.error("job %s: its end could not be told: %s", job_id, type(error).__name__)


def _scope_of(job: Job) -> AbstractContextManager[None]:
    if job.tenant_id is None:
        return no_scope("a job without a tenant is over")
    return tenant_scope(job.tenant_id)
