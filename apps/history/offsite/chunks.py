"""Rows as JSON Lines, cut into chunks that each become one file of a bundle.

A chunk is kept in memory, so its digest is known before anything is sent: what a store has already
is not sent again.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson

from apps.history.offsite.columns import columns_of
from apps.history.offsite.errors import DamagedBundle
from apps.history.offsite.placement import Model

CHUNK_SIZE = 16 * 1024 * 1024
FORMAT = 1
_OPTIONS = orjson.OPT_APPEND_NEWLINE


@dataclass(frozen=True, slots=True)
class Chunk:
    """The plain content of one file. tables: rows by the label of their table.

    last: of a chunk with rows of one table alone, the last row's values.
    """

    plain: bytes
    tables: dict[str, int]
    last: tuple[Any, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 of the content, in hex."""
        return hashlib.sha256(self.plain).hexdigest()


@dataclass(slots=True)
class _Buffer:
    """Lines that wait to become a chunk."""

    lines: bytearray = field(default_factory=bytearray)
    tables: Counter[str] = field(default_factory=Counter)
    last: tuple[Any, ...] = ()
    table: str = ""

    def __post_init__(self) -> None:
        self.lines += orjson.dumps({"format": FORMAT}, option=_OPTIONS)

    def add(self, model: Model, line: bytes, row: tuple[Any, ...]) -> None:
        label = model._meta.label
        if self.table != label:
            self.table = label
            self.lines += head_of(model)
        self.lines += line
        self.tables[label] += 1
        self.last = row

    def absorb(self, other: "_Buffer", model: Model) -> None:
        """Take over what the other one has of a single table."""
        first = other.lines.index(b"\n") + 1
        self.lines += other.lines[first:]
        self.tables.update(other.tables)
        self.table = model._meta.label

    def chunk(self) -> Chunk:
        return Chunk(bytes(self.lines), dict(self.tables), self.last)

    @property
    def is_full(self) -> bool:
        return len(self.lines) >= CHUNK_SIZE


def in_sequence(tables: Iterable[tuple[Model, Iterable[tuple[Any, ...]]]]) -> Iterator[Chunk]:
    """The tables one after the other, cut where a chunk is full."""
    buffer = _Buffer()
    for model, rows in tables:
        write = _line_writer(model)
        for row in rows:
            buffer.add(model, write(row), row)
            if buffer.is_full:
                yield buffer.chunk()
                buffer = _Buffer()
    if buffer.tables:
        yield buffer.chunk()


def by_table(tables: Iterable[tuple[Model, Iterable[tuple[Any, ...]]]]) -> Iterator[Chunk]:
    """Full chunks of one table each, and what is left over of all tables together.

    Each table is cut from its own beginning, so that what is added to one table leaves the chunks
    of all others, and its own earlier ones, as they are.
    """
    shared = _Buffer()
    for model, rows in tables:
        own, write = _Buffer(), _line_writer(model)
        for row in rows:
            own.add(model, write(row), row)
            if own.is_full:
                yield own.chunk()
                own = _Buffer()
        if own.tables:
            shared.absorb(own, model)
        if shared.is_full:
            yield shared.chunk()
            shared = _Buffer()
    if shared.tables:
        yield shared.chunk()


def _line_writer(model: Model) -> Any:
    writers = [column.write for column in columns_of(model)]

    def write(row: tuple[Any, ...]) -> bytes:
        values = [convert(value) for convert, value in zip(writers, row, strict=True)]
        return orjson.dumps(values, option=_OPTIONS)

    return write


def head_of(model: Model) -> bytes:
    """The line before the rows of a table: its name, its columns and how values are written."""
    columns = columns_of(model)
    head = {
        "table": model._meta.label,
        "columns": [column.name for column in columns],
        "values": [column.codec for column in columns],
    }
    return orjson.dumps(head, option=_OPTIONS)


@dataclass(frozen=True, slots=True)
class Head:
    """The table that the rows after it belong to, and what their values are."""

    table: str
    columns: tuple[str, ...]
    values: tuple[str, ...]


def lines_of(portions: Iterable[bytes], name: str) -> Iterator[tuple[str, list[Any]]]:
    """The rows of a file: the label of the table, and the values as they are written.

    Raises DamagedBundle for anything but a file of this format.
    """
    for head, values in with_heads(portions, name):
        yield head.table, values


def with_heads(portions: Iterable[bytes], name: str) -> Iterator[tuple[Head, list[Any]]]:
    """The rows of a file, each with the head of its table."""
    head: Head | None = None
    for number, line in enumerate(_lines(portions)):
        try:
            value = orjson.loads(line)
        except orjson.JSONDecodeError:
            raise DamagedBundle(name, f"line {number + 1} is no JSON") from None
        if number == 0:
            if not isinstance(value, dict) or value.get("format") != FORMAT:
                raise DamagedBundle(name, "its rows have another format")
        elif isinstance(value, dict):
            head = Head(value["table"], tuple(value["columns"]), tuple(value["values"]))
        elif head is None or len(value) != len(head.columns):
            raise DamagedBundle(name, f"line {number + 1} is no row of a table")
        else:
            yield head, value


def _lines(portions: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for portion in portions:
        *lines, rest = (rest + portion).split(b"\n")
        yield from lines
    if rest:
        yield rest
