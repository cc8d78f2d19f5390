"""Answers `name eq 'value'` from an index, alone or as one part of an `and`."""

from collections.abc import Sequence

from apps.sandbox.state.records import Record
from apps.sandbox.state.view import View

from .tree import Compare, Logic, Node

_INDEXED = {
    "appId",
    "clientId",
    "deviceId",
    "displayName",
    "id",
    "mail",
    "mailNickname",
    "onPremisesImmutableId",
    "principalId",
    "resourceId",
    "roleDefinitionId",
    "uniqueName",
    "userPrincipalName",
}


def candidates(view: View, type_name: str, node: Node) -> Sequence[Record] | None:
    """Records among which all matches are, in paging order; None if no index helps."""
    parts = node.parts if isinstance(node, Logic) and node.operator == "and" else (node,)
    for part in parts:
        if not isinstance(part, Compare) or part.operator != "eq" or part.path.counted:
            continue
        names = part.path.names
        if len(names) == 1 and names[0] in _INDEXED and isinstance(part.value, str):
            found = view.find_all(type_name, names[0], part.value)
            return sorted(found, key=lambda record: record.position)
    return None
