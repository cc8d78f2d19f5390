"""One import from its first file to the seal. It goes the way of a capture, with other eyes."""

import dataclasses
from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from apps.core import locks
from apps.core.actor import Actor
from apps.core.errors import Conflict, Invalid
from apps.entra.catalogue import KINDS, Kind
from apps.history.capture import staged_links, staging
from apps.history.capture.read_collection import read_collection
from apps.history.capture.run import collections_before
from apps.history.capture.run_state import CaptureRun, CollectionOutcome, Progress
from apps.history.capture.seal import seal
from apps.history.choices import CaptureMode, CollectionStatus
from apps.history.collections import DIRECTORY_AUDIT
from apps.history.importing.source import ImportSource
from apps.history.models import Snapshot
from apps.history.selectors.snapshots import latest_snapshot
from apps.tenants import keys
from apps.tenants.models import Tenant

_WHOLE = "From files. They are said to hold everything there was; nobody can check that any more."
_SOME = "From files. Nothing follows from what they do not name."
_OWN = "From an export of Holdfast, which holds everything that its snapshot had."
_NOTHING = "The files hold nothing of this kind."
_NO_LOG = "Files hold no audit log."

Sealed = Callable[[Snapshot], None]


def run_import(
    *,
    actor: Actor,
    tenant: Tenant,
    source: ImportSource,
    stated_at: datetime,
    reason: str,
    progress: Progress,
    sealed: Sealed,
) -> Snapshot:
    """Make a snapshot of files. Needs a scope that has the tenant.

    stated_at: the time of the files, as the person says. sealed: called in the transaction that
    seals. Raises Conflict when the tenant was captured before or something is at work on it,
    Invalid for a time that does not fit, JobCancelled.
    """
    with (
        locks.held_in_session(locks.tenant_history(tenant.pk)),
        staging.staging_tables(),
    ):
        previous = latest_snapshot(tenant)
        refuse_position(previous, stated_at)
        run = CaptureRun(
            tenant_id=tenant.pk,
            seq=previous.seq + 1 if previous else 1,
            mode=CaptureMode.IMPORT,
            taken_at=stated_at,
            key=keys.data_key(tenant.pk),
            source=source,
            progress=_Told(progress),
            before=collections_before(previous, {}),
            guarded=False,
        )
        outcomes = [_read(run, kind, source) for kind in KINDS]
        outcomes += [_at(item, stated_at) for item in run.beside.values()]
        outcomes.append(_left(DIRECTORY_AUDIT, stated_at, _NO_LOG))
        staged_links.settle_deleted(run.tenant_id)
        with transaction.atomic():
            made = seal(
                run,
                [one for one in outcomes if one is not None],
                actor=actor,
                tenant=tenant,
                reason=reason,
                previous=previous,
            )
            if made is None:
                raise RuntimeError("only a delta capture seals nothing")
            sealed(made)
    return made


def refuse_position(previous: Snapshot | None, stated_at: datetime) -> None:
    """Raise unless an import may come next: it must never follow what was seen of the tenant."""
    if previous is None:
        return
    if previous.mode != CaptureMode.IMPORT:
        raise Conflict(
            "This tenant has snapshots that were read from it. An import stands before all of"
            " those, because the newest snapshot is what everybody takes the tenant for.",
            code="history-not-empty",
            safe="Nothing was changed.",
            todo="Import it beside the tenant: as a customer of its own that is never connected.",
        )
    if stated_at <= previous.taken_at:
        raise Invalid(
            f"The newest import is of {previous.taken_at:%Y-%m-%d %H:%M}; imports go in the order"
            " of their times.",
            code="import-out-of-order",
            safe="Nothing was changed.",
            todo="Import the oldest files first.",
        )


def _read(run: CaptureRun, kind: Kind, source: ImportSource) -> CollectionOutcome | None:
    """How one kind went. One that an earlier import brought stays as that one says."""
    if kind.name not in source.kinds:
        known = run.before_of(kind.name).reading is not None
        return None if known else _left(kind.name, run.taken_at, _NOTHING)
    outcome = read_collection(run, kind, None)
    whole = _OWN if source.is_own else _WHOLE
    detail = whole if kind.name in source.whole else _SOME
    return dataclasses.replace(_at(outcome, run.taken_at), detail=detail)


def _at(outcome: CollectionOutcome, at: datetime) -> CollectionOutcome:
    """The outcome as an import's: partial, whatever was read, and of the time that was stated."""
    return dataclasses.replace(
        outcome, status=CollectionStatus.PARTIAL, read_at=at, cursor=None, keep_cursor=True
    )


def _left(collection: str, at: datetime, detail: str) -> CollectionOutcome:
    return CollectionOutcome(collection, CollectionStatus.PARTIAL, at, detail, keep_cursor=True)


class _Told:
    """Progress without a pace: the time that is stated says nothing about how fast files are."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def progress(self, done: int, total: int | None = None, text: str = "") -> None:
        self._progress.progress(done, None, f"{done:,} objects")

    def check_cancelled(self) -> None:
        self._progress.check_cancelled()
