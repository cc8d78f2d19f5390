"""Privileged Identity Management: eligibilities, and which assignments are activations.

https://learn.microsoft.com/graph/api/rbacapplication-list-roleeligibilityschedules
https://learn.microsoft.com/graph/api/rbacapplication-list-roleassignmentscheduleinstances
"""

from typing import Any

from apps.sandbox.graph.collection import Collection, list_collection
from apps.sandbox.graph.context import Answer, Call, GraphError
from apps.sandbox.graph.licensing import NO_LICENCE, PREMIUM
from apps.sandbox.graph.metadata import context_url
from apps.sandbox.state.records import Record

from .objects import gets

SCHEDULE = "unifiedRoleEligibilitySchedule"
_CONTEXT = "roleManagement/directory/roleEligibilitySchedules"


def check_p2(call: Call) -> None:
    """Refuse a tenant without Entra ID P2."""
    if PREMIUM not in call.directory.licences:
        raise GraphError(400, "AadPremiumLicenseRequired", NO_LICENCE)


def list_schedules(call: Call) -> Answer:
    """GET /roleManagement/directory/roleEligibilitySchedules."""
    check_p2(call)
    return list_collection(call, Collection(type_name=SCHEDULE, context=_CONTEXT))


def get_schedule(call: Call) -> Answer:
    """GET /roleManagement/directory/roleEligibilitySchedules/{id}."""
    check_p2(call)
    return gets(SCHEDULE, _CONTEXT)(call)


def list_instances(call: Call) -> Answer:
    """GET /roleManagement/directory/roleAssignmentScheduleInstances: each assignment in force."""
    check_p2(call)
    value = [_instance(one) for one in call.view.of_type("unifiedRoleAssignment")]
    context = context_url(call, "roleManagement/directory/roleAssignmentScheduleInstances")
    return Answer(200, {"@odata.context": context, "value": value})


def _instance(assignment: Record) -> dict[str, Any]:
    body = assignment.body
    until = body.get("activatedUntil")
    return {
        "id": f"instance-{assignment.id}",
        "principalId": body.get("principalId"),
        "roleDefinitionId": body.get("roleDefinitionId"),
        "directoryScopeId": body.get("directoryScopeId"),
        "appScopeId": body.get("appScopeId"),
        "startDateTime": None,
        "endDateTime": until,
        "assignmentType": "Activated" if until else "Assigned",
        "memberType": "Direct",
        "roleAssignmentOriginId": assignment.id,
        "roleAssignmentScheduleId": assignment.id,
    }
