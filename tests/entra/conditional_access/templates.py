"""The policies that Microsoft publishes as templates, as Graph gives them once they are made.

https://learn.microsoft.com/entra/identity/conditional-access/concept-conditional-access-policy-common
"""

from typing import Any

GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
SECURITY_ADMINISTRATOR = "194ae4cb-b126-40b2-bd5b-6091b380977d"
USER_ADMINISTRATOR = "fe930be7-5e62-47db-91af-98c3a49a38b1"
ADMINISTRATORS = [GLOBAL_ADMINISTRATOR, SECURITY_ADMINISTRATOR, USER_ADMINISTRATOR]
CREATOR = "c0000000-0000-4000-8000-000000000001"


def policy(
    name: str,
    *,
    users: dict[str, Any] | None = None,
    applications: dict[str, Any] | None = None,
    controls: list[str] | None = None,
    operator: str = "OR",
    state: str = "enabled",
    strength: str = "",
    session: dict[str, Any] | None = None,
    **conditions: Any,
) -> dict[str, Any]:
    """A policy for everybody and everything that asks for nothing, but for what is said."""
    grant: dict[str, Any] | None = None
    if controls or strength:
        grant = {
            "operator": operator,
            "builtInControls": controls or [],
            "customAuthenticationFactors": [],
            "termsOfUse": [],
            "authenticationStrength": {"id": strength} if strength else None,
        }
    return {
        "id": f"id of {name}",
        "displayName": name,
        "state": state,
        "conditions": {
            "clientAppTypes": ["all"],
            "userRiskLevels": [],
            "signInRiskLevels": [],
            "servicePrincipalRiskLevels": [],
            "platforms": None,
            "locations": None,
            "devices": None,
            "clientApplications": None,
            "insiderRiskLevels": None,
            "authenticationFlows": None,
            "users": {"includeUsers": ["All"], "excludeUsers": [CREATOR]}
            if users is None
            else users,
            "applications": applications or {"includeApplications": ["All"]},
            **conditions,
        },
        "grantControls": grant,
        "sessionControls": session,
    }


_ADMINS = {"includeRoles": ADMINISTRATORS, "excludeUsers": [CREATOR]}

MFA_FOR_ADMINS = policy("MFA for administrators", users=_ADMINS, controls=["mfa"])
SECURING_REGISTRATION = policy(
    "Securing security information registration",
    users={"includeUsers": ["All"], "excludeUsers": [CREATOR, "GuestsOrExternalUsers"]},
    applications={"includeUserActions": ["urn:user:registersecurityinfo"]},
    locations={"includeLocations": ["All"], "excludeLocations": ["AllTrusted"]},
    controls=["mfa"],
)
BLOCK_LEGACY = policy(
    "Block legacy authentication",
    clientAppTypes=["exchangeActiveSync", "other"],
    controls=["block"],
)
MFA_FOR_ADMIN_PORTALS = policy(
    "MFA for the admin portals",
    users=_ADMINS,
    applications={"includeApplications": ["MicrosoftAdminPortals"]},
    controls=["mfa"],
)
MFA_FOR_ALL = policy("MFA for all users", controls=["mfa"])
MFA_FOR_AZURE = policy(
    "MFA for Azure management",
    applications={"includeApplications": ["797f4846-ba00-4fd7-ba43-dac1f8f63013"]},
    controls=["mfa"],
)
DEVICE_OR_MFA = policy(
    "Compliant or hybrid joined device or MFA",
    controls=["compliantDevice", "domainJoinedDevice", "mfa"],
)
COMPLIANT_DEVICE = policy("Compliant device", controls=["compliantDevice"], operator="AND")
MFA_FOR_GUESTS = policy(
    "MFA for guests", users={"includeUsers": ["GuestsOrExternalUsers"]}, controls=["mfa"]
)
MFA_FOR_RISKY_SIGN_INS = policy(
    "MFA for risky sign-ins", signInRiskLevels=["high", "medium"], controls=["mfa"]
)
NEW_PASSWORD_FOR_RISKY_USERS = policy(
    "New password for risky users",
    userRiskLevels=["high"],
    controls=["mfa", "passwordChange"],
    operator="AND",
)
PHISHING_RESISTANT = policy(
    "Phishing-resistant MFA for administrators",
    users=_ADMINS,
    strength="00000000-0000-0000-0000-000000000004",
)
BLOCK_UNKNOWN_PLATFORMS = policy(
    "Block unknown platforms",
    platforms={
        "includePlatforms": ["all"],
        "excludePlatforms": ["android", "iOS", "windows", "macOS"],
    },
    controls=["block"],
)
NO_PERSISTENT_SESSION = policy(
    "No persistent browser session",
    session={"persistentBrowser": {"isEnabled": True, "mode": "never"}},
    devices={"deviceFilter": {"mode": "include", "rule": "device.isCompliant -ne True"}},
)
BLOCK_TRANSFER = policy(
    "Block device code and authentication transfer",
    authenticationFlows={"transferMethods": "deviceCodeFlow,authenticationTransfer"},
    controls=["block"],
)
BLOCK_INSIDER_RISK = policy("Block insider risk", insiderRiskLevels="elevated", controls=["block"])
ALL = [
    value
    for name, value in list(globals().items())
    if name.isupper() and isinstance(value, dict) and not name.startswith("_")
]
