"""Which leaves of the index can hold what is looked for, without opening them.

A leaf has a bitmap: a bit for each of its tokens, at a place that a hash of the token gives. Tokens
are the groups of three bytes in its texts; what stands around the joints between words, without
which every leaf would seem to have every pair of common names; every id among its texts; every id
that its objects refer to; what their own ids begin with; and one where any was ever deleted. A leaf
whose bitmap lacks a bit of the question does not have the answer; one that has them all may. The
bitmap is sealed as the leaf is: what bits are set says what the texts are made of.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Collection, Iterable, Iterator

from apps.history.choices import ObjectState as State
from apps.history.search.entries import Entry
from apps.history.search.folding import Question, fold, is_guid

# Bits. Of the largest, three rows fill a page of the database.
SMALLEST, LARGEST = 512, 20_480
_BITS_A_TOKEN = 8
# Fibonacci hashing: multiplied by one of these, the upper bits are well mixed.
_SPREADS = (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D)
_WORD = 0xFFFFFFFF
_SEPARATOR = "\n"
_BEGINNING = 3
_ANY_DELETED = "something was deleted"
_MANY = 8
_ID_BEGINNINGS = (3, 5, 8)
# A question of so many bytes is told apart well enough by its groups of five.
_SHORT_TEXT = 8
_LONG_SPREAD = 0x9E3779B97F4A7C15
_FIVE = 0xFF_FFFF_FFFF
_ONES, _HIGHS, _SEPARATORS = 0x01_0101_0101, 0x80_8080_8080, 0x0A_0A0A_0A0A
_BETWEEN_WORDS = re.compile("[ ._-]")


def bitmap_of(entries: Collection[Entry]) -> bytes:
    """The bitmap of a leaf with these entries; the more tokens, the longer."""
    tokens = _tokens(entries)
    size = SMALLEST
    while size < LARGEST and size < _BITS_A_TOKEN * len(tokens):
        size = min(2 * size, LARGEST)
    return _with(bytes(size // 8), tokens)


def bitmap_with(bitmap: bytes, entries: Collection[Entry]) -> bytes:
    """The bitmap with the tokens of further entries."""
    return _with(bitmap, _tokens(entries))


def sliced_tokens(entries: Collection[Entry]) -> set[int]:
    """What the slices know of a leaf with these entries: groups of three bytes and of five, and of
    what was ever deleted each group once more, so that it is found among a million that were not.

    Half of the bits are set, so that whatever is not looked for by many groups has many marks.
    """
    deleted = [one for one in entries if _was_deleted(one)]
    refers = {one for entry in entries for record in entry.records for one in record.refers or ()}
    tokens = _groups(_joined(entries)) | _of_deleted(_groups(_joined(deleted)))
    names = {_begins(entry.object_id[:_BEGINNING]) for entry in entries}
    names.update(map(_refers_to, refers))
    for text in filter(is_guid, _texts(entries)):
        names.update(_id_begins(text[:length]) for length in _ID_BEGINNINGS)
    if deleted:
        names.add(_ANY_DELETED)
    return tokens.union(*map(_many_marks, names))


def sliced_wanted(question: Question, *, deleted: bool) -> tuple[frozenset[int], ...]:
    """A leaf is worth opening when it has all tokens of any of these; see wanted_by().

    deleted: only what is deleted is looked for.
    """
    text = question.text.encode()
    groups = _groups(question.text) if len(text) < _SHORT_TEXT else _fives(text)
    others = [_many_marks(_begins(one[:_BEGINNING])) for one in question.beginnings]
    if question.could_be_guid and len(question.text) >= _BEGINNING:
        known = max(length for length in _ID_BEGINNINGS if length <= len(question.text))
        others.append(_many_marks(_id_begins(question.text[:known])))
    if min(map(len, question.beginnings)) < _BEGINNING:
        others = [set()]
    if deleted:
        more = sliced_deleted()
        return tuple(frozenset(one | more) for one in (_of_deleted(groups), *others))
    return tuple(map(frozenset, (groups, *others)))


def sliced_deleted() -> frozenset[int]:
    """What every leaf has that holds an object which was deleted at some position."""
    return frozenset(_many_marks(_ANY_DELETED))


def sliced_reference(object_id: str) -> frozenset[int]:
    return frozenset(_many_marks(_refers_to(object_id)))


def _with(bitmap: bytes, tokens: Iterable[int]) -> bytes:
    bits = bytearray(bitmap)
    size = 8 * len(bits)
    for token in tokens:
        place = token * size >> 32
        bits[place >> 3] |= 1 << (place & 7)
    return bytes(bits)


def _marks(text: str, number: int) -> set[int]:
    """Some hashes of one token, where a single bit would often be set by another."""
    hashed = zlib.crc32(text.encode())
    return {hashed * spread & _WORD for spread in _SPREADS[:number]}


_HAS_IDS = _marks("some text is an id", 3)
_DELETED = _marks(_ANY_DELETED, 3)


class Wanted:
    """The tokens of a question, to be held against many bitmaps."""

    def __init__(self, tokens: Iterable[int]) -> None:
        self._tokens = tuple(tokens)

    @classmethod
    def deleted(cls) -> Wanted:
        """What every leaf must have that holds an object which was deleted at some position."""
        return cls(_DELETED)

    @classmethod
    def referring_to(cls, object_id: str) -> Wanted:
        return cls(_refers(object_id))

    def possible(self, bitmap: bytes) -> bool:
        """Whether a leaf with this bitmap may hold all of them."""
        size = 8 * len(bitmap)
        for token in self._tokens:
            place = token * size >> 32
            if not bitmap[place >> 3] >> (place & 7) & 1:
                return False
        return True


def wanted_by(question: Question) -> tuple[Wanted, ...]:
    """A leaf is worth opening when any of these is possible.

    Either the question is a part of a text, or it is the beginning of one that is an id.
    """
    found = [Wanted(_parts_of(question.text))]
    if question.could_be_guid:
        whole = _id(question.text) if is_guid(question.text) else set()
        found.append(Wanted(_HAS_IDS | whole))
    return tuple(found)


def beginning_with(beginning: str) -> Wanted:
    """What every leaf must have that holds an object whose id begins so."""
    return Wanted({_beginning(beginning)} if len(beginning) >= _BEGINNING else ())


def _tokens(entries: Collection[Entry]) -> set[int]:
    ids = set(filter(is_guid, _texts(entries)))
    refers = {one for entry in entries for record in entry.records for one in record.refers or ()}
    tokens = set().union(*map(_refers, refers), *map(_id, ids))
    if ids:
        tokens |= _HAS_IDS
    if any(map(_was_deleted, entries)):
        tokens |= _DELETED
    beginnings = {entry.object_id[:_BEGINNING] for entry in entries}
    tokens.update(map(_beginning, beginnings))
    return tokens | _parts_of(_joined(entries))


def _texts(entries: Iterable[Entry]) -> Iterator[str]:
    """All texts of entries, folded."""
    records = (record for entry in entries for record in entry.records)
    return (fold(text) for record in records for text in record.texts or ())


def _joined(entries: Iterable[Entry]) -> str:
    """The texts that are found by any part of them."""
    return _SEPARATOR.join(text for text in _texts(entries) if not is_guid(text))


def _was_deleted(entry: Entry) -> bool:
    return any(record.state != State.PRESENT for record in entry.records)


def _groups(folded: str) -> set[int]:
    text = folded.encode()
    return _trigrams(text) | _fives(text)


def _parts_of(folded: str) -> set[int]:
    return _trigrams(folded.encode()) | _joints(folded)


def _joints(folded: str) -> set[int]:
    """The hashes of two letters, what stands between words, and three letters."""
    ends = (found.end() for found in _BETWEEN_WORDS.finditer(folded))
    windows = {folded[max(end - 3, 0) : end + 3] for end in ends}
    whole = (one for one in windows if len(one) == 6 and _SEPARATOR not in one)
    return set().union(*(_marks(one, 2) for one in whole))


def _trigrams(text: bytes) -> set[int]:
    """The hashes of all groups of three bytes, those over a separator left out.

    Read as numbers of four bytes from each of four starts, which costs a tenth of slicing.
    """
    padded = text + 7 * _SEPARATOR.encode()
    windows: set[int] = set()
    for start in range(4):
        whole = (len(padded) - start) // 4 * 4
        windows.update(memoryview(padded)[start : start + whole].cast("I"))
    threes = {window & 0xFFFFFF for window in windows}
    separator, spread = ord(_SEPARATOR), _SPREADS[0]
    return {
        three * spread & _WORD
        for three in threes
        if separator not in (three & 255, three >> 8 & 255, three >> 16)
    }


def _fives(text: bytes) -> set[int]:
    """As _trigrams(), of five bytes."""
    padded = text + 15 * _SEPARATOR.encode()
    windows: set[int] = set()
    for start in range(8):
        whole = (len(padded) - start) // 8 * 8
        windows.update(memoryview(padded)[start : start + whole].cast("Q"))
    fives = {window & _FIVE for window in windows}
    # All five bytes held against the separator at once: where one is it, its high bit comes out.
    return {
        five * _LONG_SPREAD >> 32 & _WORD
        for five in fives
        if not ((five ^ _SEPARATORS) - _ONES) & ~(five ^ _SEPARATORS) & _HIGHS
    }


def _of_deleted(groups: Iterable[int]) -> set[int]:
    return {group * _SPREADS[1] & _WORD for group in groups}


def _many_marks(name: str) -> set[int]:
    first, second = zlib.crc32(name.encode()), zlib.crc32(name.encode(), 1)
    return {first + number * second & _WORD for number in range(_MANY)}


def _begins(beginning: str) -> str:
    return f"begins {beginning}"


def _id_begins(beginning: str) -> str:
    return f"an id begins {beginning}"


def _refers_to(object_id: str) -> str:
    return f"refers to {object_id}"


def _id(folded: str) -> set[int]:
    return _marks(f"is {folded}", 3)


def _beginning(object_id: str) -> int:
    (mark,) = _marks(_begins(object_id[:_BEGINNING]), 1)
    return mark


def _refers(object_id: str) -> set[int]:
    return _marks(_refers_to(object_id), 2)
