"""What history tells its readers: plain values that hold no rows and no bodies."""

from typing import NamedTuple

from apps.entra.reading import AuditEvent as CopiedAuditEvent
from apps.history.choices import ObjectState as State

__all__ = [
    "ChangedLink",
    "ChangedObject",
    "CopiedAuditEvent",
    "LinkState",
    "ObjectKey",
    "ObjectState",
    "VersionRef",
]

ObjectKey = tuple[str, str]
"""Kind and object id."""


class ObjectState(NamedTuple):
    """An object at a position. seq: of the version that says so; state: never hard-deleted."""

    kind: str
    object_id: str
    state: State
    digest: bytes
    seq: int


class LinkState(NamedTuple):
    """A link that is there at a position. seq: of the version that says so."""

    link: str
    source_id: str
    target_id: str
    seq: int


class VersionRef(NamedTuple):
    """One version of an object that the context names."""

    seq: int
    state: State
    digest: bytes


class ChangedObject(NamedTuple):
    """An object that is not the same at two positions. before: None when it was not known yet."""

    kind: str
    object_id: str
    before: VersionRef | None
    after: VersionRef


class ChangedLink(NamedTuple):
    """A link that is there at one of two positions and not at the other."""

    link: str
    source_id: str
    target_id: str
    before: bool
    after: bool
