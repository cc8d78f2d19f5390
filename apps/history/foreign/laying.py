"""Two positions in one transaction: another tenant's state laid over this one's, and back again.

The first is what a report, a plan and an undo start from like from any snapshot. The second puts
back whatever the first one touched, so that the newest snapshot says of the tenant what was last
read of it, and nobody ever takes the other state for the tenant's own (ADR 0101).
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Protocol

from django.db import transaction

from apps.core import locks
from apps.core.actor import Actor
from apps.core.collecting import fewer_collections
from apps.core.errors import Conflict, Stale
from apps.history.capture import staging
from apps.history.capture.run import collections_before
from apps.history.capture.run_state import CaptureRun, Progress
from apps.history.capture.seal import seal
from apps.history.choices import CaptureMode
from apps.history.foreign.nowhere import Nowhere
from apps.history.foreign.records import ForeignLink, ForeignObject
from apps.history.foreign.staged import Stager, Touched, reverse_links
from apps.history.models import Snapshot
from apps.history.selectors.bodies import bodies_at
from apps.history.selectors.snapshots import latest_snapshot
from apps.tenants import keys
from apps.tenants.models import Tenant

_BATCH = 500
Sealed = Callable[[Snapshot], None]


class ForeignState(Protocol):
    """What is laid over, in batches of at most a few thousand. Each is asked for once."""

    def objects(self) -> Iterable[Sequence[ForeignObject]]:
        """Objects as they would be."""

    def links(self) -> Iterable[Sequence[ForeignLink]]:
        """Links as they would be."""


def lay_over(
    *,
    actor: Actor,
    tenant: Tenant,
    state: ForeignState,
    on: Snapshot,
    reason: str,
    progress: Progress,
    sealed: Sealed,
) -> tuple[Snapshot, Snapshot]:
    """Append both positions; the one with the other state, and the one after it.

    Needs a scope that has the tenant. on: the newest snapshot, which `state` was worked out on.
    sealed: told the first in the transaction that seals both. Raises Conflict when the tenant is
    being captured, Stale when `on` is not the newest any more, JobCancelled.
    """
    with (
        locks.held_in_session(locks.tenant_history(tenant.pk)),
        staging.staging_tables(),
        fewer_collections(),
        transaction.atomic(),
    ):
        _require_newest(tenant, on)
        run = _position(tenant, CaptureMode.FOREIGN, on, progress)
        stager = Stager(run)
        touched = _stage(stager, state, progress)
        base = _seal(run, actor, tenant, reason, on)
        sealed(base)
        back = _position(tenant, CaptureMode.OWN, base, progress)
        _put_back(Stager(back), touched, on)
        reverse_links(back, base.seq)
        after = _seal(back, actor, tenant, reason, base)
    return base, after


def _require_newest(tenant: Tenant, on: Snapshot) -> None:
    newest = latest_snapshot(tenant)
    if newest is None or newest.pk != on.pk:
        raise Stale(
            "The tenant was captured again in between.",
            code="newer-snapshot",
            safe="Nothing was written.",
            todo="Try it again.",
        )


def _position(
    tenant: Tenant, mode: CaptureMode, previous: Snapshot, progress: Progress
) -> CaptureRun:
    """The one after `previous`, of the same time: nothing newer is known of the tenant."""
    if previous.mode == CaptureMode.IMPORT:
        raise Conflict(
            "This tenant was never read itself, so nothing can be compared with it.",
            code="never-captured",
            safe="Nothing was changed.",
            todo="Connect it first; its first snapshot is taken then.",
        )
    taken_at: datetime = previous.taken_at
    return CaptureRun(
        tenant_id=tenant.pk,
        seq=previous.seq + 1,
        mode=mode,
        taken_at=taken_at,
        key=keys.data_key(tenant.pk),
        source=Nowhere(),
        progress=progress,
        before=collections_before(previous, {}),
        guarded=False,
    )


def _stage(stager: Stager, state: ForeignState, progress: Progress) -> list[Touched]:
    touched: list[Touched] = []
    for batch in state.objects():
        touched += stager.lay_over(batch)
        progress.check_cancelled()
        progress.progress(len(touched), None, f"{len(touched):,} objects brought over")
    for links in state.links():
        stager.links(links)
        progress.check_cancelled()
    stager.accept_links()
    return touched


def _put_back(stager: Stager, touched: Sequence[Touched], on: Snapshot) -> None:
    staging.start_afresh()
    for start in range(0, len(touched), _BATCH):
        portion = touched[start : start + _BATCH]
        known = [(one.kind, one.object_id) for one in portion if one.before]
        stager.put_back(portion, bodies_at(on.tenant_id, known, on.seq))


def _seal(
    run: CaptureRun, actor: Actor, tenant: Tenant, reason: str, previous: Snapshot
) -> Snapshot:
    made = seal(run, (), actor=actor, tenant=tenant, reason=reason, previous=previous)
    if made is None:
        raise RuntimeError("only a delta capture seals nothing")
    return made
