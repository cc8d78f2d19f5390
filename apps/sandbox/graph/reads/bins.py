"""/directory/deletedItems.

https://learn.microsoft.com/graph/api/directory-deleteditems-list
"""

from apps.sandbox.graph.collection import Collection, count_collection, list_collection
from apps.sandbox.graph.context import Answer, Call
from apps.sandbox.graph.errors import bad_request, not_found, unsupported_query
from apps.sandbox.graph.options import options_of
from apps.sandbox.graph.routing import cast_of
from apps.sandbox.schema import TYPES

from .objects import show


def list_deleted(call: Call) -> Answer:
    """GET /directory/deletedItems/microsoft.graph.user; sorting it is an advanced query."""
    options = options_of(call)
    if options.orderby and not options.advanced:
        raise unsupported_query("Sorting not supported for current query.")
    return list_collection(call, _collection(call))


def count_deleted(call: Call) -> Answer:
    """GET /directory/deletedItems/microsoft.graph.user/$count."""
    return count_collection(call, _collection(call))


def list_without_cast(call: Call) -> Answer:
    """GET /directory/deletedItems: the type is mandatory."""
    raise bad_request(
        "The request is invalid: the type of the deleted items must be specified, for example "
        "'/directory/deletedItems/microsoft.graph.user'.",
        "Request_BadRequest",
    )


def get_deleted(call: Call) -> Answer:
    """GET /directory/deletedItems/{id}."""
    found = call.directory.get_deleted(call.variables["id"])
    if found is None or TYPES[found.type].soft_delete != "directory":
        raise not_found(call.variables["id"])
    return show(call, found, "directoryObject", "directoryObjects")


def _collection(call: Call) -> Collection:
    cast = cast_of(call.variables["cast"])
    if cast is None or TYPES[cast].soft_delete != "directory":
        raise bad_request(f"Resource not found for the segment '{call.variables['cast']}'.")
    return Collection(
        type_name=cast,
        context=f"{TYPES[cast].path.rpartition('/')[2]}",
        records=call.directory.deleted(cast),
    )
