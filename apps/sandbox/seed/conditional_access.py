"""A Conditional Access baseline of twenty policies, as a security-minded administrator keeps it.

https://learn.microsoft.com/entra/identity/conditional-access/plan-conditional-access
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from apps.sandbox.seed import resources, roles, strengths
from apps.sandbox.seed.applications import app_id_of
from apps.sandbox.seed.draft import Draft

ON, REPORT, OFF = "enabled", "enabledForReportingButNotEnforced", "disabled"
EXTERNAL_TYPES = (
    "internalGuest,b2bCollaborationGuest,b2bCollaborationMember,b2bDirectConnectUser,"
    "otherExternalUser"
)
ADMINISTRATORS = tuple(
    roles.template_id(name)
    for name in (
        "Global Administrator",
        "Application Administrator",
        "Authentication Administrator",
        "Cloud Application Administrator",
        "Conditional Access Administrator",
        "Exchange Administrator",
        "Helpdesk Administrator",
        "Intune Administrator",
        "Privileged Authentication Administrator",
        "Privileged Role Administrator",
        "Security Administrator",
        "SharePoint Administrator",
        "User Administrator",
    )
)


@dataclass(frozen=True, slots=True)
class References:
    """Ids that the policies of one tenant name."""

    break_glass: str
    locations: dict[str, str]
    strength: str


def add_policies(draft: Draft, references: References) -> None:
    """Create the baseline; every policy for users excludes the break-glass group."""
    policies = [
        *_identity(references),
        *_access(draft, references),
        *_risk(references),
        *_device_and_session(draft, references),
    ]
    for number, body in enumerate(policies, start=1):
        name = f"CA{number:03d} - {body['displayName']}"
        stamped = {
            **body,
            "displayName": name,
            "createdDateTime": "2024-03-21T09:00:00Z",
            "modifiedDateTime": f"2025-{number % 9 + 1:02d}-12T11:30:00Z",
        }
        draft.add("conditionalAccessPolicy", stamped, number)


def policy(
    name: str,
    state: str,
    users: dict[str, Any],
    applications: Iterable[str] | dict[str, Any] = ("All",),
    *,
    grant: dict[str, Any] | None = None,
    session: dict[str, Any] | None = None,
    **conditions: Any,
) -> dict[str, Any]:
    """A policy body; further `conditions` such as `locations` are given by name."""
    apps = (
        applications if isinstance(applications, dict) else {"includeApplications": [*applications]}
    )
    return {
        "displayName": name,
        "state": state,
        "conditions": {
            "clientAppTypes": ["all"],
            "userRiskLevels": [],
            "signInRiskLevels": [],
            "servicePrincipalRiskLevels": [],
            "applications": {
                "includeApplications": [],
                "excludeApplications": [],
                "includeUserActions": [],
                "includeAuthenticationContextClassReferences": [],
                **apps,
            },
            "users": {
                "includeUsers": [],
                "excludeUsers": [],
                "includeGroups": [],
                "excludeGroups": [],
                "includeRoles": [],
                "excludeRoles": [],
                **users,
            },
            **conditions,
        },
        "grantControls": grant,
        "sessionControls": session,
    }


def require(*controls: str, operator: str = "OR", **more: Any) -> dict[str, Any]:
    """Grant controls: all or one of the built-in `controls`, or an authentication strength."""
    return {
        "operator": operator,
        "builtInControls": [*controls],
        "customAuthenticationFactors": [],
        "termsOfUse": [],
        **more,
    }


def require_strength(strength_id: str) -> dict[str, Any]:
    """Grant controls that ask for an authentication strength."""
    return require(authenticationStrength={"id": strength_id})


def everyone(references: References, **more: Any) -> dict[str, Any]:
    """All users but the break-glass group."""
    return {"includeUsers": ["All"], "excludeGroups": [references.break_glass], **more}


def administrators(references: References) -> dict[str, Any]:
    """Holders of administrator roles but the break-glass group."""
    return {"includeRoles": [*ADMINISTRATORS], "excludeGroups": [references.break_glass]}


def outsiders(references: References, membership: dict[str, Any]) -> dict[str, Any]:
    """Guests and external users of the given organisations."""
    return {
        "includeGuestsOrExternalUsers": {
            "guestOrExternalUserTypes": EXTERNAL_TYPES,
            "externalTenants": membership,
        },
        "excludeGroups": [references.break_glass],
    }


def _identity(references: References) -> list[dict[str, Any]]:
    all_partners = {
        "@odata.type": "#microsoft.graph.conditionalAccessAllExternalTenants",
        "membershipKind": "all",
    }
    registering = {"includeUserActions": ["urn:user:registersecurityinfo"]}
    return [
        policy("Require multifactor authentication for administrators", ON,
               administrators(references), grant=require_strength(strengths.PHISHING_RESISTANT)),
        policy("Require multifactor authentication for all users", ON,
               everyone(references), grant=require("mfa")),
        policy("Require multifactor authentication for guests", ON,
               outsiders(references, all_partners), grant=require("mfa")),
        policy("Require multifactor authentication for Azure management", ON,
               everyone(references), [resources.AZURE_MANAGEMENT], grant=require("mfa")),
        policy("Secure registration of security information", ON,
               everyone(references), registering, grant=require("mfa"),
               locations={"includeLocations": ["All"], "excludeLocations": ["AllTrusted"]}),
        policy("Keys and smart cards for administration portals", REPORT,
               administrators(references), ["MicrosoftAdminPortals"],
               grant=require_strength(references.strength)),
    ]  # fmt: skip


def _access(draft: Draft, references: References) -> list[dict[str, Any]]:
    places = references.locations
    partner = {
        "@odata.type": "#microsoft.graph.conditionalAccessEnumeratedExternalTenants",
        "membershipKind": "enumerated",
        "members": [draft.guid("partner tenant", 1), draft.guid("partner tenant", 2)],
    }
    return [
        policy("Block legacy authentication", ON, everyone(references), grant=require("block"),
               clientAppTypes=["exchangeActiveSync", "other"]),
        policy("Block device code flow", ON, everyone(references), grant=require("block"),
               authenticationFlows={"transferMethods": "deviceCodeFlow,authenticationTransfer"}),
        policy("Block sign-in from blocked countries", ON,
               everyone(references), grant=require("block"),
               locations={"includeLocations": [places["blocked-countries"]],
                          "excludeLocations": []}),
        policy("Block administrators outside countries of operation", REPORT,
               administrators(references), grant=require("block"),
               locations={"includeLocations": ["All"],
                          "excludeLocations": [places["home-countries"], places["vpn"]]}),
        policy("Partners only from their networks", OFF,
               outsiders(references, partner), grant=require("block"),
               locations={"includeLocations": ["All"], "excludeLocations": [places["partners"]]}),
        policy("Service principals only from our networks", OFF,
               {"includeUsers": ["None"]}, grant=require("block"),
               locations={"includeLocations": ["All"],
                          "excludeLocations": [places["offices"], places["vpn"]]},
               clientApplications={
                   "includeServicePrincipals": ["ServicePrincipalsInMyTenant"],
                   "excludeServicePrincipals": [draft.principals[app_id_of(draft, "hr-feed")]],
               }),
    ]  # fmt: skip


def _risk(references: References) -> list[dict[str, Any]]:
    frequency = {
        "signInFrequency": {
            "isEnabled": True,
            "frequencyInterval": "everyTime",
            "authenticationType": "primaryAndSecondaryAuthentication",
        }
    }
    return [
        policy("Require password change at high user risk", ON, everyone(references),
               grant=require("mfa", "passwordChange", operator="AND"), session=frequency,
               userRiskLevels=["high"]),
        policy("Require multifactor authentication at sign-in risk", ON, everyone(references),
               grant=require("mfa"), session=frequency, signInRiskLevels=["high", "medium"]),
    ]  # fmt: skip


def _device_and_session(draft: Draft, references: References) -> list[dict[str, Any]]:
    browser = {
        "persistentBrowser": {"isEnabled": True, "mode": "never"},
        "signInFrequency": {
            "isEnabled": True,
            "value": 9,
            "type": "hours",
            "frequencyInterval": "timeBased",
            "authenticationType": "primaryAndSecondaryAuthentication",
        },
    }
    pilot = {
        "includeGroups": [draft.groups["passkey-pilot"]],
        "excludeGroups": [references.break_glass],
    }
    office_only = ["Office365"]
    return [
        policy("Require a compliant or joined device for Office 365", REPORT,
               everyone(references, excludeGuestsOrExternalUsers={
                   "guestOrExternalUserTypes": EXTERNAL_TYPES,
                   "externalTenants": {
                       "@odata.type": "#microsoft.graph.conditionalAccessAllExternalTenants",
                       "membershipKind": "all",
                   },
               }),
               office_only, grant=require("compliantDevice", "domainJoinedDevice"),
               platforms={"includePlatforms": ["windows", "macOS"], "excludePlatforms": []}),
        policy("App protection on phones", ON, everyone(references), office_only,
               grant=require("compliantApplication"),
               clientAppTypes=["mobileAppsAndDesktopClients"],
               platforms={"includePlatforms": ["android", "iOS"], "excludePlatforms": []}),
        policy("Block unsupported platforms", ON, everyone(references), grant=require("block"),
               platforms={"includePlatforms": ["all"],
                          "excludePlatforms": ["android", "iOS", "windows", "macOS", "linux"]}),
        policy("No persistent sessions on unmanaged devices", ON, everyone(references),
               session=browser, clientAppTypes=["browser"],
               devices={"deviceFilter": {"mode": "exclude",
                                         "rule": "device.isCompliant -eq True"}}),
        policy("Limited access on unmanaged devices", ON, everyone(references),
               [resources.SHAREPOINT, resources.EXCHANGE],
               session={"applicationEnforcedRestrictions": {"isEnabled": True}},
               clientAppTypes=["browser"]),
        policy("Watch downloads of the passkey pilot", OFF, pilot, office_only,
               session={"cloudAppSecurity": {"isEnabled": True,
                                             "cloudAppSecurityType": "monitorOnly"}}),
    ]  # fmt: skip
