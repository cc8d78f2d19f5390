"""Reading a tenant, as the catalogue says."""

from collections.abc import Iterator

from apps.entra.catalogue.model import Kind
from apps.entra.client import GraphClient
from apps.entra.reading import children, deltas, listing
from apps.entra.reading.apart import Values, may_tell_of, read_apart
from apps.entra.reading.asking import left_out, object_path
from apps.entra.reading.audits import read_audit
from apps.entra.reading.bins import read_bin
from apps.entra.reading.dependents import Dependent, listed_with, read_dependents
from apps.entra.reading.observed import (
    AuditEvent,
    ObservedLink,
    ObservedObject,
    ReadBatch,
    RemovedObject,
)
from apps.entra.reading.relations import read_links
from apps.entra.reading.single import read_objects
from apps.entra.reading.sizes import count_users

__all__ = [
    "AuditEvent",
    "Dependent",
    "ObservedLink",
    "ObservedObject",
    "ReadBatch",
    "RemovedObject",
    "Values",
    "count_users",
    "left_out",
    "listed_with",
    "may_tell_of",
    "object_path",
    "read",
    "read_apart",
    "read_audit",
    "read_bin",
    "read_dependents",
    "read_links",
    "read_objects",
]


def read(
    client: GraphClient, kind: Kind, *, cursor: str | None = None, first_read: bool
) -> Iterator[ReadBatch]:
    """The collection of a kind with its links, in batches; memory holds one page at a time.

    cursor: from the last batch of an earlier read: only what moved since is given (kinds without
    delta are read whole each time). first_read: nothing is held yet, so the whole state is taken
    from delta, which brings links along; otherwise a full read lists everything independently.

    Raises NotLicensed or Denied where the collection is out of reach, ResyncRequired when the
    cursor is too old, PageTokenExpired when the list has to be begun again.
    """
    if kind.parent:
        return children.read(client, kind)
    if kind.delta_path and (cursor or first_read):
        return deltas.read(client, kind, cursor)
    return listing.read(client, kind)
