"""A request of its own for one property that a PATCH of the object does not reach."""

from collections.abc import Callable, Mapping
from typing import Any

from apps.entra.catalogue.model import Kind
from apps.entra.writing.request import Ask, WriteRequest

Body = Mapping[str, Any]
# kind, path of the object, the property's value as it is and as it is wanted, the whole object.
Maker = Callable[[Kind, str, Any, Any, Body], tuple[WriteRequest, ...]]


def own_request(
    kind: Kind,
    method: str,
    path: str,
    body: dict[str, Any] | None,
    name: str,
    *,
    stage: int = 0,
    repeatable: bool = True,
    reason: str = "",
    asks: tuple[Ask, ...] = (),
) -> WriteRequest:
    """One request of a kind's own lane and permission that settles the property `name`."""
    return WriteRequest(
        method,
        path,
        body,
        kind.version,
        kind.lane,
        properties=(name,),
        permission=kind.write_permission,
        repeatable=repeatable,
        stage=stage,
        reason=reason,
        asks=asks,
    )
