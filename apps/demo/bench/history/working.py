"""One piece of work in a process of its own: python -m apps.demo.bench.history.working WORK JSON

Its figures are the last line it prints. Imports wait for Django to be set up.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from uuid import UUID

import django

from apps.demo.bench.history.years import ten_years

if TYPE_CHECKING:
    from apps.history.services import CaptureResult
    from apps.tenants.models import Tenant


def make_tenant(*, name: str, entra_id: str) -> dict[str, Any]:
    """An active tenant of an MSP of its own."""
    from apps.core.actor import SYSTEM
    from apps.core.scope import no_scope
    from apps.tenants import services

    with no_scope("the benchmark fills an empty installation"):
        tenant = services.add_tenant(
            actor=SYSTEM,
            msp=services.create_msp(actor=SYSTEM, name=f"MSP of {name}"),
            name=name,
            cloud="sandbox",
            domain=f"{name}.example",
            entra_id=UUID(entra_id),
        )
        services.activate_tenant(actor=SYSTEM, tenant=tenant, entra_id=UUID(entra_id))
    return {"tenant": str(tenant.pk)}


def capture(*, tenant: str, mode: str, client_id: str, client_secret: str, users: int) -> Any:
    """A capture of a tenant of the sandbox."""
    from apps.connect.turns import TenantTurns
    from apps.demo.bench.spending import spending
    from apps.entra.client import GraphClient
    from apps.entra.clouds import cloud
    from apps.entra.credentials import Credential
    from apps.history.capture.source import GraphSource

    with _in(tenant) as row:
        place, entra_id = cloud("sandbox"), str(row.entra_id)
        credential = Credential(client_id, secret=client_secret)
        turns = TenantTurns(place.graph, entra_id)
        client = GraphClient(place, entra_id, credential, users=users, turns=turns)
        with spending() as figures:
            result = _captured(row, mode, GraphSource(client))
        return {**figures, **_said(result)}


def month(*, tenant: str, people: int, days: int) -> dict[str, Any]:
    """A daily snapshot of people of whom 0.5 % change a day; bytes with the search index.

    bytes_before: what the tables took before, empty ones of whole pages included.
    """
    from apps.demo.bench.history.sources import Days
    from apps.demo.bench.spending import spending
    from apps.history.search.indexing import update_index

    source = Days(people)
    with _in(tenant) as row:
        before = bytes_taken()["bytes"]
        with spending() as first:
            counts = [_captured(row, "full", source).counts]
        first["cpu_s"] = round(first["cpu_s"] - source.made, 2)
        source.made = 0.0
        with spending() as later:
            for source.day in range(1, days):
                counts.append(_captured(row, "delta", source).counts)
        with spending() as indexing:
            update_index(row)
        changed = sum(sum(each.values()) for each in counts[1:])
        cpu = later["cpu_s"] - source.made
        return {
            "objects": people,
            "changes": changed,
            "snapshots": days,
            "seconds": round(first["seconds"] + later["seconds"], 2),
            "cpu_s": round(first["cpu_s"] + cpu, 2),
            "first": first,
            **_for_each_change(changed, cpu, later["database_cpu_s"] or 0),
            "indexing": indexing,
            "peak_rss_mb": indexing["peak_rss_mb"],
            "bytes_before": before,
            **bytes_taken(),
        }


def _for_each_change(changes: int, cpu: float, database_cpu: float) -> dict[str, float]:
    """Nothing where there was only one day."""
    if not changes:
        return {}
    return {
        "cpu_ms_per_change": round(cpu / changes * 1000, 3),
        "database_cpu_ms_per_change": round(database_cpu / changes * 1000, 3),
    }


def days_after(*, tenant: str, people: int, begin: int, days: int, changes: int) -> Any:
    """More snapshots, each of some changes and of nothing else."""
    from apps.demo.bench.history.sources import Days

    source = Days(people, changes, apart=False)
    started = time.monotonic()
    with _in(tenant) as row:
        for source.day in range(begin, begin + days):
            result = _captured(row, "delta", source)
        return {"seconds": round(time.monotonic() - started, 2), "seq": _said(result)["seq"]}


def reads(*, tenant: str, people: int, snapshots: int, times: int) -> dict[str, Any]:
    """Any object at any snapshot, and filtered pages; milliseconds at the median and the worst."""
    from random import Random

    from apps.demo.bench.history.people import person
    from apps.history.search import finding
    from apps.history.search.indexing import update_index
    from apps.history.selectors import body_at, latest_snapshot, object_count

    random = Random(snapshots)  # noqa: S311 - chooses, keeps no secret
    with _in(tenant) as row:
        update_index(row)
        newest = latest_snapshot(row)
        assert newest is not None  # noqa: S101 - the days before were captured
        ids = [person(random.randrange(people))["id"] for _ in range(times)]
        points = [
            _timed(lambda: body_at(row, "user", random.choice(ids), random.randint(1, newest.seq)))
            for _ in range(times)
        ]
        pages = [
            _timed(
                lambda: finding.search_objects(
                    row, random.randint(1, newest.seq), f"family{random.randrange(3000)}"
                )
            )
            for _ in range(times // 4)
        ]
        count = object_count(newest)
    return {
        "point_read": {"objects": count, "snapshots": newest.seq, **_spread(points)},
        "page_read": {"objects": count, "snapshots": newest.seq, **_spread(pages)},
    }


def difference(*, tenant: str, base: int, target: int) -> dict[str, Any]:
    """Every changed attribute between two snapshots; named: what changed, without the attributes;
    listed: all that a report tells of it, and when it had the first fifty."""
    from itertools import islice

    from apps.demo.bench.spending import spending
    from apps.diffs.attributes import compare_bodies
    from apps.diffs.comparison import compare
    from apps.entra.catalogue import kind
    from apps.history.selectors import bodies_at, changed_between, snapshot_at

    with _in(tenant) as row:
        low, high = snapshot_at(row, base), snapshot_at(row, target)
        with spending() as figures:
            changes = attributes = 0
            found = changed_between(row, base, target)
            while batch := list(islice(found, 1000)):
                keys = [(item.kind, item.object_id) for item in batch]
                before, after = bodies_at(row, keys, base), bodies_at(row, keys, target)
                for key in keys:
                    was, now = before.get(key, {}), after.get(key, {})
                    attributes += len(compare_bodies(kind(key[0]), was, now))
                changes += len(batch)
        with spending() as named:
            names = sum(1 for _ in changed_between(row, base, target))
        with spending() as listed:
            first = 0.0
            started = time.monotonic()
            for number, _ in enumerate(compare(row, low, high)):
                if number == 49:
                    first = time.monotonic() - started
    return {
        **figures,
        "changes": changes,
        "attributes": attributes,
        "named": {**named, "changes": names},
        "listed": {**listed, "first_page_ms": round(first * 1000, 1)},
    }


def _captured(row: Tenant, mode: str, source: Any) -> CaptureResult:
    from apps.core.actor import SYSTEM
    from apps.history import services

    return services.capture(actor=SYSTEM, tenant=row, mode=mode, reason="benchmark", source=source)


def _said(result: CaptureResult) -> dict[str, Any]:
    from apps.history.selectors import object_count

    if result.snapshot is None:
        raise RuntimeError("the capture found nothing")
    return {
        "objects": object_count(result.snapshot),
        "changes": sum(result.counts.values()),
        "links": result.counts.get("links_added", 0),
        "seq": result.snapshot.seq,
        "bytes": bytes_taken()["bytes"],
    }


def bytes_taken() -> dict[str, Any]:
    """What all tables of histories take with their indexes and what lies out of line."""
    from django.db import connection

    sql = """
        select t.relname, pg_total_relation_size(t.oid), i.relname, pg_relation_size(i.oid)
        from pg_class t left join pg_index x on x.indrelid = t.oid
        left join pg_class i on i.oid = x.indexrelid
        where t.relkind = 'r' and starts_with(t.relname, 'history_')
    """
    with connection.cursor() as cursor:
        cursor.execute(sql)
        found = cursor.fetchall()
    tables = {table: int(size) for table, size, _, _ in found}
    indexes = {index: int(size) for _, _, index, size in found if index}
    return {
        "bytes": sum(tables.values()),
        "bytes_by_table": _large(tables),
        "bytes_by_index": _large(indexes),
    }


def _large(sizes: dict[str, int]) -> dict[str, int]:
    return {
        name.removeprefix("history_"): size for name, size in sizes.items() if size > 256 * 1024
    }


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def _spread(milliseconds: list[float]) -> dict[str, Any]:
    ordered = sorted(milliseconds)
    return {
        "seconds": round(sum(ordered) / 1000, 3),
        "reads": len(ordered),
        "median_ms": round(ordered[len(ordered) // 2], 2),
        "p95_ms": round(ordered[len(ordered) * 95 // 100], 2),
        "worst_ms": round(ordered[-1], 2),
    }


@contextmanager
def _in(tenant: str) -> Iterator[Tenant]:
    from apps.core.scope import tenant_scope
    from apps.tenants.models import Tenant

    with tenant_scope(UUID(tenant)):
        yield Tenant.objects.get(pk=tenant)


WORK: dict[str, Callable[..., dict[str, Any]]] = {
    work.__name__: work
    for work in (make_tenant, capture, month, days_after, reads, difference, ten_years)
}


def main() -> None:
    django.setup()
    print(json.dumps(WORK[sys.argv[1]](**json.loads(sys.argv[2]))))


if __name__ == "__main__":
    main()
