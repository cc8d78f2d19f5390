"""Conditional Access for people who sign in: does an enabled policy block them?

The person sits at a browser on Windows at a place that no named location knows, without risk.
"block" keeps him out; a second factor is given where one is asked for; other controls count as
satisfied.
https://learn.microsoft.com/graph/api/resources/conditionalaccessconditionset
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from apps.sandbox.login import grants
from apps.sandbox.login.errors import LoginError
from apps.sandbox.state.directory import Directory
from apps.sandbox.state.records import Record

PLATFORM = "windows"
CLIENT_TYPES = frozenset({"all", "browser"})
# Conditions that a sign-in without risk, agent or special flow never meets.
_UNMET = (
    "signInRiskLevels",
    "userRiskLevels",
    "servicePrincipalRiskLevels",
    "insiderRiskLevels",
    "agentIdRiskLevels",
    "authenticationFlows",
    "clientApplications",
    "devices",
)


def refuse_if_blocked(directory: Directory, user: Record, app_id: str) -> None:
    """Refuse the sign-in that an enabled policy blocks.

    Raises:
        LoginError: 53003.
    """
    if any(_blocks(policy) for policy in _policies_for(directory, user, app_id)):
        raise LoginError(53003)


def asks_for_second_factor(directory: Directory, user: Record, app_id: str) -> bool:
    """Whether an enabled policy wants multifactor authentication or a strength of it."""
    return any(_wants_second_factor(policy) for policy in _policies_for(directory, user, app_id))


def _policies_for(directory: Directory, user: Record, app_id: str) -> Iterator[dict[str, Any]]:
    """Enabled policies that this sign-in falls under."""
    for record in directory.of_type("conditionalAccessPolicy"):
        policy = record.body
        if policy.get("state") != "enabled":
            continue
        conditions = policy.get("conditions") or {}
        if (
            _applies_to_user(directory, user, conditions.get("users") or {})
            and _applies_to_application(app_id, conditions.get("applications") or {})
            and _circumstances_met(conditions)
        ):
            yield policy


def _blocks(policy: dict[str, Any]) -> bool:
    return "block" in _controls(policy)


def _wants_second_factor(policy: dict[str, Any]) -> bool:
    granted = policy.get("grantControls") or {}
    return "mfa" in _controls(policy) or bool(granted.get("authenticationStrength"))


def _controls(policy: dict[str, Any]) -> list[str]:
    return (policy.get("grantControls") or {}).get("builtInControls") or []


def _applies_to_user(directory: Directory, user: Record, users: dict[str, Any]) -> bool:
    user_id = str(user.body["id"])
    groups = groups_of(directory, user_id)
    roles = set(grants.directory_roles(directory, user_id))
    guest = user.body.get("userType") == "Guest"

    def named(side: str) -> bool:
        listed = set(users.get(f"{side}Users") or [])
        return (
            user_id in listed
            or (guest and "GuestsOrExternalUsers" in listed)
            or (guest and bool(users.get(f"{side}GuestsOrExternalUsers")))
            or bool(groups & set(users.get(f"{side}Groups") or []))
            or bool(roles & set(users.get(f"{side}Roles") or []))
        )

    everyone = "All" in (users.get("includeUsers") or [])
    return (everyone or named("include")) and not named("exclude")


def _applies_to_application(app_id: str, applications: dict[str, Any]) -> bool:
    included = applications.get("includeApplications") or []
    excluded = applications.get("excludeApplications") or []
    return ("All" in included or app_id in included) and app_id not in excluded


def _circumstances_met(conditions: dict[str, Any]) -> bool:
    if any(conditions.get(name) for name in _UNMET):
        return False
    client_types = set(conditions.get("clientAppTypes") or ["all"])
    return (
        bool(client_types & CLIENT_TYPES)
        and _selected(conditions.get("platforms"), "Platforms", PLATFORM)
        and _selected(conditions.get("locations"), "Locations", "")
    )


def _selected(condition: dict[str, Any] | None, what: str, here: str) -> bool:
    """Whether an include/exclude condition takes in `here`; an absent condition takes in all."""
    if not condition:
        return True
    included = condition.get(f"include{what}") or []
    excluded = condition.get(f"exclude{what}") or []
    everywhere = any(str(item).lower() == "all" for item in included)
    if not here:  # an unknown place: inside "All", and in doubt inside what is excluded
        return everywhere and not excluded
    return (everywhere or here in included) and here not in excluded


def groups_of(directory: Directory, object_id: str) -> set[str]:
    """Groups that the object is a member of, nested ones included."""
    found: set[str] = set()
    waiting = [object_id]
    while waiting:
        for group_id in directory.sources("group.members", waiting.pop()):
            if group_id not in found:
                found.add(group_id)
                waiting.append(group_id)
    return found
