"""Privileged Identity Management of groups: which have any, and whose schedules they are.

https://learn.microsoft.com/graph/api/privilegedaccessgroup-list-eligibilityschedules
https://learn.microsoft.com/graph/api/privilegedaccessgroup-list-resources
"""

import re

from apps.sandbox.graph.collection import Collection, list_collection
from apps.sandbox.graph.context import Answer, Call
from apps.sandbox.graph.errors import bad_request
from apps.sandbox.graph.metadata import context_url

from .objects import Handler, gets
from .privileged import check_p2

ELIGIBILITY = "privilegedAccessGroupEligibilitySchedule"
ASSIGNMENT = "privilegedAccessGroupAssignmentSchedule"
RESOURCE = "groupResource"
_SCOPED = re.compile(r"(?:groupId|principalId) eq '")
_PATH = "identityGovernance/privilegedAccess/group"
_CONTEXTS = {
    ELIGIBILITY: f"{_PATH}/eligibilitySchedules",
    ASSIGNMENT: f"{_PATH}/assignmentSchedules",
}


def list_resources(call: Call) -> Answer:
    """GET /identityGovernance/privilegedAccess/group/resources."""
    check_p2(call)
    value = [{"id": one.body["groupId"]} for one in call.view.of_type(RESOURCE)]
    return Answer(200, {"@odata.context": context_url(call, f"{_PATH}/resources"), "value": value})


def lists(type_name: str) -> Handler:
    """GET of schedules, which has to be narrowed to a group or a principal."""

    def handler(call: Call) -> Answer:
        check_p2(call)
        if not _SCOPED.search(call.option("$filter") or ""):
            raise bad_request("The filter is invalid: a groupId or a principalId is required.")
        return list_collection(call, Collection(type_name=type_name, context=_CONTEXTS[type_name]))

    return handler


def gets_one(type_name: str) -> Handler:
    """GET of one schedule."""

    def handler(call: Call) -> Answer:
        check_p2(call)
        return gets(type_name, _CONTEXTS[type_name])(call)

    return handler
