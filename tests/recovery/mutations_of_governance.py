"""Who may become what, who is trusted, and the tenant's own settings: see `mutations`.

Most of it is one request to one object of a list, so it is a table.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from itertools import pairwise
from typing import Any
from uuid import uuid4

from tests.recovery.mutations import APPS, CONTEXTS, LOCATIONS, REF, Hand, Mutation

POLICY = "/policies"
PARTNERS = "/policies/crossTenantAccessPolicy"
ENTITLEMENTS = "/identityGovernance/entitlementManagement"
PRIVILEGED = "/identityGovernance/privilegedAccess/group"
REVIEWS = "/identityGovernance/accessReviews/definitions"
SETTINGS = "/policies/roleManagementPolicyAssignments"
ATTRIBUTES = "/directory/customSecurityAttributeDefinitions"
OF_GOVERNANCE: dict[str, Mutation] = {}


def mutation(act: Mutation) -> Mutation:
    OF_GOVERNANCE[act.__name__] = act
    return act


def one_of(hand: Hand, path: str) -> list[dict[str, Any]]:
    """One of the list, or none where the tenant has none; Microsoft's own are spared."""
    found = [
        one
        for one in hand.list(path)
        if not str(one.get("id", "")).startswith("microsoft-")
        and one.get("catalogType") != "serviceDefault"
    ]
    return found and [found[hand.number % len(found)]]


def _change(path: str, body: Mapping[str, Any], hand: Hand) -> None:
    for one in one_of(hand, path):
        hand.do("PATCH", f"{path}/{one['id']}", _filled(body, hand))


def _set(path: str, body: Mapping[str, Any], hand: Hand) -> None:
    hand.do("PATCH", path, _filled(body, hand))


def _make(path: str, body: Mapping[str, Any], hand: Hand) -> None:
    hand.do("POST", path, _filled(body, hand))


def _drop(path: str, hand: Hand) -> None:
    for one in one_of(hand, path):
        hand.do("DELETE", f"{path}/{one['id']}")


def _filled(body: Mapping[str, Any], hand: Hand) -> dict[str, Any]:
    """With a word of the hand's own where the table leaves room for it."""
    return {
        name: f"{hand.word}-{uuid4().hex[:6]}" if value == "*" else value
        for name, value in body.items()
    }


_DEFINED = {
    "claimsMappingPolicies": '{"ClaimsMappingPolicy":{"Version":1}}',
    "homeRealmDiscoveryPolicies": '{"HomeRealmDiscoveryPolicy":{"AllowCloudPasswordValidation":1}}',
    "tokenLifetimePolicies": '{"TokenLifetimePolicy":{"Version":1}}',
    "tokenIssuancePolicies": '{"TokenIssuancePolicy":{"Version":1}}',
    "activityBasedTimeoutPolicies": '{"ActivityBasedTimeoutPolicy":{"Version":1}}',
}
# Path, and what is changed of one of its objects.
_CHANGED: dict[str, Mapping[str, Any]] = {
    **{f"{POLICY}/{name}": {"displayName": "*"} for name in _DEFINED},
    f"{POLICY}/appManagementPolicies": {"description": "*", "isEnabled": False},
    f"{POLICY}/permissionGrantPolicies": {"description": "*"},
    "/directory/attributeSets": {"description": "*"},
    ATTRIBUTES: {"description": "*"},
    f"{ENTITLEMENTS}/catalogs": {"description": "*", "isExternallyVisible": False},
    f"{ENTITLEMENTS}/connectedOrganizations": {"description": "*"},
    f"{ENTITLEMENTS}/accessPackages": {"description": "*", "isHidden": True},
    "/identity/identityProviders": {"displayName": "*"},
    CONTEXTS: {"description": "*"},
}
# What there is one of in a tenant, and what is changed of it.
_SET: dict[str, Mapping[str, Any]] = {
    f"{ENTITLEMENTS}/settings": {"durationUntilExternalUserDeletedAfterBlocked": "P7D"},
    f"{POLICY}/authenticationFlowsPolicy": {"selfServiceSignUp": {"isEnabled": True}},
    f"{POLICY}/identitySecurityDefaultsEnforcementPolicy": {"isEnabled": True},
    f"{POLICY}/defaultAppManagementPolicy": {"isEnabled": True},
    f"{POLICY}/federatedTokenValidationPolicy": {
        "validatingDomains": {
            "@odata.type": "#microsoft.graph.enumeratedDomains",
            "rootDomains": "enumerated",
            "domainNames": ["evil.example"],
        }
    },
    PARTNERS: {"allowedCloudEndpoints": ["microsoftonline.us"]},
}
_MADE: dict[str, Mapping[str, Any]] = {
    **{
        f"{POLICY}/{name}": {"displayName": "*", "definition": [text]}
        for name, text in _DEFINED.items()
    },
    f"{POLICY}/appManagementPolicies": {
        "displayName": "*",
        "isEnabled": True,
        "restrictions": {"passwordCredentials": [], "keyCredentials": []},
    },
    f"{POLICY}/permissionGrantPolicies": {"id": "*", "displayName": "*", "description": "*"},
    "/directory/attributeSets": {"id": "Harm", "description": "*", "maxAttributesPerSet": 5},
    ATTRIBUTES: {
        "attributeSet": "Harm",
        "name": "Level",
        "type": "String",
        "status": "Available",
        "isCollection": False,
        "isSearchable": True,
        "usePreDefinedValuesOnly": False,
    },
    f"{ENTITLEMENTS}/catalogs": {"displayName": "*", "description": "*", "state": "published"},
    f"{ENTITLEMENTS}/connectedOrganizations": {
        "displayName": "*",
        "description": "*",
        "identitySources": [
            {
                "@odata.type": "#microsoft.graph.domainIdentitySource",
                "displayName": "Elsewhere",
                "domainName": "elsewhere.example",
            }
        ],
        "state": "configured",
    },
    "/identity/identityProviders": {
        "@odata.type": "#microsoft.graph.socialIdentityProvider",
        "displayName": "*",
        "identityProviderType": "Facebook",
        "clientId": "*",
        "clientSecret": "s",
    },
}
_DROPPED = (
    *(f"{POLICY}/{name}" for name in _DEFINED),
    f"{POLICY}/appManagementPolicies",
    f"{POLICY}/permissionGrantPolicies",
    f"{ENTITLEMENTS}/assignmentPolicies",
    f"{ENTITLEMENTS}/accessPackages",
    f"{ENTITLEMENTS}/connectedOrganizations",
    REVIEWS,
    "/identity/identityProviders",
)


def _name(verb: str, path: str) -> str:
    return f"{verb}_{path.rpartition('/')[2]}"


OF_GOVERNANCE |= {
    _name("change", path): partial(_change, path, _CHANGED[path]) for path in _CHANGED
}
OF_GOVERNANCE |= {_name("set", path): partial(_set, path, _SET[path]) for path in _SET}
OF_GOVERNANCE |= {_name("make", path): partial(_make, path, _MADE[path]) for path in _MADE}
OF_GOVERNANCE |= {_name("drop", path): partial(_drop, path) for path in _DROPPED}


@mutation
def drop_catalog(hand: Hand) -> None:
    """With its packages, which have to go before it."""
    for catalog in one_of(hand, f"{ENTITLEMENTS}/catalogs"):
        for one in hand.list(f"{ENTITLEMENTS}/accessPackages"):
            whole = hand.do("GET", f"{ENTITLEMENTS}/accessPackages/{one['id']}?$expand=catalog")
            if whole["catalog"]["id"] == catalog["id"]:
                hand.do("DELETE", f"{ENTITLEMENTS}/accessPackages/{one['id']}")
        hand.do("DELETE", f"{ENTITLEMENTS}/catalogs/{catalog['id']}")


@mutation
def make_package(hand: Hand) -> None:
    for catalog in one_of(hand, f"{ENTITLEMENTS}/catalogs"):
        body = {
            "displayName": f"{hand.word}-{uuid4().hex[:6]}",
            "description": hand.word,
            "catalog": {"id": catalog["id"]},
        }
        made = hand.do("POST", f"{ENTITLEMENTS}/accessPackages", body)
        policy = {
            "displayName": hand.word,
            "description": hand.word,
            "allowedTargetScope": "notSpecified",
            "accessPackage": {"id": made.get("id")},
        }
        hand.do("POST", f"{ENTITLEMENTS}/assignmentPolicies", policy)


@mutation
def take_from_package(hand: Hand) -> None:
    for one in one_of(hand, f"{ENTITLEMENTS}/accessPackages"):
        path = f"{ENTITLEMENTS}/accessPackages/{one['id']}"
        whole = hand.do("GET", f"{path}?$expand=resourceRoleScopes($expand=role,scope)")
        for scope in whole["resourceRoleScopes"][:1]:
            hand.do("DELETE", f"{path}/resourceRoleScopes/{scope['id']}")


@mutation
def let_anybody_ask(hand: Hand) -> None:
    listed = f"{ENTITLEMENTS}/assignmentPolicies?$expand=accessPackage"
    for one in one_of(hand, listed):
        body = {
            "displayName": one["displayName"],
            "allowedTargetScope": "allDirectoryUsers",
            "specificAllowedTargets": [],
            "requestApprovalSettings": {"isApprovalRequiredForAdd": False, "stages": []},
            "accessPackage": {"id": one["accessPackage"]["id"]},
        }
        hand.do("PUT", f"{ENTITLEMENTS}/assignmentPolicies/{one['id']}", body)


@mutation
def allow_both_packages(hand: Hand) -> None:
    for package in hand.list(f"{ENTITLEMENTS}/accessPackages"):
        path = f"{ENTITLEMENTS}/accessPackages/{package['id']}"
        for sort in ("incompatibleAccessPackages", "incompatibleGroups"):
            for one in hand.list(f"{path}/{sort}")[:1]:
                hand.do("DELETE", f"{path}/{sort}/{one['id']}/$ref")


@mutation
def forbid_both_packages(hand: Hand) -> None:
    packages = [one["id"] for one in hand.list(f"{ENTITLEMENTS}/accessPackages")]
    for one, other in pairwise(packages):
        path = f"{ENTITLEMENTS}/accessPackages/{one}"
        graph = "https://graph.microsoft.com/v1.0"
        body = {"@odata.id": f"{graph}{ENTITLEMENTS}/accessPackages/{other}"}
        hand.do("POST", f"{path}/incompatibleAccessPackages/$ref", body)
        group = {"@odata.id": f"{graph}/groups/{hand.group()}"}
        hand.do("POST", f"{path}/incompatibleGroups/$ref", group)


@mutation
def change_sponsors_of_partner(hand: Hand) -> None:
    for one in one_of(hand, f"{ENTITLEMENTS}/connectedOrganizations"):
        for sort in ("internalSponsors", "externalSponsors"):
            path = f"{ENTITLEMENTS}/connectedOrganizations/{one['id']}/{sort}"
            held = hand.list(path)
            hand.do("POST", f"{path}/$ref", {"@odata.id": f"{REF}{hand.user()}"})
            if hand.number % 2:
                for sponsor in held[:1]:
                    hand.do("DELETE", f"{path}/{sponsor['id']}/$ref")


@mutation
def change_review(hand: Hand) -> None:
    for one in one_of(hand, REVIEWS):
        own = ("id", "createdDateTime", "lastModifiedDateTime", "createdBy", "status", "instances")
        body = {name: value for name, value in one.items() if name not in own}
        hand.do("PUT", f"{REVIEWS}/{one['id']}", body | {"descriptionForAdmins": hand.word})


@mutation
def make_review(hand: Hand) -> None:
    for one in one_of(hand, REVIEWS):
        kept = ("scope", "reviewers", "settings", "instanceEnumerationScope")
        body = {name: one[name] for name in kept if one.get(name)}
        hand.do("POST", REVIEWS, body | {"displayName": f"{hand.word}-{uuid4().hex[:6]}"})


def _loosen(hand: Hand, of: str) -> None:
    """One rule of Privileged Identity Management: as long as anybody likes."""
    for one in one_of(hand, f"{SETTINGS}?$filter={of}&$expand=policy($expand=rules)"):
        policy = one["policy"]
        rules = {rule["id"]: rule for rule in policy["rules"]}
        rule = rules["Expiration_EndUser_Assignment"]
        body = {"@odata.type": rule["@odata.type"], "maximumDuration": f"PT{10 + hand.number}H"}
        hand.do(
            "PATCH", f"/policies/roleManagementPolicies/{policy['id']}/rules/{rule['id']}", body
        )


@mutation
def loosen_role(hand: Hand) -> None:
    _loosen(hand, "scopeId eq '/' and scopeType eq 'DirectoryRole'")


def _looked_after(hand: Hand) -> list[str]:
    answer = hand.do("GET", f"{PRIVILEGED}/resources", version="beta")
    return [str(one["id"]) for one in answer["value"]]


@mutation
def loosen_group(hand: Hand) -> None:
    for group in _looked_after(hand)[:1]:
        _loosen(hand, f"scopeId eq '{group}' and scopeType eq 'Group'")


def _ask(hand: Hand, sort: str, action: str, one: Mapping[str, Any], **more: Any) -> None:
    names = ("principalId", "accessId", "groupId")
    body = {"action": action, **{name: one[name] for name in names}, **more}
    hand.do("POST", f"{PRIVILEGED}/{sort}ScheduleRequests", body)


def _schedules(hand: Hand, sort: str) -> list[dict[str, Any]]:
    return [
        one
        for group in _looked_after(hand)
        for one in hand.list(f"{PRIVILEGED}/{sort}Schedules?$filter=groupId eq '{group}'")
    ]


def _let_in(sort: str, hand: Hand) -> None:
    for group in _looked_after(hand)[:1]:
        one = {"principalId": hand.user(), "accessId": "member", "groupId": group}
        _ask(hand, sort, "adminAssign", one, scheduleInfo=_LASTING)


def _prolong(sort: str, hand: Hand) -> None:
    ending = [one for one in _schedules(hand, sort) if "afterDateTime" in str(one["scheduleInfo"])]
    for one in ending[:1]:
        _ask(hand, sort, "adminUpdate", one, scheduleInfo=_LASTING)


def _put_out(sort: str, hand: Hand) -> None:
    held = [one for one in _schedules(hand, sort) if one["accessId"] == "member"]
    for one in held and [held[hand.number % len(held)]]:
        _ask(hand, sort, "adminRemove", one)


_LASTING = {"expiration": {"type": "noExpiration"}}
for _sort in ("eligibility", "assignment"):
    OF_GOVERNANCE[f"let_in_by_{_sort}"] = partial(_let_in, _sort)
    OF_GOVERNANCE[f"prolong_{_sort}"] = partial(_prolong, _sort)
    OF_GOVERNANCE[f"put_out_of_{_sort}"] = partial(_put_out, _sort)


@mutation
def change_eligibility(hand: Hand) -> None:
    path = "/roleManagement/directory/roleEligibilitySchedules"
    for one in one_of(hand, path):
        names = ("principalId", "roleDefinitionId", "directoryScopeId")
        until = {"expiration": {"type": "afterDateTime", "endDateTime": "2031-01-01T00:00:00Z"}}
        body = {"action": "adminUpdate", **{name: one[name] for name in names}}
        hand.do("POST", f"{path[:-1]}Requests", body | {"scheduleInfo": until})


@mutation
def change_synchronisation(hand: Hand) -> None:
    for one in hand.list(f"{PARTNERS}/partners")[:1]:
        path = f"{PARTNERS}/partners/{one['tenantId']}"
        trust = {"isMfaAccepted": True, "isCompliantDeviceAccepted": bool(hand.number % 2)}
        hand.do("PATCH", path, {"inboundTrust": trust})
        body = {"userSyncInbound": {"isSyncAllowed": bool(hand.number % 3)}}
        hand.do("PATCH", f"{path}/identitySynchronization", body)


@mutation
def stop_synchronisation(hand: Hand) -> None:
    for one in hand.list(f"{PARTNERS}/partners")[:1]:
        hand.do("DELETE", f"{PARTNERS}/partners/{one['tenantId']}/identitySynchronization")


@mutation
def let_guests_stay(hand: Hand) -> None:
    body = {"allowExternalIdentitiesToLeave": False}
    hand.do("PATCH", f"{POLICY}/externalIdentitiesPolicy", body, version="beta")


@mutation
def let_more_devices_in(hand: Hand) -> None:
    path = f"{POLICY}/deviceRegistrationPolicy"
    held = hand.do("GET", path)
    body = {name: value for name, value in held.items() if not name.startswith("@")}
    hand.do("PUT", path, body | {"userDeviceQuota": 100 + hand.number})


@mutation
def stop_asking_for_methods(hand: Hand) -> None:
    body = {"reconfirmationInDays": 30 + hand.number}
    path = f"{POLICY}/authenticationMethodsPolicy"
    hand.do("PATCH", path, body, version="beta")


# A policy, what it can apply to, and where a reference from there is.
_APPLYING = {
    "claimsMappingPolicies": "/servicePrincipals",
    "homeRealmDiscoveryPolicies": "/servicePrincipals",
    "tokenLifetimePolicies": APPS,
    "tokenIssuancePolicies": APPS,
    "appManagementPolicies": APPS,
}


def _apply(name: str, to: str, hand: Hand) -> None:
    target = hand.principal() if to == "/servicePrincipals" else hand.application()["id"]
    for one in one_of(hand, f"{POLICY}/{name}"):
        body = {"@odata.id": f"https://graph.microsoft.com/v1.0{POLICY}/{name}/{one['id']}"}
        hand.do("POST", f"{to}/{target}/{name}/$ref", body)


def _spare(name: str, to: str, hand: Hand) -> None:
    for one in one_of(hand, f"{POLICY}/{name}"):
        for target in hand.list(f"{POLICY}/{name}/{one['id']}/appliesTo")[:1]:
            hand.do("DELETE", f"{to}/{target['id']}/{name}/{one['id']}/$ref")


for _policies, _to in _APPLYING.items():
    OF_GOVERNANCE[f"apply_{_policies}"] = partial(_apply, _policies, _to)
    OF_GOVERNANCE[f"spare_from_{_policies}"] = partial(_spare, _policies, _to)


@mutation
def create_application(hand: Hand) -> None:
    """With its principal, which somebody owns."""
    made = hand.do("POST", APPS, {"displayName": f"{hand.word}-{uuid4().hex[:6]}"})
    principal = hand.do("POST", "/servicePrincipals", {"appId": made["appId"]})
    body = {"@odata.id": f"{REF}{hand.user()}"}
    hand.do("POST", f"/servicePrincipals/{principal['id']}/owners/$ref", body)


@mutation
def own_principal(hand: Hand) -> None:
    body = {"@odata.id": f"{REF}{hand.user()}"}
    hand.do("POST", f"/servicePrincipals/{hand.principal()}/owners/$ref", body)


@mutation
def redirect_workload(hand: Hand) -> None:
    for application in hand.list(f"{APPS}?$top=999&$select=id"):
        path = f"{APPS}/{application['id']}/federatedIdentityCredentials"
        for one in hand.list(path)[:1]:
            hand.do("PATCH", f"{path}/{one['id']}", {"subject": f"repo:evil/{hand.word}"})


@mutation
def drop_workload(hand: Hand) -> None:
    for application in hand.list(f"{APPS}?$top=999&$select=id"):
        path = f"{APPS}/{application['id']}/federatedIdentityCredentials"
        for one in hand.list(path)[:1]:
            hand.do("DELETE", f"{path}/{one['id']}")


@mutation
def make_context(hand: Hand) -> None:
    body = {"displayName": hand.word, "description": hand.word, "isAvailable": True}
    hand.do("PATCH", f"{CONTEXTS}/c{10 + hand.number % 9}", body)


@mutation
def make_group_setting(hand: Hand) -> None:
    """Of the template that is called Group.Unified.Guest."""
    values = [{"name": "AllowToAddGuests", "value": "false"}]
    body = {"templateId": "08d542b9-071f-4e16-94b0-74abb372e3d9", "values": values}
    hand.do("POST", "/groupSettings", body)


@mutation
def drop_locations(hand: Hand) -> None:
    """All that no policy names; trust has to be taken from them before."""
    for one in hand.list(LOCATIONS):
        if one.get("isTrusted"):
            hand.do("PATCH", f"{LOCATIONS}/{one['id']}", _UNTRUSTED)
        hand.do("DELETE", f"{LOCATIONS}/{one['id']}")
        if hand.number > 5:
            path = "/identity/conditionalAccess/deletedItems/namedLocations"
            hand.do("DELETE", f"{path}/{one['id']}")


@mutation
def change_roles(hand: Hand) -> None:
    roles = "/roleManagement/directory/roleDefinitions"
    for one in hand.list(f"{roles}?$filter=isBuiltIn eq false"):
        hand.do("PATCH", f"{roles}/{one['id']}", {"description": hand.word})


@mutation
def drop_roles(hand: Hand) -> None:
    roles = "/roleManagement/directory/roleDefinitions"
    for one in hand.list(f"{roles}?$filter=isBuiltIn eq false"):
        hand.do("DELETE", f"{roles}/{one['id']}")


_UNTRUSTED = {"@odata.type": "#microsoft.graph.ipNamedLocation", "isTrusted": False}


@mutation
def remove_sponsors(hand: Hand) -> None:
    for user in hand.list("/users?$top=999&$select=id"):
        path = f"/users/{user['id']}/sponsors"
        for one in hand.list(f"{path}?$select=id")[:1]:
            hand.do("DELETE", f"{path}/{one['id']}/$ref")


@mutation
def drop_units(hand: Hand) -> None:
    for one in hand.list("/directory/administrativeUnits"):
        hand.do("DELETE", f"/directory/administrativeUnits/{one['id']}")


@mutation
def assign_to_apps(hand: Hand) -> None:
    for number in range(8):
        principal = Hand(hand.workshop, number).principal()
        body = {
            "principalId": hand.user(),
            "resourceId": principal,
            "appRoleId": "00000000-0000-0000-0000-000000000000",
        }
        hand.do("POST", f"/servicePrincipals/{principal}/appRoleAssignedTo", body)


@mutation
def purge_unit(hand: Hand) -> None:
    """Out of the bin, where somebody else put it."""
    for one in hand.list("/directory/deletedItems/microsoft.graph.administrativeUnit"):
        hand.do("DELETE", f"/directory/deletedItems/{one['id']}")


@mutation
def purge_role(hand: Hand) -> None:
    path = "/roleManagement/directory/deletedItems/roleDefinitions"
    for one in hand.do("GET", path, version="beta")["value"]:
        hand.do("DELETE", f"{path}/{one['id']}", version="beta")
