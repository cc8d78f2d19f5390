"""Navigation properties: members, owners, manager, memberOf, assignments, grants, children."""

from dataclasses import replace

from apps.sandbox.graph.collection import Collection, count_collection, list_collection, page_body
from apps.sandbox.graph.context import Answer, Call
from apps.sandbox.graph.errors import not_found
from apps.sandbox.graph.links import related
from apps.sandbox.graph.metadata import context_url
from apps.sandbox.graph.options import options_of
from apps.sandbox.graph.resolve import resolve
from apps.sandbox.graph.routing import cast_of
from apps.sandbox.schema import TYPES, V1
from apps.sandbox.state.records import Record

from .objects import Handler, show

#: Context fragments of the collections that navigation properties lead to.
_SETS = {
    "directoryObject": "directoryObjects",
    "appRoleAssignment": "appRoleAssignments",
    "oauth2PermissionGrant": "oauth2PermissionGrants",
    "user": "users",
    "group": "groups",
    "servicePrincipal": "servicePrincipals",
    "application": "applications",
    "device": "devices",
    "directoryRole": "directoryRoles",
    "administrativeUnit": "administrativeUnits",
    "orgContact": "contacts",
}


def lists_related(type_name: str, name: str, *, paged: bool = True) -> Handler:
    """GET /things/{id}/NAME, with or without a cast behind it."""

    def handler(call: Call) -> Answer:
        return list_collection(call, _collection(call, type_name, name, paged=paged))

    return handler


def counts_related(type_name: str, name: str) -> Handler:
    """GET /things/{id}/NAME/$count."""

    def handler(call: Call) -> Answer:
        return count_collection(call, _collection(call, type_name, name, paged=True))

    return handler


def lists_references(type_name: str, name: str) -> Handler:
    """GET /things/{id}/NAME/$ref: links instead of objects."""

    def handler(call: Call) -> Answer:
        collection = _collection(call, type_name, name, paged=True)
        listed = page_body(call, collection)
        body = {key: value for key, value in listed.items() if "tips" not in key}
        body["@odata.context"] = f"{call.root}/$metadata#Collection($ref)"
        body["value"] = [_reference(call, shown["id"]) for shown in listed["value"]]
        return Answer(200, body)

    return handler


def gets_related(type_name: str, name: str) -> Handler:
    """GET /users/{id}/manager."""

    def handler(call: Call) -> Answer:
        found = _one(call, type_name, name)
        return show(call, found, "directoryObject", "directoryObjects")

    return handler


def gets_reference(type_name: str, name: str) -> Handler:
    """GET /users/{id}/manager/$ref."""

    def handler(call: Call) -> Answer:
        found = _one(call, type_name, name)
        context = f"{call.root}/$metadata#$ref"
        return Answer(200, {"@odata.context": context, **_reference(call, found.id)})

    return handler


def gets_child(type_name: str, name: str) -> Handler:
    """GET /things/{id}/NAME/{child_id}: by id, or by an alternate key such as (name='x')."""

    def handler(call: Call) -> Answer:
        parent = resolve(call, type_name)
        target = TYPES[parent.type].relations[name].target
        child = resolve(call, target, "child_id")
        if child not in related(call.view, parent, name):
            raise not_found(call.variables["child_id"])
        return show(call, child, target, _context(parent, type_name, name, target))

    return handler


def _collection(call: Call, type_name: str, name: str, *, paged: bool) -> Collection:
    record = resolve(call, type_name)
    target = TYPES[record.type].relations[name].target if _has(record, name) else "directoryObject"
    cast = cast_of(call.variables.get("cast", ""))
    records = related(call.view, record, name)
    if cast is not None:
        records = [found for found in records if TYPES[found.type].is_a(cast)]
        target = cast
    elif _hides_service_principals(call, type_name, name):
        records = [r for r in records if not TYPES[r.type].is_a("servicePrincipal")]
    plain = Collection(
        type_name=target,
        context=_context(record, type_name, name, target),
        records=records,
        paged=paged,
        annotate=target == "directoryObject",
    )
    return replace(plain, declared=target)


def _has(record: Record, name: str) -> bool:
    return name in TYPES[record.type].relations


def _hides_service_principals(call: Call, type_name: str, name: str) -> bool:
    """v1.0 leaves service principals out of a group's members; beta and $expand show them.

    https://developer.microsoft.com/graph/known-issues ("Service principals ... not returned")
    """
    return call.version == V1 and type_name == "group" and name == "members"


def _context(record: Record, type_name: str, name: str, target: str) -> str:
    relation = TYPES[record.type].relations.get(name)
    if relation is not None and (relation.contained or target not in _SETS):
        root = TYPES[type_name].path.strip("/")
        return f"{root}('{record.id}')/{name}"
    if target == "appRoleAssignment":
        return f"{TYPES[type_name].path.strip('/')}('{record.id}')/{name}"
    return _SETS.get(target, name)


def _one(call: Call, type_name: str, name: str) -> Record:
    record = resolve(call, type_name)
    found = related(call.view, record, name)
    if not found:
        raise not_found(name)
    return found[0]


def _reference(call: Call, object_id: str) -> dict[str, str]:
    return {"@odata.id": f"{call.root}/directoryObjects/{object_id}"}


def licence_details(call: Call) -> Answer:
    """GET /users/{id}/licenseDetails, from the user's licences and the tenant's subscriptions.

    https://learn.microsoft.com/graph/api/user-list-licensedetails
    """
    user = resolve(call, "user")
    options = options_of(call)
    skus = {sku.body.get("skuId"): sku.body for sku in call.view.of_type("subscribedSku")}
    value = []
    for licence in user.body.get("assignedLicenses", []):
        sku = skus.get(licence.get("skuId"), {})
        off = set(licence.get("disabledPlans", []))
        plans = [p for p in sku.get("servicePlans", []) if p.get("servicePlanId") not in off]
        value.append(
            {
                "id": sku.get("id", ""),
                "skuId": licence.get("skuId"),
                "skuPartNumber": sku.get("skuPartNumber"),
                "servicePlans": plans,
            }
        )
    context = context_url(call, f"users('{user.id}')/licenseDetails", options.select)
    return Answer(200, {"@odata.context": context, "value": value})
