"""What the index knows of an object: what it was called and how it was, from position to position.

One line of JSON for each object: its id, then a list for each change of what is known,
[seq, state, texts, refers]; texts and refers are left out where they stay as they were, as when an
object goes into the bin. So one line answers for every snapshot.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, NamedTuple

import orjson

from apps.entra.catalogue import Kind, name_of
from apps.history.choices import ObjectState as State
from apps.history.search.folding import fold, tidy
from apps.history.search.referring import ids_in_body

STATES = (State.PRESENT, State.SOFT_DELETED, State.HARD_DELETED)
_CODE = {str(state): code for code, state in enumerate(STATES)}
_LONGEST_TEXT = 400
_MOST_TEXTS = 24
_START_OF_ID = 2
# Exchange puts in front of an address what sort of one it is; in capitals, the main one.
_MAIL = ("SMTP:", "smtp:")


class Known(NamedTuple):
    """An object at a position. texts: its name first ("" without one), then what else people know
    it by. refers: the ids that stand in it."""

    state: State
    texts: tuple[str, ...]
    refers: tuple[str, ...]


class Record(NamedTuple):
    """What is known from a position on; texts and refers None where they stay as they were."""

    seq: int
    state: State
    texts: tuple[str, ...] | None = None
    refers: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One object's line. records: by position, the oldest first."""

    object_id: str
    records: tuple[Record, ...]

    def at(self, seq: int) -> Known | None:
        """What was known at a position, None when the object was not known yet."""
        state: State | None = None
        texts: tuple[str, ...] = ()
        refers: tuple[str, ...] = ()
        for record in self.records:
            if record.seq > seq:
                break
            state = record.state
            if record.texts is not None:
                texts, refers = record.texts, record.refers or ()
        return None if state is None else Known(state, texts, refers)

    def with_records(self, newer: Iterable[Record]) -> Entry:
        """The entry with what happened since; what says nothing new is left out."""
        kept = list(self.records)
        for record in newer:
            if not kept:
                kept.append(record)
                continue
            last = Entry(self.object_id, tuple(kept)).at(record.seq)
            if last is None or _says_more(last, record):
                kept.append(record)
        return Entry(self.object_id, tuple(kept))

    def without_pruned(self, kept: Sequence[int]) -> Entry | None:
        """The entry as the snapshots that are kept know it; None when none of them does.

        kept: their positions, sorted.
        """
        found: list[Record] = []
        said: tuple[tuple[str, ...], tuple[str, ...]] | None = None
        ends = [record.seq for record in self.records[1:]]
        for record, end in zip_longest(self.records, ends):
            place = bisect_left(kept, record.seq)
            known = self.at(record.seq)
            if known is None or place == len(kept) or (end is not None and kept[place] >= end):
                continue
            told = (known.texts, known.refers)
            found.append(Record(record.seq, known.state, *(told if told != said else ())))
            said = told
        if all(record.state == State.HARD_DELETED for record in found):
            return None
        return Entry(self.object_id, ()).with_records(found)

    def to_line(self) -> bytes:
        return orjson.dumps([self.object_id, *map(_to_json, self.records)])

    @classmethod
    def from_line(cls, line: bytes) -> Entry:
        object_id, *records = orjson.loads(line)
        return cls(object_id, tuple(map(_from_json, records)))


def id_of(line: bytes) -> str:
    """The object's id, without reading the rest of its line."""
    end = line.index(b'"', _START_OF_ID)
    found = line[_START_OF_ID:end]
    return orjson.loads(line)[0] if b"\\" in found else found.decode()


def record_of(kind: Kind, seq: int, state: str, body: Mapping[str, Any] | None) -> Record:
    """What a version says. body: None when it has none."""
    if body is None:
        return Record(seq, State(state))
    return Record(seq, State(state), texts_of(kind, body), refers_of(kind, body))


def texts_of(kind: Kind, body: Mapping[str, Any]) -> tuple[str, ...]:
    """The object's name, then what else it is looked up by, each once.

    A text inside another one says nothing new and is left out.
    """
    name = name_of(kind, body)
    texts = [tidy(name)[:_LONGEST_TEXT]]
    seen, folded = {name}, fold(texts[0])
    for text in _looked_up_by(kind, body):
        if text in seen:
            continue
        seen.add(text)
        kept = tidy(text)[:_LONGEST_TEXT]
        spelt = fold(kept)
        if spelt not in folded:
            texts.append(kept)
            folded = f"{folded}\n{spelt}"
    return tuple(texts[:_MOST_TEXTS])


def refers_of(kind: Kind, body: Mapping[str, Any]) -> tuple[str, ...]:
    """The ids of other objects that stand in the body, sorted."""
    if not kind.references:
        return ()
    return ids_in_body(kind, body)


def _looked_up_by(kind: Kind, body: Mapping[str, Any]) -> Iterator[str]:
    for name in kind.looked_up_by:
        value = body.get(name)
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            for text in value:
                yield text[5:] if text[:5] in _MAIL else text


def _says_more(known: Known, record: Record) -> bool:
    if record.state != known.state:
        return True
    told = (record.texts, record.refers or ())
    return record.texts is not None and told != (known.texts, known.refers)


def _to_json(record: Record) -> list[Any]:
    said: list[Any] = [record.seq, _CODE[record.state]]
    if record.texts is not None:
        said.append(record.texts)
        if record.refers:
            said.append(record.refers)
    return said


def _from_json(said: list[Any]) -> Record:
    texts = tuple(said[2]) if len(said) > 2 else None
    refers = tuple(said[3]) if len(said) > 3 else None if texts is None else ()
    return Record(said[0], STATES[said[1]], texts, refers)
