"""Audit records of writes that the directory itself refused, with result "failure".

What Graph's front turns away (unknown properties, a missing permission, an unknown id) leaves no
trace; what reaches the directory and breaks one of its rules does, with the rule's exception as
`resultReason`.
https://learn.microsoft.com/graph/api/resources/directoryaudit
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apps.sandbox.graph.context import Call, GraphError
from apps.sandbox.schema import TYPES
from apps.sandbox.state.records import Record
from apps.sandbox.writes import audit, base
from apps.sandbox.writes.activities import LINKS, OBJECTS, Activity

PREFIX = "Microsoft.Online.Workflows."
_DONE = {"POST": "add", "PATCH": "update", "DELETE": "delete"}
_ADDS = frozenset({"POST", "PUT"})


def record(call: Call, error: GraphError) -> None:
    """Write what was tried and why it failed, where the error says that the directory logs it."""
    found = _attempt(call) if error.workflow else None
    if found is not None:
        activity, targets = found
        reason = f"{PREFIX}{error.workflow}"
        audit.record(call, activity, targets, result="failure", reason=reason)


def _attempt(call: Call) -> tuple[Activity, list[dict[str, Any]]] | None:
    pattern = call.route.pattern if call.route else ""
    family = next((name for name in OBJECTS if TYPES[name].path == _collection(pattern)), None)
    if family is None:
        return None
    subject = _subject(call, family)
    relation = f"{family}.{call.segments[2]}" if len(call.segments) > 2 else ""
    if relation in LINKS:
        return LINKS[relation][0 if call.method in _ADDS else 1], [subject]
    done = "restore" if pattern.endswith("/restore") else _DONE.get(call.method, "")
    activity = OBJECTS[family].get(done)
    return None if activity is None else (activity, [subject])


def _collection(pattern: str) -> str:
    """`/users` of `/users/{id}/manager/$ref`."""
    return pattern.partition("/{")[0]


def _subject(call: Call, family: str) -> dict[str, Any]:
    """What the write was about: an object that exists, or the one that would have been made."""
    body = call.body if isinstance(call.body, Mapping) else {}
    object_id = call.variables.get("id")
    known = base.known(call, family, object_id) if object_id else None
    sent = {name: value for name, value in body.items() if "@" not in name}
    before: Mapping[str, Any] = known.body if known else {}
    modified = audit.changes({name: before.get(name) for name in sent}, sent)
    shown = known or Record("", family, {**sent, "id": None}, 0)
    return audit.target(shown, modified)
