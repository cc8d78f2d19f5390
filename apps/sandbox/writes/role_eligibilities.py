"""Requests that make, change and end role eligibilities.

https://learn.microsoft.com/graph/api/rbacapplication-post-roleeligibilityschedulerequests
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from apps.sandbox.graph.context import Answer, Call
from apps.sandbox.graph.reads.privileged import SCHEDULE, check_p2
from apps.sandbox.rules import eligibilities, groups
from apps.sandbox.rules.bodies import DIRECTORY, check_body
from apps.sandbox.rules.refusals import bad_request, required
from apps.sandbox.schema import TYPES
from apps.sandbox.state.clock import graph_time
from apps.sandbox.state.records import Record
from apps.sandbox.writes import audit, base
from apps.sandbox.writes.activities import ELIGIBLE, NO_LONGER_ELIGIBLE

REQUEST = "unifiedRoleEligibilityScheduleRequest"
# What refusals call it.
_SAID = "RoleEligibilityScheduleRequest"
NAMES = ("principalId", "roleDefinitionId", "directoryScopeId", "appScopeId")


def request(call: Call) -> Answer:
    """POST /roleManagement/directory/roleEligibilityScheduleRequests: 201 with the request.

    Made by an administrator it is carried out at once.
    """
    check_p2(call)
    body = base.body_of(call)
    values = check_body(TYPES[REQUEST], body, base.rights(call, creating=True), DIRECTORY)
    for name in ("action", "principalId", "roleDefinitionId"):
        if not values.get(name):
            raise required(name, _SAID)
    if not values.get("directoryScopeId") and not values.get("appScopeId"):
        raise required("directoryScopeId", _SAID)
    act = {"adminAssign": _assign, "adminUpdate": _update, "adminRemove": _remove}.get(
        values["action"]
    )
    if act is None:
        raise bad_request(f"The action '{values['action']}' is not allowed for this caller.")
    schedule_id, status = act(call, values)
    shown = {
        "@odata.context": f"{call.root}/$metadata#{call.path.strip('/')}/$entity",
        **dict.fromkeys(NAMES),
        **values,
        "id": schedule_id,
        "targetScheduleId": schedule_id,
        "status": status,
        "createdDateTime": base.now(call),
    }
    return Answer(201, shown, is_write=True)


def _assign(call: Call, values: Mapping[str, Any]) -> tuple[str, str]:
    principal, definition = _ends(call, values)
    if base.family_of(principal) == "servicePrincipal":
        raise bad_request("Service principals cannot be eligible for a role.")
    if base.family_of(principal) == "group" and not groups.is_role_assignable(principal.body):
        raise bad_request(groups.UNASSIGNABLE)
    if _held(call, values) is not None:
        raise eligibilities.exists()
    now = base.now(call)
    stored = {
        **{name: values[name] for name in NAMES if values.get(name)},
        "createdDateTime": now,
        "createdUsing": base.new_id(),
        "memberType": "Direct",
        "scheduleInfo": schedule_of(call, values, _SAID),
        "status": "Provisioned",
    }
    schedule_id = call.directory.add(SCHEDULE, stored)
    audit.record(call, ELIGIBLE, _targets(principal, definition))
    return schedule_id, "Provisioned"


def _update(call: Call, values: Mapping[str, Any]) -> tuple[str, str]:
    principal, definition = _ends(call, values)
    held = _held(call, values)
    if held is None:
        raise eligibilities.absent()
    changes = {"scheduleInfo": schedule_of(call, values, _SAID), "modifiedDateTime": base.now(call)}
    call.directory.change(held.id, changes)
    audit.record(call, ELIGIBLE, _targets(principal, definition))
    return held.id, "Provisioned"


def _remove(call: Call, values: Mapping[str, Any]) -> tuple[str, str]:
    held = _held(call, values)
    if held is None:
        raise eligibilities.absent()
    principal, definition = _ends(call, values)
    call.directory.purge(held.id)
    audit.record(call, NO_LONGER_ELIGIBLE, _targets(principal, definition))
    return held.id, "Revoked"


def _ends(call: Call, values: Mapping[str, Any]) -> tuple[Record, Record]:
    principal = call.view.get(values["principalId"])
    if principal is None or base.family_of(principal) not in {"user", "group", "servicePrincipal"}:
        raise eligibilities.no_subject()
    definition = call.directory.get(values["roleDefinitionId"])
    if definition is None or definition.type != "unifiedRoleDefinition":
        raise eligibilities.no_role()
    scope = str(values.get("directoryScopeId") or "/").rpartition("/")[2]
    if scope and call.view.get(scope) is None:
        raise eligibilities.no_subject()
    return principal, definition


def _held(call: Call, values: Mapping[str, Any]) -> Record | None:
    found = call.directory.find_all(SCHEDULE, "principalId", values["principalId"])
    return next(
        (one for one in found if all(one.body.get(n) == (values.get(n) or None) for n in NAMES)),
        None,
    )


def schedule_of(call: Call, values: Mapping[str, Any], of_type: str) -> dict[str, Any]:
    """As schedules show it: from now on, and until a time where a duration was asked for.

    of_type: what a request without it is told that it lacks it."""
    asked = values.get("scheduleInfo")
    if not isinstance(asked, Mapping):
        raise required("scheduleInfo", of_type)
    now = call.world.clock.now()
    start = str(asked.get("startDateTime") or "")
    begins = max(now, datetime.fromisoformat(start)) if start else now
    return {
        "startDateTime": graph_time(begins),
        "recurrence": None,
        "expiration": eligibilities.expiration(asked.get("expiration"), begins),
    }


def _targets(principal: Record, definition: Record) -> list[dict[str, Any]]:
    name = audit.Modified("Role.TemplateId", None, definition.body.get("templateId"))
    return [audit.target(principal, [name]), audit.target(definition)]
