"""Which leaves of a large kind can hold what is looked for, without going through them all.

The bitmaps of leaves (tokens) are read leaf by leaf: of a thousand leaves, a search reads a
thousand. Of a kind with many leaves the index keeps the same thing cut the other way, and with more
in it: for each hash of a token a slice, which has a bit for each leaf. A search reads the slices of
what it looks for, twelve at most, and what they have in common is the leaves worth opening. So it
costs what is asked for and what is found, whatever else the tenant has.

A row holds the slices of EACH neighbouring places, leaves in blocks of 32: block after block, slice
after slice. It is sealed as leaves are. Bits are set and never taken out, except by build().
"""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final
from uuid import UUID

from apps.core import sealing
from apps.history.database import execute, rows
from apps.history.models import SearchSlice

BITS: Final = 40_960
_ROWS: Final = 320
EACH: Final = BITS // _ROWS
_BLOCK: Final = 32  # leaves
_SLICE: Final = 4  # bytes
# So few places say enough: each leaves out more than half of the leaves that lack the text.
_MOST_PLACES: Final = 12

_SLICED = "select distinct kind from history_searchslice where tenant_id = %s"
_READ = """
select kind, number, content from history_searchslice
where tenant_id = %s and number = any(%s) {filters}
"""
_WRITE = """
insert into history_searchslice (tenant_id, kind, number, content) values (%s, %s, %s, %s)
on conflict (tenant_id, kind, number) do update set content = excluded.content
"""

_BITS: Final = struct.Struct("<I")

Places = frozenset[int]


def places_of(tokens: Iterable[int]) -> Places:
    """Where the bits of tokens are."""
    return frozenset(token * BITS >> 32 for token in tokens)


class Slices:
    """The slices of one tenant, whose data key is given."""

    def __init__(self, tenant_id: UUID, key: bytes) -> None:
        self._tenant_id, self._sealing = tenant_id, sealing.Sealing(key)

    def kinds(self) -> set[str]:
        """The kinds that have slices."""
        return {kind for (kind,) in rows(_SLICED, [self._tenant_id])}

    def leaves_with(
        self, wanted: Collection[Places], kinds: Collection[str] | None = None
    ) -> dict[str, list[int]]:
        """The numbers of the leaves that may have all places of one of `wanted`, for each kind
        that has slices. kinds: only these."""
        asked = [_some(places) for places in wanted]
        # Row 0 in any case: it says which kinds have slices.
        numbers = sorted({0, *(place // EACH for places in asked for place in places)})
        found: dict[str, dict[int, bytes]] = defaultdict(dict)
        for kind, number, content in self._read(numbers, kinds):
            found[kind][number] = content
        return {kind: [*_numbers_in(_any_of(asked, contents))] for kind, contents in found.items()}

    def add(self, kind: str, marks: Mapping[int, Places]) -> None:
        """Set bits. marks: by the numbers of leaves, the places of tokens that they have now."""
        by_row: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for leaf, places in marks.items():
            for place in places:
                by_row[place // EACH].append((leaf, place % EACH))
        for _, number, content in self._read(sorted(by_row), [kind]):
            changed = _with(content, by_row[number])
            if changed != content:
                self._write(kind, number, changed)

    def build(self, kind: str, leaves: Iterable[tuple[int, Places]]) -> None:
        """Make all slices of a kind anew. leaves: the number of each, and its places."""
        blocks: list[bytearray] = []
        for leaf, places in leaves:
            number, within = divmod(leaf, _BLOCK)
            while len(blocks) <= number:
                blocks.append(bytearray(BITS * _SLICE))
            block, at, bit = blocks[number], within >> 3, 1 << (within & 7)
            for place in places:
                block[place * _SLICE + at] |= bit
        size = EACH * _SLICE
        for row in range(_ROWS):
            parts = (block[row * size : (row + 1) * size] for block in blocks)
            self._write(kind, row, b"".join(parts))

    def remove(self, kind: str | None = None) -> None:
        """Forget the slices of a kind, or of all kinds."""
        slices = SearchSlice.objects.filter(tenant_id=self._tenant_id)
        (slices if kind is None else slices.filter(kind=kind)).delete()

    def _read(
        self, numbers: Collection[int], kinds: Collection[str] | None
    ) -> Iterator[tuple[str, int, bytes]]:
        params: list[object] = [self._tenant_id, list(numbers)]
        filters = ""
        if kinds is not None:
            filters = "and kind = any(%s)"
            params.append(list(kinds))
        for kind, number, content in rows(_READ.format(filters=filters), params):
            yield kind, number, self._sealing.open(content, self._aad(kind, number))

    def _write(self, kind: str, number: int, content: bytes) -> None:
        sealed = self._sealing.seal(content, self._aad(kind, number))
        execute(_WRITE, [self._tenant_id, kind, number, sealed])

    def _aad(self, kind: str, number: int) -> bytes:
        return b"holdfast:search-slice:" + self._tenant_id.bytes + f"{kind}\0{number}".encode()


def _some(places: Places) -> list[int]:
    """So many of them that few others have them all, spread over what was asked for."""
    ordered = sorted(places)
    step = -(-len(ordered) // _MOST_PLACES) or 1
    return ordered[::step]


def _any_of(asked: Iterable[list[int]], contents: Mapping[int, bytes]) -> list[int]:
    """For each block, the leaves that have all places of one of those asked for."""
    blocks = max(map(len, contents.values())) // (EACH * _SLICE)
    found = [0] * blocks
    for places in asked:
        slices = [_slice(contents[place // EACH], place % EACH, blocks) for place in places]
        for block in range(blocks):
            common = 0xFFFFFFFF
            for one in slices:
                common &= one[block]
            found[block] |= common
    return found


def _slice(content: bytes, within: int, blocks: int) -> list[int]:
    size, start = EACH * _SLICE, within * _SLICE
    there = len(content) // size
    found = [_BITS.unpack_from(content, block * size + start)[0] for block in range(there)]
    return found + (blocks - there) * [0]


def _numbers_in(blocks: Iterable[int]) -> Iterator[int]:
    for block, bits in enumerate(blocks):
        left = bits
        while left:
            lowest = left & -left
            yield block * _BLOCK + lowest.bit_length() - 1
            left ^= lowest


def _with(content: bytes, bits: Iterable[tuple[int, int]]) -> bytes:
    """A row with more bits set; as long as the highest of the leaves needs."""
    size, changed = EACH * _SLICE, bytearray(content)
    for leaf, within in bits:
        block, at = divmod(leaf, _BLOCK)
        if len(changed) < (block + 1) * size:
            changed.extend(bytes((block + 1) * size - len(changed)))
        changed[block * size + within * _SLICE + (at >> 3)] |= 1 << (at & 7)
    return bytes(changed)
