"""/directoryObjects: any object by id, several by ids; and checks of membership.

https://learn.microsoft.com/graph/api/directoryobject-getbyids
https://learn.microsoft.com/graph/api/directoryobject-checkmembergroups
"""

from collections.abc import Callable
from typing import Any

from apps.sandbox.graph.context import Answer, Call
from apps.sandbox.graph.errors import bad_request, not_found
from apps.sandbox.graph.links import related
from apps.sandbox.graph.metadata import context_url
from apps.sandbox.graph.options import options_of
from apps.sandbox.graph.rendering import Renderer
from apps.sandbox.graph.resolve import resolve
from apps.sandbox.schema import TYPES
from apps.sandbox.state.records import Record

from .objects import Handler, show

MOST_IDS = 1_000
MOST_CHECKED = 20


def get_object(call: Call) -> Answer:
    """GET /directoryObjects/{id}."""
    found = _directory_object(call, call.variables["id"])
    if found is None:
        raise not_found(call.variables["id"])
    return show(call, found, "directoryObject", "directoryObjects")


def get_by_ids(call: Call) -> Answer:
    """POST .../getByIds: the objects that exist, in the order of the ids; others are left out."""
    return _by_ids(call, _directory_object)


def get_deleted_by_ids(call: Call) -> Answer:
    """POST /directory/deletedItems/getByIds: the same among deleted objects."""
    return _by_ids(call, _deleted_object)


def _by_ids(call: Call, find: Callable[[Call, str], Record | None]) -> Answer:
    body = call.body if isinstance(call.body, dict) else {}
    ids = _strings(body, "ids")
    if len(ids) > MOST_IDS:
        raise bad_request(
            f"Too many identifiers specified: {len(ids)}. Maximum allowed: {MOST_IDS}.",
            "Request_BadRequest",
        )
    types = [name.rpartition(".")[2] for name in body.get("types") or ["directoryObject"]]
    options = options_of(call)
    renderer = Renderer(call, TYPES["directoryObject"], options.select, annotate=True)
    value = [
        renderer(found)
        for object_id in ids
        if (found := find(call, object_id)) is not None and _is_one_of(found, types)
    ]
    context = context_url(call, "directoryObjects", options.select)
    return Answer(200, {"@odata.context": context, "value": value})


def member_groups(type_name: str, *, check: bool, groups_only: bool) -> Handler:
    """POST /things/{id}/checkMemberGroups, checkMemberObjects, getMemberGroups, -Objects."""

    def handler(call: Call) -> Answer:
        record = resolve(call, type_name)
        body = call.body if isinstance(call.body, dict) else {}
        ids = [
            found.id
            for found in related(call.view, record, "transitiveMemberOf")
            if _counts(found, body, check=check, groups_only=groups_only)
        ]
        if check:
            asked = _strings(body, "groupIds" if groups_only else "ids")
            if len(asked) > MOST_CHECKED:
                raise bad_request(
                    f"Too many identifiers specified. Maximum allowed: {MOST_CHECKED}.",
                    "Request_BadRequest",
                )
            ids = [object_id for object_id in asked if object_id in set(ids)]
        context = f"{call.root}/$metadata#Collection(Edm.String)"
        return Answer(200, {"@odata.context": context, "value": ids})

    return handler


def _counts(found: Record, body: dict[str, Any], *, check: bool, groups_only: bool) -> bool:
    if groups_only and found.type != "group":
        return False
    if not check and body.get("securityEnabledOnly"):
        return bool(found.body.get("securityEnabled"))
    return True


def _directory_object(call: Call, object_id: str) -> Record | None:
    found = call.view.get(object_id)
    return found if found is not None and TYPES[found.type].is_directory_object else None


def _deleted_object(call: Call, object_id: str) -> Record | None:
    found = call.directory.get_deleted(object_id)
    return found if found is not None and TYPES[found.type].soft_delete == "directory" else None


def _is_one_of(record: Record, types: list[str]) -> bool:
    entity = TYPES[record.type]
    return any(entity.is_a(name) for name in types)


def _strings(body: dict[str, Any], name: str) -> list[str]:
    value = body.get(name)
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise bad_request(
            f"One or more parameters of the operation are missing or invalid: '{name}'.",
            "Request_BadRequest",
        )
    return value
