"""What Graph's keywords are called by people, as the Entra admin center calls them.

https://learn.microsoft.com/graph/api/resources/conditionalaccessconditionset
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

Terms = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that a policy names.

    raw: as the policy has it. text: in words; of an id the name that the policy itself gives, if
    any. kind and by: what an id is of, and the property that it is; kind "" for what the catalogue
    does not have. is_code: a rule to be shown as it is written. is_known: False for a keyword that
    this version has no words for.
    """

    raw: str
    text: str = ""
    kind: str = ""
    by: str = "id"
    is_id: bool = False
    is_code: bool = False
    is_known: bool = True


STATES: Final[Terms] = {
    "enabled": "On",
    "disabled": "Off",
    "enabledForReportingButNotEnforced": "Report-only",
}
# What a state means for whoever signs in.
STATE_MEANS: Final[Terms] = {
    "enabled": "Entra enforces it.",
    "disabled": "Entra does not look at it.",
    "enabledForReportingButNotEnforced": "Entra notes what it would do, and does nothing.",
}
USERS: Final[Terms] = {
    "All": "all users",
    "None": "no users",
    "GuestsOrExternalUsers": "all guests and external users",
    "AllAgentIdUsers": "all agent users",
}
GUESTS: Final[Terms] = {
    "none": "no guests",
    "internalGuest": "local guest users",
    "b2bCollaborationGuest": "B2B collaboration guests",
    "b2bCollaborationMember": "B2B collaboration members",
    "b2bDirectConnectUser": "B2B direct connect users",
    "otherExternalUser": "other external users",
    "serviceProvider": "service provider users",
}
MEMBERSHIPS: Final[Terms] = {
    "all": "guests of all organisations",
    "enumerated": "guests of the organisations named",
}
PRINCIPALS: Final[Terms] = {
    "ServicePrincipalsInMyTenant": "all service principals of this tenant",
    "All": "all service principals",
    "None": "no service principals",
}
AGENTS: Final[Terms] = {"All": "all agents", "None": "no agents"}
APPLICATIONS: Final[Terms] = {
    "All": "all resources (all cloud apps)",
    "None": "no resources",
    "none": "no resources",
    "Office365": "Office 365",
    "MicrosoftAdminPortals": "Microsoft admin portals",
    "AllAgentIdResources": "all agent resources",
}
ACTIONS: Final[Terms] = {
    "urn:user:registersecurityinfo": "register security information",
    "urn:user:registerdevice": "register or join devices",
}
CLIENTS: Final[Terms] = {
    "all": "any client",
    "browser": "browser",
    "mobileAppsAndDesktopClients": "mobile apps and desktop clients",
    "exchangeActiveSync": "Exchange ActiveSync clients",
    "easSupported": "Exchange ActiveSync clients that support it",
    "other": "other clients (legacy authentication)",
}
PLATFORMS: Final[Terms] = {
    "all": "any platform",
    "android": "Android",
    "iOS": "iOS",
    "windows": "Windows",
    "windowsPhone": "Windows Phone",
    "macOS": "macOS",
    "linux": "Linux",
}
LOCATIONS: Final[Terms] = {
    "All": "any location",
    "AllTrusted": "all trusted locations",
    "00000000-0000-0000-0000-000000000000": "MFA trusted IPs",
}
RISKS: Final[Terms] = {
    "low": "low",
    "medium": "medium",
    "high": "high",
    "hidden": "hidden",
    "none": "no risk",
}
INSIDER_RISKS: Final[Terms] = {"minor": "minor", "moderate": "moderate", "elevated": "elevated"}
FLOWS: Final[Terms] = {
    "none": "none",
    "deviceCodeFlow": "device code flow",
    "authenticationTransfer": "authentication transfer",
}
DEVICE_STATES: Final[Terms] = {
    "All": "all devices",
    "Compliant": "compliant devices",
    "DomainJoined": "Microsoft Entra hybrid joined devices",
}
CONTROLS: Final[Terms] = {
    "block": "block access",
    "mfa": "multifactor authentication",
    "compliantDevice": "a device marked as compliant",
    "domainJoinedDevice": "a Microsoft Entra hybrid joined device",
    "approvedApplication": "an approved client app",
    "compliantApplication": "an app protection policy",
    "passwordChange": "a password change",
    "riskRemediation": "risk remediation",
}
OPERATORS: Final[Terms] = {"AND": "all of these controls", "OR": "one of these controls"}
# Parts of session controls.
APP_CONTROL: Final[Terms] = {
    "mcasConfigured": "use custom policy",
    "monitorOnly": "monitor only",
    "blockDownloads": "block downloads",
}
PERSISTENCE: Final[Terms] = {"always": "always persistent", "never": "never persistent"}
EVALUATION: Final[Terms] = {
    "strictEnforcement": "strictly enforced",
    "strictLocation": "strictly enforce location policies",
    "disabled": "switched off",
}
AUTHENTICATIONS: Final[Terms] = {
    "primaryAndSecondaryAuthentication": "with all factors",
    "secondaryAuthentication": "with the second factor alone",
}
# Microsoft's own applications that need not be in a tenant to be named in its policies, as
# https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in
# lists them.
FIRST_PARTY: Final[Terms] = {
    "00000002-0000-0000-c000-000000000000": "Windows Azure Active Directory",
    "00000002-0000-0ff1-ce00-000000000000": "Office 365 Exchange Online",
    "00000003-0000-0000-c000-000000000000": "Microsoft Graph",
    "00000003-0000-0ff1-ce00-000000000000": "Office 365 SharePoint Online",
    "00000006-0000-0ff1-ce00-000000000000": "Microsoft Office 365 Portal",
    "00000009-0000-0000-c000-000000000000": "Power BI Service",
    "0000000a-0000-0000-c000-000000000000": "Microsoft Intune",
    "14d82eec-204b-4c2f-b7e8-296a70dab67e": "Microsoft Graph Command Line Tools",
    "797f4846-ba00-4fd7-ba43-dac1f8f63013": "Windows Azure Service Management API",
    "c44b4083-3bb0-49c1-b47d-974e53cbdf3c": "Azure Portal",
    "cc15fd57-2c6c-4117-a88c-83b1d56b4bbe": "Microsoft Teams Services",
}
