"""The values of a body one after the other, in the order of names that stand in the dictionary.

Names are most of the JSON of an object and the same for all objects of a kind. Without them, users
of 1,209 bytes of JSON compress to 100 bytes each in place of 109. Two things more make it 60. What
most objects share comes first and is left out where it is the usual, so that what differs stands
together. And what a body says again and again stands in it once, as an anchor (the part before the
"@" is in every address of a person, his surname in what he is called): what stands around it is
then alike in all of them.

Written is the JSON list of the values, null for a property that the body does not have; what the
names do not cover follows as one object. Where the first values are the usual ones, a mark stands
for them before the list of the others. Between texts stands one byte that JSON cannot hold in place
of three. The anchors come behind, and where they occur stands a byte for each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Self

import orjson

ID = "id"
_BETWEEN, _SHORT = b'","', b"\x1e"
_USUAL = b"\x1f"
_FIRST_MARK, _MOST_ANCHORS = 1, 3
# A property that fewer have is not worth a null in all the others.
_OFTEN = 0.02
# Learned from so many bodies, each of which says an anchor about once more than once.
_LOOKED_AT, _AGAIN = 200, 0.8
_SHORTEST = 3
# The share of the bodies that have to begin with the usual values.
_MOSTLY = 0.6


class Anchor(NamedTuple):
    """A property whose value, or the part of it before `before`, a body says more than once."""

    name: str
    before: str = ""

    def in_body(self, body: Mapping[str, Any]) -> bytes:
        """The text in a body; b"" where there is none that could stand for itself."""
        value = body.get(self.name)
        if not isinstance(value, str):
            return b""
        text = value.partition(self.before)[0] if self.before else value
        return text.encode() if len(text) >= _SHORTEST and text.isprintable() else b""


class Shape:
    """Writes and reads bodies as the values of these properties. The property `id` is left out."""

    def __init__(
        self, names: Sequence[str], usual: Sequence[Any] = (), anchors: Sequence[Anchor] = ()
    ) -> None:
        """usual: values of the first of the names."""
        self.names, self.usual, self.anchors = tuple(names), [*usual], tuple(anchors)
        self._usual_text = orjson.dumps(self.usual, option=orjson.OPT_SORT_KEYS)
        self._marked = [
            (bytes((mark,)), anchor) for mark, anchor in enumerate(self.anchors, _FIRST_MARK)
        ]

    @classmethod
    def of(cls, bodies: Sequence[Mapping[str, Any]]) -> Self:
        """The shape that suits bodies like these."""
        number = Counter(name for body in bodies for name in body if name != ID)
        often = (name for name, of in number.items() if of > _OFTEN * len(bodies))
        looked_at = bodies[:_LOOKED_AT]
        names = sorted(often, key=lambda name: (_different(looked_at, name), name))
        return cls(names, _usual_in(looked_at, names), _anchors_in(looked_at, names))

    @classmethod
    def from_json(cls, said: Any) -> Self:
        """As it stands in a dictionary. A list of names is all that older ones have."""
        if isinstance(said, list):
            return cls(said)
        return cls(said["names"], said["usual"], [Anchor(*one) for one in said["anchors"]])

    def to_json(self) -> dict[str, Any]:
        anchors = [[*one] for one in self.anchors]
        return {"names": self.names, "usual": self.usual, "anchors": anchors}

    def written(self, body: Mapping[str, Any]) -> bytes:
        """The body without its id."""
        values = [*map(body.get, self.names)]
        if len(values) - values.count(None) != len(body) - (ID in body):
            values.append(self._rest(body))
        text = self._list_of(values).replace(_BETWEEN, _SHORT)
        for mark, anchor in self._marked:
            said = anchor.in_body(body)
            text = (text.replace(said, mark) if said else text) + _SHORT + said
        return text

    def read(self, written: bytes) -> dict[str, Any]:
        """The body that was written, without its id. Raises ValueError for anything else."""
        text = written
        for mark, _ in reversed(self._marked):
            text, _, said = text.rpartition(_SHORT)
            text = text.replace(mark, said)
        shortened = text.startswith(_USUAL)
        values = orjson.loads(text[shortened:].replace(_SHORT, _BETWEEN))
        if shortened:
            # Anew for each body, because whoever gets it may change what is in it.
            values = orjson.loads(self._usual_text) + values
        more = len(values) - len(self.names)
        if more not in (0, 1):
            raise ValueError("not a body of this shape")
        rest = values.pop() if more else None
        body = {
            name: value for name, value in zip(self.names, values, strict=True) if value is not None
        }
        return {**body, **rest} if rest else body

    def _list_of(self, values: list[Any]) -> bytes:
        """As JSON. Compared as they are written: to Python, true and 1 are the same."""
        first = len(self.usual)
        head = orjson.dumps(values[:first], option=orjson.OPT_SORT_KEYS)
        if first and head == self._usual_text:
            return _USUAL + orjson.dumps(values[first:], option=orjson.OPT_SORT_KEYS)
        return orjson.dumps(values, option=orjson.OPT_SORT_KEYS)

    def _rest(self, body: Mapping[str, Any]) -> dict[str, Any]:
        known = {ID, *self.names}
        return {
            name: value
            for name, value in body.items()
            if name not in known or (value is None and name != ID)
        }


def _different(bodies: Sequence[Mapping[str, Any]], name: str) -> int:
    """How many different values a property has."""
    return len({_text_of(body, [name]) for body in bodies})


def _usual_in(bodies: Sequence[Mapping[str, Any]], names: Sequence[str]) -> list[Any]:
    """What most of the bodies have of the first names, of as many of them as it goes for."""
    usual: list[Any] = []
    for first in range(1, len(names) + 1):
        begins = Counter(_text_of(body, names[:first]) for body in bodies)
        ((text, number),) = begins.most_common(1)
        if number < _MOSTLY * len(bodies):
            break
        usual = orjson.loads(text)
    return usual


def _text_of(body: Mapping[str, Any], names: Sequence[str]) -> bytes:
    return orjson.dumps([*map(body.get, names)], option=orjson.OPT_SORT_KEYS)


def _anchors_in(bodies: Sequence[Mapping[str, Any]], names: Sequence[str]) -> list[Anchor]:
    """What bodies like these say more than once, that of which most is saved first."""
    texts = [orjson.dumps(body) for body in bodies]
    found: list[Anchor] = []
    candidates = list(_candidates(bodies, names))
    while candidates and len(found) < _MOST_ANCHORS:
        said = {one: [one.in_body(body) for body in bodies] for one in candidates}
        again = {one: _said_again(texts, said[one]) for one in candidates}
        best = max(candidates, key=lambda one: (again[one], not one.before, one))
        if again[best] < _AGAIN * len(bodies):
            break
        found.append(best)
        candidates.remove(best)
        texts = [
            text.replace(one, b"\x01") if one else text
            for text, one in zip(texts, said[best], strict=True)
        ]
    return found


def _candidates(bodies: Sequence[Mapping[str, Any]], names: Sequence[str]) -> Iterator[Anchor]:
    """Texts that differ from object to object: what all share is the dictionary's matter."""
    for name in names:
        for anchor in (Anchor(name), Anchor(name, "@")):
            said = {anchor.in_body(body) for body in bodies} - {b""}
            if len(said) > len(bodies) // 2 and (
                not anchor.before or any("@" in str(body.get(name)) for body in bodies)
            ):
                yield anchor


def _said_again(texts: Sequence[bytes], said: Sequence[bytes]) -> int:
    """How often texts are said beyond the first time."""
    return sum(max(0, text.count(one) - 1) for text, one in zip(texts, said, strict=True) if one)
