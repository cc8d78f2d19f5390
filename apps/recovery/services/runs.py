"""Stopping a run."""

from __future__ import annotations

from django.db import transaction

from apps.access import rights
from apps.audit import services as audit
from apps.core import clock
from apps.core.actor import Actor
from apps.core.errors import Conflict
from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.recovery.choices import RunState
from apps.recovery.models import Run


@transaction.atomic
def cancel_run(*, actor: Actor, run: Run, reason: str) -> Run:
    """Ask a run to stop. It stops between two batches; what was written stays written.

    Needs the right to request or to approve recoveries. Raises NotFound, NotAllowed, and Conflict
    when the run has ended.
    """
    rights.require(actor, rights.VIEW_BACKUPS, run.tenant)
    if run.is_finished or run.job_id is None:
        raise Conflict("The run has ended already.", code="run-ended")
    jobs.cancel(actor=actor, job=Job.objects.get(pk=run.job_id))
    Run.objects.filter(pk=run.pk, state=RunState.QUEUED).update(
        state=RunState.CANCELLED, finished_at=clock.now()
    )
    audit.record(
        actor=actor,
        event="recovery.cancel_asked",
        tenant_id=run.tenant_id,
        subject=run.tenant.name,
        reason=reason,
        data={"run_id": str(run.pk)},
    )
    run.refresh_from_db()
    return run
