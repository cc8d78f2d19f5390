"""From what Graph answers to what is kept: one spelling for one state."""

from collections.abc import Mapping, Sequence
from typing import Any

from apps.core import canonical, digests
from apps.entra.catalogue.model import Kind, Property, Version

PARENT = "@parent"
TYPE = "@odata.type"
DELETED = "deletedDateTime"
# In a body that did not come from Graph itself: the properties and links of which it says nothing.
UNKNOWN = "@unknown"
_ALWAYS_KEPT = frozenset({"id", PARENT, DELETED})
_PLAIN = frozenset({str, bool, int, float})
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
    body = {
        name: value
        for name, value in partial_body(kind, raw).items()
        if value is not None and value != []
    }
    return dict(sorted(body.items()))


def partial_body(kind: Kind, raw: Mapping[str, Any]) -> dict[str, Any]:
    """The part of an object that a delta answer told of: like normalise, but nulls are kept.

    Lay it over the body held before (null clears), then normalise.
    """
    body: dict[str, Any] = {}
    known_properties = kind.by_name
    for name, value in raw.items():
        known = known_properties.get(name)
        if known is not None:
            plain = value is None or (type(value) in _PLAIN and not known.unordered)
            body[name] = value if plain else _kept(known, value)
        elif name in _ALWAYS_KEPT or (name == TYPE and _keeps_type(kind, value)):
            body[name] = value
    return body


def _kept(known: Property, value: Any) -> Any:
    tidy = _tidy(value, unordered=known.unordered)
    return None if known.merged and _says_nothing(tidy) else tidy


def comparable(kind: Kind, body: Mapping[str, Any]) -> dict[str, Any]:
    """The body without what changes by itself: two of them differ only where somebody acted.

    `deletedDateTime` is left out too: that an object is in the bin is a state, not a value.
    """
    left_out = {*kind.volatile, DELETED}
    kept = {name: value for name, value in body.items() if name not in left_out}
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
    apart = {name for name in kind.read_apart if name not in before or name not in after}
    return apart | unknown(before) | unknown(after) | {UNKNOWN}


def unknown(body: Mapping[str, Any]) -> frozenset[str]:
    """The properties, and the links by their property, of which the body says nothing at all."""
    return frozenset(body.get(UNKNOWN, ()))


def digest(kind: Kind, body: Mapping[str, Any]) -> bytes:
    """32 bytes that are equal for two normalised bodies that nobody changed in between."""
    return digests.of_value(f"object-body:{kind.name}", comparable(kind, body))


def label(kind: Kind, body: Mapping[str, Any]) -> str:
    """What a person would call the object; its id when it has no name."""
    for name in kind.label_properties:
        if value := body.get(name):
            return str(value)
    return str(body.get("id", ""))


def _keeps_type(kind: Kind, odata_type: object) -> bool:
    return kind.polymorphic or any(sub.odata_type == odata_type for sub in kind.subtypes)


def _tidy(value: Any, *, unordered: bool) -> Any:
    if isinstance(value, dict):
        return {
            key: item if item is None or type(item) in _PLAIN else _tidy(item, unordered=False)
            for key, item in value.items()
            if ("@odata." not in key or key == TYPE) and key != _SECRET
        }
    if isinstance(value, list):
        items = [item if type(item) in _PLAIN else _tidy(item, unordered=False) for item in value]
        return _sorted(items) if unordered and len(items) > 1 else items
    if isinstance(value, str) and unordered:
        # A space-separated list, as the scopes of a grant are.
        return " ".join(sorted(value.split()))
    return value


def _says_nothing(value: Any) -> bool:
    """Whether a complex value has no part: Graph gives such a one where nothing was ever set."""
    return isinstance(value, dict) and all(item is None for item in value.values())


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
    return sorted(items, key=canonical.dumps)
