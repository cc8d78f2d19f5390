"""Damage to whom a tenant trusts: federations, providers, devices, sign-in. See `mutations`."""

from __future__ import annotations

from typing import Any

from tests.recovery.mutations import Hand, Mutation

ASSIGNMENTS = "/policies/roleManagementPolicyAssignments"
POLICIES = "/policies/roleManagementPolicies"
PROVIDER = "/identity/identityProviders/Google-OAUTH"
DEVICES = "/policies/deviceRegistrationPolicy"
RULES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("Expiration", "Expiration_EndUser_Assignment", {"maximumDuration": "PT24H"}),
    ("Enablement", "Enablement_EndUser_Assignment", {"enabledRules": []}),
    ("Expiration", "Expiration_Admin_Assignment", {"maximumDuration": "P365D"}),
)

OF_TRUST: dict[str, Mutation] = {}


def mutation(act: Mutation) -> Mutation:
    OF_TRUST[act.__name__] = act
    return act


@mutation
def loosen_privileged_group(hand: Hand) -> None:
    listed = hand.do("GET", "/identityGovernance/privilegedAccess/group/resources", version="beta")
    for group in listed["value"][:1]:
        scope = f"scopeId eq '{group['id']}' and scopeType eq 'Group'"
        settings = hand.list(f"{ASSIGNMENTS}?$filter={scope}")
        policy = settings[hand.number % len(settings)]["policyId"]
        sort, name, values = RULES[hand.number % len(RULES)]
        body = {"@odata.type": f"#microsoft.graph.unifiedRoleManagementPolicy{sort}Rule", **values}
        hand.do("PATCH", f"{POLICIES}/{policy}/rules/{name}", body)


def _federations(hand: Hand) -> list[str]:
    """The paths of what there is."""
    return [
        f"/domains/{domain['id']}/federationConfiguration/{one['id']}"
        for domain in hand.list("/domains")
        if domain["authenticationType"] == "Federated"
        for one in hand.list(f"/domains/{domain['id']}/federationConfiguration")
    ]


@mutation
def trust_another_key(hand: Hand) -> None:
    for path in _federations(hand):
        body = {
            "nextSigningCertificate": f"MIIC8DCCAdig{hand.number}",
            "federatedIdpMfaBehavior": "acceptIfMfaDoneByFederatedIdp",
            "passwordResetUri": f"https://evil.example/{hand.number}",
        }
        hand.do("PATCH", path, body)


@mutation
def end_federation(hand: Hand) -> None:
    for path in _federations(hand):
        hand.do("DELETE", path)


@mutation
def federate_domain(hand: Hand) -> None:
    body = {
        "issuerUri": f"http://evil.example/{hand.number}",
        "passiveSignInUri": "https://evil.example/adfs/ls",
        "preferredAuthenticationProtocol": "saml",
        "signingCertificate": "MIIC8DCCAdigevil",
    }
    hand.do("POST", f"/domains/{hand.workshop.tenant.domain}/federationConfiguration", body)


@mutation
def lead_guests_elsewhere(hand: Hand) -> None:
    body = {"@odata.type": "#microsoft.graph.socialIdentityProvider", "clientId": hand.word}
    hand.do("PATCH", PROVIDER, body)


@mutation
def rewrite_sign_in(hand: Hand) -> None:
    path = f"/organization/{hand.workshop.entra}/branding/localizations"
    body = {"signInPageText": hand.word, "customPrivacyAndCookiesUrl": "https://evil.example"}
    hand.do("PATCH", f"{path}/0", body)
    if hand.number % 2:
        hand.do("DELETE", f"{path}/fr-FR")
    else:
        hand.do("POST", path, {"id": "de-DE", "signInPageText": hand.word})


@mutation
def let_everybody_join(hand: Hand) -> None:
    held = hand.do("GET", DEVICES)
    names = ("azureADJoin", "azureADRegistration", "localAdminPassword")
    body = {
        **{name: held[name] for name in names},
        "multiFactorAuthConfiguration": "notRequired",
        "userDeviceQuota": 1 + hand.number,
    }
    hand.do("PUT", DEVICES, body)


@mutation
def let_federations_speak(hand: Hand) -> None:
    domains = {"@odata.type": "#microsoft.graph.allDomains", "rootDomains": "none"}
    hand.do("PATCH", "/policies/federatedTokenValidationPolicy", {"validatingDomains": domains})
    body = {"allowExternalIdentitiesToLeave": bool(hand.number % 2)}
    hand.do("PATCH", "/policies/externalIdentitiesPolicy", body, version="beta")


@mutation
def empty_workflow(hand: Hand) -> None:
    path = "/identityGovernance/lifecycleWorkflows/workflows"
    # The eldest: others may have been added a moment ago.
    listed = hand.list(path)[:2]
    if not listed:
        return
    one = hand.do("GET", f"{path}/{listed[hand.number % len(listed)]['id']}")
    if hand.number % 3 == 0:
        hand.do("DELETE", f"{path}/{one['id']}")
        return
    names = ("category", "displayName", "executionConditions")
    task = {name: one["tasks"][0][name] for name in ("displayName", "taskDefinitionId")}
    version = {name: one[name] for name in names} | {"description": hand.word, "tasks": [task]}
    hand.do("POST", f"{path}/{one['id']}/createNewVersion", {"workflow": version})


@mutation
def add_workflow(hand: Hand) -> None:
    conditions = {"@odata.type": "#microsoft.graph.identityGovernance.onDemandExecutionOnly"}
    task = {
        "displayName": "Disable User Account",
        "taskDefinitionId": "1dfdfcc7-52fa-4c2e-bf3a-e3919cc12950",
    }
    body = {
        "category": "leaver",
        "displayName": f"{hand.word} leavers",
        "executionConditions": conditions,
        "tasks": [task],
    }
    hand.do("POST", "/identityGovernance/lifecycleWorkflows/workflows", body)


@mutation
def add_provider(hand: Hand) -> None:
    body = {
        "@odata.type": "#microsoft.graph.socialIdentityProvider",
        "displayName": hand.word,
        "identityProviderType": "Facebook",
        "clientId": hand.word,
        "clientSecret": "not a real one",
    }
    hand.do("POST", "/identity/identityProviders", body)


@mutation
def drop_provider(hand: Hand) -> None:
    hand.do("DELETE", PROVIDER)
