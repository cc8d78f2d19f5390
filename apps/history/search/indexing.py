"""Bringing the index up to date: what the log says since is put into the leaves, set by set.

All in one transaction: a reader finds the index as it was, or as it is. Readers do not wait for it;
what it does not know yet they take from the log itself (see finding).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby, islice
from uuid import UUID

from django.db import transaction

from apps.core import locks
from apps.entra.catalogue import kind as kind_named
from apps.history.database import TenantRef, scoped_id
from apps.history.models import PrunedSnapshot, SearchIndex
from apps.history.search.entries import Entry, id_of, record_of
from apps.history.search.forgetting import forget_pruned
from apps.history.search.leaves import LeafPlace, Leaves
from apps.history.search.log_sql import open_body, versions_after
from apps.history.search.slices import Places, Slices, places_of
from apps.history.search.slicing import build_slices
from apps.history.search.tokens import bitmap_of, bitmap_with, sliced_tokens
from apps.history.selectors.bodies import body_opener
from apps.history.selectors.snapshots import latest_snapshot
from apps.tenants import keys

Tell = Callable[[int], None]

ENTRIES = 500
SPLIT_OVER = 2 * ENTRIES
# Kinds with so many leaves have slices: the bitmaps of fewer are read in a few milliseconds.
SLICED_FROM = 32


@dataclass(frozen=True, slots=True)
class Indexed:
    """What an update did. objects: entries that were looked at."""

    seq: int
    objects: int
    leaves: int


def update_index(tenant: TenantRef, *, anew: bool = False, tell: Tell | None = None) -> Indexed:
    """Bring a tenant's index up to its newest snapshot. anew: forget it first, and make it again.

    tell: told how many objects are done. Waits for another update of the same tenant. Raises
    DamagedBody, and whatever `tell` raises; then the index stays as it was.
    """
    tenant_id = scoped_id(tenant)
    with transaction.atomic():
        locks.hold_in_transaction(locks.search_index(tenant_id))
        index, _ = SearchIndex.objects.get_or_create(tenant_id=tenant_id)
        latest = latest_snapshot(tenant_id)
        newest = latest.seq if latest else 0
        key = keys.data_key(tenant_id)
        leaves, slices = Leaves(tenant_id, key), Slices(tenant_id, key)
        if anew:
            leaves.remove_all()
            slices.remove()
            index.seq = 0
        pruned = PrunedSnapshot.objects.filter(tenant_id=tenant_id).count()
        if pruned != index.pruned:
            index.pruned = pruned
            forget_pruned(tenant_id, leaves, slices)
        writer = _Writer(leaves, slices, tell or _silent)
        if newest > index.seq:
            for kind, entries in groupby(_news(tenant_id, index.seq, newest), lambda one: one[0]):
                writer.merge(kind, (entry for _, entry in entries))
        index.seq = newest
        index.save()
    return Indexed(newest, writer.objects, writer.leaves)


def indexed_up_to(tenant: TenantRef) -> int:
    """The newest position that the index knows, 0 before it was made."""
    row = SearchIndex.objects.filter(tenant_id=scoped_id(tenant)).first()
    return row.seq if row else 0


def _news(tenant_id: UUID, low: int, high: int) -> Iterator[tuple[str, Entry]]:
    """What the log says past a position, an entry for each object with only its new records."""
    opener = body_opener(tenant_id)
    versions = versions_after(tenant_id, low, high)
    for (name, object_id), group in groupby(versions, lambda one: (one.kind, one.object_id)):
        kind = kind_named(name)
        records = (
            record_of(kind, version.seq, version.state, open_body(opener, version))
            for version in group
        )
        yield name, Entry(object_id, ()).with_records(records)


class _Writer:
    """Puts entries into leaves, both in order."""

    def __init__(self, leaves: Leaves, slices: Slices, tell: Tell) -> None:
        self._leaves, self._slices, self._tell = leaves, slices, tell
        self._sliced = slices.kinds()
        self._marks: dict[int, Places] = {}
        self._next_number = 0
        self.objects = self.leaves = 0

    def merge(self, kind: str, news: Iterator[Entry]) -> None:
        places = self._leaves.places([kind], bitmaps=True)
        self._marks, self._next_number = {}, 1 + max((one.number for one in places), default=-1)
        if places:
            for number, of_leaf in groupby(news, _leaf_for(places)):
                entries = list(of_leaf)
                self._update(places[number], entries)
                self._did(len(entries))
        else:
            self._write_new(kind, news)
        if kind in self._sliced:
            self._slices.add(kind, self._marks)
        elif self._next_number >= SLICED_FROM:
            build_slices(self._leaves, self._slices, kind)

    def _write_new(self, kind: str, news: Iterator[Entry]) -> None:
        entries, is_first = list(islice(news, ENTRIES)), True
        while entries:
            self._write_whole(kind, "" if is_first else entries[0].object_id, entries)
            self._did(len(entries))
            entries, is_first = list(islice(news, ENTRIES)), False

    def _update(self, place: LeafPlace, news: list[Entry]) -> None:
        """Lay what is new over a leaf; it stays as it is when that says nothing more."""
        ((_, content),) = self._leaves.read([place])
        lines = {id_of(line): line for line in content.split(b"\n")}
        changed = []
        for entry in news:
            held = lines.get(entry.object_id)
            before = Entry.from_line(held) if held else Entry(entry.object_id, ())
            after = before.with_records(entry.records)
            if after != before:
                changed.append(after)
                lines[entry.object_id] = after.to_line()
        if changed:
            self._rewrite(place, [lines[one] for one in sorted(lines)], changed)

    def _rewrite(self, place: LeafPlace, lines: list[bytes], changed: list[Entry]) -> None:
        """A leaf that has grown much gets a bitmap that suits it; it is cut up when too large."""
        if len(lines).bit_length() == place.entries.bit_length() and len(lines) <= SPLIT_OVER:
            bitmap = b""
            if place.bitmap:
                bitmap = bitmap_with(self._leaves.bitmap(place), changed)
            self._write(place.kind, place.first_id, lines, bitmap, place.number, changed)
            return
        size = ENTRIES if len(lines) > SPLIT_OVER else len(lines)
        for start in range(0, len(lines), size):
            part = list(map(Entry.from_line, lines[start : start + size]))
            if start:
                self._write_whole(place.kind, part[0].object_id, part)
            else:
                self._write_whole(place.kind, place.first_id, part, place.number)

    def _write_whole(
        self, kind: str, first_id: str, entries: list[Entry], number: int | None = None
    ) -> None:
        """number: of the leaf that was there; None for a new one."""
        if number is None:
            number, self._next_number = self._next_number, self._next_number + 1
        has_slices = kind in self._sliced or self._next_number > SLICED_FROM
        lines = [entry.to_line() for entry in entries]
        self._write(
            kind, first_id, lines, b"" if has_slices else bitmap_of(entries), number, entries
        )

    def _write(
        self,
        kind: str,
        first_id: str,
        lines: list[bytes],
        bitmap: bytes,
        number: int,
        changed: list[Entry],
    ) -> None:
        self._leaves.write(kind, first_id, lines, bitmap, number=number)
        self.leaves += 1
        if kind in self._sliced:
            marked = self._marks.get(number, frozenset())
            self._marks[number] = marked | places_of(sliced_tokens(changed))

    def _did(self, number: int) -> None:
        self.objects += number
        self._tell(self.objects)


def _leaf_for(places: list[LeafPlace]) -> Callable[[Entry], int]:
    """The number of the leaf that an entry belongs to; entries are asked about in order."""
    numbers = iter(range(len(places)))
    at = next(numbers)

    def number(entry: Entry) -> int:
        nonlocal at
        while (ends := places[at].ends) is not None and entry.object_id >= ends:
            at = next(numbers)
        return at

    return number


def _silent(_: int) -> None:
    """Nobody wants to know."""
