"""Executing a pruning: what was begun is finished, what is due is begun, and all is verified."""

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import partial

from django.conf import settings
from django.db import transaction

from apps.access import rights
from apps.audit import services as audit
from apps.core import locks
from apps.core.actor import Actor
from apps.core.scope import tenant_scope
from apps.history import signals
from apps.history.capture.run_state import Progress, Silent
from apps.history.choices import VerificationCause
from apps.history.models import Pruning, Verification
from apps.history.pruning import folding, removing
from apps.history.pruning.folding import DamagedInterval
from apps.history.pruning.planning import Interval, intervals
from apps.history.retention.selectors import hold_in_force, removable
from apps.history.verification.recording import last_verification, verify_and_record
from apps.history.verification.result import FULL
from apps.tenants.models import Tenant


@dataclass(slots=True)
class Pruned:
    """What a pruning did. seqs: the snapshots that went; objects, links: their versions that did,
    bytes: of those rows, indexes not counted. dictionaries: compression dictionaries that went.

    finished: prunings whose removals were completed, those that an earlier run began included.
    damaged: intervals that were left as they are, because they are not as they were sealed.
    held: a legal hold lets nothing go. verification: of what is kept; None where nothing went.
    """

    seqs: list[int] = field(default_factory=list)
    objects: int = 0
    links: int = 0
    bytes: int = 0
    dictionaries: int = 0
    finished: int = 0
    damaged: list[tuple[int, int]] = field(default_factory=list)
    held: bool = False
    verification: Verification | None = None

    def add(self, pruning: Pruning) -> None:
        """Count what a pruning removed."""
        self.objects += pruning.objects_removed
        self.links += pruning.links_removed
        self.bytes += pruning.bytes_removed
        self.finished += 1


def execute(*, actor: Actor, tenant: Tenant, progress: Progress | None = None) -> Pruned:
    """Remove the snapshots that may go now, and the versions that nothing needs any more.

    What may go is what retention says at this moment (`removable`). It may run beside captures of
    the same tenant, and may be killed anywhere: the next one goes on. Afterwards the kept history
    is verified. Raises NotFound, Conflict when it is at work already, JobCancelled.
    """
    rights.require(actor, rights.VIEW_BACKUPS, tenant)
    with tenant_scope(tenant.pk):
        if hold_in_force(tenant) is not None:
            return Pruned(held=True)
        return prune(actor=actor, tenant=tenant, seqs=removable(tenant), progress=progress)


def prune(
    *, actor: Actor, tenant: Tenant, seqs: Collection[int], progress: Progress | None = None
) -> Pruned:
    """Remove these snapshots, and finish what was begun before; see execute().

    Needs a scope that has the tenant. PostgreSQL asks by itself whether the removal of each was
    planned and is due, and that neither a pin nor a legal hold is in force. Raises Conflict when
    it is at work already, IntegrityError when it refuses, JobCancelled.
    """
    progress, done = progress or Silent(), Pruned()
    with locks.held_in_session(locks.tenant_pruning(tenant.pk)):
        for pruning in removing.unfinished(tenant.pk):
            _remove(pruning, progress, done)
        touched = _begin_all(actor, tenant, seqs, progress, done)
        if done.finished:
            done.dictionaries = removing.remove_dictionaries(tenant.pk)
            done.verification = _verify(actor, tenant, touched)
        elif done.damaged:
            done.verification = _verify(actor, tenant, [high for _, high in done.damaged])
    return done


def _begin_all(
    actor: Actor, tenant: Tenant, seqs: Collection[int], progress: Progress, done: Pruned
) -> list[int]:
    """Prune interval by interval; the positions at which they end."""
    touched = []
    for interval in intervals(tenant.pk, seqs):
        progress.check_cancelled()
        pruning = _begin(actor, tenant, interval, done)
        if pruning is not None:
            _remove(pruning, progress, done)
            touched.append(interval.high)
    return touched


def _begin(actor: Actor, tenant: Tenant, interval: Interval, done: Pruned) -> Pruning | None:
    try:
        folding.refuse_damaged(tenant.pk, interval)
    except DamagedInterval:
        done.damaged.append((interval.low, interval.high))
        return None
    with transaction.atomic():
        pruning = folding.mark(tenant.pk, interval)
        _record(actor, tenant, interval, pruning)
        transaction.on_commit(partial(_send, tenant, interval.seqs))
    done.seqs += interval.seqs
    return pruning


def _remove(pruning: Pruning, progress: Progress, done: Pruned) -> None:
    removing.remove(pruning, progress)
    done.add(pruning)


def _verify(actor: Actor, tenant: Tenant, touched: Collection[int]) -> Verification:
    """Verify what is kept: everything where it is not too much, else a sample and what was
    touched."""
    before = last_verification(tenant)
    versions = before.versions if before else 0
    share = min(FULL, FULL * settings.HOLDFAST_VERIFY_VERSIONS_AT_ONCE / max(versions, 1))
    return verify_and_record(
        actor=actor,
        tenant=tenant,
        cause=VerificationCause.PRUNING,
        share=share,
        also=touched,
    )


def _record(actor: Actor, tenant: Tenant, interval: Interval, pruning: Pruning) -> None:
    audit.record(
        actor=actor,
        event="snapshots.pruned",
        tenant_id=tenant.pk,
        msp_id=tenant.msp_id,
        subject=tenant.name,
        data={
            "pruning": str(pruning.pk),
            "snapshots": list(interval.seqs),
            "versions": pruning.objects_removed + pruning.links_removed,
        },
    )


def _send(tenant: Tenant, seqs: tuple[int, ...]) -> None:
    with tenant_scope(tenant.pk):
        signals.pruned.send_robust(Tenant, tenant_id=tenant.pk, seqs=seqs)
