"""$expand: one relationship, one level, 20 objects, $select inside.

https://learn.microsoft.com/graph/query-parameters#expand-parameter
"""

import re
from dataclasses import dataclass
from typing import Any

from apps.sandbox.schema import TYPES, EntityType, Relation
from apps.sandbox.state.records import Record

from .context import Call
from .errors import bad_request, unsupported_query
from .links import related

#: Directory relationships show no more than this and give no link to the rest.
MOST_EXPANDED = 20
_ITEM = re.compile(r"\s*(?P<name>[\w.]+)\s*(?:\((?P<inner>.*)\))?\s*\Z", re.DOTALL)


@dataclass(slots=True)
class Expansion:
    """One expanded relationship."""

    name: str
    relation: Relation
    select: tuple[str, ...] | None

    def of(self, call: Call, record: Record) -> dict[str, Any]:
        """The property that the expansion adds to an object."""
        from .rendering import Renderer

        declared = TYPES.get(self.relation.target, TYPES["directoryObject"])
        annotate = declared.name == "directoryObject"
        renderer = Renderer(call, declared, self.select, annotate=annotate)
        shown = [renderer(found) for found in related(call.view, record, self.name)]
        if self.relation.many:
            return {self.name: shown[:MOST_EXPANDED]}
        return {self.name: shown[0]} if shown else {}


def read_expand(call: Call, text: str, entity: EntityType) -> Expansion:
    """The expansion asked for. GraphError 400 if it is malformed, unknown, or more than one."""
    items = _split(text)
    if len(items) > 1 and entity.is_directory_object:
        raise unsupported_query("The request specifies multiple expand properties.")
    found = _ITEM.match(items[0])
    if found is None:
        raise bad_request("Parsing OData Select and Expand failed: Syntax error.")
    name = found["name"]
    relation = entity.relation(name, call.version)
    if name == "*" or relation is None:
        raise bad_request(
            f"Parsing OData Select and Expand failed: Could not find a property named '{name}' on "
            f"type 'microsoft.graph.{entity.metadata_name}'."
        )
    if not relation.expandable:
        raise unsupported_query(f"Property '{name}' cannot be expanded.")
    return Expansion(name, relation, _inner_select(found["inner"]))


def _inner_select(inner: str | None) -> tuple[str, ...] | None:
    select: tuple[str, ...] | None = None
    for option in (inner or "").split(";"):
        name, _, value = option.partition("=")
        if name.strip() == "$select":
            select = tuple(part.strip() for part in value.split(",") if part.strip())
        elif name.strip() in ("$expand", "$filter", "$orderby", "$search"):
            raise unsupported_query(f"Nested query option '{name.strip()}' is not supported.")
    return select


def _split(text: str) -> list[str]:
    """The items between commas outside brackets."""
    items, depth, start = [], 0, 0
    for index, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            items.append(text[start:index])
            start = index + 1
    return [*items, text[start:]]
