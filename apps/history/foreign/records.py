"""What is laid over a tenant's own state: objects and links as they would be."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from apps.history.choices import ObjectState


class ForeignObject(NamedTuple):
    """An object as it would be. object_id: the tenant's own where it has the object, else the one
    it has where it comes from. state: hard-deleted for one that is only named by others.
    """

    kind: str
    object_id: str
    body: Mapping[str, Any]
    state: ObjectState = ObjectState.PRESENT


class ForeignLink(NamedTuple):
    """A link as it would be, there or not."""

    link: str
    source_id: str
    target_id: str
    present: bool = True
