"""Scoped role members of administrative units, which are role assignments by another name.

https://learn.microsoft.com/graph/api/administrativeunit-post-scopedrolemembers
"""

from __future__ import annotations

from collections.abc import Mapping

from apps.sandbox.graph.context import Answer, Call
from apps.sandbox.graph.reads import scoped_roles
from apps.sandbox.rules.refusals import not_found, required
from apps.sandbox.writes import base, roles


def create(call: Call) -> Answer:
    """POST /directory/administrativeUnits/{id}/scopedRoleMembers."""
    unit = base.live(call, "administrativeUnit", call.variables["id"])
    body = base.body_of(call)
    member = body.get("roleMemberInfo")
    member_id = member.get("id") if isinstance(member, Mapping) else None
    for name, value in (("roleId", body.get("roleId")), ("roleMemberInfo", member_id)):
        if not value:
            raise required(name, "ScopedRoleMembership")
    role = base.live(call, "directoryRole", str(body["roleId"]))
    assignment = roles.assign(
        call,
        {
            "principalId": str(member_id),
            "roleDefinitionId": role.body["roleTemplateId"],
            "directoryScopeId": scoped_roles.scope_of(unit),
        },
    )
    shown = scoped_roles.membership(call, unit, assignment)
    return base.created(call, assignment, scoped_roles.with_context(call, shown))


def delete(call: Call) -> Answer:
    """DELETE /directory/administrativeUnits/{id}/scopedRoleMembers/{membership}."""
    unit = base.live(call, "administrativeUnit", call.variables["id"])
    assignment = call.directory.get(call.variables["membership"])
    if assignment is None or not scoped_roles.is_of(unit, assignment):
        raise not_found(call.variables["membership"])
    roles.unassign(call, assignment)
    return base.no_content()
