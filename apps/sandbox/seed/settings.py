"""Policies and settings beyond sign-in, and what a tenant has besides people: devices, contacts.

https://learn.microsoft.com/graph/api/resources/policy-overview
"""

import json
from typing import Any

from apps.sandbox.rules.settings import SYNCHRONISATION
from apps.sandbox.seed import licences
from apps.sandbox.seed.applications import app_id_of
from apps.sandbox.seed.draft import Draft
from apps.sandbox.seed.ids import named_guid

DEVICES = ("Windows", "Windows", "macOS", "iOS")
MICROSOFTS = (
    ("microsoft-user-default-low", "Default user low-risk policy"),
    ("microsoft-company-admin", "Company administrator policy"),
)
BLOCKED = {
    "restrictionType": "passwordAddition",
    "state": "enabled",
    "maxLifetime": None,
    "restrictForAppsCreatedAfterDateTime": "2025-01-01T00:00:00Z",
}
EVERYBODY: dict[str, Any] = {
    "usersAndGroups": {
        "accessType": "allowed",
        "targets": [{"target": "AllUsers", "targetType": "user"}],
    },
    "applications": {
        "accessType": "allowed",
        "targets": [{"target": "AllApplications", "targetType": "application"}],
    },
}
NOBODY: dict[str, Any] = {
    name: {**side, "accessType": "blocked"} for name, side in EVERYBODY.items()
}


def add_settings(draft: Draft) -> None:
    """Create a few of each; what needs a licence only where the tenant has it."""
    _add_application_policies(draft)
    _add_consent(draft)
    _add_partners(draft)
    _add_groups_and_attributes(draft)
    _add_things(draft)
    draft.add(
        "authenticationFlowsPolicy",
        {
            "displayName": "Authentication flows policy",
            "description": "Allows or disallows self-service sign-up.",
            "selfServiceSignUp": {"isEnabled": False},
        },
    )


def _add_application_policies(draft: Draft) -> None:
    directory = draft.directory
    portal = draft.applications["portal"]
    principal = draft.principals[app_id_of(draft, "portal")]
    for name, title, inside, target in (
        ("claimsMappingPolicy", "Portal claims", {"ClaimsSchema": []}, principal),
        (
            "homeRealmDiscoveryPolicy",
            "Straight to us",
            {"AccelerateToFederatedDomain": False},
            principal,
        ),
        ("tokenLifetimePolicy", "Short tokens", {"AccessTokenLifetime": "0:30:0"}, portal),
        ("tokenIssuancePolicy", "Signed responses", {"TokenResponseSigningPolicy": "All"}, portal),
        ("activityBasedTimeoutPolicy", "Idle administrators", {"ApplicationPolicies": []}, ""),
    ):
        inner = f"{name[:1].upper()}{name[1:]}".removesuffix("Policy") + "Policy"
        body = {
            "definition": [json.dumps({inner: {"Version": 1, **inside}})],
            "displayName": title,
            "isOrganizationDefault": False,
        }
        policy = draft.add(name, body)
        if target:
            directory.link(f"{name}.appliesTo", policy, target)
    body = {
        "displayName": "Certificates only",
        "description": "Exception for the customer portal",
        "isEnabled": True,
        "restrictions": {"passwordCredentials": [BLOCKED], "keyCredentials": []},
    }
    policy = draft.add("appManagementPolicy", body)
    directory.link("appManagementPolicy.appliesTo", policy, portal)
    draft.add(
        "tenantAppManagementPolicy",
        {
            "displayName": "Default app management tenant policy",
            "description": "Default tenant policy that enforces app management restrictions.",
            "isEnabled": False,
            "applicationRestrictions": {"passwordCredentials": [], "keyCredentials": []},
            "servicePrincipalRestrictions": {"passwordCredentials": [], "keyCredentials": []},
        },
    )


def _add_consent(draft: Draft) -> None:
    policies = [*MICROSOFTS, ("verified-publishers", "Verified publishers, low impact")]
    for policy_id, name in policies:
        condition = {
            "id": draft.guid("permissionGrantConditionSet", policy_id),
            "permissionType": "delegated",
            "permissionClassification": "low",
            "permissions": ["all"],
            "resourceApplication": "any",
            "clientApplicationIds": ["all"],
            "clientApplicationTenantIds": ["all"],
            "clientApplicationPublisherIds": ["all"],
            "clientApplicationsFromVerifiedPublisherOnly": policy_id == "verified-publishers",
        }
        body = {"displayName": name, "includes": [condition], "excludes": []}
        draft.directory.add("permissionGrantPolicy", body, object_id=policy_id)
    draft.add(
        "adminConsentRequestPolicy",
        {
            "isEnabled": True,
            "notifyReviewers": True,
            "remindersEnabled": True,
            "requestDurationInDays": 30,
            "reviewers": [
                {
                    "query": f"/users/{draft.cast['it-head']}",
                    "queryType": "MicrosoftGraph",
                    "queryRoot": None,
                }
            ],
            "version": 1,
        },
    )


def _add_partners(draft: Draft) -> None:
    draft.add(
        "crossTenantAccessPolicy",
        {
            "displayName": "CrossTenantAccessPolicy",
            "allowedCloudEndpoints": ["partner.microsoftonline.cn"],
        },
    )
    draft.add(
        "crossTenantAccessPolicyConfigurationDefault",
        {
            "isServiceDefault": False,
            "b2bCollaborationInbound": EVERYBODY,
            "b2bCollaborationOutbound": EVERYBODY,
            "b2bDirectConnectInbound": NOBODY,
            "b2bDirectConnectOutbound": NOBODY,
            "inboundTrust": {
                "isCompliantDeviceAccepted": False,
                "isHybridAzureADJoinedDeviceAccepted": False,
                "isMfaAccepted": False,
            },
            "automaticUserConsentSettings": {"inboundAllowed": False, "outboundAllowed": False},
        },
    )
    partner = named_guid("partner", "tidewater-it.example")
    draft.directory.add(
        "crossTenantAccessPolicyConfigurationPartner",
        {
            "tenantId": partner,
            "isServiceProvider": True,
            "isInMultiTenantOrganization": False,
            "inboundTrust": {
                "isCompliantDeviceAccepted": False,
                "isHybridAzureADJoinedDeviceAccepted": False,
                "isMfaAccepted": True,
            },
            "automaticUserConsentSettings": {"inboundAllowed": False, "outboundAllowed": False},
        },
        object_id=partner,
    )
    synchronised = draft.add(
        "crossTenantIdentitySyncPolicyPartner",
        {
            "displayName": "Tidewater IT",
            "tenantId": partner,
            "userSyncInbound": {"isSyncAllowed": True},
        },
    )
    draft.directory.link(SYNCHRONISATION, partner, synchronised)


def _add_groups_and_attributes(draft: Draft) -> None:
    values = {
        "EnableGroupCreation": "false",
        "GroupCreationAllowedGroupId": draft.groups["break-glass"],
        "UsageGuidelinesUrl": f"https://www.{draft.organisation.domain}/groups",
        "PrefixSuffixNamingRequirement": "",
    }
    body = {
        "displayName": "Group.Unified",
        "templateId": "62375ab9-6b52-47ed-826b-58e47e0e304b",
        "values": [{"name": name, "value": value} for name, value in values.items()],
    }
    draft.add("groupSetting", body)
    sets = {"description": "Attributes for engineering", "maxAttributesPerSet": 25}
    draft.directory.add("attributeSet", sets, object_id="Engineering")
    attribute = {
        "attributeSet": "Engineering",
        "description": "Active projects of a person",
        "isCollection": True,
        "isSearchable": True,
        "name": "Project",
        "status": "Available",
        "type": "String",
        "usePreDefinedValuesOnly": False,
    }
    draft.directory.add(
        "customSecurityAttributeDefinition", attribute, object_id="Engineering_Project"
    )
    if licences.has_premium(draft):
        expiration = {
            "alternateNotificationEmails": f"it@{draft.organisation.domain}",
            "groupLifetimeInDays": 180,
            "managedGroupTypes": "All",
        }
        draft.add("groupLifecyclePolicy", expiration)
        contexts = (("c1", "Approve payments", True), ("c2", "Retired", False))
        for context, name, available in contexts:
            about = {"displayName": name, "description": name, "isAvailable": available}
            draft.directory.add("authenticationContextClassReference", about, object_id=context)


def _add_things(draft: Draft) -> None:
    for number, system in enumerate(DEVICES):
        owner = draft.members[number]
        body = {
            "accountEnabled": True,
            "deviceId": draft.guid("deviceId", number),
            "displayName": f"{system.upper()}-{number:04d}",
            "isCompliant": number != 3,
            "isManaged": True,
            "operatingSystem": system,
            "operatingSystemVersion": "10.0",
            "registrationDateTime": "2025-02-03T09:00:00Z",
            "trustType": "AzureAd" if system != "iOS" else "Workplace",
        }
        device = draft.add("device", body, number)
        draft.directory.link("device.registeredOwners", device, owner)
    contact = {
        "companyName": "Harbour Audit",
        "displayName": "Harbour Audit office",
        "mail": "office@harbour-audit.example",
        "mailNickname": "harbour-audit",
        "proxyAddresses": ["SMTP:office@harbour-audit.example"],
    }
    draft.add("orgContact", contact)
    terms = {
        "displayName": "Acceptable use",
        "isPerDeviceAcceptanceRequired": False,
        "isViewingBeforeAcceptanceRequired": True,
    }
    draft.add("agreement", terms)
