"""App role assignments, from the side of the resource and from that of the principal.

https://learn.microsoft.com/graph/api/resources/approleassignment
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apps.sandbox.graph.context import Answer, Call
from apps.sandbox.rules import grants
from apps.sandbox.rules.bodies import DIRECTORY, check_body
from apps.sandbox.rules.refusals import bad_request, not_found, required
from apps.sandbox.schema import TYPES
from apps.sandbox.state.records import Record
from apps.sandbox.writes import audit, base, licensing, rendering
from apps.sandbox.writes.activities import ASSIGNED, UNASSIGNED

FAMILY = "appRoleAssignment"
SIDES = {"users": "user", "groups": "group", "serviceprincipals": "servicePrincipal"}


def create_for_resource(call: Call) -> Answer:
    """POST /servicePrincipals/{id}/appRoleAssignedTo."""
    resource = base.live(call, "servicePrincipal", call.variables["id"])
    return _create(call, "resourceId", resource)


def create_for_principal(call: Call) -> Answer:
    """POST /users|groups|servicePrincipals/{id}/appRoleAssignments."""
    principal = base.live(call, SIDES[call.segments[0].lower()], call.variables["id"])
    return _create(call, "principalId", principal)


def delete_for_resource(call: Call) -> Answer:
    """DELETE /servicePrincipals/{id}/appRoleAssignedTo/{assignment}."""
    return _delete(call, "resourceId")


def delete_for_principal(call: Call) -> Answer:
    """DELETE /users|groups|servicePrincipals/{id}/appRoleAssignments/{assignment}."""
    return _delete(call, "principalId")


def _create(call: Call, side: str, holder: Record) -> Answer:
    body = base.body_of(call)
    values = check_body(TYPES[FAMILY], body, base.rights(call, creating=True), DIRECTORY)
    for name in ("principalId", "resourceId", "appRoleId"):
        if not values.get(name):
            raise required(name, "AppRoleAssignment")
    if values[side] != holder.id:
        raise bad_request(grants.NO_REFERENCE)
    principal, resource = _end(call, values["principalId"]), _end(call, values["resourceId"])
    family = base.family_of(principal)
    if family not in grants.PRINCIPAL_TYPES or base.family_of(resource) != "servicePrincipal":
        raise bad_request(grants.NO_REFERENCE)
    if family == "group":
        licensing.check_p1(call)
    if not grants.role_allows(resource.body, values["appRoleId"], family):
        raise grants.unknown_role(resource.body.get("appId"))
    _check_new(call, values)
    assignment = _store(call, values, principal, resource)
    _record(call, assignment, principal, resource, added=True)
    return base.created(call, assignment, rendering.entity(call, assignment))


def _end(call: Call, object_id: str) -> Record:
    """One end of the assignment; a missing or not yet visible one is no valid reference."""
    found = call.directory.get(object_id)
    if found is None or call.view.get(object_id) is None:
        raise bad_request(grants.NO_REFERENCE)
    return found


def _check_new(call: Call, values: Mapping[str, Any]) -> None:
    held = call.directory.find_all(FAMILY, "principalId", values["principalId"])
    if len(held) >= grants.ASSIGNMENT_LIMIT:
        raise bad_request("The limit of app role assignments of the principal is reached.")
    for other in held:
        if all(other.body[name] == values[name] for name in ("resourceId", "appRoleId")):
            raise bad_request(grants.ALREADY_ASSIGNED)


def _store(call: Call, values: Mapping[str, Any], principal: Record, resource: Record) -> Record:
    body = {
        **values,
        "createdDateTime": base.now(call),
        "principalDisplayName": principal.body.get("displayName"),
        "principalType": grants.PRINCIPAL_TYPES[base.family_of(principal)],
        "resourceDisplayName": resource.body.get("displayName"),
    }
    assignment_id = grants.packed(principal.id, base.new_id())
    call.directory.add(FAMILY, body, object_id=assignment_id)
    return base.require(call, assignment_id)


def _delete(call: Call, side: str) -> Answer:
    assignment_id = call.variables["assignment"]
    assignment = call.directory.get(assignment_id)
    if (
        assignment is None
        or assignment.type != FAMILY
        or assignment.body[side] != call.variables["id"]
        or call.view.get(assignment_id) is None
    ):
        raise not_found(assignment_id)
    principal = call.directory.get(assignment.body["principalId"])
    resource = call.directory.get(assignment.body["resourceId"])
    call.directory.purge(assignment_id)
    if principal is not None and resource is not None:
        _record(call, assignment, principal, resource, added=False)
    return base.no_content()


def _record(
    call: Call, assignment: Record, principal: Record, resource: Record, *, added: bool
) -> None:
    role = _role(resource, assignment.body["appRoleId"])
    label = grants.PRINCIPAL_TYPES[base.family_of(principal)]
    facts = {
        "AppRole.Id": assignment.body["appRoleId"],
        "AppRole.Value": role.get("value"),
        "AppRole.DisplayName": role.get("displayName"),
        f"{label}.ObjectID": principal.id,
        f"{label}.DisplayName": principal.body.get("displayName"),
        "TargetId.ServicePrincipalNames": ";".join(
            resource.body.get("servicePrincipalNames") or ()
        ),
    }
    modified = [
        audit.Modified(name, None if added else value, value if added else None)
        for name, value in facts.items()
    ]
    activity = (ASSIGNED if added else UNASSIGNED)[label]
    audit.record(call, activity, [audit.target(resource, modified), audit.target(principal)])


def _role(resource: Record, role_id: str) -> Mapping[str, Any]:
    roles = resource.body.get("appRoles") or ()
    found: Mapping[str, Any] = next((role for role in roles if role["id"] == role_id), {})
    return found
