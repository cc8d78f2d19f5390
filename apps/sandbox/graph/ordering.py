"""$orderby."""

from typing import Any

from apps.sandbox.schema import EntityType
from apps.sandbox.state.clock import graph_time
from apps.sandbox.state.records import Record

from .errors import bad_request, unsupported_query


def order(records: list[Record], orderby: str, entity: EntityType, version: str) -> list[Record]:
    """The records sorted; GraphError 400 for an unknown or unsortable property."""
    for clause in reversed(orderby.split(",")):
        name, _, direction = clause.strip().partition(" ")
        if direction.strip().lower() not in ("", "asc", "desc"):
            raise bad_request(f"Syntax error at position {len(name)} in '{orderby}'.")
        _check(name, entity, version)
        descending = direction.strip().lower() == "desc"
        records = sorted(records, key=lambda record: _key(record, name), reverse=descending)
    return records


def _check(name: str, entity: EntityType, version: str) -> None:
    declared = entity.property(name, version)
    if declared is None:
        raise bad_request(
            f"Could not find a property named '{name}' on type "
            f"'microsoft.graph.{entity.metadata_name}'."
        )
    if entity.advanced_query and not declared.sortable and name != "deletedDateTime":
        raise unsupported_query(
            f"Unsupported sort property '{name}' for "
            f"'{entity.metadata_name[0].upper()}{entity.metadata_name[1:]}'."
        )


def _key(record: Record, name: str) -> tuple[bool, Any]:
    if name == "deletedDateTime":
        return record.deleted_at is None, graph_time(record.deleted_at) if record.deleted_at else ""
    value = record.body.get(name)
    if value is None:
        return True, ""
    return False, value.casefold() if isinstance(value, str) else value
