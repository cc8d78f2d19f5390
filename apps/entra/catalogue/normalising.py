"""From what Graph answers to what is kept: one spelling for one state."""

import operator
from collections.abc import Mapping, Sequence
from functools import lru_cache, partial
from typing import Any

import orjson

from apps.entra.catalogue.model import Kind, Version

PARENT = "@parent"
TYPE = "@odata.type"
DELETED = "deletedDateTime"
# In a body that did not come from Graph itself: the properties and links of which it says nothing.
UNKNOWN = "@unknown"
_ALWAYS_KEPT = frozenset({"id", PARENT, DELETED})
_PLAIN = frozenset({str, bool, int, type(None)})
_LARGEST_EXACT = 2**53
# Arrays whose JSON is longer are not remembered.
_LONGEST_SEEN = 2_000
_written = partial(orjson.dumps, option=orjson.OPT_SORT_KEYS)
# Entra answers it with null; should that ever change, it is not ours to keep.
_SECRET = "secretText"  # noqa: S105 - the name of a property


def normalise(kind: Kind, raw: Mapping[str, Any], *, version: Version) -> dict[str, Any]:
    """The body that is kept for an object that Graph answered with.

    Only the catalogue's properties stay, without annotations; `@odata.type` stays where the
    kind's collection mixes types, `@parent` (set by reading) for children. Absent, null and empty
    array are one state and are left out; arrays without order are sorted. version is the API
    version of the answer; its body has to be the kind's own. Normalising twice changes nothing.
    """
    if version != kind.version:
        raise ValueError(f"{kind.name} is kept as {kind.version} gives it, not as {version}")
    # Every object of every capture comes through here: what most values are is looked at first.
    body = {name: value for name, value in raw.items() if value is not None}
    plain = kind.plain
    others = [
        name for name, value in body.items() if name not in plain or value.__class__ not in _PLAIN
    ]
    for name in others:
        value = body[name]
        kept = _kept(kind, name, value) if value != [] else None
        if kept is None or kept == []:
            del body[name]
        elif kept is not value:
            body[name] = kept
    return body


def partial_body(kind: Kind, raw: Mapping[str, Any]) -> dict[str, Any]:
    """The part of an object that a delta answer told of: like normalise, but nulls are kept.

    Lay it over the body held before (null clears), then normalise.
    """
    return {
        name: value if value is None else _kept(kind, name, value)
        for name, value in raw.items()
        if name in kind.by_name
        or name in _ALWAYS_KEPT
        or (name == TYPE and _keeps_type(kind, value))
    }


def _kept(kind: Kind, name: str, value: Any) -> Any:
    """The tidy value of a property, None for what is not kept or says nothing."""
    known = kind.by_name.get(name)
    if known is not None:
        if known.merged and _says_nothing(value):
            return None
        if known.unordered:
            return value if _is_often_seen(value) else _in_order(_tidy(value))
        tidy = _tidy(value)
        return None if known.merged and _says_nothing(tidy) else tidy
    if name in _ALWAYS_KEPT or (name == TYPE and _keeps_type(kind, value)):
        return value
    return None


def comparable(kind: Kind, body: Mapping[str, Any]) -> dict[str, Any]:
    """The body without what changes by itself: two of them differ only where somebody acted.

    `deletedDateTime` is left out too: that an object is in the bin is a state, not a value.
    """
    kept = dict(body)
    kept.pop(DELETED, None)
    for name in kind.volatile:
        kept.pop(name, None)
    for path in kind.parts_left_out:
        name = path[0].removesuffix("[]")
        if name in kept:
            kept = without(kept, path)
            if isinstance(kept.get(name), list):
                kept[name] = _sorted(kept[name])
    return kept


def never_asked(kind: Kind, before: Mapping[str, Any], after: Mapping[str, Any]) -> set[str]:
    """The properties that are read apart and that one of two bodies does not hold, and those of
    which one of them says that it does not know them.

    Nobody knows whether they differ, so they are no difference.
    """
    found = {name for name in kind.read_apart if name not in before or name not in after}
    found.add(UNKNOWN)
    for body in (before, after):
        found.update(body.get(UNKNOWN, ()))
    return found


def in_order(kind: Kind, body: Mapping[str, Any]) -> dict[str, Any]:
    """A normalised body, or a part of one, in which values were replaced, in its order again."""
    known = kind.by_name
    return {
        name: _in_order(value) if name in known and known[name].unordered else value
        for name, value in body.items()
    }


def unknown(body: Mapping[str, Any]) -> frozenset[str]:
    """The properties, and the links by their property, of which the body says nothing at all."""
    return frozenset(body.get(UNKNOWN, ()))


def digest(kind: Kind, body: Mapping[str, Any]) -> bytes:
    """32 bytes that are equal for two normalised bodies that nobody changed in between.

    As digests.of_value() gives them: a normalised body has no number with two spellings, so what
    canonical JSON looks for is not looked for again.
    """
    state = kind.digest_start.copy()
    state.update(digested(kind, body))
    return state.digest()


def digested(kind: Kind, body: Mapping[str, Any]) -> bytes:
    """What a digest of a normalised body is made of: the canonical JSON of what is comparable."""
    keys = body.keys()
    if kind.parts_left_out or DELETED in keys or not keys.isdisjoint(kind.volatile):
        return _written(comparable(kind, body))
    return _written(body)


def label(kind: Kind, body: Mapping[str, Any]) -> str:
    """What a person would call the object; its id when it has no name."""
    return name_of(kind, body) or str(body.get("id", ""))


def name_of(kind: Kind, body: Mapping[str, Any]) -> str:
    """The name that the object has; empty when it has none."""
    for path in kind.label_properties:
        name, _, part = path.partition(".")
        value = body.get(name)
        if part:
            value = value.get(part) if isinstance(value, Mapping) else None
        if value:
            return str(value)
    return ""


def _keeps_type(kind: Kind, odata_type: object) -> bool:
    return kind.polymorphic or (isinstance(odata_type, str) and odata_type in kind.own_types)


def _tidy(value: Any) -> Any:
    """Without annotations, each number in its one spelling."""
    if _is_tidy(value):
        return value
    of = value.__class__
    if of is dict:
        return {
            key: item if item.__class__ in _PLAIN else _tidy(item)
            for key, item in value.items()
            if not _is_left_out(key)
        }
    if of is list:
        return [item if item.__class__ in _PLAIN else _tidy(item) for item in value]
    # The one spelling that canonical JSON has for it.
    return int(value) if value.is_integer() and abs(value) <= _LARGEST_EXACT else value


def _is_tidy(value: Any) -> bool:
    """Whether it has no annotation, no secret and no float, as most values."""
    of = value.__class__
    if of is dict:
        for key in value:
            if "@" in key or key == _SECRET:
                return False
        value = value.values()
    elif of is not list:
        return of is not float
    for item in value:  # noqa: SIM110 - a generator would take twice as long
        if item.__class__ not in _PLAIN and not _is_tidy(item):
            return False
    return True


def _is_often_seen(value: Any) -> bool:
    """Whether it is an array that was met before and is kept as it is: many have the same licences,
    and putting them in order is most of what normalising a person takes."""
    if value.__class__ is not list or len(value) < 2 or value[0].__class__ is not dict:
        return False
    text = orjson.dumps(value)
    return len(text) <= _LONGEST_SEEN and _is_as_kept(text)


@lru_cache(maxsize=1024)
def _is_as_kept(text: bytes) -> bool:
    """Whether an array without order is tidy and in the one order that it is kept in."""
    value = orjson.loads(text)
    return _is_tidy(value) and all(map(operator.is_, _sorted(value), value))


def _is_left_out(key: str) -> bool:
    return ("@odata." in key or key == _SECRET) and key != TYPE


def _in_order(value: Any) -> Any:
    """A value whose order says nothing, in one order."""
    if isinstance(value, list):
        return _sorted(value)
    # A space-separated list, as the scopes of a grant are.
    return " ".join(sorted(value.split())) if isinstance(value, str) else value


def _says_nothing(value: Any) -> bool:
    """Whether a complex value has no part: Graph gives such a one where nothing was ever set."""
    return isinstance(value, dict) and [*value.values()].count(None) == len(value)


def without(value: Any, path: Sequence[str]) -> Any:
    """The value without the part at this path; "name[]" and "[]" go through an array's items."""
    head, rest = path[0], path[1:]
    name = head.removesuffix("[]")
    if name == "":
        return [without(item, rest) for item in value] if isinstance(value, list) else value
    if not isinstance(value, Mapping) or name not in value:
        return value
    if not rest:
        return {key: item for key, item in value.items() if key != name}
    inner = value[name]
    if head.endswith("[]") and isinstance(inner, list):
        return {**value, name: [without(item, rest) for item in inner]}
    return {**value, name: without(inner, rest)}


def _sorted(items: list[Any]) -> list[Any]:
    """In one order, whatever the one was: values are tidy, so that the same ones are written so."""
    return sorted(items, key=_written) if len(items) > 1 else items
