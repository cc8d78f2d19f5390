"""The playbooks that Holdfast comes with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from apps.recovery.playbooks.filters import KIND_NAMES, Filter

_POLICIES = (
    "authenticationMethodsPolicy",
    "authenticationMethodConfiguration",
    "authorizationPolicy",
    "organization",
)
_HANGS_ON_PRINCIPALS = (
    "oauth2PermissionGrant",
    "appRoleAssignment",
    "roleAssignment",
    "roleEligibility",
)


@dataclass(frozen=True, slots=True)
class Builtin:
    """key: what addresses and the API call it by."""

    key: str
    description: str
    filter: Filter


def _kinds(*names: str) -> frozenset[str]:
    """Those of the kinds that the catalogue has."""
    return frozenset(names) & KIND_NAMES


_ALL = (
    Builtin(
        "conditional-access",
        "Every Conditional Access policy, and the people, groups, applications, locations and "
        "authentication strengths that the policies name, with the members of those groups.",
        Filter(
            name="Conditional Access and what it refers to",
            kinds=_kinds("conditionalAccessPolicy"),
            refers_to=_kinds(
                "user",
                "group",
                "servicePrincipal",
                "namedLocation",
                "authenticationStrengthPolicy",
                "authenticationContextClassReference",
                "agreement",
            ),
        ),
    ),
    Builtin(
        "application",
        "One application with its service principal, owners, permissions, assignments and "
        "federated credentials.",
        Filter(
            name="An application with its principal, grants, assignments and credentials",
            asks_for="application",
            referred_by=_kinds(
                "servicePrincipal", "federatedIdentityCredential", *_HANGS_ON_PRINCIPALS
            ),
            steps=2,
        ),
    ),
    Builtin(
        "person",
        "One person with the memberships, assignments, permissions and roles that he has.",
        Filter(
            name="A person with memberships, assignments and roles",
            asks_for="user",
            referred_by=_kinds(*_HANGS_ON_PRINCIPALS),
            links_to=True,
        ),
    ),
    Builtin(
        "group",
        "One group with its members and owners, the groups that it is in, what it is assigned, and "
        "the policies that name it.",
        Filter(
            name="A group with its members, and the policies that name it",
            asks_for="group",
            referred_by=_kinds(
                "conditionalAccessPolicy",
                "authenticationMethodConfiguration",
                *_HANGS_ON_PRINCIPALS,
            ),
            links_to=True,
        ),
    ),
    Builtin(
        "tenant-policies",
        "The settings of the tenant itself: who may invite, register and consent, and how people "
        "prove who they are.",
        Filter(name="The tenant's own policies", kinds=_kinds(*_POLICIES)),
    ),
    Builtin(
        "permissions",
        "What applications and people were permitted: grants, assignments to applications, "
        "directory roles.",
        Filter(name="Permissions and role assignments", kinds=_kinds(*_HANGS_ON_PRINCIPALS)),
    ),
)
BUILTIN: Final[Mapping[str, Builtin]] = {one.key: one for one in _ALL}
