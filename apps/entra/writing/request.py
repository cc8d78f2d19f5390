"""A request that is ready to be sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.entra.catalogue.model import Lane, Version


@dataclass(frozen=True, slots=True)
class WriteRequest:
    """What a step sends. path is relative to the version ("/users/{id}" filled in).

    properties: the top-level properties it settles. repeatable: sending it twice leaves the same
    state, so that a broken connection may be answered by asking again. stage: requests of one
    object with a higher stage wait until the lower ones are seen to have worked.
    generates: dotted paths in the body where something secret is made up when it is sent.
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
