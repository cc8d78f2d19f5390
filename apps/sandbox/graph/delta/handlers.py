"""GET .../delta."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from apps.sandbox.graph.context import Answer, Call
from apps.sandbox.graph.errors import bad_request, unsupported_query
from apps.sandbox.graph.filters import Node, parse_filter
from apps.sandbox.graph.filters.tree import Compare, IsOf, Logic
from apps.sandbox.graph.metadata import url_path
from apps.sandbox.graph.options import Options, options_of
from apps.sandbox.graph.reads.objects import Handler
from apps.sandbox.graph.rendering import check_select
from apps.sandbox.schema import TYPES

from .rendering import DeltaRenderer, Json
from .rounds import Touched, bin_of, first_round, later_round
from .tracking import Tracking, read_token, tracked_links

#: Objects on one page; a client may prefer fewer, not more.
#: https://learn.microsoft.com/answers/a/2052165,
#: https://github.com/microsoftgraph/microsoft-graph-explorer-v4/issues/1157
PAGE = 200
#: Links on one page (same answer); a larger group is spread over several, each time with its id.
LINKS_ON_PAGE = 500
MOST_IDS = 50
#: What directoryObjects/delta knows, in the order it reports.
DIRECTORY_OBJECT_FAMILIES = (
    "user",
    "group",
    "application",
    "servicePrincipal",
    "device",
    "administrativeUnit",
    "directoryRole",
    "orgContact",
    "appRoleAssignment",
)
_PAGE_SIZE = re.compile(r"odata\.maxpagesize=(\d+)", re.IGNORECASE)


def delta(type_name: str) -> Handler:
    """The handler of one family's delta query."""

    def handler(call: Call) -> Answer:
        return _answer(call, (type_name,))

    return handler


def delta_of_directory_objects(call: Call) -> Answer:
    """GET /directoryObjects/delta, narrowed by isof or by ids.

    https://learn.microsoft.com/graph/api/directoryobject-delta
    """
    return _answer(call, DIRECTORY_OBJECT_FAMILIES)


def _answer(call: Call, families: tuple[str, ...]) -> Answer:
    options = options_of(call)
    _refuse(options, families)
    token = options.skiptoken or options.deltatoken
    if token and token != "latest":
        tracking = read_token(call, token)
        if options.skiptoken is None:
            tracking = tracking.at(high=call.view.sequence)
            if tracking.high % 4 == 3 and tracking.high > tracking.low:
                return _page(call, tracking, [], more=tracking)
        return _round(call, tracking)
    tracking = _begin(call, options, families)
    if token == "latest":
        return _page(call, tracking, [], more=None)
    return _round(call, tracking)


def _begin(call: Call, options: Options, families: tuple[str, ...]) -> Tracking:
    ids, families = _filtered(options, families)
    if len(families) == 1:
        check_select(TYPES[families[0]], options.select, call.version)
    return Tracking(
        tenant_id=call.directory.tenant_id,
        families=families,
        select=options.select,
        links=tracked_links(families, options.select, options.expand),
        ids=ids,
        issued=call.world.clock.now().timestamp(),
        high=call.view.sequence,
    )


def _round(call: Call, tracking: Tracking) -> Answer:
    if tracking.is_first_round and tracking.family >= len(tracking.families):
        return _tail(call, tracking)
    source = first_round if tracking.is_first_round else later_round
    page, place = _fill(call, tracking, source(call, tracking))
    if place is not None:
        return _page(call, tracking, page, more=tracking.at(**place))
    if tracking.is_first_round:
        following = tracking.at(family=tracking.family + 1, position=0, link=0)
        return _page(call, tracking, page, more=following)
    return _page(call, tracking, page, more=None)


def _tail(call: Call, tracking: Tracking) -> Answer:
    """The end of a first round: what is in the bin, and one object that came before, again."""
    replayed = next(first_round(call, tracking.at(family=0, position=0)), None)
    show = DeltaRenderer(call, tracking)
    page = [show(gone) for gone in bin_of(call, tracking)]
    if replayed is not None:
        page.insert(0, show(replayed))
    return _page(call, tracking, page, more=None)


def _fill(
    call: Call, tracking: Tracking, source: Iterator[Touched]
) -> tuple[list[Json], dict[str, int] | None]:
    """The entries of one page, and the place where the next begins (None at the end)."""
    size, show = _page_size(call), DeltaRenderer(call, tracking, minimal=_is_minimal(call))
    page: list[Json] = []
    room, link = LINKS_ON_PAGE, tracking.link
    for touched in source:
        if len(page) >= size or room <= 0:
            return page, {"position": touched.position, "link": 0}
        if touched.links is None:
            page.append(show(touched))
            continue
        links = touched.links.some(link, room)
        page.append(show(touched, links))
        if link + len(links) < len(touched.links):
            return page, {"position": touched.position, "link": link + len(links)}
        room -= len(links)
        link = 0
    return page, None


def _page(call: Call, tracking: Tracking, value: list[Json], *, more: Tracking | None) -> Answer:
    path = f"{call.root}{url_path(call)}"
    name = "directoryObjects"
    if len(tracking.families) == 1:
        name = TYPES[tracking.families[0]].path.rpartition("/")[2]
    chosen = f"({','.join(tracking.select)})" if tracking.select else ""
    body: dict[str, Any] = {"@odata.context": f"{call.root}/$metadata#{name}{chosen}/$delta"}
    if more is not None:
        body["@odata.nextLink"] = f"{path}?$skiptoken={more.token()}"
    else:
        following = tracking.next_round(call.world.clock.now())
        body["@odata.deltaLink"] = f"{path}?$deltatoken={following.token()}"
    body["value"] = value
    headers = {"Preference-Applied": "return=minimal"} if _is_minimal(call) else {}
    return Answer(200, body, headers)


def _is_minimal(call: Call) -> bool:
    return "return=minimal" in call.headers.get("prefer", "").lower()


def _page_size(call: Call) -> int:
    wanted = _PAGE_SIZE.search(call.headers.get("prefer", ""))
    return min(PAGE, max(1, int(wanted[1]))) if wanted else PAGE


def _refuse(options: Options, families: tuple[str, ...]) -> None:
    """What a delta query does not take; $top it ignores without a word.

    https://github.com/microsoftgraph/microsoft-graph-docs/issues/17516
    """
    refused = {"$orderby": options.orderby, "$search": options.search}
    if families != ("group",) or options.expand not in (None, "members"):
        refused["$expand"] = options.expand
    for name, value in refused.items():
        if value:
            raise unsupported_query(f"'{name}' is not supported by the delta query.")


def _filtered(
    options: Options, families: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Ids and families that the filter leaves."""
    if not options.filter:
        return (), families
    node = parse_filter(options.filter)
    parts = node.parts if isinstance(node, Logic) and node.operator == "or" else (node,)
    if all(isinstance(part, IsOf) for part in parts) and len(families) > 1:
        return (), _families_named(parts, families)
    ids = tuple(_id(part) for part in parts)
    if len(ids) > MOST_IDS:
        raise unsupported_query(
            f"Too many ids in the filter of a delta query: {len(ids)}. Maximum: {MOST_IDS}."
        )
    return ids, families


def _families_named(parts: Iterable[Node], families: tuple[str, ...]) -> tuple[str, ...]:
    named = {part.type_name for part in parts if isinstance(part, IsOf)}
    unknown = named.difference(families)
    if unknown:
        raise bad_request(f"Type '{min(unknown)}' is not supported in isof.")
    if "appRoleAssignment" in named and "user" not in named:
        raise bad_request(
            "isof('microsoft.graph.appRoleAssignment') must be combined with "
            "isof('microsoft.graph.user')."
        )
    return tuple(name for name in families if name in named)


def _id(part: Node) -> str:
    if isinstance(part, Compare) and part.operator == "eq" and part.path.names == ("id",):
        return str(part.value)
    raise unsupported_query("The delta query supports only '$filter=id eq {value}'.")
