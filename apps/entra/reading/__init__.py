"""Reading a tenant, as the catalogue says."""

from collections.abc import Iterator

from apps.entra.catalogue.model import Kind
from apps.entra.client import GraphClient
from apps.entra.reading import children, deltas, listing, owned
from apps.entra.reading.ahead import Start, ask_ahead
from apps.entra.reading.apart import Values, may_tell_of, read_apart
from apps.entra.reading.asked import read_asked
from apps.entra.reading.asking import left_out, object_path
from apps.entra.reading.audits import read_audit
from apps.entra.reading.bins import read_bin
from apps.entra.reading.dependents import Dependent, listed_with, read_dependents
from apps.entra.reading.made import find_made
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
    "Start",
    "Values",
    "ask_ahead",
    "count_users",
    "find_made",
    "left_out",
    "listed_with",
    "may_tell_of",
    "object_path",
    "read",
    "read_apart",
    "read_asked",
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
    from delta where that brings many links along; otherwise a full read lists everything
    independently, in pages of five times the size.

    Raises NotLicensed or Denied where the collection is out of reach, ResyncRequired when the
    cursor is too old, PageTokenExpired when the list has to be begun again.
    """
    if kind.owners:
        return owned.read(client, kind, kind.owners)
    if kind.parent:
        return children.read(client, kind)
    if kind.delta_path and (cursor or (first_read and deltas.brings_links(kind))):
        return deltas.read(client, kind, cursor)
    return listing.read(client, kind)
