"""Which users can be created, and which of their properties are protected.

https://learn.microsoft.com/graph/api/user-post-users and, for sensitive actions,
https://learn.microsoft.com/graph/api/resources/users#who-can-perform-sensitive-actions
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from apps.sandbox.rules.refusals import bad_request, denied, refused, required

REQUIRED = ("accountEnabled", "displayName", "mailNickname", "userPrincipalName")
SENSITIVE = frozenset(
    {
        "accountEnabled",
        "businessPhones",
        "mobilePhone",
        "onPremisesImmutableId",
        "otherMails",
        "passwordProfile",
        "userPrincipalName",
    }
)
"""Of administrators: the caller needs a directory role besides the permission."""
CLOUD_WRITABLE_WHEN_SYNCED = frozenset(
    {
        "usageLocation",
        "preferredDataLocation",
        "passwordPolicies",
        "ageGroup",
        "consentProvidedForMinor",
        "customSecurityAttributes",
        "otherMails",
        "authorizationInfo",
        "employeeLeaveDateTime",
        "isResourceAccount",
    }
)
"""Not mastered on-premises, so a cloud write of a synced user may change them."""
PHONE_LIMIT = 1
"""businessPhones is a collection that takes one number."""
PASSWORD_NEEDED = "A password must be specified to create a new user."
WEAK_PASSWORD = (
    "The specified password does not comply with password complexity requirements. Please provide "
    "a different password."
)
UNVERIFIED_DOMAIN = (
    "The domain portion of the userPrincipalName property is invalid. You must use one of the "
    "verified domain names in your organization."
)
_PRINCIPAL_NAME = re.compile(r"[A-Za-z0-9'.\-_!#^~]{1,64}@[A-Za-z0-9.\-]{1,253}")
_CLASSES = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^A-Za-z0-9]")


def check_new(body: Mapping[str, Any], *, needs_password: bool = True) -> None:
    """Refuse a new user for what is missing."""
    for name in REQUIRED:
        if body.get(name) in (None, ""):
            raise required(name, "User")
    profile = body.get("passwordProfile")
    if needs_password and not (isinstance(profile, Mapping) and profile.get("password")):
        raise bad_request(PASSWORD_NEEDED)


def check_password(body: Mapping[str, Any]) -> None:
    """8 to 256 characters of at least three of the four classes."""
    password = (body.get("passwordProfile") or {}).get("password")
    if password is None:
        return
    classes = sum(1 for pattern in _CLASSES if re.search(pattern, password))
    if not 8 <= len(password) <= 256 or classes < 3:
        raise refused(WEAK_PASSWORD)


def check_principal_name(name: str, verified: Collection[str]) -> None:
    """The name is well-formed and its domain is a verified one of the tenant."""
    if not _PRINCIPAL_NAME.fullmatch(name):
        raise bad_request("Property userPrincipalName is invalid.")
    if name.rpartition("@")[2].lower() not in {domain.lower() for domain in verified}:
        raise refused(UNVERIFIED_DOMAIN)


DELEGATED_ONLY = frozenset(
    {
        "aboutMe",
        "birthday",
        "employeeHireDate",
        "interests",
        "mySite",
        "pastProjects",
        "responsibilities",
        "schools",
        "skills",
    }
)
"""Applications cannot write them (note of https://learn.microsoft.com/graph/api/user-update)."""
OWN_REQUEST = DELEGATED_ONLY - {"employeeHireDate"}
"""Kept outside the directory: alone in their request (same note)."""
GRANULAR: Mapping[str, frozenset[str]] = {
    "User.EnableDisableAccount.All": frozenset({"accountEnabled"}),
    "User-PasswordProfile.ReadWrite.All": frozenset({"passwordProfile"}),
    "User-Phone.ReadWrite.All": frozenset({"businessPhones", "mobilePhone"}),
    "User-Mail.ReadWrite.All": frozenset({"otherMails"}),
    "User.ManageIdentities.All": frozenset({"identities"}),
}
"""Permissions that let a caller update only these properties."""


def check_requests(names: Collection[str], *, delegated: bool) -> None:
    """Refuse properties that applications may not write, or that must travel alone."""
    if not delegated and DELEGATED_ONLY & set(names):
        raise denied()
    alone = OWN_REQUEST & set(names)
    if alone and not set(names) <= OWN_REQUEST:
        raise bad_request(
            "The request is currently not supported on the targeted entity set: "
            f"'{min(alone)}' must be updated in its own request."
        )


def check_permitted(names: Collection[str], permissions: Collection[str]) -> None:
    """With granular permissions alone, only their properties may be written."""
    granular = set(permissions) & set(GRANULAR)
    allowed: set[str] = set().union(*(GRANULAR[name] for name in granular))
    if not set(names) <= allowed:
        raise denied()
