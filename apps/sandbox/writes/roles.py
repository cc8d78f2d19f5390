"""Role definitions, role assignments and activated directory roles.

https://learn.microsoft.com/graph/api/resources/rolemanagement
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apps.sandbox.graph.context import Answer, Call
from apps.sandbox.graph.licensing import PREMIUM
from apps.sandbox.rules import grants, groups, roles
from apps.sandbox.rules.bodies import DIRECTORY, check_body
from apps.sandbox.rules.refusals import (
    CONFLICTING_OBJECT,
    EXISTS,
    bad_request,
    not_found,
    refused,
    required,
)
from apps.sandbox.schema import TYPES
from apps.sandbox.state.records import Record
from apps.sandbox.writes import audit, base, licensing, rendering, role_settings, standing
from apps.sandbox.writes.activities import LINKS, OBJECTS, ROLE_FROM_TEMPLATE

DEFINITION = "unifiedRoleDefinition"
ASSIGNMENT = "unifiedRoleAssignment"
MEMBERS = "directoryRole.members"
ACTIVITIES = OBJECTS[DEFINITION]
PRINCIPALS = frozenset({"user", "group", "servicePrincipal"})


def create_definition(call: Call) -> Answer:
    """POST /roleManagement/directory/roleDefinitions."""
    licensing.check_p1(call)
    body = base.body_of(call)
    values = check_body(TYPES[DEFINITION], body, base.rights(call, creating=True), DIRECTORY)
    roles.check_definition(values)
    custom = [d for d in call.directory.of_type(DEFINITION) if not d.body.get("isBuiltIn")]
    if len(custom) >= roles.CUSTOM_ROLE_LIMIT:
        raise bad_request("The limit of custom roles of the tenant is reached.")
    if any(d.body.get("displayName") == values["displayName"] for d in custom):
        raise refused(CONFLICTING_OBJECT, EXISTS)
    template_id = values.get("templateId") or base.new_id()
    if call.directory.get(template_id) is not None:
        raise refused(CONFLICTING_OBJECT, EXISTS)
    stored = {
        "resourceScopes": ["/"],
        "version": "1",
        **values,
        "templateId": template_id,
        "isBuiltIn": False,
        "isPrivileged": roles.is_privileged(values["rolePermissions"]),
    }
    call.directory.add(DEFINITION, stored, object_id=template_id)
    if PREMIUM in call.directory.licences:
        role_settings.add_settings(call, template_id)
    record = base.require(call, template_id)
    audit.record(call, ACTIVITIES["add"], [audit.target(record, audit.changes({}, dict(values)))])
    return base.created(call, record, rendering.entity(call, record))


def update_definition(call: Call) -> Answer:
    """PATCH /roleManagement/directory/roleDefinitions/{id}."""
    record = _custom(call)
    licensing.check_p1(call)
    body = base.body_of(call)
    values = check_body(TYPES[DEFINITION], body, base.rights(call, creating=False), DIRECTORY)
    roles.check_definition({**record.body, **values})
    permissions = values.get("rolePermissions") or record.body["rolePermissions"]
    own = {"isPrivileged": roles.is_privileged(permissions)}
    after = base.change(call, record, {**values, **own})
    before = {name: record.body.get(name) for name in values}
    modified = audit.changes(before, {name: after.body.get(name) for name in values})
    audit.record(call, ACTIVITIES["update"], [audit.target(after, modified)])
    return base.no_content()


def delete_definition(call: Call) -> Answer:
    """DELETE /roleManagement/directory/roleDefinitions/{id}: into the bin, which beta shows."""
    record = _custom(call)
    if call.directory.find(ASSIGNMENT, "roleDefinitionId", record.id) is not None:
        raise bad_request(roles.ASSIGNED)
    audit.record(call, ACTIVITIES["delete"], [audit.target(record)])
    call.directory.soft_delete(record.id)
    return base.no_content()


def restore_definition(call: Call) -> Answer:
    """POST .../deletedItems/roleDefinitions/{id}/restore: 200 with the role.

    https://learn.microsoft.com/graph/api/unifiedroledefinition-restore
    """
    record = _deleted(call)
    same_name = call.directory.find(DEFINITION, "displayName", record.body.get("displayName"))
    if same_name is not None:
        raise refused(CONFLICTING_OBJECT, EXISTS)
    call.directory.restore(record.id)
    record = base.require(call, record.id)
    audit.record(call, ACTIVITIES["restore"], [audit.target(record)])
    return base.ok(rendering.entity(call, record))


def purge_definition(call: Call) -> Answer:
    """DELETE .../deletedItems/roleDefinitions/{id}: for good."""
    record = _deleted(call)
    call.directory.purge(record.id)
    audit.record(call, ACTIVITIES["hard-delete"], [audit.target(record)])
    return base.no_content()


def create_assignment(call: Call) -> Answer:
    """POST /roleManagement/directory/roleAssignments."""
    body = base.body_of(call)
    values = check_body(TYPES[ASSIGNMENT], body, base.rights(call, creating=True), DIRECTORY)
    for name in ("principalId", "roleDefinitionId"):
        if not values.get(name):
            raise required(name, "RoleAssignment")
    if not values.get("appScopeId"):
        values["directoryScopeId"] = roles.check_scope(values.get("directoryScopeId"))
    assignment = assign(call, values)
    return base.created(call, assignment, rendering.entity(call, assignment))


def assign(call: Call, values: Mapping[str, Any]) -> Record:
    """Check and store an assignment; an activated role gets its member too; audit it."""
    principal, definition = _ends(call, values)
    if definition.body.get("isBuiltIn") is False:
        licensing.check_p1(call)
    if base.family_of(principal) == "group" and not groups.is_role_assignable(principal.body):
        raise bad_request(groups.UNASSIGNABLE)
    held = call.directory.find_all(ASSIGNMENT, "principalId", principal.id)
    names = ("roleDefinitionId", "directoryScopeId", "appScopeId")
    if any(all(a.body.get(n) == values.get(n) for n in names) for a in held):
        raise refused(CONFLICTING_OBJECT, EXISTS)
    assignment_id = grants.packed(definition.id, principal.id) + "-" + base.new_id()[:4]
    call.directory.add(
        ASSIGNMENT,
        {**values, "principalOrganizationId": call.directory.tenant_id},
        object_id=assignment_id,
    )
    role = _activated(call, definition.id)
    if role is not None and values.get("directoryScopeId") == "/":
        call.directory.link(MEMBERS, role.id, principal.id)
    _record(call, principal, definition, added=True)
    return base.require(call, assignment_id)


def delete_assignment(call: Call) -> Answer:
    """DELETE /roleManagement/directory/roleAssignments/{id}."""
    assignment_id = call.variables["id"]
    record = call.directory.get(assignment_id)
    if record is None or record.type != ASSIGNMENT or call.view.get(assignment_id) is None:
        raise not_found(assignment_id)
    unassign(call, record)
    return base.no_content()


def unassign(call: Call, assignment: Record) -> None:
    """Remove an assignment, unless it is the last of Global Administrator; audit it."""
    body = assignment.body
    _check_last(call, body["roleDefinitionId"], body["principalId"])
    call.directory.purge(assignment.id)
    role = _activated(call, body["roleDefinitionId"])
    if role is not None and body.get("directoryScopeId") == "/":
        call.directory.unlink(MEMBERS, role.id, body["principalId"])
    principal = call.directory.get(body["principalId"])
    definition = call.directory.get(body["roleDefinitionId"])
    if principal is not None and definition is not None:
        _record(call, principal, definition, added=False)


def activate(call: Call) -> Answer:
    """POST /directoryRoles: activates a role from its template."""
    template_id = base.body_of(call).get("roleTemplateId")
    if not template_id:
        raise required("roleTemplateId", "DirectoryRole")
    template = call.directory.get(str(template_id))
    if template is None:
        raise not_found(str(template_id))
    if _activated(call, template.id) is not None:
        raise refused(CONFLICTING_OBJECT, EXISTS)
    body = {
        "roleTemplateId": template.id,
        "displayName": template.body.get("displayName"),
        "description": template.body.get("description"),
    }
    record = base.require(call, call.directory.add("directoryRole", body))
    audit.record(call, ROLE_FROM_TEMPLATE, [audit.target(record)])
    return base.created(call, record, rendering.entity(call, record))


def add_member(call: Call, role: Record, principal: Record) -> None:
    """The same as an assignment over the whole tenant."""
    values = {
        "principalId": principal.id,
        "roleDefinitionId": role.body["roleTemplateId"],
        "directoryScopeId": "/",
    }
    assign(call, values)


def remove_member(call: Call, role: Record, principal_id: str) -> None:
    """The same as removing the assignment over the whole tenant."""
    template_id = role.body["roleTemplateId"]
    for assignment in call.directory.find_all(ASSIGNMENT, "principalId", principal_id):
        whole = assignment.body.get("directoryScopeId") == "/"
        if whole and assignment.body["roleDefinitionId"] == template_id:
            unassign(call, assignment)
            return
    raise not_found(principal_id)


def _deleted(call: Call) -> Record:
    record = call.directory.get_deleted(call.variables["id"])
    if record is None or record.type != DEFINITION:
        raise not_found(call.variables["id"])
    return record


def _custom(call: Call) -> Record:
    record = base.live(call, DEFINITION, call.variables["id"])
    if record.body.get("isBuiltIn"):
        raise roles.built_in()
    return record


def _ends(call: Call, values: Mapping[str, Any]) -> tuple[Record, Record]:
    principal = call.view.get(values["principalId"])
    if principal is None or base.family_of(principal) not in PRINCIPALS:
        raise not_found(values["principalId"])
    definition = call.directory.get(values["roleDefinitionId"])
    if definition is None or definition.type != DEFINITION:
        raise not_found(values["roleDefinitionId"])
    scope = str(values.get("directoryScopeId") or "/").rpartition("/")[2]
    if scope and call.view.get(scope) is None:
        raise not_found(scope)
    return base.require(call, principal.id), definition


def _activated(call: Call, template_id: str) -> Record | None:
    return call.directory.find("directoryRole", "roleTemplateId", template_id)


def _check_last(call: Call, role_id: str, principal_id: str) -> None:
    if role_id != roles.GLOBAL_ADMINISTRATOR:
        return
    if principal_id == call.caller.user_id:
        raise bad_request(roles.OWN_ROLE)
    members = call.directory.targets("group.members", principal_id)
    standing.check_not_last(call, principal_id, *members)


def _record(call: Call, principal: Record, definition: Record, *, added: bool) -> None:
    facts = {
        "Role.ObjectID": definition.id,
        "Role.DisplayName": definition.body.get("displayName"),
        "Role.TemplateId": definition.body.get("templateId"),
    }
    modified = [
        audit.Modified(name, None if added else value, value if added else None)
        for name, value in facts.items()
    ]
    activity = LINKS[MEMBERS][0 if added else 1]
    audit.record(call, activity, [audit.target(principal, modified), audit.target(definition)])
