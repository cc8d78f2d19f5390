"""Finding an object that was just made, when nobody heard the answer that named its id."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from apps.entra.catalogue.model import Kind, Lane
from apps.entra.client import GraphClient
from apps.entra.client.graph import with_query
from apps.entra.reading import asking

_MADE_AT = "createdDateTime"


def find_made(
    client: GraphClient, kind: Kind, asked: Mapping[str, Any], *, path: str, since: datetime
) -> list[dict[str, Any]]:
    """The objects that may have come of a creation, as Graph gives them: one, none, or too many.

    asked: the body that was sent to `path`. since: what was there before is somebody else's; kinds
    that do not say when they were made are told by what nothing else can have alike.
    """
    return [
        item
        for item in _candidates(client, kind, asked, path)
        if _is_alike(kind, asked, item) and _is_young(item, since)
    ]


def _candidates(
    client: GraphClient, kind: Kind, asked: Mapping[str, Any], path: str
) -> Iterator[dict[str, Any]]:
    params: dict[str, str | int] = {}
    if _is_filtered(kind):
        params["$filter"] = " and ".join(
            f"{name} eq '{str(asked[name]).replace(chr(39), chr(39) * 2)}'"
            for name in kind.found_by
            if asked.get(name) is not None
        )
        of_all = {known.name for known in kind.properties}
        names = ("id", *kind.found_by, *(one for one in ("appId", _MADE_AT) if one in of_all))
        params["$select"] = ",".join(dict.fromkeys(names))
    where = asking.list_path(kind, asked) if kind.requested else path
    pages = client.pages(with_query(where, params or None), version=kind.version)
    for page in pages:
        plain = kind.parent or kind.owners
        yield from page.get("value") or () if plain else asking.items_of(kind, page)


def _is_filtered(kind: Kind) -> bool:
    """Directory objects are too many to be looked through; everything else is few."""
    many = kind.lane in {Lane.DIRECTORY, Lane.APPLICATIONS}
    return many and kind.supports_select and bool(kind.bin_path)


def _is_alike(kind: Kind, asked: Mapping[str, Any], item: Mapping[str, Any]) -> bool:
    return all(_same(asked.get(name), item.get(name)) for name in kind.found_by)


def _same(asked: Any, held: Any) -> bool:
    if isinstance(asked, str) and isinstance(held, str):
        return asked.casefold() == held.casefold()
    return asked == held or (asked in (None, "") and held in (None, ""))


def _is_young(item: Mapping[str, Any], since: datetime) -> bool:
    made_at = item.get(_MADE_AT)
    if not isinstance(made_at, str):
        return True
    return datetime.fromisoformat(made_at.replace("Z", "+00:00")) >= since
