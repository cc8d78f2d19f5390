"""Reads the tables of the family files.

A property table has one property a line (or several, separated by commas)::

    displayName  String    req f o s
    identities   objectIdentity[]  f
    onPremisesSipInfo  onPremisesSipInfo  ro beta

The words after the type: ``ro`` read-only, ``create`` only at creation, ``wo`` write-only,
``select`` only on ``$select``, ``single`` only from one object with ``$select``, ``f`` filter,
``o`` order, ``s`` search, ``req`` required at creation, ``delegated`` writable by signed-in
users alone, ``beta`` / ``v1`` in that version only, ``apart`` kept with the object but read and
written by a path of its own alone.

A table of nested types has one block per type, continued on indented lines::

    assignedLicense: disabledPlans Guid[], skuId Guid
    iPv4CidrRange < ipRange: cidrAddress String
    enum riskLevel: low, medium, high
    flags passkeyTypes: deviceBound, synced
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from .model import BETA, BOTH, V1, ComplexType, EntityType, EnumType, Property, Relation

PRIMITIVES = frozenset(
    {
        "Binary",
        "Boolean",
        "Date",
        "DateTimeOffset",
        "Double",
        "Duration",
        "Guid",
        "Int32",
        "Int64",
        "Stream",
        "String",
        "TimeOfDay",
        "Untyped",
    }
)
_VERSIONS = {"beta": frozenset({BETA}), "v1": frozenset({V1}), "apart": frozenset[str]()}
_FLAGS = {
    "ro": "read_only",
    "create": "create_only",
    "wo": "write_only",
    "f": "filterable",
    "o": "sortable",
    "s": "searchable",
    "req": "required",
    "delegated": "delegated_only",
}


@dataclass(frozen=True, slots=True)
class EntityTable:
    """An entity type as its family file writes it. ``default`` lists what v1.0 returns
    without ``$select``; empty means everything that is not marked ``select`` or ``single``."""

    name: str
    base: str
    metadata_name: str = ""
    path: str = ""
    properties: str = ""
    relations: str = ""
    default: frozenset[str] = field(default_factory=frozenset)
    delta: bool = False
    soft_delete: str | None = None
    advanced_query: bool = False
    alternate_keys: tuple[str, ...] = ()
    versions: frozenset[str] = BOTH
    abstract: bool = False
    open: bool = False


def read_nested(texts: Iterable[str]) -> tuple[dict[str, ComplexType], dict[str, EnumType]]:
    """All nested types and enumerations of the given tables, base properties included."""
    blocks = [block for text in texts for block in _blocks(text)]
    enums = {
        name: EnumType(name, tuple(_items(body)), flags=kind == "flags")
        for kind, name, _base, body in blocks
        if kind
    }
    own = {
        name: (base, read_properties(body, enums)) for kind, name, base, body in blocks if not kind
    }

    def inherited(name: str) -> dict[str, Property]:
        base, properties = own[name]
        return (inherited(base) if base else {}) | properties

    return {name: ComplexType(name, own[name][0], inherited(name)) for name in own}, enums


def read_properties(
    text: str, enums: Mapping[str, EnumType], default: frozenset[str] = frozenset()
) -> dict[str, Property]:
    """The properties of one table by name."""
    return {p.name: p for p in (_property(item, enums, default) for item in _items(text))}


def read_entities(
    tables: Iterable[EntityTable], enums: Mapping[str, EnumType]
) -> dict[str, EntityType]:
    """The entity types, each with the properties and relations of its bases."""
    types: dict[str, EntityType] = {}
    for table in tables:
        types[table.name] = _entity(table, types, enums)
    return types


def _entity(
    table: EntityTable, types: Mapping[str, EntityType], enums: Mapping[str, EnumType]
) -> EntityType:
    base = types.get(table.base)
    lineage = (*(base.lineage if base else ()), *((base.name,) if base else ()))
    root = table.base in ("", "entity", "directoryObject")
    family = table.name if root or base is None else base.family
    own = read_properties(table.properties, enums, table.default)
    return EntityType(
        name=table.name,
        metadata_name=table.metadata_name or table.name,
        base=table.base,
        family=family,
        path=table.path or (base.path if base else ""),
        properties=({} if base is None else dict(base.properties)) | own,
        relations=({} if base is None else dict(base.relations))
        | {r.name: r for r in (_relation(item, family) for item in _items(table.relations))},
        delta=table.delta or bool(base and base.delta),
        soft_delete=table.soft_delete or (base.soft_delete if base else None),
        advanced_query=table.advanced_query or bool(base and base.advanced_query),
        alternate_keys=table.alternate_keys or (base.alternate_keys if base else ()),
        versions=table.versions,
        abstract=table.abstract,
        open=table.open or bool(base and base.open),
        lineage=lineage,
    )


def _items(text: str) -> list[str]:
    return [item.strip() for item in re.split(r"[,\n]", text) if item.strip()]


def _blocks(text: str) -> list[tuple[str, str, str, str]]:
    """(kind "enum" | "flags" | "", name, base, body) of every block."""
    found = []
    for block in re.split(r"\n(?=\S)", text.strip()):
        head, _, body = block.partition(":")
        words = head.split()
        kind = words.pop(0) if words[0] in ("enum", "flags") else ""
        base = words[2] if len(words) == 3 else ""
        found.append((kind, words[0], base, body))
    return found


def _property(item: str, enums: Mapping[str, EnumType], default: frozenset[str]) -> Property:
    name, type_name, *words = item.split()
    bare = type_name.removesuffix("[]")
    kind = "" if bare in PRIMITIVES else "enum:" if bare in enums else "complex:"
    hidden = bool({"select", "single", "wo"} & set(words))
    versions = BOTH
    for word in words:
        versions = _VERSIONS.get(word, versions)
    return Property(
        name=name,
        type=kind + bare,
        collection=type_name.endswith("[]"),
        versions=versions,
        default=(name in default) if default else not hidden,
        default_beta=not hidden,
        single_read="single" in words,
        **{_FLAGS[word]: True for word in words if word in _FLAGS},
    )


def _relation(item: str, family: str) -> Relation:
    """``name target[] [key=...] [computed] [contained] [beta]``."""
    name, target, *words = item.split()
    key = f"{family}.{name}"
    for word in words:
        if word.startswith("key="):
            key = word.removeprefix("key=")
    return Relation(
        name=name,
        target=target.removesuffix("[]"),
        many=target.endswith("[]"),
        key="" if "computed" in words else key,
        contained="contained" in words,
        expandable="noexpand" not in words,
        versions=next((_VERSIONS[w] for w in words if w in _VERSIONS), BOTH),
    )
