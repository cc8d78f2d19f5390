"""Asking together what the reads of a capture begin with.

In a small tenant most of what a capture takes are exchanges, not objects. What is asked here is
asked again by its read where the answer does not serve (ADR 0084, 0142).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from apps.entra.catalogue.model import Kind, Owners, SoftDelete, Version
from apps.entra.client import GraphClient
from apps.entra.client.graph import Params, with_query
from apps.entra.client.paging import NEXT
from apps.entra.client.responses import Question
from apps.entra.reading import asking, bins, children, deltas, listing, owned

Questions = Iterator[Question]
# Links and the like of more objects than these fill a $batch of their own.
_SOURCES = 20


class Start(NamedTuple):
    """A read that is about to begin. cursor: "" where all is read. few: it is known to find little,
    so its answers may wait for it. bin: what is soft-deleted will be asked for after it."""

    kind: Kind
    cursor: str = ""
    few: bool = False
    bin: bool = False


def ask_ahead(client: GraphClient, starts: Iterable[Start]) -> None:
    """Ask together what reads begin with, and then what they go on with.

    A cursor is asked for before the list that it leads on from, a bin after the list that tells
    what has gone. Raises an EntraError when Graph cannot be talked to.
    """
    known = list(starts)
    client.ask_ahead([one for start in known for one in _first(client, start)])
    client.ask_ahead([one for start in known for one in _whole(client, start)])
    following = [one for start in known for one in _following(client, start)]
    client.ask_ahead(following, refusals_too=False)


def _first(client: GraphClient, start: Start) -> Questions:
    """Where a read goes on from, and the lists of kinds that have no delta."""
    kind = start.kind
    if start.cursor:
        yield Question(kind.version, start.cursor)
    elif _is_few_by_delta(start):
        yield Question(kind.version, deltas.latest_query(client, kind))
    if (kind.owners or not kind.parent) and (start.cursor or not kind.delta_path):
        yield from listing.questions(client, kind)


def _whole(client: GraphClient, start: Start) -> Questions:
    """The lists of small kinds that have delta, and those of their links."""
    kind = start.kind
    if _is_few_by_delta(start):
        yield from listing.questions_of_all(client, kind)
    elif start.few and kind.parent and not kind.owners:
        yield Question(kind.version, children.query(kind))


def _is_few_by_delta(start: Start) -> bool:
    return start.few and not start.cursor and bool(start.kind.delta_path)


def _following(client: GraphClient, start: Start) -> Questions:
    """What is asked about the objects of a list that was answered, its second page, and the bin."""
    kind = start.kind
    if start.cursor or (kind.parent and not kind.owners):
        return
    page = client.held(*_list_of(client, kind))
    if page is None:
        return
    if more := page.get(NEXT):
        yield Question(_list_of(client, kind)[0], more, {} if kind.owners else kind.headers)
    elif start.few and start.bin and kind.soft_delete is not SoftDelete.NONE:
        yield Question(kind.version, bins.query(client, kind), kind.headers)
    yield from _beneath(client, kind, page)


def _list_of(client: GraphClient, kind: Kind) -> tuple[Version, str]:
    if kind.owners:
        return kind.owners.version, kind.owners.list_path
    return kind.version, listing.query(client, kind)


def _beneath(client: GraphClient, kind: Kind, page: Mapping[str, Any]) -> Questions:
    if kind.owners:
        return _of_owners(kind, kind.owners, page, asking.list_params(client, kind))
    found = asking.items_of(kind, page)
    if len(found) > _SOURCES:
        return iter(())
    return _links(kind, [str(raw["id"]) for raw in found])


def _of_owners(kind: Kind, owners: Owners, page: Mapping[str, Any], query: Params) -> Questions:
    """What is asked of each owner, and of its object where that is the owner itself."""
    ids = owned.owner_ids(owners, page)
    if len(ids) > _SOURCES:
        return
    for one in ids:
        path = asking.list_path(kind, {owners.property: one})
        yield Question(kind.version, with_query(path, query))
    if owners.property == "id":
        yield from _links(kind, ids)


def _links(kind: Kind, ids: Sequence[str]) -> Questions:
    for link in kind.links:
        if not link.expandable:
            version = link.read_version or link.version
            yield from (Question(version, asking.links_query(link, one)) for one in ids)
