"""Scoped role members of administrative units: role assignments, seen from the unit.

https://learn.microsoft.com/graph/api/administrativeunit-list-scopedrolemembers
"""

from typing import Any

from apps.sandbox.graph.context import Answer, Call
from apps.sandbox.graph.errors import not_found
from apps.sandbox.graph.metadata import context_url
from apps.sandbox.graph.resolve import resolve
from apps.sandbox.state.records import Record

ASSIGNMENT = "unifiedRoleAssignment"


def list_members(call: Call) -> Answer:
    """GET /directory/administrativeUnits/{id}/scopedRoleMembers."""
    unit = resolve(call, "administrativeUnit")
    held = call.view.find_all(ASSIGNMENT, "directoryScopeId", scope_of(unit))
    body = {
        "@odata.context": context_url(call, "scopedRoleMemberships"),
        "value": [membership(call, unit, assignment) for assignment in held],
    }
    return Answer(200, body)


def get_member(call: Call) -> Answer:
    """GET /directory/administrativeUnits/{id}/scopedRoleMembers/{membership}."""
    unit = resolve(call, "administrativeUnit")
    found = call.view.get(call.variables["membership"])
    if found is None or not is_of(unit, found):
        raise not_found(call.variables["membership"])
    return Answer(200, with_context(call, membership(call, unit, found)))


def scope_of(unit: Record) -> str:
    """The scope of assignments over the unit."""
    return f"/administrativeUnits/{unit.id}"


def is_of(unit: Record, assignment: Record) -> bool:
    """Whether the record is an assignment over this unit."""
    scoped = assignment.body.get("directoryScopeId") == scope_of(unit)
    return scoped and assignment.type == ASSIGNMENT


def with_context(call: Call, shown: dict[str, Any]) -> dict[str, Any]:
    """A membership as the whole answer."""
    return {"@odata.context": context_url(call, "scopedRoleMemberships", single=True), **shown}


def membership(call: Call, unit: Record, assignment: Record) -> dict[str, Any]:
    """The assignment as a scopedRoleMembership; ``roleId`` is that of the activated role."""
    template_id = assignment.body["roleDefinitionId"]
    role = next(iter(call.view.find_all("directoryRole", "roleTemplateId", template_id)), None)
    principal = call.view.get(assignment.body["principalId"])
    name = principal.body.get("displayName") if principal is not None else None
    return {
        "id": assignment.id,
        "administrativeUnitId": unit.id,
        "roleId": role.id if role is not None else template_id,
        "roleMemberInfo": {"id": assignment.body["principalId"], "displayName": name},
    }
