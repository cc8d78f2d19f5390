"""Which types, properties and links the recovery service covers, by Graph's names.

https://learn.microsoft.com/entra/backup/scope-supported-objects-limitations lists them by the
directory's own names.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apps.sandbox.schema import family
from apps.sandbox.state.records import Record

NAMESPACE = "microsoft.graph.entraRecoveryServices"

_USER = """accountEnabled ageGroup city companyName consentProvidedForMinor country department
displayName employeeHireDate employeeId employeeLeaveDateTime employeeOrgData employeeType faxNumber
givenName jobTitle mail mailNickname mobilePhone otherMails passwordPolicies perUserMfaState
officeLocation postalCode preferredDataLocation preferredLanguage state streetAddress surname
businessPhones usageLocation userPrincipalName userType"""
_GROUP = """classification description displayName groupTypes visibility mail mailEnabled
mailNickname preferredDataLocation preferredLanguage securityEnabled theme"""
_APPLICATION = """displayName description notes tags identifierUris createdDateTime
isFallbackPublicClient publisherDomain isDeviceOnlyAuthSupported serviceManagementReference
requiredResourceAccess nativeAuthenticationApisEnabled signInAudience groupMembershipClaims
optionalClaims isDisabled addIns servicePrincipalLockConfiguration info"""
_SERVICE_PRINCIPAL = """accountEnabled alternativeNames appRoleAssignmentRequired description
loginUrl notes notificationEmailAddresses preferredTokenSigningKeyThumbprint tags
servicePrincipalType preferredSingleSignOnMode publisherName samlSingleSignOnSettings
servicePrincipalNames"""
_PROPERTIES: Mapping[str, frozenset[str]] = {
    "user": frozenset(_USER.split()),
    "group": frozenset(_GROUP.split()),
    "application": frozenset(_APPLICATION.split()),
    "servicePrincipal": frozenset(_SERVICE_PRINCIPAL.split()),
    "authorizationPolicy": frozenset({"blockMsolPowerShell", "guestUserRoleId"}),
}
_METHODS = frozenset(
    {
        *("email", "fido2", "microsoftauthenticator", "voice", "sms"),
        *("softwareoath", "temporaryaccesspass", "x509certificate"),
    }
)
# Families of the directory -> Graph's resourceTypeName.
_TYPES: Mapping[str, str] = {
    "user": "user",
    "group": "group",
    "application": "application",
    "servicePrincipal": "servicePrincipal",
    "conditionalAccessPolicy": "conditionalAccessPolicy",
    "namedLocation": "namedLocationPolicy",
    "authenticationMethodConfiguration": "authenticationMethodPolicy",
    "authorizationPolicy": "authorizationPolicy",
    "authenticationStrengthPolicy": "authenticationStrengthPolicy",
    "oauth2PermissionGrant": "oAuth2PermissionGrant",
    "appRoleAssignment": "appRoleAssignment",
}
#: Types that can be asked for; the last three only by who takes members that came later.
TYPE_NAMES = (*_TYPES.values(), "organization")
#: What comes and goes with the service principal that it is of, and never by itself.
ANCHORED = frozenset({"oauth2PermissionGrant", "appRoleAssignment"})
#: Types with a bin, out of which and into which the service moves objects.
MOVED = frozenset(
    {
        *("user", "group", "application", "servicePrincipal"),
        *("conditionalAccessPolicy", "namedLocation"),
    }
)
MEMBERS = "group.members"
# Set by the directory itself, whatever is written.
_OWN = frozenset({"id", "createdDateTime", "modifiedDateTime", "deletedDateTime"})


def type_name(record: Record) -> str:
    """The resourceTypeName of an object; "" for one that the service does not cover."""
    name = _TYPES.get(family(record.type), "")
    if name == "authenticationMethodPolicy" and record.id.lower() not in _METHODS:
        return ""
    if record.type == "oauth2PermissionGrant" and record.body.get("consentType") != "AllPrincipals":
        return ""
    return name


def is_dynamic(record: Record) -> bool:
    """Whether a group's members follow from a rule: it is moved, and changed not at all."""
    return "DynamicMembership" in (record.body.get("groupTypes") or ())


def is_synced(record: Record) -> bool:
    """Whether it is managed on premises: reports show it, recoveries leave it alone."""
    return bool(record.body.get("onPremisesSyncEnabled"))


def changed(then: Record, now: Record) -> dict[str, Any]:
    """The covered properties that are different, with the values that they had."""
    names = (then.body.keys() | now.body.keys()) - _OWN
    covered = _PROPERTIES.get(family(then.type))
    return {
        name: then.body.get(name)
        for name in sorted(names if covered is None else names & covered)
        if then.body.get(name) != now.body.get(name)
    }
