"""Answers a GET of a collection: filter, search, order, count, page, select, expand.

Whole families are paged by position (see state/records.Shelf), so a page costs what it holds.
Filtered scans go on where the last page stopped; ordered and searched ones are worked out anew.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from apps.sandbox.schema import TYPES, EntityType, family
from apps.sandbox.state.records import Record

from .context import Answer, Call, GraphError
from .errors import bad_request, unsupported_query
from .expand import Expansion, read_expand
from .filters import check_filter, compile_filter, parse_filter
from .filters.shortcut import candidates
from .links import link_count
from .metadata import context_url, next_link, tips
from .options import LARGEST_PAGE, Options, check_page_size, options_of, refuse
from .ordering import order
from .rendering import Renderer
from .search import compile_search
from .tokens import expired_page_token, fingerprint, read_skip_token, skip_token

Test = Callable[[Record], bool]


@dataclass(frozen=True, slots=True)
class Collection:
    """What is listed. ``records`` None means all live objects of the type; else these, in order.

    ``context`` is the fragment of @odata.context. Where ``paged`` is False the service knows no
    paging and refuses $top; ``ignores_options`` is for the services that ignore them all.
    ``picked`` are the $filter and the $orderby that the records meet already.
    """

    type_name: str
    context: str
    records: Sequence[Record] | None = None
    declared: str = ""
    paged: bool = True
    skips: bool = False
    expands: bool = True
    ignores_options: bool = False
    largest_page: int = LARGEST_PAGE
    annotate: bool = False
    picked: tuple[str, str] | None = None

    @property
    def entity(self) -> EntityType:
        """The declared element type, against which options are checked."""
        return TYPES[self.declared or self.type_name]

    @property
    def advanced(self) -> bool:
        """Whether the rules of advanced queries apply."""
        return self.entity.advanced_query or self.entity.name == "directoryObject"


def list_collection(call: Call, collection: Collection) -> Answer:
    """The page the call asks for."""
    return Answer(200, page_body(call, collection))


def page_body(call: Call, collection: Collection) -> dict[str, Any]:
    """The same as JSON: context, count, nextLink and the objects under "value"."""
    options = options_of(call)
    if collection.ignores_options:
        options = Options(select=options.select)
    _check(options, collection)
    size = _page_size(options, collection)
    expansion = read_expand(call, options.expand, collection.entity) if options.expand else None
    page, total, position = _page(call, options, collection, size)
    body: dict[str, Any] = {
        "@odata.context": context_url(call, collection.context, options.select, expansion)
    }
    if total is not None:
        body["@odata.count"] = total
    if position is not None:
        token = skip_token([position], _binding(call, options), call.world.clock.now())
        body["@odata.nextLink"] = next_link(call, "$skiptoken", token)
    if options.select is None and collection.entity.is_directory_object:
        body["@microsoft.graph.tips"] = tips(call, collection.entity)
    body["value"] = _rendered(call, options, collection, expansion, page)
    return body


def count_collection(call: Call, collection: Collection) -> Answer:
    """A GET of ``.../$count``: a bare number, only for advanced queries."""
    options = options_of(call)
    if collection.advanced and not options.eventual:
        raise unsupported_count()
    options = replace(options, count=True)
    _check(replace(options, select=None), collection)
    collection, test = _plan(call, options, collection)
    matched = sum(1 for record in _from(call, collection, 0) if test is None or test(record))
    return Answer(200, str(matched).encode(), {"content-type": "text/plain;charset=utf-8"})


def unsupported_count() -> Exception:
    """/$count without ConsistencyLevel."""
    return bad_request("$count is not currently supported.", "Request_BadRequest")


def _check(options: Options, collection: Collection) -> None:
    if collection.entity.family == "user":
        _refuse_other_stores(options, collection.entity)
    if not collection.paged and options.top is not None:
        refuse(options, "top")
    if not collection.skips:
        refuse(options, "skip")
    if not collection.expands:
        refuse(options, "expand")
    sorts_matches = bool(options.orderby and options.filter)
    if sorts_matches and collection.advanced and not options.advanced:
        raise unsupported_query("Sorting not supported for current query.")
    if options.expand and (options.search or (options.advanced and options.filter)):
        raise unsupported_query("The request uses $expand, which is not supported with $search.")


def _refuse_other_stores(options: Options, entity: EntityType) -> None:
    """Profile and mailbox properties live outside Entra and come one user at a time.

    https://learn.microsoft.com/graph/known-issues#users
    """
    for name in options.select or ():
        declared = entity.properties.get(name)
        if declared is not None and declared.single_read:
            raise GraphError(501, "NotImplemented", "This operation target is not yet supported.")


def _page_size(options: Options, collection: Collection) -> int:
    if not collection.paged or collection.ignores_options:
        return 1_000_000_000
    largest = collection.largest_page
    if options.select and "signInActivity" in options.select:
        largest = min(largest, 500)
    return check_page_size(options.top, largest)


def _page(
    call: Call, options: Options, collection: Collection, size: int
) -> tuple[list[Record], int | None, int | None]:
    """The records, the total where it was asked for on a first page, the next position."""
    start = _start(call, options)
    collection, test = _plan(call, options, collection)
    counted = options.count and (options.eventual or not collection.advanced)
    first = options.skiptoken is None
    if collection.records is not None and collection.picked and not counted:
        page = list(collection.records[start : start + size + 1])
        return page[:size], None, start + size if len(page) > size else None
    if options.orderby or collection.records is not None:
        everything = [r for r in _from(call, collection, 0) if test is None or test(r)]
        if options.orderby:
            everything = order(everything, options.orderby, collection.entity, call.version)
        end = start + size
        more = end if end < len(everything) else None
        return everything[start:end], len(everything) if counted and first else None, more
    total = _total(call, collection, test) if counted and first else None
    page, position = _scan(call, collection, test, start, size)
    return page, total, position


def _scan(
    call: Call, collection: Collection, test: Test | None, start: int, size: int
) -> tuple[list[Record], int | None]:
    records = _from(call, collection, start)
    if test is not None:
        records = filter(test, records)
    page = list(islice(records, size + 1))
    if len(page) <= size:
        return page, None
    return page[:size], page[size].position


def _total(call: Call, collection: Collection, test: Test | None) -> int:
    if test is None and collection.type_name == family(collection.type_name):
        return call.directory.count(collection.type_name)
    return sum(1 for r in _from(call, collection, 0) if test is None or test(r))


def _from(call: Call, collection: Collection, position: int) -> Iterator[Record]:
    if collection.records is not None:
        return iter(collection.records)
    records = call.view.page(collection.type_name, position)
    if collection.type_name == family(collection.type_name):
        return records
    return (r for r in records if TYPES[r.type].is_a(collection.type_name))


def _start(call: Call, options: Options) -> int:
    if options.skiptoken is None:
        return options.skip
    weather = call.world.weather
    if weather.expire_skip_tokens:
        weather.expire_skip_tokens -= weather.expire_skip_tokens > 0
        raise expired_page_token()
    now = call.world.clock.now()
    return read_skip_token(options.skiptoken, _binding(call, options), now)[0]


def _binding(call: Call, options: Options) -> str:
    return fingerprint(
        call.directory.tenant_id,
        call.version,
        call.path.lower(),
        options.filter,
        options.search,
        options.orderby,
    )


def _plan(call: Call, options: Options, collection: Collection) -> tuple[Collection, Test | None]:
    """The collection narrowed by an index where one answers the filter, and the test to run."""
    tests: list[Test] = []
    if options.filter:
        node = parse_filter(options.filter)
        check_filter(node, collection.entity, call.version, advanced=options.advanced)
        view = call.view
        tests.append(compile_filter(node, lambda record, name: link_count(view, record, name)))
        if collection.records is None:
            likely = candidates(view, collection.type_name, node)
            collection = replace(collection, records=likely)
    if options.search:
        tests.append(compile_search(options, collection.entity, call.version))
    if len(tests) < 2:
        return collection, tests[0] if tests else None
    return collection, lambda record: all(test(record) for test in tests)


def _rendered(
    call: Call,
    options: Options,
    collection: Collection,
    expansion: Expansion | None,
    page: Iterable[Record],
) -> list[dict[str, Any]]:
    renderer = Renderer(
        call, collection.entity, options.select, annotate=collection.annotate, expansion=expansion
    )
    return [renderer(record) for record in page]
