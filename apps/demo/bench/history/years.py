"""Ten years of one tenant: a snapshot a day, and one an hour of late; and what lists them."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from apps.tenants.models import Tenant

DAYS = 3_650
HOURLY_DAYS = 7
PEOPLE = 2_000
_A_DAY, _AN_HOUR = timedelta(days=1), timedelta(hours=1)
_READS = 100
_TIMES = 5


def ten_years(*, tenant: str, people: int, days: int, hourly_days: int) -> dict[str, Any]:
    """Capture them, 0.5 % of the people changed each time, and time what reads them; milliseconds
    at the median. The clock of this process stands at each snapshot's time."""
    from apps.core import clock
    from apps.core.scope import tenant_scope
    from apps.tenants.models import Tenant

    now = clock.now().replace(hour=6, minute=0, second=0, microsecond=0)
    with tenant_scope(UUID(tenant)):
        row = Tenant.objects.get(pk=tenant)
        times = _times(now, days, hourly_days)
        figures = _captured(row, people, times)
        with clock.frozen(times[-1] + _AN_HOUR):
            return {**figures, **_lists(row), **_reads(row, people), **_verified(row)}


def _times(now: datetime, days: int, hourly_days: int) -> list[datetime]:
    """Of every snapshot: daily up to the last days, which have one an hour."""
    daily = [now - _A_DAY * day for day in range(days, hourly_days, -1)]
    hourly = [now - _AN_HOUR * hour for hour in range(24 * hourly_days, 0, -1)]
    return daily + hourly


def _captured(row: Tenant, people: int, times: list[datetime]) -> dict[str, Any]:
    from apps.core import clock
    from apps.core.actor import SYSTEM
    from apps.demo.bench.history.sources import Days
    from apps.demo.bench.history.working import bytes_taken
    from apps.demo.bench.spending import spending
    from apps.diffs.volumes import rate
    from apps.history import services
    from apps.history.search.indexing import update_index

    changes = max(1, people // 200)
    source, changed = Days(people, changes, apart=False), 0
    before = bytes_taken()["bytes"]
    with spending() as spent, clock.frozen(times[0]) as standing:
        for source.day, standing.at in enumerate(times):
            mode = "delta" if source.day else "full"
            done = services.capture(
                actor=SYSTEM, tenant=row, mode=mode, reason="benchmark", source=source
            )
            changed += sum(done.counts.values()) if source.day else 0
    with spending() as counting:
        while rate(row):
            pass
    with spending() as indexing:
        update_index(row)
    return {
        "objects": people,
        "changes": changed,
        "snapshots": len(times),
        **spent,
        "ms_per_snapshot": round(spent["seconds"] / len(times) * 1000, 1),
        "rating": counting,
        "indexing": indexing,
        "bytes": bytes_taken()["bytes"] - before,
    }


def _lists(row: Tenant) -> dict[str, Any]:
    """What the pages of snapshots, of the timeline and of retention are made from."""
    from apps.history.pruning.planning import plan
    from apps.history.retention.agreed import Agreed
    from apps.history.retention.previews import preview
    from apps.history.retention.rules import KeepRules
    from apps.history.retention.selectors import Picture
    from apps.history.selectors import latest_snapshot, snapshots
    from apps.portal.keeping_calendar import MONTHS, months
    from apps.portal.timeline import timeline

    latest = latest_snapshot(row)
    assert latest is not None  # noqa: S101 - they were captured before
    fewer = Agreed(KeepRules(all_days=7, daily=30, monthly=24))

    def page() -> None:
        picture = Picture(row)
        for one in snapshots(row)[:50]:
            picture.standing(one.seq)

    def calendar() -> None:
        picture = Picture(row)
        months(picture.standings(), picture.now.zone)[:MONTHS]

    going = [one.seq for one in Picture(row).standings() if not one.kept]
    return {
        "snapshots_page_ms": _median(page),
        "why_kept_ms": _median(lambda: Picture(row).standing(latest.seq)),
        "timeline_ms": _median(lambda: timeline(row, latest, "all")),
        "calendar_ms": _median(calendar),
        "preview_ms": _median(lambda: preview(Picture(row), fewer).plain()),
        "prune_plan": {
            "snapshots": len(going),
            "versions": plan(row, going).versions,
            "ms": _median(lambda: plan(row, going)),
        },
    }


def _reads(row: Tenant, people: int) -> dict[str, Any]:
    from apps.demo.bench.history.people import person
    from apps.diffs.comparison import compare
    from apps.history.search.finding import search_objects
    from apps.history.search.objects import versions_of
    from apps.history.selectors import body_at, latest_snapshot, snapshot_at

    random = Random(people)  # noqa: S311 - chooses, keeps no secret
    latest = latest_snapshot(row)
    assert latest is not None  # noqa: S101 - they were captured before
    first, last = snapshot_at(row, 1), latest

    def chosen() -> str:
        return str(person(random.randrange(people))["id"])

    def anywhere() -> int:
        return random.randint(1, last.seq)

    return {
        "point_read_ms": _median(lambda: body_at(row, "user", chosen(), anywhere()), _READS),
        "page_ms": _median(lambda: search_objects(row, anywhere(), "family1"), _READS),
        "object_versions_ms": _median(lambda: versions_of(row, "user", chosen())),
        "diff_first_to_last": _compared(lambda: sum(1 for _ in compare(row, first, last))),
    }


def _compared(work: Callable[[], int]) -> dict[str, Any]:
    return {"changes": work(), "ms": _median(work)}


def _verified(row: Tenant) -> dict[str, Any]:
    from apps.history.verification.running import verify

    started = time.monotonic()
    result = verify(row)
    return {
        "verify_seconds": round(time.monotonic() - started, 2),
        "verify_found": len(result.damage),
    }


def _median(work: Callable[[], object], times: int = _TIMES) -> float:
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        taken.append((time.perf_counter() - started) * 1000)
    return round(sorted(taken)[len(taken) // 2], 1)
