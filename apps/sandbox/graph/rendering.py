"""Shows records of a declared type: checks $select, annotates subtypes, expands."""

from collections.abc import Callable, Mapping
from typing import Any

from apps.sandbox.schema import TYPES, EntityType
from apps.sandbox.state.records import Record

from .context import Call
from .errors import bad_request
from .expand import Expansion
from .projection import Json, Projection, projection
from .references import completions

_DIRECTORY_OBJECTS = tuple(t for t in TYPES.values() if t.is_directory_object)


class Renderer:
    """Callable record -> JSON for one call. ``annotate`` adds @odata.type to every object; an
    object of a subtype of the declared type has it anyway."""

    def __init__(
        self,
        call: Call,
        declared: EntityType,
        select: tuple[str, ...] | None,
        *,
        single: bool = False,
        annotate: bool = False,
        expansion: Expansion | None = None,
    ) -> None:
        check_select(declared, select, call.version)
        self._call = call
        self._declared = declared
        self._select = _with_key(select, expansion)
        self._single = single
        self._annotate = annotate or declared.abstract
        self._expansion = expansion
        self._projections: dict[str, tuple[Projection, str | None, _Completion | None]] = {}

    def __call__(self, record: Record) -> Json:
        known = self._projections.get(record.type)
        if known is None:
            known = self._projections[record.type] = self._prepare(record.type)
        project, annotation, complete = known
        shown = project(record)
        if annotation is not None:
            shown = {"@odata.type": annotation, **shown}
        if complete is not None:
            complete(self._call, record, shown)
        if self._expansion is not None:
            shown |= self._expansion.of(self._call, record)
        return shown

    def _prepare(self, type_name: str) -> "tuple[Projection, str | None, _Completion | None]":
        entity = TYPES[type_name]
        wanted = self._annotate or type_name != self._declared.name
        return (
            projection(type_name, self._call.version, self._select, single=self._single),
            entity.odata_type if wanted else None,
            completions(entity.family, self._select),
        )


_Completion = Callable[[Call, Record, Json], None]


def _with_key(
    select: tuple[str, ...] | None, expansion: Expansion | None
) -> tuple[str, ...] | None:
    """A selection without the navigation property that is expanded anyway."""
    if select is None or expansion is None:
        return select
    return tuple(name for name in select if name != expansion.name)


def check_select(declared: EntityType, select: tuple[str, ...] | None, version: str) -> None:
    """GraphError 400 for a property that the type (for directoryObject and other abstract types:
    none of its subtypes) has in this version."""
    for name in select or ():
        if name.startswith("@") or _knows(declared, name.split("/")[0], version):
            continue
        raise bad_request(
            f"Parsing OData Select and Expand failed: Could not find a property named '{name}' on "
            f"type 'microsoft.graph.{declared.metadata_name}'."
        )


def _knows(declared: EntityType, name: str, version: str) -> bool:
    if declared.property(name, version) or declared.relation(name, version):
        return True
    if declared.name != "directoryObject":
        return False
    return any(entity.property(name, version) for entity in _DIRECTORY_OBJECTS)


def render(
    call: Call,
    record: Record,
    *,
    select: tuple[str, ...] | None = None,
    annotate: bool = False,
    single: bool = True,
    extra: Mapping[str, Any] | None = None,
) -> Json:
    """One object as its own type, with further annotations in front."""
    renderer = Renderer(call, TYPES[record.type], select, single=single, annotate=annotate)
    return {**(extra or {}), **renderer(record)}
