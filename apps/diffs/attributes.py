"""Attribute by attribute: two bodies of one object side by side.

Bodies are as `entra.normalise` leaves them, so an absent value, null and an empty list are one and
the same, and the order of an unordered list says nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from apps.diffs.changes import AttributeChange
from apps.entra.catalogue import Kind, comparable, never_asked

Body = Mapping[str, Any]


def compare_bodies(kind: Kind, before: Body, after: Body) -> tuple[AttributeChange, ...]:
    """The attributes whose values differ, in the catalogue's order; volatile ones left out."""
    # Nearly all are equal, which is quick to see; what is left out never makes them differ.
    seen = {name for name, was in before.items() if after.get(name) != was}
    seen.update(name for name in after.keys() - before.keys() if after[name] is not None)
    old, new = (own_values(kind, _part(body, seen)) for body in (before, after))
    differing = {
        name
        for name in (old.keys() | new.keys()) - never_asked(kind, before, after)
        if name != "id" and not _same(old.get(name), new.get(name))
    }
    return tuple(
        AttributeChange(name, before.get(name), after.get(name))
        for name in _in_catalogue_order(kind, differing)
    )


def _part(body: Body, names: Collection[str]) -> Body:
    return {name: body[name] for name in names if name in body}


def own_values(kind: Kind, body: Body) -> dict[str, Any]:
    """The body without what changes by itself, and without copies of other objects.

    Graph puts some objects that a policy refers to into the policy's own body (a whole
    authentication strength); only their ids are the policy's.
    """
    kept = comparable(kind, body)
    for reference in kind.references:
        name, *inner = reference.path.split(".")
        if inner[-1:] == ["id"] and name in kept:
            kept[name] = _ids_only(kept[name], inner[:-1])
    return kept


def _ids_only(value: Any, path: list[str]) -> Any:
    """The value with the object at `path` reduced to its id."""
    if not isinstance(value, Mapping):
        return value
    if not path:
        return {"id": value.get("id")}
    if path[0] not in value:
        return value
    return {**value, path[0]: _ids_only(value[path[0]], path[1:])}


def leaves(change: AttributeChange) -> tuple[AttributeChange, ...]:
    """The differing parts of a structured attribute, under dotted names; itself when it is flat."""
    if not isinstance(change.before, dict | None) or not isinstance(change.after, dict | None):
        return (change,)
    if change.before is None and change.after is None:
        return (change,)
    return tuple(_leaves(change.name, change.before or {}, change.after or {}))


def _leaves(path: str, before: Body, after: Body) -> Iterator[AttributeChange]:
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name), after.get(name)
        if _same(old, new):
            continue
        below = f"{path}.{name}"
        if isinstance(old, dict) and isinstance(new, dict):
            yield from _leaves(below, old, new)
        else:
            yield AttributeChange(below, old, new)


def _same(before: Any, after: Any) -> bool:
    return bool(before == after) or (_is_nothing(before) and _is_nothing(after))


def _is_nothing(value: Any) -> bool:
    return value is None or value == []


def _in_catalogue_order(kind: Kind, names: set[str]) -> list[str]:
    if len(names) < 2:
        return [*names]
    place = {name: number for number, name in enumerate(kind.by_name)}
    return sorted(names, key=lambda name: (place.get(name, len(place)), name))
