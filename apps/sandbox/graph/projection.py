"""Makes the JSON that Graph shows of an object: which properties, with null or [] where unset.

A projection is compiled once per (type, version, selection) and then costs a dictionary
comprehension per object.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from apps.sandbox.schema import COMPLEX, TYPES, ComplexType, Property
from apps.sandbox.schema.aliases import stored_name
from apps.sandbox.state.clock import graph_time
from apps.sandbox.state.records import Record

Json = dict[str, Any]
Nested = Callable[[Any], Any]

#: Completed nested values by identity; bodies are never altered, so the key cannot go stale
#: while the value is held here.
_NESTED_KEPT = 5_000
_nested_seen: dict[tuple[int, int], tuple[Nested, Any, Any]] = {}


class Projection:
    """Shows records of one type in one version."""

    def __init__(
        self, type_name: str, version: str, names: Sequence[str] | None, *, single: bool
    ) -> None:
        entity = TYPES[type_name]
        shown = [
            declared
            for name in (names if names is not None else entity.properties)
            if (declared := entity.property(name, version)) is not None
            and (names is not None or declared.returned_by_default(version))
            and (single or not declared.single_read)
        ]
        self._blank: Json = {p.name: [] if p.collection else None for p in shown}
        self._nested = [
            (p.name, stored_name(entity.family, p.name), convert)
            for p in shown
            if (convert := _converter(p, version, single)) is not None
        ]
        self._renamed = [
            (p.name, stored)
            for p in shown
            if (stored := stored_name(entity.family, p.name)) != p.name
        ]
        self._hidden = [p.name for p in shown if p.write_only]
        self._deleted = "deletedDateTime" in self._blank

    def __call__(self, record: Record) -> Json:
        """The object as JSON, without annotations."""
        body = record.body
        get = body.get
        shown = {name: get(name, unset) for name, unset in self._blank.items()}
        for name, stored in self._renamed:
            shown[name] = get(stored, shown[name])
        for name, stored, convert in self._nested:
            value = get(stored)
            if value is not None:
                shown[name] = convert(value)
        for name in self._hidden:
            shown[name] = None
        if self._deleted and record.deleted_at is not None:
            shown["deletedDateTime"] = graph_time(record.deleted_at)
        return shown


@lru_cache(maxsize=4096)
def projection(
    type_name: str, version: str, names: tuple[str, ...] | None, *, single: bool = False
) -> Projection:
    """The compiled projection; ``names`` None means the default properties."""
    return Projection(type_name, version, names, single=single)


def _converter(declared: Property, version: str, single: bool) -> Nested | None:
    if not declared.type.startswith("complex:"):
        return None
    convert = _complex(declared.type.removeprefix("complex:"), version, single)
    if not declared.collection:
        return convert
    return _remembered(lambda items: [convert(item) for item in items])


@lru_cache(maxsize=1024)
def _complex(name: str, version: str, single: bool) -> Nested:
    """Completes one nested value: every declared property, those of its subtype included."""

    def convert(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        table = COMPLEX[_subtype(name, value)]
        if not table.properties:
            return value
        shown = {key: item for key, item in value.items() if key.startswith("@")}
        for declared in table.properties.values():
            if version in declared.versions:
                shown[declared.name] = _nested_value(table, declared, value, version, single)
        return shown

    return _remembered(convert)


def _nested_value(
    table: ComplexType, declared: Property, value: Json, version: str, single: bool
) -> Any:
    if declared.write_only or (declared.single_read and not single):
        return None
    found = value.get(stored_name(table.name, declared.name))
    if found is None:
        return [] if declared.collection else None
    convert = _converter(declared, version, single)
    return found if convert is None else convert(found)


def _subtype(name: str, value: Json) -> str:
    annotated = value.get("@odata.type")
    if isinstance(annotated, str):
        derived = annotated.rpartition(".")[2]
        if derived in COMPLEX:
            return derived
    return name


def _remembered(convert: Nested) -> Nested:
    def remembered(value: Any) -> Any:
        key = (id(convert), id(value))
        seen = _nested_seen.get(key)
        if seen is not None:
            return seen[2]
        if len(_nested_seen) > _NESTED_KEPT:
            _nested_seen.clear()
        shown = convert(value)
        _nested_seen[key] = (convert, value, shown)
        return shown

    return remembered
