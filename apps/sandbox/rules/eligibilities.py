"""Rules and refusals of Privileged Identity Management.

https://learn.microsoft.com/graph/api/resources/expirationpattern
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from apps.sandbox.graph.context import GraphError
from apps.sandbox.state.clock import graph_time

_DAYS = re.compile(r"P(?:(?P<days>\d+)D)?(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?)?\Z")


def exists() -> GraphError:
    """An eligibility of the same principal for the same role in the same scope is there."""
    return GraphError(400, "RoleAssignmentExists", "The Role assignment already exists.")


def absent() -> GraphError:
    """There is none to change or to end."""
    return GraphError(400, "RoleAssignmentDoesNotExist", "The Role assignment does not exist.")


def no_subject() -> GraphError:
    """A principal that is not there, or not there yet."""
    return GraphError(404, "SubjectNotFound", "The subject is not found.")


def no_role() -> GraphError:
    """A role that is not there, or not there yet."""
    return GraphError(404, "RoleNotFound", "The role is not found.")


def no_resource() -> GraphError:
    """A group that is not there, or not there yet."""
    return GraphError(404, "ResourceNotFound", "The resource is not found.")


def expiration(asked: object, begins: datetime) -> dict[str, Any]:
    """The end that a schedule has. Raises GraphError for one that lies before its beginning."""
    pattern = asked if isinstance(asked, Mapping) else {"type": "noExpiration"}
    kind, end = pattern.get("type"), pattern.get("endDateTime")
    if kind in (None, "notSpecified", "noExpiration"):
        return {"type": "noExpiration", "endDateTime": None, "duration": None}
    if kind == "afterDuration":
        end = graph_time(begins + _length(pattern.get("duration")))
    if not end or datetime.fromisoformat(str(end)) <= begins:
        raise GraphError(
            400,
            "RoleAssignmentRequestPolicyValidationFailed",
            'The following policy rules failed: ["ExpirationRule"]',
        )
    return {"type": "afterDateTime", "endDateTime": end, "duration": None}


def _length(duration: object) -> timedelta:
    found = _DAYS.match(str(duration))
    parts = (
        {name: int(value) for name, value in found.groupdict().items() if value} if found else {}
    )
    if not parts:
        raise GraphError(400, "BadRequest", "The duration of the schedule is invalid.")
    return timedelta(**parts)
