"""Difference reports as documents: what is signed as JSON, printed as PDF, and opened as CSV.

Unlike documents of recoveries they hold values, before and after: that is what they are for.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final

from apps.core import canonical
from apps.core.errors import Conflict
from apps.diffs.choices import ChangedBy, ChangeType, Recoverable, ReportState, Risk
from apps.diffs.models import DifferenceReport, ReportChange
from apps.diffs.presenting import change_as_json, report_as_json
from apps.diffs.selectors import Filters, change_page, view
from apps.history import selectors as history
from apps.history.exporting import flat
from apps.recovery.documents import as_json
from apps.recovery.documents.contents import Contents, plain, tenant_facts
from apps.recovery.documents.letterhead import write_letterhead
from apps.recovery.documents.sheet import Sheet
from apps.recovery.documents.signed import finished, moment
from apps.recovery.documents.signing import PURPOSE, signature_of

REPORT: Final = "holdfast-difference-report/1"
_AT_ONCE: Final = 500
# Changes in the print: a thousand take some three seconds to set.
_LISTED: Final = 1000
# Of a value in the print; the JSON document has all of it.
_LONGEST: Final = 300
_COLUMNS: Final = (
    "position",
    "change",
    "kind",
    "object_id",
    "label",
    "link",
    "target_id",
    "target_label",
    "attribute",
    "before",
    "after",
    "recoverable",
    "reason",
    "native",
    "risk",
    "changed_by",
    "actor_id",
    "actor_name",
    "changed_at",
)
_OF_FILES: Final = f"Ed25519 over 'holdfast:{PURPOSE}', a zero byte and the SHA-256 of the file"
Row = dict[str, Any]


def of_report(report: DifferenceReport, filters: Filters) -> Contents:
    """The changes of a complete report that meet the filters, with their values."""
    heading = {
        "format": REPORT,
        "tenant": tenant_facts(report),
        "report": {
            **report_as_json(report),
            "base_taken_at": report.base.taken_at,
            "target_taken_at": report.target.taken_at if report.target else None,
        },
        "only": filters.as_json(),
    }
    name = f"difference-report-{report.pk}"
    msp_id = report.tenant.msp_id
    return Contents(plain(heading), "rows", lambda: _rows(report, filters), name, msp_id)


def require_complete(report: DifferenceReport) -> None:
    """Raises Conflict for a report that is not complete."""
    if report.state != ReportState.COMPLETE:
        raise Conflict(
            "The difference report is not complete.",
            code="report-incomplete",
            todo="Wait until it is, or make a new one.",
        )


def csv_parts(contents: Contents) -> Iterator[bytes]:
    """A line for each attribute that differs, and for each change without any."""
    yield flat.BYTE_ORDER_MARK + flat.line(_COLUMNS)
    for row in contents.rows():
        attributes: list[Row] = row["attributes"] or [{}]
        for one in attributes:
            cells = {**row, "attribute": one.get("name"), **one}
            yield flat.line([flat.cell(cells.get(name)) for name in _COLUMNS])


def csv_signature(contents: Contents) -> bytes:
    """What vouches for the CSV file, which has no place for it: a file of its own."""
    digest = hashlib.sha256()
    for part in csv_parts(contents):
        digest.update(part)
    signature = {**signature_of(digest.digest()), "algorithm": _OF_FILES}
    return canonical.dumps({"file": f"{contents.file_name}.csv", "signature": signature})


def drawn(contents: Contents) -> bytes:
    """The PDF file. Reads the rows three times; memory is bounded as for other documents."""
    tally = Counter((row["link"] or row["kind"], row["change"]) for row in contents.rows())
    total = sum(tally.values())
    signature = signature_of(as_json.digest_of(contents))
    title = "Difference report"
    sheet = Sheet(title=title, footer_text=f"{title} · SHA-256 {signature['digest'][:32]}…")
    write_letterhead(sheet, contents.msp_id)
    sheet.heading(title, size=18)
    sheet.pairs(_facts(contents.heading, total))
    _say_unread(sheet, contents.heading)
    _say_tally(sheet, tally)
    _list(sheet, contents, total)
    return finished(sheet, contents, total, signature)


def _rows(report: DifferenceReport, filters: Filters) -> Iterator[Row]:
    after: int | None = 0
    while after is not None:
        page = change_page(report, filters, after=after, limit=_AT_ONCE)
        names = _actors(report, page.changes)
        for one in view(page.changes, nested=True):
            actor = names.get(one.change.event_id, "")
            yield plain({**change_as_json(one), "actor_name": actor})
        after = page.after


def _actors(report: DifferenceReport, rows: list[ReportChange]) -> Mapping[str, str]:
    """Who made changes, by name, by the copied audit event that says so. One query."""
    known = [(row, row.changed_at) for row in rows if row.event_id and row.changed_at]
    if not known:
        return {}
    times = [at for _, at in known]
    targets = {one for row, _ in known for one in (row.object_id, row.target_id) if one}
    wanted = {row.event_id for row, _ in known}
    events = history.audit_events(report.tenant, targets, min(times), max(times))
    return {event.event_id: event.actor_name for event in events if event.event_id in wanted}


def _facts(heading: Row, total: int) -> Iterator[tuple[str, str]]:
    tenant, report = heading["tenant"], heading["report"]
    yield "Tenant", f"{tenant['name']} ({tenant['domain'] or tenant['entra_id']})"
    yield "From", f"snapshot {report['base']}, {moment(report['base_taken_at'])}"
    yield "To", f"snapshot {report['target']}, {moment(report['target_taken_at'])}"
    yield "Report made", moment(report["finished_at"])
    yield "Changes listed", f"{total}" + ("" if heading["only"] else ", all of the report")
    for field, values in heading["only"].items():
        yield f"Only {field}", ", ".join(values)


def _say_unread(sheet: Sheet, heading: Row) -> None:
    unread = heading["report"]["unread"]
    if unread:
        sheet.heading("What could not be read, and is not compared")
    for one in unread:
        sheet.paragraph(f"{one['collection']} in snapshot {one['seq']}: {one['status']}")


def _say_tally(sheet: Sheet, tally: Counter[tuple[str, str]]) -> None:
    sheet.heading("In numbers")
    rows = (
        [what, ChangeType(change).label, str(number)]
        for (what, change), number in sorted(tally.items())
    )
    sheet.table(("Kind or link", "What happened", "Number"), (5, 5, 2), rows)


def _list(sheet: Sheet, contents: Contents, total: int) -> None:
    sheet.heading("Change by change")
    if total > _LISTED:
        sheet.paragraph(
            f"The first {_LISTED} of {total} are listed. The JSON document has every one."
        )
    sheet.table(
        ("No.", "What", "Before and after", "Who and when", "Risk, and can it be brought back"),
        (1.2, 4.5, 7, 4, 3.5),
        (_cells(row) for row in islice(contents.rows(), _LISTED)),
    )


def _cells(row: Row) -> list[str]:
    named = f"{row['label']}\n{row['link'] or row['kind']}: {ChangeType(row['change']).label}"
    by = row["actor_name"] or ChangedBy(row["changed_by"]).label
    when = moment(row["changed_at"]) if row["changed_at"] else ""
    back = f"{Risk(row['risk']).label}\n{Recoverable(row['recoverable']).label}"
    return [str(row["position"]), named, _values(row), f"{by}\n{when}", back]


def _values(row: Row) -> str:
    if row["link"]:
        return str(row["target_label"])
    if row["change"] != ChangeType.UPDATED:
        return ""
    return "\n".join(
        f"{one['name']}: {_short(one['before'])} -> {_short(one['after'])}"
        for one in row["attributes"]
    )


def _short(value: Any) -> str:
    text = flat.text(value) or "(none)"
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
