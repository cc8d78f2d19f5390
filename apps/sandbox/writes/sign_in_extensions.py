"""Writes of what sign-in calls elsewhere, and of attributes of sign-up.

https://learn.microsoft.com/graph/api/identitycontainer-post-customauthenticationextensions
https://learn.microsoft.com/graph/api/customauthenticationextension-update
https://learn.microsoft.com/graph/api/identityuserflowattribute-post
https://learn.microsoft.com/graph/api/identityuserflowattribute-update
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apps.sandbox.graph.context import Answer, Call, GraphError
from apps.sandbox.rules.bodies import POLICY, check_body
from apps.sandbox.rules.refusals import bad_request, policy_refusal, required
from apps.sandbox.schema import TYPES
from apps.sandbox.state.records import Record
from apps.sandbox.writes import audit, base, rendering
from apps.sandbox.writes.activities import Activity

EXTENSION = "customAuthenticationExtension"
ATTRIBUTE = "identityUserFlowAttribute"
MOST = 100
"""Extensions that a tenant may have."""


def create(call: Call) -> Answer:
    """POST /identity/customAuthenticationExtensions: 201, of the type that the body names."""
    body = base.body_of(call)
    concrete = base.concrete(EXTENSION, body, call.version)
    if concrete.abstract:
        raise policy_refusal("The property '@odata.type' is required.")
    values = check_body(concrete, body, base.rights(call, creating=True), POLICY)
    if not values.get("authenticationConfiguration"):
        raise required("authenticationConfiguration", concrete.name)
    if call.directory.count(EXTENSION) >= MOST:
        raise policy_refusal("The maximum number of custom extensions has been reached.")
    record = base.require(call, call.directory.add(concrete.name, values))
    _record(call, "Add custom authentication extension", "Add", record, {}, values)
    return base.created(call, record, rendering.entity(call, record))


def update(call: Call) -> Answer:
    """PATCH /identity/customAuthenticationExtensions/{id}: 204; the body names the type."""
    record = base.live(call, EXTENSION, call.variables["id"])
    body = base.body_of(call)
    if base.concrete(EXTENSION, body, call.version).name != record.type:
        raise policy_refusal("The property '@odata.type' has to name the type of the extension.")
    rights = base.rights(call, creating=False)
    values = check_body(TYPES[record.type], body, rights, POLICY)
    if not values.get("authenticationConfiguration", True):
        raise required("authenticationConfiguration", record.type)
    before = {name: record.body.get(name) for name in values}
    base.change(call, record, values)
    _record(call, "Update custom authentication extension", "Update", record, before, values)
    return base.no_content()


def delete(call: Call) -> Answer:
    """DELETE /identity/customAuthenticationExtensions/{id}: 204, for good."""
    return _delete(call, EXTENSION, "Delete custom authentication extension")


def create_attribute(call: Call) -> Answer:
    """POST /identity/userFlowAttributes: 201, a custom one, whose id is made of its name."""
    rights = base.rights(call, creating=True)
    values = check_body(TYPES[ATTRIBUTE], base.body_of(call), rights, POLICY)
    for name in ("displayName", "dataType"):
        if not values.get(name):
            raise required(name, ATTRIBUTE)
    if values["dataType"] not in ("string", "boolean", "int64"):
        raise policy_refusal("The data type is not supported.")
    object_id = attribute_id(call.directory.tenant_id, values["displayName"])
    if call.directory.get(object_id) is not None:
        raise GraphError(409, "Conflict", "There is a user flow attribute of this name already.")
    held = {**values, "userFlowAttributeType": "custom"}
    call.directory.add(ATTRIBUTE, held, object_id=object_id)
    record = base.require(call, object_id)
    _record(call, "Create userFlow attribute", "Add", record, {}, values)
    return base.created(call, record, rendering.entity(call, record))


def update_attribute(call: Call) -> Answer:
    """PATCH /identity/userFlowAttributes/{id}: 204; a custom one's description alone."""
    record = _custom(call)
    rights = base.rights(call, creating=False)
    values = check_body(TYPES[ATTRIBUTE], base.body_of(call), rights, POLICY)
    before = {name: record.body.get(name) for name in values}
    base.change(call, record, values)
    _record(call, "Update userFlow attribute", "Update", record, before, values)
    return base.no_content()


def delete_attribute(call: Call) -> Answer:
    """DELETE /identity/userFlowAttributes/{id}: 204, of a custom one."""
    _custom(call)
    return _delete(call, ATTRIBUTE, "Delete userFlow attribute")


def attribute_id(tenant_id: str, name: str) -> str:
    """What an attribute of this name is called: by the application that keeps extensions, of which
    a tenant has one of its own, and by its name."""
    return f"extension_{tenant_id.replace('-', '')}_{name.replace(' ', '')}"


def _custom(call: Call) -> Record:
    record = base.live(call, ATTRIBUTE, call.variables["id"])
    if record.body.get("userFlowAttributeType") != "custom":
        raise bad_request("Only custom user flow attributes can be changed or deleted.")
    return record


def _delete(call: Call, family: str, activity: str) -> Answer:
    record = base.live(call, family, call.variables["id"])
    _record(call, activity, "Delete", record, {}, {})
    call.directory.purge(record.id)
    return base.no_content()


def _record(
    call: Call,
    activity: str,
    operation: str,
    record: Record,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> None:
    of = Activity(activity, "Policy", operation)
    audit.record(call, of, [audit.target(record, audit.changes(before, after))])
