"""The journal of a run: intent before a write, outcome after it, and how each item was settled.

Every function is one transaction that is on disk when it returns; states only move forward, by
guarded updates, so that a second worker on the same run could change nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from django.db import transaction
from django.db.models import F

from apps.core import clock
from apps.core.errors import Conflict
from apps.recovery.choices import JournalEvent, ResultState
from apps.recovery.models import JournalEntry, Run, StepResult
from apps.recovery.running.items import Item
from apps.recovery.running.outcomes import Outcome


@transaction.atomic
def intend(run: Run, items: Collection[Item]) -> None:
    """Record that these are about to be written. Raises Conflict when one was taken meanwhile."""
    ids = [item.result_id for item in items]
    changed = StepResult.objects.filter(
        pk__in=ids, state__in=(ResultState.PENDING, ResultState.INTENDED)
    ).update(state=ResultState.INTENDED, attempts=F("attempts") + 1)
    if changed != len(ids):
        raise Conflict("Another worker is at work on this run.", code="run-taken")
    _append(run, items, JournalEvent.INTENT)


@transaction.atomic
def answered(run: Run, outcomes: Mapping[Item, Outcome]) -> None:
    """Record what Graph answered; states follow through written(), again() and settle()."""
    entries = [
        _entry(run, item, JournalEvent.OUTCOME, outcome.status, outcome.code)
        for item, outcome in outcomes.items()
    ]
    JournalEntry.objects.bulk_create(entries)


@transaction.atomic
def written(run: Run, items: Collection[Item]) -> None:
    """The writes were accepted; they wait to be read back."""
    _move(items, (ResultState.INTENDED,), state=ResultState.WRITTEN, written_at=clock.now())


@transaction.atomic
def found(run: Run, items: Collection[Item]) -> None:
    """Intended writes that turn out to have happened; they wait to be read back."""
    _move(items, (ResultState.INTENDED,), state=ResultState.WRITTEN, written_at=clock.now())
    _append(run, items, JournalEvent.FOUND)


@transaction.atomic
def again(run: Run, items: Collection[Item]) -> None:
    """The writes did not happen; they are to be sent once more."""
    _move(items, (ResultState.INTENDED,), state=ResultState.PENDING)
    _append(run, items, JournalEvent.RETRY)


@transaction.atomic
def settle(
    run: Run, items: Collection[Item], state: ResultState, *, reason: str = "", detail: str = ""
) -> None:
    """The end of these items, whatever it is."""
    _move(
        items,
        ResultState.open(),
        state=state,
        reason=reason[:128],
        detail=detail,
        settled_at=clock.now(),
    )
    _append(run, items, JournalEvent.SETTLED, code=reason or state)


def _move(items: Iterable[Item], before: Iterable[str], **fields: object) -> None:
    ids = [item.result_id for item in items]
    StepResult.objects.filter(pk__in=ids, state__in=list(before)).update(**fields)


def _append(run: Run, items: Iterable[Item], event: JournalEvent, *, code: str = "") -> None:
    JournalEntry.objects.bulk_create([_entry(run, item, event, 0, code) for item in items])


def _entry(run: Run, item: Item, event: JournalEvent, status: int, code: str) -> JournalEntry:
    return JournalEntry(
        tenant_id=run.tenant_id,
        result_id=item.result_id,
        event=event,
        attempt=item.attempts + 1,
        status=status,
        code=code[:128],
    )
