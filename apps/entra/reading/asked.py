"""What a request names that only Graph can tell, asked for just before it is sent."""

from collections.abc import Sequence
from typing import Any

from apps.entra.catalogue.model import Version
from apps.entra.client import BatchItem, GraphClient


def read_asked(
    client: GraphClient, paths: Sequence[str], *, version: Version
) -> dict[str, dict[str, Any]]:
    """The object at each path, or the first of the list there; those that are there.

    Raises an EntraError when Graph refuses to say.
    """
    items = [BatchItem(str(number), "GET", path) for number, path in enumerate(paths)]
    found: dict[str, dict[str, Any]] = {}
    for path, answer in zip(paths, client.batch(items, version=version), strict=True):
        if answer.status == 404:
            continue
        body = answer.unwrap()
        listed = body.get("value")
        if listed is None:
            found[path] = body
        elif listed:
            found[path] = listed[0]
    return found
