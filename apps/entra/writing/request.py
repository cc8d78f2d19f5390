"""A request that is ready to be sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.entra.catalogue.model import Lane, Version


@dataclass(frozen=True, slots=True)
class Ask:
    """What a request names that only Graph can tell when it is sent.

    name: stands in braces in the request's path or body. path: of an object, or of a list whose
    first object it is. property: of that object, whose value is put there.
    """

    name: str
    path: str
    property: str


@dataclass(frozen=True, slots=True)
class WriteRequest:
    """What a step sends. path is relative to the version ("/users/{id}" filled in).

    properties: the top-level properties it settles. repeatable: sending it twice leaves the same
    state, so that a broken connection may be answered by asking again. stage: requests of one
    object with a higher stage wait until the lower ones are seen to have worked.
    generates: dotted paths in the body where something secret is made up when it is sent. asks:
    what is asked for just before.
    """

    method: str
    path: str
    body: dict[str, Any] | None
    version: Version
    lane: Lane
    headers: Mapping[str, str] = field(default_factory=dict)
    properties: tuple[str, ...] = ()
    permission: tuple[str, ...] = ()
    repeatable: bool = True
    stage: int = 0
    reason: str = ""
    generates: tuple[str, ...] = ()
    asks: tuple[Ask, ...] = ()
