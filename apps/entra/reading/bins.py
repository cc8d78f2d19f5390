"""What waits in the bins to be undeleted."""

from collections.abc import Iterator, Mapping
from typing import Any

from apps.entra.catalogue import partial_body
from apps.entra.catalogue.model import Kind, SoftDelete
from apps.entra.client import GraphClient
from apps.entra.client.graph import with_query
from apps.entra.reading import asking
from apps.entra.reading.observed import ObservedObject, ReadBatch

_PREFIXED = "userPrincipalName"


def read_bin(client: GraphClient, kind: Kind) -> Iterator[ReadBatch]:
    """The kind's soft-deleted objects as an undelete brings them back, with `deletedDateTime`.

    Lay them over the last live bodies: what a bin does not show stays as it was.
    Nothing for a kind that has no bin. Graph documents no application permission for the bin of
    Conditional Access: where it refuses, an EntraError is raised.
    """
    if kind.soft_delete is SoftDelete.NONE:
        return
    for page in client.pages(query(client, kind), version=kind.version, headers=kind.headers):
        yield ReadBatch(
            kind.name,
            tuple(
                ObservedObject(str(raw["id"]), _as_undeleted(kind, raw), partial=True)
                for raw in page.get("value") or ()
            ),
        )
    yield ReadBatch(kind.name, whole=True)


def query(client: GraphClient, kind: Kind) -> str:
    """The path and query of the bin of a kind that has one."""
    # Deleted roles do not say when that was.
    more = () if kind.soft_delete is SoftDelete.ROLES else ("deletedDateTime",)
    return with_query(kind.bin_path, asking.list_params(client, kind, *more))


def _as_undeleted(kind: Kind, raw: Mapping[str, Any]) -> dict[str, Any]:
    """The body without what only the bin does to it, and with what the way back does.

    In the bin a sign-in name starts with the user's id, so that somebody else can have it.
    https://learn.microsoft.com/entra/architecture/recover-from-deletions: a named location comes
    back without its trust, as it had to be before it could be deleted.
    """
    body = partial_body(kind, raw)
    if name := body.get(_PREFIXED):
        body[_PREFIXED] = str(name).removeprefix(str(raw["id"]).replace("-", ""))
    lost = {name: value for name, value in kind.before_delete.items() if body.get(name) is not None}
    return body | lost
