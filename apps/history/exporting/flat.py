"""Objects as rows for spreadsheets: one column for each property of the catalogue.

A cell that a spreadsheet would take for a formula gets an apostrophe in front, and so does one
that begins with an apostrophe: whoever reads it by program takes exactly one off again.
https://owasp.org/www-community/attacks/CSV_Injection
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from apps.core import canonical
from apps.entra.catalogue import Kind
from apps.entra.catalogue.normalising import DELETED, PARENT, TYPE
from apps.history.choices import ObjectState

# The wide forms of East Asian keyboards are turned into the others when a cell is read.
_DANGEROUS = frozenset("=+-@\t\r\n|%'" + "".join(map(chr, (0xFF1D, 0xFF0B, 0xFF0D, 0xFF20))))
BYTE_ORDER_MARK = "\ufeff".encode()
_LINKS = ("link", "source_id", "target_id")


def object_rows(
    kind: Kind, bodies: Iterable[tuple[ObjectState, Mapping[str, Any]]]
) -> Iterator[bytes]:
    """The CSV file of a kind's objects in parts, its heading first. UTF-8 with a byte order mark,
    which spreadsheets need to believe it."""
    names = columns(kind)
    yield BYTE_ORDER_MARK + line(("object_state", *names))
    for state, body in bodies:
        yield line((state, *(cell(body.get(name)) for name in names)))


def link_rows(links: Iterable[tuple[str, str, str]]) -> Iterator[bytes]:
    """The CSV file of links in parts."""
    yield BYTE_ORDER_MARK + line(_LINKS)
    for link in links:
        yield line([cell(value) for value in link])


def columns(kind: Kind) -> tuple[str, ...]:
    """The names of a kind's columns: what snapshots hold, in the catalogue's order."""
    held = tuple(name for name, known in kind.by_name.items() if known.captured and name != "id")
    types = (TYPE,) if kind.polymorphic or kind.subtypes else ()
    parent = (PARENT,) if kind.parent else ()
    return ("id", *parent, *types, *held, DELETED)


def cell(value: Any) -> str:
    """The text of a cell. Lists of words are joined by "; ", anything deeper is JSON."""
    return _harmless(text(value)) if not isinstance(value, bool | int | float) else text(value)


def text(value: Any) -> str:
    """A value on one line, not yet harmless to spreadsheets."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(i, str) and ";" not in i for i in value):
        return "; ".join(value)
    return canonical.dumps(value).decode()


def _harmless(said: str) -> str:
    # NUL ends a text for some readers; what follows would be a cell of its own.
    said = said.replace("\0", "\ufffd")
    first = said.lstrip()[:1] or said[:1]
    return f"'{said}" if said and (said[0] in _DANGEROUS or first in _DANGEROUS) else said


def line(cells: Sequence[str]) -> bytes:
    """One row of a CSV file; what is in it has to be harmless already."""
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow(cells)
    return out.getvalue().encode("utf-8", "replace")
