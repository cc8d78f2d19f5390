"""The figures for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.table import Table

COLUMNS = (
    ("objects", "objects"),
    ("changes", "changes"),
    ("seconds", "seconds"),
    ("cpu_s", "CPU s"),
    ("database_cpu_s", "database CPU s"),
    ("peak_rss_mb", "peak MB"),
    ("requests", "HTTP requests"),
    ("objects_per_s", "objects/s"),
    ("writes_per_s", "writes/s"),
    ("share_of_limit", "share of limit"),
)


def table_of(figures: dict[str, Any]) -> Table:
    """One row for each piece of work."""
    table = Table("work", box=None)
    for _, heading in COLUMNS:
        table.add_column(heading, justify="right")
    for name, row in _rows(figures):
        table.add_row(name, *(_cell(row.get(key)) for key, _ in COLUMNS))
    return table


def machine_line(machine: dict[str, Any]) -> str:
    """What the figures were measured on."""
    return (
        f"{machine['cores']} cores of {machine['processor']}, {machine['memory_gb']} GB, "
        f"{machine['system']}, Python {machine['python']}, PostgreSQL {machine['postgresql']}; "
        f"load when it ended: {machine['load'][0]}"
    )


def _rows(figures: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for size, row in figures["capture_full"]["by_size"].items():
        yield f"full capture, {int(size):,} users", row
    yield "delta capture", figures["capture_delta"]
    yield "difference report", figures["diff"]
    yield "recovery", figures["recovery"]
    if sustained := figures["recovery"].get("sustained"):
        yield f"recovery, {sustained['time_scale']:g} times as fast a clock", sustained


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:,.2f}" if isinstance(value, float) else f"{value:,}"


def walls_table(figures: dict[str, Any]) -> Table:
    """One row for each page of the portal; milliseconds at the median."""
    columns = ("CPU on", "CPU off", "more, %", "between", "wall on", "wall off", "queries", "told")
    table = Table("page", *columns, title=f"{figures['tenants']} tenants")
    for page, measured in figures["pages"].items():
        on, off, more = measured["on"], measured["off"], measured["cpu_overhead"]
        queries = f"{measured['queries']} / {measured['queries_without']}"
        table.add_row(
            page,
            f"{on['web_cpu_ms']} + {on['database_cpu_ms']}",
            f"{off['web_cpu_ms']} + {off['database_cpu_ms']}",
            str(more["percent"]),
            f"{more['low']} and {more['high']}",
            str(on["wall_ms"]),
            str(off["wall_ms"]),
            queries,
            str(measured["told"]),
        )
    return table


def history_table(figures: dict[str, Any]) -> Table:
    """One row for each part, and for each peer below it."""
    columns = ("objects", "changes", "seconds", "cpu_s", "objects_per_s", "peak_rss_mb", "requests")
    table = Table("work", *columns, "bytes", "median_ms", box=None)
    for part, row in figures.items():
        if part == "machine":
            continue
        table.add_row(part, *(_cell(row.get(name)) for name in (*columns, "bytes", "median_ms")))
        for peer, beside in row.get("peers", {}).items():
            cells = beside if isinstance(beside, dict) else {}
            said = peer if cells else f"{peer}: {beside}"
            table.add_row(f"  {said}", *(_cell(cells.get(name)) for name in (*columns, "bytes")))
    return table


def recovery_table(figures: dict[str, Any]) -> Table:
    """One row for each part."""
    columns = ("changes", "seconds", "cpu_s", "writes", "writes_per_s", "share_of_limit")
    more = ("throttled", "time_scale", "peak_rss_mb")
    table = Table("work", *columns, *more, box=None)
    for part, row in figures.items():
        if part != "machine":
            table.add_row(part, *(_cell(row.get(name)) for name in (*columns, *more)))
    return table


def portal_table(figures: dict[str, Any]) -> Table:
    """One row for each page and operation, the slowest first."""
    columns = ("queries", "p50_ms", "p95_ms", "bytes")
    table = Table("address", *columns, "largest paint, ms", "first visit, bytes", box=None)
    for part in ("pages", "api"):
        rows = sorted(figures[part].items(), key=lambda item: -item[1]["p95_ms"])
        for name, row in rows:
            visit = figures["first_visits"].get(name, {}) if part == "pages" else {}
            said = name if part == "pages" else f"api: {name}"
            cells = (row[column] for column in columns)
            table.add_row(said, *map(_cell, (*cells, visit.get("lcp_ms"), visit.get("bytes"))))
    return table
