"""How a directory began, in compressed pieces.

Objects are numbered in the order of the pieces, and links name them by number: a link of two ids
of 36 characters takes some five bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import orjson
import zstandard

from apps.sandbox.persistence.rows import Item, item_of
from apps.sandbox.state.directory import Directory
from apps.sandbox.state.links import LinkTable

OBJECTS = "objects"
OBJECTS_IN_ONE = 1_000
SOURCES_IN_ONE = 5_000
LEVEL = 3

End = int | str
"""An object by its number, or by its id if it is none of the directory's."""


def pieces(directory: Directory) -> Iterator[tuple[str, bytes]]:
    """(name, body) of every piece: the objects first, then relation by relation its links."""
    state = directory.checkpoint()
    records = [*state["_records"].values(), *state["_bin"].values()]
    numbers: dict[str, End] = {record.id: number for number, record in enumerate(records)}
    aside = state["_aside"]
    for some in _batched(records, OBJECTS_IN_ONE):
        yield OBJECTS, _packed([item_of(record, aside.get(record.id)) for record in some])
    for relation, table in directory.relations():
        for ends in _batched(_links(table, numbers), SOURCES_IN_ONE):
            yield relation, _packed(ends)


def items_of(body: bytes) -> list[Item]:
    """The objects of a piece."""
    items: list[Item] = _unpacked(body)
    return items


def add_links(table: LinkTable, body: bytes, ids: list[str]) -> None:
    """Enter the links of a piece; `ids` are the objects' by number."""
    for ends in _unpacked(body):
        source, *targets = [ids[end] if isinstance(end, int) else end for end in ends]
        for target in targets:
            table.add(source, target)


def _links(table: LinkTable, numbers: dict[str, End]) -> Iterator[list[End]]:
    """[source, target, target, ...] for every source."""
    number = numbers.get
    for source in table.linked():
        yield [number(source, source), *(number(each, each) for each in table.targets(source))]


def _packed(content: Any) -> bytes:
    return zstandard.ZstdCompressor(level=LEVEL).compress(orjson.dumps(content))


def _unpacked(body: bytes) -> Any:
    return orjson.loads(zstandard.ZstdDecompressor().decompress(body))


def _batched(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    remaining = iter(items)
    while some := list(islice(remaining, size)):
        yield some
