"""Objects that nobody writes: they come of requests that say what is to become of them.

https://learn.microsoft.com/graph/api/rbacapplication-post-roleeligibilityschedulerequests
"""

from collections.abc import Mapping
from typing import Any

from apps.entra.catalogue.model import Kind, Requested
from apps.entra.writing.request import WriteRequest

# Entra keeps it with the request, for whoever looks there who asked for it and why.
_JUSTIFICATION = "Recovered by Holdfast"


def creating_body(asked: Requested, values: Mapping[str, Any]) -> dict[str, Any]:
    """What asks for an object with these values."""
    return {"action": asked.create, "justification": _JUSTIFICATION, **values}


def update_request(
    kind: Kind, asked: Requested, body: Mapping[str, Any], values: Mapping[str, Any]
) -> WriteRequest:
    """What asks for other values of the object with this body."""
    return _request(kind, asked, asked.update, body, values, properties=tuple(values))


def delete_request(kind: Kind, asked: Requested, body: Mapping[str, Any]) -> WriteRequest:
    """What asks for the end of the object with this body."""
    return _request(kind, asked, asked.delete, body, {})


def _request(
    kind: Kind,
    asked: Requested,
    action: str,
    body: Mapping[str, Any],
    values: Mapping[str, Any],
    *,
    properties: tuple[str, ...] = (),
) -> WriteRequest:
    named = {name: body[name] for name in asked.named_by if body.get(name) is not None}
    return WriteRequest(
        "POST",
        asked.path,
        {"action": action, "justification": _JUSTIFICATION, **named, **values},
        kind.version,
        kind.lane,
        properties=properties,
        permission=kind.write_permission,
        repeatable=False,
    )
