"""Lifecycle workflows, fact by fact."""

from __future__ import annotations

from typing import Any

from tests.sandbox.facts.fact import BAD, DENIED, MISSING, Cast, Fact, by_name, check

WORKFLOWS = "/identityGovernance/lifecycleWorkflows/workflows"
_PREFIX = "#microsoft.graph.identityGovernance."
NEW: dict[str, Any] = {
    "category": "leaver",
    "displayName": "Pre-offboarding",
    "isEnabled": True,
    "executionConditions": {
        "@odata.type": f"{_PREFIX}triggerAndScopeBasedConditions",
        "scope": {"@odata.type": f"{_PREFIX}ruleBasedSubjectSet", "rule": "(country eq 'Norway')"},
        "trigger": {
            "@odata.type": f"{_PREFIX}timeBasedAttributeTrigger",
            "timeBasedAttribute": "employeeLeaveDateTime",
            "offsetInDays": -7,
        },
    },
    "tasks": [
        {
            "continueOnError": False,
            "displayName": "Disable User Account",
            "isEnabled": True,
            "taskDefinitionId": "1dfdfcc7-52fa-4c2e-bf3a-e3919cc12950",
            "arguments": [],
        }
    ],
}


@by_name(
    Fact(
        "a list tells neither conditions nor tasks",
        f"GET {WORKFLOWS}",
        200,
        shows={"value/0/version": 1, "value/0/tasks": None, "value/0/executionConditions": None},
    ),
    Fact(
        "one tells all",
        f"GET {WORKFLOWS}/{{workflow}}",
        200,
        shows={"tasks/length": 2, "tasks/1/executionSequence": 2},
    ),
    Fact("a page has no size", f"GET {WORKFLOWS}?$top=5", 400, "BadRequest"),
    Fact(
        "one is made",
        f"POST {WORKFLOWS}",
        201,
        body=NEW,
        shows={"version": 1, "isSchedulingEnabled": False, "tasks/0/executionSequence": 1},
    ),
    *(
        Fact(
            f"it has its {name}",
            f"POST {WORKFLOWS}",
            400,
            BAD,
            body={key: value for key, value in NEW.items() if key != name},
        )
        for name in ("category", "displayName", "executionConditions", "tasks")
    ),
    Fact(
        "a name is there once",
        f"POST {WORKFLOWS}",
        400,
        "BadRequest",
        body={**NEW, "displayName": "Onboard new hires"},
    ),
    Fact(
        "its switches are changed",
        f"PATCH {WORKFLOWS}/{{workflow}}",
        204,
        body={"isEnabled": False},
    ),
    Fact(
        "its tasks are not",
        f"PATCH {WORKFLOWS}/{{workflow}}",
        400,
        "BadRequest",
        body={"tasks": NEW["tasks"]},
    ),
    Fact(
        "a version has other tasks",
        f"POST {WORKFLOWS}/{{workflow}}/createNewVersion",
        200,
        body={"workflow": {**NEW, "category": "joiner"}},
        shows={"id": "{workflow}", "version": 2, "tasks/length": 1},
    ),
    Fact(
        "its category stays",
        f"POST {WORKFLOWS}/{{workflow}}/createNewVersion",
        400,
        "BadRequest",
        body={"workflow": NEW},
    ),
    Fact("it is deleted", f"DELETE {WORKFLOWS}/{{workflow}}", 204),
    Fact("another is not there", f"DELETE {WORKFLOWS}/{{nobody}}", 404, MISSING),
    Fact(
        "reading does not write",
        f"DELETE {WORKFLOWS}/{{workflow}}",
        403,
        DENIED,
        roles=("LifecycleWorkflows.Read.All",),
    ),
)
def test_workflows(cast: Cast, fact: Fact) -> None:
    check(cast, fact)


EXTENSIONS = "/identityGovernance/lifecycleWorkflows/customTaskExtensions"
SETTINGS = "/identityGovernance/lifecycleWorkflows/settings"
CALL: dict[str, Any] = {
    "displayName": "Tell the building",
    "description": "Badges end with the contract",
    "endpointConfiguration": {
        "@odata.type": "#microsoft.graph.logicAppTriggerEndpointConfiguration",
        "subscriptionId": "c500b67c-e9b7-4ad2-a90d-77d41385ae55",
        "resourceGroupName": "identity-automation",
        "logicAppWorkflowName": "Badges",
    },
    "authenticationConfiguration": {
        "@odata.type": "#microsoft.graph.azureAdPopTokenAuthentication"
    },
    "clientConfiguration": {"maximumRetries": 1, "timeoutInMilliseconds": 1000},
}
EMAIL = {"senderDomain": "mail.example", "useCompanyBranding": False}


@by_name(
    Fact(
        "an extension is made",
        f"POST {EXTENSIONS}",
        201,
        body=CALL,
        shows={"endpointConfiguration/logicAppWorkflowName": "Badges"},
    ),
    Fact(
        "its name is there once",
        f"POST {EXTENSIONS}",
        400,
        "BadRequest",
        body={**CALL, "displayName": "Grant manager access"},
    ),
    Fact("one is deleted", f"DELETE {EXTENSIONS}/{{task_extension}}", 204),
    Fact(
        "one is changed",
        f"PATCH {EXTENSIONS}/{{task_extension}}",
        204,
        body={"description": None},
    ),
    Fact(
        "to change one is not in the right to write workflows",
        f"PATCH {EXTENSIONS}/{{task_extension}}",
        403,
        DENIED,
        body={"description": None},
        roles=("LifecycleWorkflows-Workflow.ReadWrite.All",),
    ),
    Fact(
        "both settings are changed together",
        f"PATCH {SETTINGS}",
        204,
        body={"emailSettings": EMAIL, "workflowScheduleIntervalInHours": 6},
    ),
    Fact("one alone is refused", f"PATCH {SETTINGS}", 400, BAD, body={"emailSettings": EMAIL}),
)
def test_what_workflows_call_and_how_often_they_run(fact: Fact, cast: Cast) -> None:
    check(cast, fact)
