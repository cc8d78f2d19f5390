"""The leaves of the index: kept sealed in rows, read and written here alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from typing import Any, NamedTuple
from uuid import UUID

import zstandard

from apps.core import sealing
from apps.history.database import execute, rows
from apps.history.models import SearchLeaf
from apps.history.records import ObjectKey

_BITMAP, _CONTENT = b"bitmap", b"content"
# 48 bytes an object at level 3.
_LEVEL = 9
_LARGEST = 256 * 1024 * 1024

# xmin names the transaction that wrote the row as it is: another one, and it is another leaf.
_PLACES = """
select kind, first_id, entries, xmin::text, number {bitmap} from history_searchleaf
where tenant_id = %s {filters} order by kind, first_id
"""
# From the leaf on that a key belongs to; `ends` comes from the key of the table as well.
_FOLLOWING = """
select l.kind, l.first_id, ends.first_id, l.entries, l.xmin::text, l.number, l.content, (
    select xmin::text from history_searchindex where tenant_id = %(tenant)s
)
from history_searchleaf l
left join lateral (
    select n.first_id from history_searchleaf n
    where n.tenant_id = %(tenant)s and n.kind = l.kind and n.first_id > l.first_id
    order by n.first_id limit 1
) ends on true
where l.tenant_id = %(tenant)s and (l.kind, l.first_id) >= (%(kind)s, coalesce((
    select b.first_id from history_searchleaf b
    where b.tenant_id = %(tenant)s and b.kind = %(kind)s and b.first_id <= %(after)s
    order by b.first_id desc limit 1
), '')) {filters}
order by l.kind, l.first_id limit %(limit)s
"""
_STATE = "select seq, xmin::text from history_searchindex where tenant_id = %s"
_CONTENTS = """
select first_id, xmin::text, content from history_searchleaf
where tenant_id = %s and kind = %s and first_id = any(%s)
"""
_REPLACE = """
insert into history_searchleaf (tenant_id, kind, first_id, entries, number, bitmap, content)
values (%s, %s, %s, %s, %s, %s, %s)
on conflict (tenant_id, kind, first_id) do update
set entries = excluded.entries, bitmap = excluded.bitmap, content = excluded.content
"""


class LeafPlace(NamedTuple):
    """A leaf without what is in it. ends: the first id that is not its own any more, None for the
    last of its kind. written: names this state of it. number: its own, among those of its kind.
    bitmap: sealed, empty unless asked for, and where slices have it. content: sealed, empty unless
    it was read at once."""

    kind: str
    first_id: str
    ends: str | None
    entries: int
    written: str
    number: int = 0
    bitmap: bytes = b""
    content: bytes = b""


class LeafMoved(Exception):
    """A leaf was written anew since its place was read; whoever wanted it looks again."""


class Leaves:
    """The leaves of one tenant, whose data key is given."""

    def __init__(self, tenant_id: UUID, key: bytes) -> None:
        self._tenant_id, self._sealing = tenant_id, sealing.Sealing(key)
        self._decompressor = zstandard.ZstdDecompressor()
        self._compressor = zstandard.ZstdCompressor(level=_LEVEL)

    def places(
        self,
        kinds: Collection[str] | None = None,
        *,
        after: ObjectKey | None = None,
        bitmaps: bool = False,
        besides: Collection[str] = (),
    ) -> list[LeafPlace]:
        """The leaves in the order of their keys.

        kinds: only these. besides: not these. after: only those that may hold keys past this one.
        """
        filters, values = "", list[object]()
        if kinds is not None:
            filters += " and kind = any(%s)"
            values.append(list(kinds))
        if besides:
            filters += " and kind <> all(%s)"
            values.append(list(besides))
        if after is not None:
            filters += " and kind >= %s"
            values.append(after[0])
        sql = _PLACES.format(bitmap=", bitmap" if bitmaps else "", filters=filters)
        found = rows(sql, [self._tenant_id, *values])
        placed = [
            place for _, group in groupby(found, lambda row: row[0]) for place in _place(group)
        ]
        if after is None:
            return placed
        return [place for place in placed if not _is_before(place, after)]

    def following(
        self,
        after: ObjectKey,
        *,
        limit: int,
        kinds: Collection[str] | None = None,
        numbers: Collection[int] | None = None,
        stamp: str | None = None,
    ) -> list[LeafPlace]:
        """The next leaves that may hold keys past one, in the order of their keys, with what is in
        them. Costs what it gives.

        kinds: only these. numbers: only those of these numbers. stamp: that of the index from which
        the numbers are; raises LeafMoved when it has another by now.
        """
        filters = "" if kinds is None else " and l.kind = any(%(kinds)s)"
        filters += "" if numbers is None else " and l.number = any(%(numbers)s)"
        params = {
            "tenant": self._tenant_id,
            "kind": after[0],
            "after": after[1],
            "kinds": list(kinds or ()),
            "numbers": list(numbers or ()),
            "limit": limit,
        }
        found = rows(_FOLLOWING.format(filters=filters), params)
        if stamp is not None and (found[0][-1] if found else self.stamp()) != stamp:
            raise LeafMoved
        return [
            LeafPlace(kind, first_id, ends, entries, written, number, content=content)
            for kind, first_id, ends, entries, written, number, content, _ in found
        ]

    def stamp(self) -> str:
        """Another one once the index was written anew."""
        return self.state()[1]

    def state(self) -> tuple[int, str]:
        """Up to which position the index knows everything, 0 before it was made, and its stamp."""
        found = rows(_STATE, [self._tenant_id])
        return (int(found[0][0]), str(found[0][1])) if found else (0, "")

    def bitmap(self, place: LeafPlace) -> bytes:
        """The bitmap of a leaf that places(bitmaps=True) gave."""
        aad = self._aad(_BITMAP, place.kind, place.first_id)
        return self._sealing.open(place.bitmap, aad)

    def read(self, places: Sequence[LeafPlace]) -> Iterator[tuple[LeafPlace, bytes]]:
        """The contents of leaves of one kind, in the order given: lines. Raises LeafMoved."""
        wanted = [place.first_id for place in places if not place.content]
        params = [self._tenant_id, places[0].kind, wanted]
        found = {one: row for one, *row in rows(_CONTENTS, params)} if wanted else {}
        for place in places:
            written, content = found.get(place.first_id, (place.written, place.content))
            if written != place.written or not content:
                raise LeafMoved
            aad = self._aad(_CONTENT, place.kind, place.first_id)
            packed = self._sealing.open(content, aad)
            yield place, self._decompressor.decompress(packed, _LARGEST)

    def write(
        self, kind: str, first_id: str, lines: Sequence[bytes], bitmap: bytes, *, number: int
    ) -> None:
        """Put a leaf in its place, keeping its number when there is one. lines: in the order of
        their ids."""
        packed = self._compressor.compress(b"\n".join(lines))
        content = self._sealing.seal(packed, self._aad(_CONTENT, kind, first_id))
        sealed = self._sealing.seal(bitmap, self._aad(_BITMAP, kind, first_id)) if bitmap else b""
        execute(_REPLACE, [self._tenant_id, kind, first_id, len(lines), number, sealed, content])

    def remove(self, kind: str, first_id: str) -> None:
        """Take a leaf away; what would belong to it belongs to the one before."""
        leaves = SearchLeaf.objects.filter(tenant_id=self._tenant_id, kind=kind)
        leaves.filter(first_id=first_id).delete()

    def remove_all(self) -> None:
        SearchLeaf.objects.filter(tenant_id=self._tenant_id).delete()

    def _aad(self, what: bytes, kind: str, first_id: str) -> bytes:
        place = f"{kind}\0{first_id}".encode()
        return b"holdfast:search-leaf:" + self._tenant_id.bytes + what + b"\0" + place


def _place(group: Iterable[tuple[Any, ...]]) -> Iterator[LeafPlace]:
    for row, following in pairwise([*group, None]):
        if row is not None:
            kind, first_id, entries, written, number, *bitmap = row
            ends = following[1] if following else None
            yield LeafPlace(kind, first_id, ends, entries, written, number, *bitmap)


def _is_before(place: LeafPlace, after: ObjectKey) -> bool:
    kind, object_id = after
    return place.kind == kind and place.ends is not None and place.ends <= object_id
