"""What waits in the bins to be undeleted."""

from collections.abc import Iterator

from apps.entra.catalogue import normalise
from apps.entra.catalogue.model import Kind, SoftDelete
from apps.entra.client import GraphClient
from apps.entra.reading import asking
from apps.entra.reading.observed import ObservedObject, ReadBatch


def read_bin(client: GraphClient, kind: Kind) -> Iterator[ReadBatch]:
    """The kind's soft-deleted objects, each with its `deletedDateTime`.

    Nothing for a kind that has no bin. Graph documents no application permission for the bin of
    Conditional Access: where it refuses, an EntraError is raised.
    """
    if kind.soft_delete is SoftDelete.NONE:
        return
    params = asking.list_params(client, kind, "deletedDateTime")
    for page in client.pages(kind.bin_path, params, version=kind.version, headers=kind.headers):
        yield ReadBatch(
            kind.name,
            tuple(
                ObservedObject(str(raw["id"]), normalise(kind, raw, version=kind.version))
                for raw in page.get("value") or ()
            ),
        )
    yield ReadBatch(kind.name, whole=True)
