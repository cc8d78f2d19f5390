"""Lists and single objects of a type that has its own collection."""

from collections.abc import Callable
from dataclasses import replace

from apps.sandbox.graph.collection import Collection, count_collection, list_collection
from apps.sandbox.graph.context import Answer, Call
from apps.sandbox.graph.expand import read_expand
from apps.sandbox.graph.metadata import context_url, tips
from apps.sandbox.graph.options import options_of, refuse
from apps.sandbox.graph.rendering import Renderer
from apps.sandbox.graph.resolve import resolve
from apps.sandbox.graph.routing import cast_of
from apps.sandbox.schema import TYPES
from apps.sandbox.state.records import Record

Handler = Callable[[Call], Answer]


def lists(collection: Collection) -> Handler:
    """GET of the collection, or of a subtype of it where the path has a cast."""

    def handler(call: Call) -> Answer:
        return list_collection(call, _cast(call, collection))

    return handler


def counts(collection: Collection) -> Handler:
    """GET of the collection's /$count."""

    def handler(call: Call) -> Answer:
        return count_collection(call, _cast(call, collection))

    return handler


def gets(type_name: str, context: str) -> Handler:
    """GET of one object by id or alternate key."""

    def handler(call: Call) -> Answer:
        return show(call, resolve(call, type_name), type_name, context)

    return handler


def show(call: Call, record: Record, declared: str, context: str) -> Answer:
    """One object as the answer of a call, with $select and $expand."""
    options = options_of(call)
    refuse(options, "filter", "search", "orderby", "top", "skip")
    entity = TYPES[record.type]
    expansion = read_expand(call, options.expand, entity) if options.expand else None
    renderer = Renderer(
        call,
        TYPES[declared] if not TYPES[declared].abstract else entity,
        options.select,
        single=True,
        annotate=TYPES[declared].abstract,
        expansion=expansion,
    )
    url = context_url(call, context, options.select, expansion, single=True)
    body = {"@odata.context": url}
    if options.select is None and entity.is_directory_object:
        body["@microsoft.graph.tips"] = tips(call, entity)
    return Answer(200, body | renderer(record))


def _cast(call: Call, collection: Collection) -> Collection:
    cast = cast_of(call.variables.get("cast", ""))
    if cast is None:
        return collection
    return replace(
        collection,
        type_name=cast,
        declared=cast,
        context=f"{collection.context}/microsoft.graph.{cast}",
    )
