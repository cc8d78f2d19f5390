"""What changes a tenant's history: captures, and a person's word about a held collection."""

from collections.abc import Collection
from contextlib import closing

from django.db import transaction

from apps.access import rights
from apps.audit import services as audit
from apps.connect import clients
from apps.connect import services as connect
from apps.core import clock
from apps.core.actor import Actor
from apps.core.errors import Conflict, Invalid, Stale
from apps.core.scope import tenant_scope
from apps.entra.errors import NeedsConsent
from apps.entra.reading import count_users
from apps.history.cadence import objectives
from apps.history.capture import learning
from apps.history.capture.apart_rows import Owner
from apps.history.capture.run import CaptureResult, run_capture
from apps.history.capture.run_state import Progress
from apps.history.capture.source import GraphSource, Source
from apps.history.choices import READING_MODES, CaptureMode, CollectionStatus
from apps.history.importing.directories import refuse_other_directory
from apps.history.models import ShrinkConfirmation, Snapshot
from apps.history.selectors.snapshots import latest_snapshot, user_count
from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.tenants import keys
from apps.tenants.choices import REACHABLE_STATES, TenantState
from apps.tenants.models import Tenant

__all__ = [
    "CaptureResult",
    "capture",
    "confirm_shrink",
    "learn_apart",
    "snapshot_before_change",
    "snapshot_now",
]

# In characters; a snapshot's reason has room for 200.
LONGEST_CHANGE = 150


def capture(
    *,
    actor: Actor,
    tenant: Tenant,
    mode: str = CaptureMode.FULL,
    reason: str = "",
    progress: Progress | None = None,
    source: Source | None = None,
    whole: Collection[str] = (),
    hurried: bool = False,
) -> CaptureResult:
    """Read the tenant now, in this process, and append what changed.

    mode: "full", or "delta" for what changed since the newest snapshot; a first capture is always
    full. progress: a job's context. source: another one than the tenant's Graph. whole: kinds to
    read whole in a delta capture too, also those that it leaves as they are otherwise. hurried:
    leave it to the next capture to read on in the audit log, where that has to be waited for.

    It is a part of jobs whose own right was checked when they were made (reports, recoveries), so
    here the actor only has to be somebody who may still see the tenant. Raises NotFound, Conflict
    when the tenant is being captured or is not looked after, EntraError, Unavailable, JobCancelled.
    """
    rights.require(actor, rights.VIEW_BACKUPS, tenant)
    _refuse_inactive(tenant)
    with tenant_scope(tenant.pk):
        refuse_other_directory(tenant)
        denied, began_at = _denied(tenant), clock.now()
        try:
            result = run_capture(
                actor=actor,
                tenant=tenant,
                mode=_reading_mode(mode),
                reason=reason,
                source=source or _graph_source(tenant),
                progress=progress,
                whole=whole,
                hurried=hurried,
            )
        except NeedsConsent:
            connect.check_soon(tenant)
            raise
        if source is None:
            # What is read from elsewhere says nothing of how fresh the tenant's own backup is.
            objectives.note_capture(tenant, began_at, result.collections)
        if not denied.issuperset(_denied(tenant)):
            connect.check_soon(tenant)
    return result


def learn_apart(*, tenant: Tenant, progress: Progress, source: Source | None = None) -> int:
    """Ask for some of what Graph gives for one object at a time; how many were answered.

    A worker does it between captures, for the system. Raises NeedsConsent, JobCancelled.
    """
    with tenant_scope(tenant.pk):
        newest = latest_snapshot(tenant)
        if newest is None or tenant.state != TenantState.ACTIVE:
            return 0
        with closing(source or _graph_source(tenant)) as reader:
            owner = Owner(tenant.pk, keys.data_key(tenant.pk))
            return learning.learn(owner, reader, progress, newest=newest)


@transaction.atomic
def snapshot_now(
    *,
    actor: Actor,
    tenant: Tenant,
    mode: str = CaptureMode.DELTA,
    reason: str = "asked for",
    here: bool = False,
) -> Job:
    """Have a worker capture the tenant at once. Raises NotFound, NotAllowed, Conflict.

    Asked for twice before a worker gets to it, it is the same job. It comes before the captures
    that the MSP's schedules made, and takes turns with other MSPs. here: the caller is going to
    run the job in this process (jobs.services.run_here), so it is not handed to a worker.
    """
    rights.require(actor, rights.TAKE_BACKUPS, tenant)
    _refuse_inactive(tenant)
    args = {"mode": str(_reading_mode(mode)), "reason": reason}
    job = jobs.enqueue(
        actor=actor,
        kind="capture",
        tenant=tenant,
        args=args,
        once=not here,
        wait_for_turn=True,
        urgent=not here,
    )
    audit.record(
        actor=actor,
        event="snapshot.asked_for",
        tenant_id=tenant.pk,
        msp_id=tenant.msp_id,
        subject=tenant.name,
        reason=reason,
        data={"mode": args["mode"], "job_id": str(job.pk)},
    )
    return job


def snapshot_before_change(*, actor: Actor, tenant: Tenant, change: str) -> Job:
    """Have the tenant captured whole before somebody changes it, by a worker, at once.

    change: what is about to be changed, in words that the snapshot is found by later. The result
    of the job says the snapshot's seq. Raises NotFound, NotAllowed, Conflict, Invalid.
    """
    words = " ".join(change.split())
    if not words or len(words) > LONGEST_CHANGE:
        raise Invalid(
            f"Say in at most {LONGEST_CHANGE} characters what is about to be changed.",
            code="no-change-named",
            safe="No snapshot was taken.",
        )
    reason = f"before a change: {words}"
    return snapshot_now(actor=actor, tenant=tenant, mode=CaptureMode.FULL, reason=reason)


@transaction.atomic
def confirm_shrink(
    *, actor: Actor, snapshot: Snapshot, collection: str, reason: str = ""
) -> ShrinkConfirmation:
    """Say that what is missing from a held collection is really gone.

    The next capture that reads the collection applies it. Raises NotFound, NotAllowed, Stale when
    there is a newer snapshot than the one looked at, Conflict when the collection is not held or
    is confirmed already.
    """
    tenant = snapshot.tenant
    rights.require(actor, rights.MANAGE_TENANT, tenant)
    with tenant_scope(tenant.pk):
        _refuse_not_held(snapshot, collection)
        confirmation, created = ShrinkConfirmation.objects.get_or_create(
            tenant_id=tenant.pk,
            snapshot_id=snapshot.pk,
            collection=collection,
            defaults={"confirmed_at": clock.now(), "confirmed_by": actor.user_id},
        )
    if not created:
        raise Conflict("This was confirmed already.", todo="Capture the tenant to apply it.")
    audit.record(
        actor=actor,
        event="collection.confirmed",
        tenant_id=tenant.pk,
        msp_id=tenant.msp_id,
        subject=tenant.name,
        reason=reason,
        data={"collection": collection, "seq": snapshot.seq},
    )
    return confirmation


def _denied(tenant: Tenant) -> set[str]:
    """The collections that Graph kept from the newest snapshot."""
    latest = latest_snapshot(tenant)
    if latest is None:
        return set()
    rows = latest.collections.filter(status=CollectionStatus.DENIED)
    return set(rows.values_list("collection", flat=True))


def _graph_source(tenant: Tenant) -> Source:
    users = user_count(tenant)
    client = clients.graph_client(tenant, purpose="backup", priority="low", users=users)
    if users is None and (counted := count_users(client)) is not None:
        client.allow_for(counted)
    return GraphSource(client)


def _reading_mode(mode: str) -> CaptureMode:
    """The mode of a capture. Raises ValueError for that of an import, which reads no tenant."""
    wanted = CaptureMode(mode)
    if wanted not in READING_MODES:
        raise ValueError(f"a capture is not made by {mode}")
    return wanted


def _refuse_inactive(tenant: Tenant) -> None:
    if tenant.state not in REACHABLE_STATES:
        raise Conflict(
            "This tenant is not connected at the moment, so it cannot be captured.",
            code="tenant-not-active",
            safe="Snapshots taken before are kept.",
            todo="Connect it first.",
        )


def _refuse_not_held(snapshot: Snapshot, collection: str) -> None:
    latest = latest_snapshot(snapshot.tenant_id)
    if latest is None or latest.pk != snapshot.pk:
        raise Stale("There is a newer snapshot.", todo="Look at it, and decide again.")
    held = snapshot.collections.filter(collection=collection, status=CollectionStatus.HELD)
    if not held.exists():
        raise Conflict("This collection is not held in this snapshot.")
