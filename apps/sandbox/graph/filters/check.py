"""What the directory refuses in a $filter, in its own words.

https://learn.microsoft.com/graph/aad-advanced-queries
https://learn.microsoft.com/graph/filter-query-parameter
"""

from apps.sandbox.graph.context import GraphError
from apps.sandbox.graph.errors import bad_request, unsupported_query
from apps.sandbox.schema import COMPLEX, EntityType

from .tree import Compare, In, Lambda, Node, Not, Path, Text, walk

#: Longest string literal of eq without advanced query; most values of `in`.
LONGEST_LITERAL = 120
LONGEST_LIST = 15
_OPERATOR_NAMES = {"ne": "NotEqualsMatch", "gt": "GreaterThan", "lt": "LessThan"}


def check_filter(node: Node, entity: EntityType, version: str, *, advanced: bool) -> None:
    """GraphError 400 for an unknown or unfilterable property, an operator that needs the advanced
    query capabilities, or too long a literal."""
    for part in walk(node):
        if isinstance(part, Compare | In | Text | Lambda):
            _check_path(part.path, entity, version)
        if entity.advanced_query:
            _check_limits(part, advanced)
            if not advanced:
                _check_plain(part, entity)


def _check_path(path: Path, entity: EntityType, version: str) -> None:
    if path.variable or not path.names:
        return
    name = path.names[0]
    if name.startswith("microsoft.graph."):
        return
    declared = entity.property(name, version)
    if declared is None:
        if entity.relation(name, version) is not None:
            return
        raise bad_request(
            f"Invalid filter clause: Could not find a property named '{name}' on type "
            f"'microsoft.graph.{entity.metadata_name}'."
        )
    if not declared.filterable:
        raise _unsupported_clause(name, entity)
    kind, _, nested = declared.type.partition(":")
    if len(path.names) > 1 and kind == "complex" and not _has(nested, path.names[1], version):
        raise bad_request(
            f"Invalid filter clause: Could not find a property named '{path.names[1]}' on type "
            f"'microsoft.graph.{nested}'."
        )


def _has(nested: str, name: str, version: str) -> bool:
    table = COMPLEX[nested]
    return not table.properties or table.property(name, version) is not None


def _check_limits(part: Node, advanced: bool) -> None:
    if isinstance(part, In) and len(part.values) > LONGEST_LIST:
        raise unsupported_query(
            f"Too many child clauses specified in search filter expression containing 'OR' "
            f"operators: {len(part.values)}. Max allowed: {LONGEST_LIST}."
        )
    if isinstance(part, Text) and part.function == "contains":
        raise _unsupported_operator("Contains")
    long = isinstance(part, Compare) and isinstance(part.value, str)
    if long and len(part.value) > LONGEST_LITERAL and not advanced:  # type: ignore[union-attr]
        raise unsupported_query(
            f"The value of the property exceeds the maximum length of {LONGEST_LITERAL} "
            "characters for a filter."
        )


def _check_plain(part: Node, entity: EntityType) -> None:
    if isinstance(part, Not):
        raise _unsupported_operator("Not")
    if isinstance(part, Text) and part.function != "startswith":
        raise _unsupported_operator("EndsWith")
    if isinstance(part, Lambda) and part.function == "all":
        raise _unsupported_operator("All")
    if isinstance(part, Compare):
        if part.path.counted:
            raise _unsupported_clause(part.path.names[-1], entity)
        if part.operator in _OPERATOR_NAMES:
            raise _unsupported_operator(_OPERATOR_NAMES[part.operator])
        if part.value is None and part.operator == "eq" and len(part.path.names) > 1:
            raise _unsupported_clause(part.path.names[0], entity)


def _unsupported_operator(name: str) -> GraphError:
    return unsupported_query(f"Filter operator '{name}' is not supported.")


def _unsupported_clause(name: str, entity: EntityType) -> GraphError:
    resource = entity.metadata_name[0].upper() + entity.metadata_name[1:]
    return unsupported_query(
        f"Unsupported or invalid query filter clause specified for property '{name}' of resource "
        f"'{resource}'."
    )
