"""The journal of a run: intent before a write, outcome after it, and how each item was settled.

Every function is one statement that is on disk when it returns; states only move forward, by
guarded updates, so that a second worker on the same run could change nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db import connection

from apps.core import clock
from apps.core.errors import Conflict
from apps.recovery.choices import JournalEvent, ResultState
from apps.recovery.models import Run, StepResult
from apps.recovery.running.items import Item
from apps.recovery.running.outcomes import Outcome, Verdict

# The rows that moved get their entry in the same statement; `attempts` counts from the first try.
_MOVE = """
    with moved as (
        update recovery_stepresult set {changes}
        where id = any(%(ids)s) and state = any(%(before)s)
        returning id, tenant_id, attempts
    )
    insert into recovery_journalentry (tenant_id, result_id, event, attempt, status, code)
    select tenant_id, id, %(event)s, greatest(attempts, 1), 0, %(code)s from moved
    returning result_id
"""
_ANSWERED = """
    with told as (
        select * from unnest(
            %(ids)s::bigint[], %(statuses)s::int[], %(codes)s::text[], %(done)s::bool[]
        ) as told (id, status, code, done)
    ), moved as (
        update recovery_stepresult result set state = %(written)s, written_at = %(now)s
        from told
        where result.id = told.id and told.done and result.state = %(intended)s
        returning result.id
    )
    insert into recovery_journalentry (tenant_id, result_id, event, attempt, status, code)
    select result.tenant_id, result.id, %(event)s, result.attempts, told.status, told.code
    from told join recovery_stepresult result on result.id = told.id
"""
_TO_WRITE = (ResultState.PENDING, ResultState.INTENDED)


def intend(run: Run, items: Collection[Item]) -> set[int]:
    """Record that these are about to be written; the ids of the results for which that is so.

    Others were skipped by a person a moment ago. Raises Conflict when another worker has them.
    """
    changes = "state = %(state)s, attempts = attempts + 1"
    taken = _move(
        items, _TO_WRITE, JournalEvent.INTENT, changes=changes, state=ResultState.INTENDED
    )
    missing = {item.result_id for item in items} - taken
    if missing and not _skipped(missing):
        raise Conflict("Another worker is at work on this run.", code="run-taken")
    return taken


def answered(run: Run, outcomes: Mapping[Item, Outcome]) -> None:
    """Record what Graph answered. What it accepted is written, and waits to be read back; of all
    else the state follows through found(), again() and settle()."""
    rows = [(item.result_id, outcome) for item, outcome in outcomes.items()]
    with connection.cursor() as cursor:
        cursor.execute(
            _ANSWERED,
            {
                "ids": [result_id for result_id, _ in rows],
                "statuses": [outcome.status for _, outcome in rows],
                "codes": [outcome.code[:128] for _, outcome in rows],
                "done": [outcome.verdict is Verdict.DONE for _, outcome in rows],
                "written": str(ResultState.WRITTEN),
                "intended": str(ResultState.INTENDED),
                "event": str(JournalEvent.OUTCOME),
                "now": clock.now(),
            },
        )


def found(run: Run, items: Collection[Item]) -> None:
    """Intended writes that turn out to have happened; they wait to be read back."""
    _move(
        items,
        (ResultState.INTENDED,),
        JournalEvent.FOUND,
        changes="state = %(state)s, written_at = %(now)s",
        state=ResultState.WRITTEN,
        now=clock.now(),
    )


def again(run: Run, items: Collection[Item]) -> None:
    """The writes did not happen; they are to be sent once more."""
    _move(
        items,
        (ResultState.INTENDED,),
        JournalEvent.RETRY,
        changes="state = %(state)s",
        state=ResultState.PENDING,
    )


def settle(
    run: Run, items: Collection[Item], state: ResultState, *, reason: str = "", detail: str = ""
) -> None:
    """The end of these items, whatever it is."""
    _move(
        items,
        ResultState.open(),
        JournalEvent.SETTLED,
        changes=(
            "state = %(state)s, reason = %(reason)s, detail = %(detail)s, settled_at = %(now)s"
        ),
        code=(reason or str(state))[:128],
        state=state,
        reason=reason[:128],
        detail=detail,
        now=clock.now(),
    )


def _move(
    items: Iterable[Item],
    before: Iterable[ResultState],
    event: JournalEvent,
    *,
    changes: str,
    code: str = "",
    **values: Any,
) -> set[int]:
    """Change the items' rows that are in one of the states; the ids of those that were."""
    ids = [item.result_id for item in items]
    if not ids:
        return set()
    told = {name: str(one) if isinstance(one, ResultState) else one for name, one in values.items()}
    states = [str(state) for state in before]
    with connection.cursor() as cursor:
        cursor.execute(
            _MOVE.format(changes=changes),
            {**told, "ids": ids, "before": states, "event": str(event), "code": code},
        )
        return {row[0] for row in cursor.fetchall()}


def _skipped(result_ids: set[int]) -> bool:
    rows = StepResult.objects.filter(pk__in=result_ids, state=ResultState.SKIPPED)
    return rows.count() == len(result_ids)
