"""Whether a policy is for what is signed in to: applications, actions, authentication contexts.

https://learn.microsoft.com/entra/identity/conditional-access/concept-conditional-access-cloud-apps
"""

from collections.abc import Mapping
from typing import Any, Final

from apps.entra.conditional_access.answers import MAYBE, NO, YES, Answer, any_of, known
from apps.entra.conditional_access.reading import filtered, part, values
from apps.entra.conditional_access.sign_ins import SignIn

AZURE_PORTAL: Final = "c44b4083-3bb0-49c1-b47d-974e53cbdf3c"
AZURE_MANAGEMENT: Final = "797f4846-ba00-4fd7-ba43-dac1f8f63013"
GRAPH: Final = "00000003-0000-0000-c000-000000000000"
GRAPH_POWERSHELL: Final = "14d82eec-204b-4c2f-b7e8-296a70dab67e"
MICROSOFT_365_ADMIN: Final = "00000006-0000-0ff1-ce00-000000000000"

# Of the portals that the keyword stands for, those whose appId is published; any other may be one.
_ADMIN_PORTALS: Final = {AZURE_PORTAL, MICROSOFT_365_ADMIN}
_NO_ADMIN_PORTALS: Final = {AZURE_MANAGEMENT, GRAPH, GRAPH_POWERSHELL}
# None of these belongs to the suite; what else does changes as Microsoft adds to it.
_NOT_OFFICE: Final = {AZURE_PORTAL, AZURE_MANAGEMENT, GRAPH_POWERSHELL}
# Who targets the management API targets its clients too, the portal among them.
_CLIENTS: Final = {AZURE_MANAGEMENT: {AZURE_PORTAL}}


def is_for(conditions: Mapping[str, Any], sign_in: SignIn) -> Answer:
    """Whether the policy is for what he signs in to, or for what he does while he signs in."""
    applications = part(conditions, "applications")
    actions = values(applications, "includeUserActions")
    contexts = values(applications, "includeAuthenticationContextClassReferences")
    if actions or contexts:
        return known(sign_in.user_action in actions or sign_in.authentication_context in contexts)
    if sign_in.user_action:
        return NO
    included = any_of(
        _is_meant(named, sign_in.application)
        for named in values(applications, "includeApplications")
    )
    excluded = any_of(
        _is_meant(named, sign_in.application)
        for named in values(applications, "excludeApplications")
    )
    return filtered(part(applications, "applicationFilter"), included, excluded)


def _is_meant(named: str, application: str) -> Answer:
    if named == "All":
        return YES
    if named in {"None", "none"}:
        return NO
    if named == "Office365":
        return NO if application in _NOT_OFFICE else MAYBE
    if named == "MicrosoftAdminPortals":
        if application in _ADMIN_PORTALS:
            return YES
        return NO if application in _NO_ADMIN_PORTALS else MAYBE
    return known(named == application or application in _CLIENTS.get(named, ()))
