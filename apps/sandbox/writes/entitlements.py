"""Writes of entitlement management.

https://learn.microsoft.com/graph/api/resources/entitlementmanagement-overview
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from apps.sandbox.graph.context import Answer, Call
from apps.sandbox.graph.reads.entitlements import CATALOG, ORGANIZATION, PACKAGE, POLICY
from apps.sandbox.graph.reads.privileged import check_p2
from apps.sandbox.rules import entitlements
from apps.sandbox.rules.bodies import POLICY as MANNER
from apps.sandbox.rules.bodies import check_body
from apps.sandbox.rules.refusals import not_found, not_referenced, policy_refusal, required
from apps.sandbox.schema import TYPES
from apps.sandbox.state.records import Record
from apps.sandbox.writes import audit, base, rendering
from apps.sandbox.writes.activities import Activity

Rule = Callable[[Call, dict[str, Any], Record | None], None]
RULES: Mapping[str, Rule] = {
    CATALOG: entitlements.catalog,
    PACKAGE: entitlements.package,
    POLICY: entitlements.policy,
    ORGANIZATION: entitlements.organization,
}
_NOUNS = {
    CATALOG: "access package catalog",
    PACKAGE: "access package",
    POLICY: "access package assignment policy",
    ORGANIZATION: "connected organization",
}
_REQUEST = "accessPackageResourceRequest"


def creates(type_name: str) -> Callable[[Call], Answer]:
    """POST of a collection: 201 with the object."""

    def handler(call: Call) -> Answer:
        values = _values(call, type_name, creating=True)
        _check_required(type_name, values)
        RULES[type_name](call, values, None)
        now = base.now(call)
        stored = {**values, "createdDateTime": now, "modifiedDateTime": now}
        record = base.require(call, call.directory.add(type_name, stored))
        _record(call, "Create", record)
        return base.created(call, record, rendering.entity(call, record))

    return handler


def updates(type_name: str) -> Callable[[Call], Answer]:
    """PATCH of one object: 204."""

    def handler(call: Call) -> Answer:
        record = base.live(call, type_name, call.variables["id"])
        values = _values(call, type_name, creating=False)
        RULES[type_name](call, values, record)
        _change(call, record, values)
        return base.no_content()

    return handler


def replace_policy(call: Call) -> Answer:
    """PUT of a policy: 200 with it; what is not named is emptied."""
    record = base.live(call, POLICY, call.variables["id"])
    values = _values(call, POLICY, creating=False)
    values.pop("id", None)
    _check_required(POLICY, values)
    entitlements.policy(call, values, record)
    written = (one.name for one in TYPES[POLICY].properties.values() if not one.read_only)
    emptied = dict.fromkeys(name for name in written if name != "id")
    _change(call, record, emptied | values)
    return base.ok(rendering.entity(call, base.require(call, record.id)))


def deletes(type_name: str) -> Callable[[Call], Answer]:
    """DELETE of one object: 204; a package takes its policies along."""

    def handler(call: Call) -> Answer:
        check_p2(call)
        record = base.live(call, type_name, call.variables["id"])
        entitlements.check_deletion(call, record)
        if type_name == PACKAGE:
            for one in list(call.directory.of_type(POLICY)):
                if one.body["accessPackage"]["id"] == record.id:
                    call.directory.purge(one.id)
        _record(call, "Delete", record)
        call.directory.purge(record.id)
        return base.no_content()

    return handler


def request_resource(call: Call) -> Answer:
    """POST of a request that puts a resource into a catalog or takes it out: 201, done at once."""
    values = _values(call, _REQUEST, creating=True)
    _check_required(_REQUEST, values)
    catalog = entitlements.require(call, CATALOG, values["catalog"])
    act = {"adminAdd": _add_resource, "adminRemove": _remove_resource}.get(values["requestType"])
    if act is None:
        raise policy_refusal("The type of the request is not supported.")
    held = list(catalog.body.get("resources") or ())
    _change(call, catalog, {"resources": act(call, held, values["resource"])})
    shown = {"id": base.new_id(), "requestType": values["requestType"], "state": "delivered"}
    return Answer(201, shown, is_write=True)


def add_role_scope(call: Call) -> Answer:
    """POST .../accessPackages/{id}/resourceRoleScopes: 201."""
    package = base.live(call, PACKAGE, call.variables["id"])
    rights = base.rights(call, creating=True, allowed=frozenset({"resourceRoleScopes"}))
    check_p2(call)
    body = {"resourceRoleScopes": [base.body_of(call)]}
    (asked,) = check_body(TYPES[PACKAGE], body, rights, MANNER)["resourceRoleScopes"]
    role, scope = asked.get("role") or {}, asked.get("scope") or {}
    resource = _resource_of(call, package, role)
    if scope.get("originId") != resource["originId"]:
        raise policy_refusal("The scope is not one of the resource.")
    system, origin = resource["originSystem"], resource["originId"]
    if system == "AadGroup" and role.get("originId") not in {f"Member_{origin}", f"Owner_{origin}"}:
        raise policy_refusal("The role is not one of the resource.")
    held = list(package.body.get("resourceRoleScopes") or ())
    if any(one["role"]["originId"] == role["originId"] for one in held):
        raise policy_refusal("The resource role is in the access package already.")
    made = {
        "id": f"{base.new_id()}_{base.new_id()}",
        "createdDateTime": base.now(call),
        "role": {name: role.get(name) for name in ("displayName", "originId", "originSystem")}
        | {"id": base.new_id()},
        "scope": {
            "id": base.new_id(),
            "displayName": "Root",
            "description": "Root Scope",
            "isRootScope": True,
            "originId": origin,
            "originSystem": system,
        },
    }
    _change(call, package, {"resourceRoleScopes": [*held, made]})
    return Answer(201, {"id": made["id"], "createdDateTime": made["createdDateTime"]})


def remove_role_scope(call: Call) -> Answer:
    """DELETE .../accessPackages/{id}/resourceRoleScopes/{scope}: 204."""
    check_p2(call)
    package = base.live(call, PACKAGE, call.variables["id"])
    held = package.body.get("resourceRoleScopes") or []
    kept = [one for one in held if one["id"] != call.variables["scope"]]
    if len(kept) == len(held):
        raise not_found(call.variables["scope"])
    _change(call, package, {"resourceRoleScopes": kept})
    return base.no_content()


def adds_link(type_name: str, name: str, *families: str) -> Callable[[Call], Answer]:
    """POST of a `$ref`: 204."""

    def handler(call: Call) -> Answer:
        check_p2(call)
        source = base.live(call, type_name, call.variables["id"])
        address = str(base.body_of(call).get("@odata.id") or "")
        target = call.directory.get(address.rpartition("/")[2])
        if target is None or base.family_of(target) not in families:
            raise entitlements.missing(address.rpartition("/")[2])
        if not call.directory.link(f"{type_name}.{name}", source.id, target.id):
            raise policy_refusal("One or more added object references already exist.")
        _record(call, "Update", source)
        return base.no_content()

    return handler


def removes_link(type_name: str, name: str) -> Callable[[Call], Answer]:
    """DELETE of a `$ref`: 204."""

    def handler(call: Call) -> Answer:
        check_p2(call)
        source = base.live(call, type_name, call.variables["id"])
        if not call.directory.unlink(f"{type_name}.{name}", source.id, call.variables["target"]):
            raise not_referenced(name)
        _record(call, "Update", source)
        return base.no_content()

    return handler


def _add_resource(
    call: Call, held: list[dict[str, Any]], asked: Mapping[str, Any]
) -> list[dict[str, Any]]:
    family = entitlements.ORIGINS.get(str(asked.get("originSystem")))
    origin = call.directory.get(str(asked.get("originId")))
    if family is None or origin is None or base.family_of(origin) != family:
        raise entitlements.missing(str(asked.get("originId")))
    if any(one["originId"] == origin.id for one in held):
        raise policy_refusal("The resource is in the catalog already.")
    made = {
        "id": base.new_id(),
        "createdDateTime": base.now(call),
        "displayName": origin.body.get("displayName"),
        "description": origin.body.get("description"),
        "originId": origin.id,
        "originSystem": asked["originSystem"],
        "attributes": [],
    }
    return [*held, made]


def _remove_resource(
    _call: Call, held: list[dict[str, Any]], asked: Mapping[str, Any]
) -> list[dict[str, Any]]:
    kept = [one for one in held if one["id"] != asked.get("id")]
    if len(kept) == len(held):
        raise entitlements.missing(str(asked.get("id")))
    return kept


def _resource_of(call: Call, package: Record, role: Mapping[str, Any]) -> Mapping[str, Any]:
    catalog = base.require(call, package.body["catalog"]["id"])
    wanted = str((role.get("resource") or {}).get("id"))
    for one in catalog.body.get("resources") or ():
        if one["id"] == wanted:
            return dict(one)
    raise entitlements.missing(wanted)


def _values(call: Call, type_name: str, *, creating: bool) -> dict[str, Any]:
    check_p2(call)
    rights = base.rights(call, creating=creating)
    return check_body(TYPES[type_name], base.body_of(call), rights, MANNER)


def _check_required(type_name: str, values: Mapping[str, Any]) -> None:
    for declared in TYPES[type_name].properties.values():
        if declared.required and values.get(declared.name) in (None, "", []):
            raise required(declared.name, type_name)


def _change(call: Call, record: Record, values: Mapping[str, Any]) -> None:
    call.directory.change(record.id, {**values, "modifiedDateTime": base.now(call)})
    _record(call, "Update", record)


def _record(call: Call, verb: str, record: Record) -> None:
    activity = Activity(
        f"{verb} {_NOUNS[record.type]}", "EntitlementManagement", verb, "Entitlement Management"
    )
    audit.record(call, activity, [audit.target(record, type_label="Other")])
