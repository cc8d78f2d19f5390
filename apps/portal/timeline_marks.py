"""What happened to a tenant beside its snapshots: for the timeline."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast

from apps.core.languages.choosing import in_sentence, shown
from apps.diffs.volume_bars import Bar
from apps.history.models import SnapshotPin
from apps.jobs.choices import JobState
from apps.jobs.models import Job
from apps.recovery.choices import RunState
from apps.recovery.models import Run
from apps.tenants.models import Tenant

MOST_MARKS: Final = 300
# Everything that a timeline tells beside its bars, in the order of its lines.
SORTS: Final = {
    "failed": "A snapshot failed",
    "partial": "Partial snapshot",
    "run": "Recovery",
    "pin": "Pinned snapshot",
}


class Mark(NamedTuple):
    """Something that happened beside the snapshots. sort: "failed", "run" or "pin".

    what: the id of the job or run, or the number of the pinned snapshot.
    """

    sort: str
    at: datetime
    what: str
    words: str


def marks_since(tenant: Tenant, since: datetime) -> list[Mark]:
    """Pins in force at their snapshots, recoveries, and captures that failed. One query."""
    failed = Job.objects.filter(
        tenant=tenant, kind="capture", state=JobState.FAILED, finished_at__gte=since
    )
    runs = Run.objects.filter(tenant=tenant, queued_at__gte=since)
    pins = SnapshotPin.objects.filter(
        tenant=tenant, released_at=None, snapshot__taken_at__gte=since
    )
    rows = (
        _told(pins, "pin", "snapshot__taken_at", "snapshot__seq", Value(""))
        .union(
            _told(runs, "run", "queued_at", "pk", F("state")),
            _told(failed, "failed", "finished_at", "pk", Value("")),
            all=True,
        )
        .order_by("-at")[:MOST_MARKS]
    )
    return [Mark(sort, at, what, _mark_words(sort, state)) for sort, at, what, state in rows]


def _told(rows: QuerySet[Any], sort: str, at: str, what: str, state: Any) -> QuerySet[Any]:
    text = CharField()
    told: QuerySet[Any] = rows.order_by().annotate(
        sort=Value(sort, output_field=text),
        at=F(at),
        what=Cast(what, text),
        told=Cast(state, text),
    )
    return told.values_list("sort", "at", "what", "told")


def _mark_words(sort: str, state: str) -> str:
    if sort == "run":
        return f"{shown(SORTS[sort])}: {in_sentence(RunState(state).label)}"
    return shown(SORTS[sort])


def marks_by_bar(marks: Sequence[Mark], bars: Sequence[Bar]) -> dict[int, list[Mark]]:
    """The marks by the number of the last bar that begins before them, or is the snapshot's."""
    found: dict[int, list[Mark]] = defaultdict(list)
    number = 0
    for mark in sorted(marks, key=lambda mark: mark.at):
        while number + 1 < len(bars) and bars[number + 1].start <= mark.at:
            number += 1
        found[number].append(mark)
    return found
