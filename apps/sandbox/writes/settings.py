"""Policies and settings whose writes are plain: made, changed, deleted, each with a few rules.

The rules stand beside each kind, with the page that documents them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from apps.sandbox.graph.context import Answer, Call
from apps.sandbox.rules import settings
from apps.sandbox.rules.bodies import DIRECTORY, POLICY, check_body
from apps.sandbox.rules.refusals import bad_request, not_found, required
from apps.sandbox.schema import TYPES
from apps.sandbox.state.records import Record
from apps.sandbox.writes import audit, base, licensing, rendering
from apps.sandbox.writes.activities import Activity

Rule = Callable[[Call, dict[str, Any], Record | None], None]


def _no_rule(_call: Call, _values: dict[str, Any], _held: Record | None) -> None:
    """Whatever the table of the type lets through."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One kind. id_from: the property that becomes the object's id; "" for a new one. rule: looks
    at what is written, with the object as it is (None: it is made), and may add to it."""

    type_name: str
    noun: str
    category: str = "Policy"
    id_from: str = ""
    needs_p1: bool = False
    rule: Rule = _no_rule

    def activity(self, verb: str) -> Activity:
        """What the audit log calls a write."""
        operation = {"Add": "Add", "Update": "Update", "Delete": "Delete"}[verb]
        return Activity(f"{verb} {self.noun}", self.category, operation)


def creates(of: Setting) -> Callable[[Call], Answer]:
    """POST of the collection: 201 with the object."""

    def handler(call: Call) -> Answer:
        values = _values(call, of, creating=True)
        for name in _required(of):
            if values.get(name) in (None, ""):
                raise required(name, TYPES[of.type_name].metadata_name)
        of.rule(call, values, None)
        return base.created(call, *_made(call, of, values))

    return handler


def updates(of: Setting) -> Callable[[Call], Answer]:
    """PATCH of one object: 204."""

    def handler(call: Call) -> Answer:
        _change(call, of, _one(call, of), _values(call, of, creating=False))
        return base.no_content()

    return handler


def upserts(of: Setting) -> Callable[[Call], Answer]:
    """PATCH of one object, which is made if there is none: 204, or 201."""

    def handler(call: Call) -> Answer:
        held = call.directory.get(call.variables["id"])
        if held is not None and held.type == of.type_name:
            values = _values(call, of, creating=False, allowed=frozenset({"id"}))
            values.pop("id", None)
            _change(call, of, held, values)
            return base.no_content()
        values = _values(call, of, creating=True) | {"id": call.variables["id"]}
        of.rule(call, values, None)
        return base.created(call, *_made(call, of, values))

    return handler


def replaces(of: Setting, *, shown: bool = False) -> Callable[[Call], Answer]:
    """PUT of the only object: whatever is not named is an error, since all of it is replaced.

    shown: the answer is 200 with the object, and not 204.
    """

    def handler(call: Call) -> Answer:
        values = _values(call, of, creating=False)
        for name in _required(of):
            if name not in values:
                raise required(name, TYPES[of.type_name].metadata_name)
        record = _one(call, of)
        _change(call, of, record, values)
        if shown:
            return base.ok(rendering.entity(call, base.require(call, record.id)))
        return base.no_content()

    return handler


def deletes(of: Setting) -> Callable[[Call], Answer]:
    """DELETE of one object: 204, for good."""

    def handler(call: Call) -> Answer:
        record = _one(call, of)
        settings.check_deletion(record, call.directory)
        audit.record(call, of.activity("Delete"), [_target(record)])
        call.directory.purge(record.id)
        return base.no_content()

    return handler


def assigns(relation: str) -> Callable[[Call], Answer]:
    """POST of a policy to an application or principal, by `$ref`: 204."""

    def handler(call: Call) -> Answer:
        address = str(base.body_of(call).get("@odata.id") or "")
        policy = base.live(call, relation.partition(".")[0], address.rpartition("/")[2])
        target = _assignee(call)
        if call.directory.has_link(relation, policy.id, target.id):
            raise bad_request(settings.ASSIGNED_ALREADY)
        call.directory.link(relation, policy.id, target.id)
        audit.record(call, _ASSIGN, [_target(policy), audit.target(target)])
        return base.no_content()

    return handler


def unassigns(relation: str) -> Callable[[Call], Answer]:
    """DELETE of a policy's `$ref` at an application or principal: 204."""

    def handler(call: Call) -> Answer:
        policy = base.live(call, relation.partition(".")[0], call.variables["policy"])
        target = _assignee(call)
        if not call.directory.has_link(relation, policy.id, target.id):
            raise not_found(policy.id)
        call.directory.unlink(relation, policy.id, target.id)
        audit.record(call, _UNASSIGN, [_target(policy), audit.target(target)])
        return base.no_content()

    return handler


def adds_condition(name: str) -> Callable[[Call], Answer]:
    """POST of a set of conditions: https://learn.microsoft.com/graph/api/permissiongrantpolicy-post-includes"""

    def handler(call: Call) -> Answer:
        record = base.live(call, "permissionGrantPolicy", call.variables["id"])
        settings.check_own_policy(record.id)
        holder = TYPES["permissionGrantPolicy"]
        rights = base.rights(call, creating=True, allowed=frozenset({name}))
        (condition,) = check_body(holder, {name: [base.body_of(call)]}, rights, POLICY)[name]
        if not condition.get("permissionType"):
            raise required("permissionType", "permissionGrantConditionSet")
        made = {**condition, "id": base.new_id()}
        base.change(call, record, {name: [*(record.body.get(name) or ()), made]})
        return Answer(201, made, is_write=True)

    return handler


def removes_condition(name: str) -> Callable[[Call], Answer]:
    """DELETE of a set of conditions."""

    def handler(call: Call) -> Answer:
        record = base.live(call, "permissionGrantPolicy", call.variables["id"])
        settings.check_own_policy(record.id)
        held = record.body.get(name) or []
        kept = [one for one in held if one["id"] != call.variables["condition"]]
        if len(kept) == len(held):
            raise not_found(call.variables["condition"])
        base.change(call, record, {name: kept})
        return base.no_content()

    return handler


_ASSIGN = Activity("Add policy to service principal", "Policy", "Assign")
_UNASSIGN = Activity("Remove policy from service principal", "Policy", "Unassign")


def _values(
    call: Call, of: Setting, *, creating: bool, allowed: frozenset[str] = frozenset()
) -> dict[str, Any]:
    if of.needs_p1:
        licensing.check_p1(call)
    manner = DIRECTORY if of.category == "GroupManagement" else POLICY
    rights = base.rights(call, creating=creating, allowed=allowed)
    return check_body(TYPES[of.type_name], base.body_of(call), rights, manner)


def _required(of: Setting) -> list[str]:
    return [one.name for one in TYPES[of.type_name].properties.values() if one.required]


def _made(call: Call, of: Setting, values: Mapping[str, Any]) -> tuple[Record, dict[str, Any]]:
    object_id = str(values[of.id_from]) if of.id_from else base.new_id()
    call.directory.add(of.type_name, dict(values), object_id=object_id)
    record = base.require(call, object_id)
    audit.record(call, of.activity("Add"), [_target(record, {}, values)])
    return record, rendering.entity(call, record)


def _change(call: Call, of: Setting, record: Record, values: dict[str, Any]) -> None:
    of.rule(call, values, record)
    before = {name: record.body.get(name) for name in values}
    after = base.change(call, record, values)
    audit.record(call, of.activity("Update"), [_target(after, before, values)])


def _one(call: Call, of: Setting) -> Record:
    if "id" in call.variables:
        return base.live(call, of.type_name, call.variables["id"])
    record = next(call.directory.of_type(of.type_name), None)
    if record is None:
        raise not_found(of.type_name)
    return record


def _target(
    record: Record, before: Mapping[str, Any] | None = None, after: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    return audit.target(record, audit.changes(before or {}, after or {}), type_label="Policy")


def _assignee(call: Call) -> Record:
    family = "application" if call.path.startswith("/applications") else "servicePrincipal"
    return base.live(call, family, call.variables["id"])
