"""What changes a tenant's history: captures, how often they come, and a person's word about a
held collection."""

from collections.abc import Collection
from datetime import timedelta

from django.db import transaction

from apps.access import rights
from apps.audit import services as audit
from apps.connect import clients
from apps.connect import services as connect
from apps.core import clock
from apps.core.actor import Actor
from apps.core.errors import Conflict, Stale
from apps.core.scope import tenant_scope
from apps.entra.errors import NeedsConsent
from apps.entra.reading import count_users
from apps.history.capture.run import CaptureResult, run_capture
from apps.history.capture.run_state import Progress
from apps.history.capture.source import GraphSource, Source
from apps.history.choices import CaptureMode, CollectionStatus
from apps.history.models import ShrinkConfirmation, Snapshot
from apps.history.selectors.snapshots import latest_snapshot, user_count
from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.tenants import services as tenants
from apps.tenants.choices import TenantState
from apps.tenants.models import BackupPolicy, Tenant

__all__ = [
    "CaptureResult",
    "capture",
    "confirm_shrink",
    "schedule_captures",
    "set_backup_policy",
    "snapshot_now",
]


def capture(
    *,
    actor: Actor,
    tenant: Tenant,
    mode: str = CaptureMode.FULL,
    reason: str = "",
    progress: Progress | None = None,
    source: Source | None = None,
    whole: Collection[str] = (),
) -> CaptureResult:
    """Read the tenant now, in this process, and append what changed.

    mode: "full", or "delta" for what changed since the newest snapshot; a first capture is always
    full. progress: a job's context. source: another one than the tenant's Graph. whole: kinds to
    read whole in a delta capture too, also those that it leaves as they are otherwise.

    It is a part of jobs whose own right was checked when they were made (reports, recoveries), so
    here the actor only has to be somebody who may still see the tenant. Raises NotFound, Conflict
    when the tenant is being captured or is not looked after, EntraError, Unavailable, JobCancelled.
    """
    rights.require(actor, rights.VIEW_BACKUPS, tenant)
    _refuse_inactive(tenant)
    with tenant_scope(tenant.pk):
        denied = _denied(tenant)
        try:
            result = run_capture(
                actor=actor,
                tenant=tenant,
                mode=CaptureMode(mode),
                reason=reason,
                source=source or _graph_source(tenant),
                progress=progress,
                whole=whole,
            )
        except NeedsConsent:
            connect.check_soon(tenant)
            raise
        if not denied.issuperset(_denied(tenant)):
            connect.check_soon(tenant)
    return result


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

    Asked for twice before a worker gets to it, it is the same job. here: the caller is going to
    run the job in this process (jobs.services.run_here), so it is not handed to a worker.
    """
    rights.require(actor, rights.TAKE_BACKUPS, tenant)
    _refuse_inactive(tenant)
    args = {"mode": str(CaptureMode(mode)), "reason": reason}
    job = jobs.enqueue(
        actor=actor, kind="capture", tenant=tenant, args=args, once=not here, wait_for_turn=here
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


@transaction.atomic
def set_backup_policy(
    *,
    actor: Actor,
    tenant: Tenant,
    enabled: bool,
    full_every: timedelta,
    delta_every: timedelta,
) -> BackupPolicy:
    """Say how often a tenant is captured, and schedule it so. Raises NotFound, NotAllowed, Invalid.

    A tenant that is not connected is scheduled when its connection begins to work.
    """
    rights.require(actor, rights.MANAGE_TENANT, tenant)
    policy = tenants.set_backup_policy(
        actor=actor,
        tenant=tenant,
        enabled=enabled,
        full_every=full_every,
        delta_every=delta_every,
    )
    if tenant.state == TenantState.ACTIVE:
        schedule_captures(actor=actor, tenant=tenant)
    return policy


def schedule_captures(*, actor: Actor, tenant: Tenant) -> None:
    """Have the tenant captured as its backup policy says, or not at all when it is disabled."""
    rights.require(actor, rights.TAKE_BACKUPS, tenant)
    with tenant_scope(tenant.pk):
        policy = BackupPolicy.objects.filter(tenant=tenant).first() or BackupPolicy(tenant=tenant)
    intervals = {CaptureMode.FULL: policy.full_every, CaptureMode.DELTA: policy.delta_every}
    for mode, every in intervals.items():
        _schedule(actor, tenant, mode, every if policy.enabled else None)


def _schedule(actor: Actor, tenant: Tenant, mode: CaptureMode, every: timedelta | None) -> None:
    name = f"capture-{mode}"
    if every is None:
        jobs.unschedule_tenant(actor=actor, tenant=tenant, name=name)
        return
    args = {"mode": str(mode), "reason": "schedule"}
    jobs.schedule_tenant(
        actor=actor, tenant=tenant, kind="capture", every=every, args=args, name=name
    )


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


def _refuse_inactive(tenant: Tenant) -> None:
    if tenant.state != TenantState.ACTIVE:
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
