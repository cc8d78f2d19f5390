"""What happens by itself to people who come and leave, where the tenant governs identities."""

from typing import Any

from apps.sandbox.graph.reads.workflows import EXTENSION, SETTINGS, TYPE
from apps.sandbox.seed.draft import Draft

_ENABLE = "6fc52c9d-398b-4305-9763-15f42c1676fc"
_ADD_TO_GROUPS = "22085229-5809-45e8-97fd-270d28d66910"
_REMOVE_FROM_GROUPS = "b3a31406-2a15-4c9a-b25b-a658fa5f07fc"
_DISABLE = "1dfdfcc7-52fa-4c2e-bf3a-e3919cc12950"
_PREFIX = "#microsoft.graph.identityGovernance."


def add_workflows(draft: Draft) -> None:
    """One for those who come, one for those who leave."""
    if "AAD_PREMIUM_P2" not in draft.directory.licences:
        return
    group = draft.groups["all-staff"]
    come = [
        _task(draft, "joiner", 1, "Enable User Account", _ENABLE),
        _task(draft, "joiner", 2, "Add User To Groups", _ADD_TO_GROUPS, ("groupID", group)),
    ]
    leave = [
        _task(draft, "leaver", 1, "Disable User Account", _DISABLE),
        _task(draft, "leaver", 2, "Remove user from selected groups", _REMOVE_FROM_GROUPS,
              ("groupID", group)),
    ]  # fmt: skip
    _add(draft, "Onboard new hires", "joiner", "employeeHireDate", come)
    _add(draft, "Offboard leavers", "leaver", "employeeLeaveDateTime", leave)
    _add_settings(draft)


def _add(
    draft: Draft, name: str, category: str, attribute: str, tasks: list[dict[str, Any]]
) -> None:
    conditions = {
        "@odata.type": f"{_PREFIX}triggerAndScopeBasedConditions",
        "scope": {
            "@odata.type": f"{_PREFIX}ruleBasedSubjectSet",
            "rule": "(department eq 'Sales')",
        },
        "trigger": {
            "@odata.type": f"{_PREFIX}timeBasedAttributeTrigger",
            "timeBasedAttribute": attribute,
            "offsetInDays": 0,
        },
    }
    body = {
        "category": category,
        "createdDateTime": "2026-01-05T08:00:00Z",
        "description": f"{name} of sales",
        "displayName": name,
        "executionConditions": conditions,
        "isEnabled": True,
        "isSchedulingEnabled": True,
        "lastModifiedDateTime": "2026-01-05T08:00:00Z",
        "tasks": tasks,
        "version": 1,
    }
    draft.add(TYPE, body, category)


def _task(
    draft: Draft, category: str, number: int, name: str, definition: str, *given: tuple[str, str]
) -> dict[str, Any]:
    return {
        "arguments": [{"name": key, "value": value} for key, value in given],
        "category": category,
        "continueOnError": False,
        "description": name,
        "displayName": name,
        "executionSequence": number,
        "id": draft.guid("workflowTask", category, number),
        "isEnabled": True,
        "taskDefinitionId": definition,
    }


def _add_settings(draft: Draft) -> None:
    settings = {
        "emailSettings": {
            "senderDomain": draft.organisation.domain,
            "useCompanyBranding": True,
        },
        "workflowScheduleIntervalInHours": 3,
    }
    draft.directory.add(SETTINGS, settings, object_id=SETTINGS)
    moment = "2026-01-05T08:00:00Z"
    extension = {
        "authenticationConfiguration": {
            "@odata.type": "#microsoft.graph.azureAdPopTokenAuthentication"
        },
        "callbackConfiguration": {
            "@odata.type": f"{_PREFIX}customTaskExtensionCallbackConfiguration",
            "timeoutDuration": "PT20M",
        },
        "clientConfiguration": {"maximumRetries": 1, "timeoutInMilliseconds": 1000},
        "createdDateTime": moment,
        "description": "Lets the manager into the mailbox",
        "displayName": "Grant manager access",
        "endpointConfiguration": {
            "@odata.type": "#microsoft.graph.logicAppTriggerEndpointConfiguration",
            "logicAppWorkflowName": "ManagerAccess",
            "resourceGroupName": "identity-automation",
            "subscriptionId": draft.guid("azure", "subscription"),
        },
        "lastModifiedDateTime": moment,
    }
    draft.add(EXTENSION, extension, "manager")
