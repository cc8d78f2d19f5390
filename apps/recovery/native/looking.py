"""Looking how far Microsoft's job is, now and then, for as long as it takes."""

from __future__ import annotations

import logging
from datetime import timedelta

from apps.connect import clients
from apps.connect.clients import NotConnected
from apps.core import clock
from apps.entra.client import GraphClient
from apps.entra.errors import EntraError
from apps.jobs.context import JobContext, LookAgain
from apps.recovery.choices import RunState
from apps.recovery.models import NativeRun, Run
from apps.recovery.native import asking
from apps.recovery.native.asking import NativeJob
from apps.recovery.native.pacing import LOOK_EVERY
from apps.recovery.native.stopping import stop_is_asked

# Microsoft's job goes on whether it can be looked at or not; an outage of so long is waited out.
UNSEEN_FOR = timedelta(hours=6)
_WAITS = "Waiting until Microsoft's recovery in this tenant has ended"
logger = logging.getLogger(__name__)


def look(client: GraphClient, run: Run, native: NativeRun, job: JobContext) -> None:
    """Note how far the job is. Raises LookAgain while it goes on, and when Graph cannot be asked
    for the time being; EntraError."""
    after = LOOK_EVERY / client.scale
    try:
        found = asking.read_job(client, run.request.plan.native["snapshot_id"], native.job_id)
    except EntraError as error:
        if not error.retryable or _unseen_for(native) > UNSEEN_FOR:
            raise
        logger.warning("run %s: Microsoft's job could not be read: %s", run.pk, error.code)
        raise LookAgain(after) from error
    _note(native, found)
    loads = "Microsoft loads its snapshot"
    text = "Microsoft's recovery is at work" if found.found is not None else loads
    job.progress(found.objects + found.links, found.found, text=text)
    if not found.is_over:
        raise LookAgain(after)


def look_by_the_way(run: Run, job: JobContext) -> None:
    """Where a job of Microsoft's is at work for this run: look at it, and at nothing else of the
    run. Raises LookAgain while it goes on; what else there is to say is left to the run itself."""
    native = NativeRun.objects.filter(run=run).first()
    if native is None or not native.job_id or native.is_over or run.state != RunState.RUNNING:
        return
    if stop_is_asked(native, job):
        return
    try:
        client = clients.graph_client(run.tenant, "recovery")
    except NotConnected:
        return
    try:
        look(client, run, native, job)
    except EntraError:
        return
    finally:
        client.close()


def wait_for_others(run: Run, job: JobContext) -> None:
    """Raise LookAgain while Microsoft recovers for another run of the tenant: two that write the
    same things would take each other's for somebody's interference."""
    going_on = (RunState.RUNNING, RunState.VERIFYING)
    others = NativeRun.objects.filter(tenant_id=run.tenant_id, run__state__in=going_on)
    if others.exclude(run=run).exclude(job_id="").exists():
        job.progress(0, text=_WAITS)
        raise LookAgain(LOOK_EVERY)


def _unseen_for(native: NativeRun) -> timedelta:
    since = native.looked_at or native.asked_at
    return clock.now() - since if since else timedelta.max


def _note(native: NativeRun, found: NativeJob) -> None:
    native.status, native.found, native.looked_at = found.status, found.found, clock.now()
    native.objects_modified, native.links_modified = found.objects, found.links
    native.failed_changes = found.failed
    native.save(
        update_fields=[
            *("status", "found", "looked_at"),
            *("objects_modified", "links_modified", "failed_changes"),
        ]
    )
