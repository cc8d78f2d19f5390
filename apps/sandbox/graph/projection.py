"""Makes the JSON that Graph shows of an object: which properties, with null or [] where unset.

A projection is compiled once per (type, version, selection); showing an object then costs one
pass over its properties.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from apps.sandbox.schema import COMPLEX, TYPES, ComplexType, Property
from apps.sandbox.schema.aliases import stored_name
from apps.sandbox.state.clock import graph_time
from apps.sandbox.state.records import Record

Json = dict[str, Any]
Convert = Callable[[Any], Any]

#: Completed nested values that each converter keeps.
_NESTED_KEPT = 2_000


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
        self._names, self._unset = tuple(self._blank), tuple(self._blank.values())
        self._nested = [
            (p.name, _remembered(convert))
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
        get = record.body.get
        shown = dict(zip(self._names, map(get, self._names, self._unset), strict=True))
        for name, stored in self._renamed:
            shown[name] = get(stored, self._blank[name])
        for name, convert in self._nested:
            if shown[name] is not None:
                shown[name] = convert(shown[name])
        for name in self._hidden:
            shown[name] = None
        if self._deleted and record.deleted_at is not None:
            shown["deletedDateTime"] = graph_time(record.deleted_at)
        return shown

    def given(self, record: Record) -> Json:
        """The same without the properties that never had a value, as delta shows objects."""
        body, blank = record.body, self._blank
        shown = {name: value for name, value in body.items() if name in blank}
        for name, stored in self._renamed:
            if stored in body:
                shown[name] = body[stored]
        for name, convert in self._nested:
            if name in shown:
                shown[name] = convert(shown[name])
        for name in self._hidden:
            if name in shown:
                shown[name] = None
        for name in record.cleared:
            if name in blank:
                shown.setdefault(name, blank[name])
        return shown


@lru_cache(maxsize=4096)
def projection(
    type_name: str, version: str, names: tuple[str, ...] | None, *, single: bool = False
) -> Projection:
    """The compiled projection; ``names`` None means the default properties."""
    return Projection(type_name, version, names, single=single)


@dataclass(frozen=True, slots=True)
class _Field:
    """One property of a nested value: under which name it is stored, what stands for nothing."""

    name: str
    stored: str
    unset: Any
    convert: Convert | None


def _converter(declared: Property, version: str, single: bool) -> Convert | None:
    if not declared.type.startswith("complex:"):
        return None
    convert = _complex(declared.type.removeprefix("complex:"), version, single)
    if not declared.collection:
        return convert
    return lambda items: [convert(item) for item in items]


@lru_cache(maxsize=1024)
def _complex(name: str, version: str, single: bool) -> Convert:
    """Completes one nested value: every declared property, those of its subtype included."""

    def convert(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        fields = _fields(_subtype(name, value), version, single)
        if fields is None:
            return value
        shown = {key: item for key, item in value.items() if key[0] == "@"}
        get = value.get
        for each in fields:
            found = get(each.stored)
            if found is None:
                shown[each.name] = each.unset
            else:
                shown[each.name] = found if each.convert is None else each.convert(found)
        return shown

    return convert


@lru_cache(maxsize=1024)
def _fields(name: str, version: str, single: bool) -> tuple[_Field, ...] | None:
    """What a nested type shows in this version; None for one that declares nothing."""
    table = COMPLEX[name]
    if not table.properties:
        return None
    return tuple(
        _field(table, declared, version, single)
        for declared in table.properties.values()
        if version in declared.versions
    )


def _field(table: ComplexType, declared: Property, version: str, single: bool) -> _Field:
    stored = stored_name(table.name, declared.name)
    if declared.write_only or (declared.single_read and not single):
        return _Field(declared.name, stored, None, lambda _value: None)
    unset: Any = [] if declared.collection else None
    return _Field(declared.name, stored, unset, _converter(declared, version, single))


def _subtype(name: str, value: Json) -> str:
    annotated = value.get("@odata.type")
    if isinstance(annotated, str):
        derived = annotated.rpartition(".")[2]
        if derived in COMPLEX:
            return derived
    return name


def _remembered(convert: Convert) -> Convert:
    """Many objects share a nested value; it is completed once. Values are never altered, so their
    identity says enough while they are held here."""
    seen: dict[int, tuple[Any, Any]] = {}

    def remembered(value: Any) -> Any:
        known = seen.get(id(value))
        if known is not None:
            return known[1]
        if len(seen) >= _NESTED_KEPT:
            seen.clear()
        shown = convert(value)
        seen[id(value)] = (value, shown)
        return shown

    return remembered
