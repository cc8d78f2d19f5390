"""The trail as files: CSV for spreadsheets, JSON Lines for programs, from the first record on."""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

import orjson
from django.db.models import QuerySet

from apps.audit.models import AuditRecord
from apps.audit.searching import matcher
from apps.audit.selectors import Entry, read
from apps.audit.veils import NO_VEILS, Veils

AT_ONCE = 500
COLUMNS = (
    "number",
    "at",
    "event",
    "category",
    "severity",
    "text",
    "actor_kind",
    "actor_user_id",
    "actor_name",
    "on_behalf_of",
    "via",
    "address",
    "request_id",
    "tenant_id",
    "msp_id",
    "subject",
    "reason",
    "data",
    "before",
    "after",
    "digest",
)
# A spreadsheet takes a cell that begins with one of these for a formula:
# https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def as_csv(entries: list[Entry], *, first: bool) -> str:
    """Lines of CSV (RFC 4180), with the names of the columns before the first."""
    out = io.StringIO()
    writer = csv.writer(out)
    if first:
        writer.writerow(COLUMNS)
    for entry in entries:
        values = as_json(entry)
        writer.writerow([_cell(values[name]) for name in COLUMNS])
    return out.getvalue()


def as_json_lines(entries: list[Entry], *, first: bool = False) -> str:
    """One JSON object a line."""
    return "".join(orjson.dumps(as_json(entry)).decode() + "\n" for entry in entries)


def as_json(entry: Entry) -> dict[str, Any]:
    """A record for programs: JSON values by name, times in UTC as ISO 8601."""
    values = asdict(entry)
    values["at"] = entry.at.isoformat(timespec="microseconds")
    values["category"], values["severity"] = entry.category.value, entry.severity.word
    for name in ("tenant_id", "msp_id", "actor_user_id"):
        values[name] = str(values[name]) if values[name] else None
    return values


FORMS: dict[str, tuple[Callable[..., str], str, str]] = {
    "csv": (as_csv, "text/csv; charset=utf-8", "csv"),
    "jsonl": (as_json_lines, "application/jsonl; charset=utf-8", "jsonl"),
}


def export(
    rows: QuerySet[AuditRecord],
    form: str,
    *,
    up_to: int,
    text: str = "",
    veils: Veils = NO_VEILS,
) -> Iterator[str]:
    """The records up to a number as pieces of a file, oldest first, a few hundred at a time.

    text: only those that say this; all of them are opened for that, however many. veils: as in
    read().
    Each piece is read by itself, so hand the pieces out through scope.streaming(): between two
    of them nothing is held, no transaction and no scope. Raises KeyError for an unknown form.
    """
    write = FORMS[form][0]
    rows, after = rows.filter(number__lte=up_to).order_by("number"), 0
    matches, first = matcher(text), True
    while batch := list(rows.filter(number__gt=after)[:AT_ONCE]):
        said = [entry for entry in read(batch, veils=veils) if matches(entry)]
        yield write(said, first=first)
        first, after = False, batch[-1].number
    if first:
        yield write([], first=True)


def _cell(value: Any) -> str:
    if value is None or value == {}:
        return ""
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    return f"'{text}" if text.startswith(_FORMULA) else text
