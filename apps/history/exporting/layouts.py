"""The files of an archive: readable folders of JSON, or tables."""

from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from apps.entra.catalogue import Kind
from apps.history.choices import ObjectState
from apps.history.exporting import flat
from apps.history.exporting.archive import Archive
from apps.history.exporting.contents import Body, Contents
from apps.history.exporting.names import FileNames

# A kind with more objects than this comes as one file of JSON Lines: nobody opens ten thousand
# files one by one, and every one of them costs a reader some 100 bytes beside its content.
FILE_EACH_UP_TO = 1000

PRESENT, SOFT_DELETED = ObjectState.PRESENT, ObjectState.SOFT_DELETED


def folders(archive: Archive, contents: Contents) -> Iterator[bytes]:
    """objects/<kind>/<id>.json or objects/<kind>.jsonl, bin/<kind>.jsonl, links/<link>.jsonl."""
    counts = {row.collection: row.count for row in contents.wanted.snapshot.collections.all()}
    for kind in contents.wanted.kinds:
        if contents.wanted.object_id or counts.get(kind.name, 0) <= FILE_EACH_UP_TO:
            yield from _file_each(archive, contents, kind)
        else:
            lines = map(_as_line, contents.objects(kind, PRESENT))
            yield from archive.add_parts(f"objects/{kind.name}.jsonl", lines)
        binned = _unless_empty(map(_as_line, contents.objects(kind, SOFT_DELETED)))
        if binned is not None:
            yield from archive.add_parts(f"bin/{kind.name}.jsonl", binned)
    for name in contents.wanted.links:
        pairs = _unless_empty(map(_link_line, contents.links(name)))
        if pairs is not None:
            yield from archive.add_parts(f"links/{name}.jsonl", pairs)


def tables(archive: Archive, contents: Contents) -> Iterator[bytes]:
    """<kind>.csv for every kind that has objects, and links.csv."""
    for kind in contents.wanted.kinds:
        bodies = _unless_empty(with_states(contents, kind))
        if bodies is not None:
            rows = flat.object_rows(kind, bodies)
            yield from archive.add_parts(f"{kind.name}.csv", rows)
    links = (item[:3] for name in contents.wanted.links for item in contents.links(name))
    yield from archive.add_parts("links.csv", flat.link_rows(links))


def with_states(contents: Contents, kind: Kind) -> Iterator[tuple[ObjectState, Body]]:
    """A kind's objects, first those present, then those in the bin."""
    for state in (PRESENT, SOFT_DELETED):
        for body in contents.objects(kind, state):
            yield state, body


def _file_each(archive: Archive, contents: Contents, kind: Kind) -> Iterator[bytes]:
    names = FileNames()
    for body in contents.objects(kind, PRESENT):
        name = names.of(str(body.get("id", "")))
        archive.add(f"objects/{kind.name}/{name}.json", _pretty(body))
        yield from archive.ready()


def _unless_empty(items: Iterable[Any]) -> Iterator[Any] | None:
    """The same again, or None when there is nothing."""
    remaining = iter(items)
    for first in remaining:
        return _again(first, remaining)
    return None


def _again(first: Any, rest: Iterator[Any]) -> Iterator[Any]:
    yield first
    yield from rest


def _as_line(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)


def _link_line(item: Any) -> bytes:
    return _as_line({"link": item.link, "source": item.source_id, "target": item.target_id})


def _pretty(value: Any) -> bytes:
    options = orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    return orjson.dumps(value, option=options)
