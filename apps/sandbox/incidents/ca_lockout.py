"""A consultant tidies up Conditional Access, and nobody can sign in any more.

The block on some countries becomes a block everywhere, the emergency accounts lose their exclusion,
and a policy and the location that was left over are deleted.
"""

from typing import Any

from apps.sandbox.incidents.script import IncidentError, Script
from apps.sandbox.state.records import Record

POLICIES = "/identity/conditionalAccess/policies"
LOCATIONS = "/identity/conditionalAccess/namedLocations"
EVERYWHERE = {"includeLocations": ["All"], "excludeLocations": []}


def lock_out(script: Script) -> None:
    """Change, in this order: the exclusions, the block, the guests' policy, the location."""
    script.act_as_user("Conditional Access Administrator", "Security Administrator")
    policies = list(script.directory.of_type("conditionalAccessPolicy"))
    enforced = [each for each in policies if each.body["state"] == "enabled"]
    block = _block_by_location(enforced)
    emergency = script.one("group", "CA Exclude - Emergency access").id
    for policy in enforced:
        conditions = _without_exclusion(policy, emergency)
        if policy is block:
            conditions = {**conditions, "locations": EVERYWHERE}
        if conditions != policy.body["conditions"]:
            changes = {"conditions": conditions}
            script.update("conditionalAccessPolicy", POLICIES, policy.id, changes)
    for policy in [each for each in enforced if _is_for_guests(each)][:1]:
        script.delete("conditionalAccessPolicy", POLICIES, policy.id)
    for location in block.body["conditions"]["locations"]["includeLocations"]:
        script.delete("namedLocation", LOCATIONS, location)


def _block_by_location(policies: list[Record]) -> Record:
    for policy in policies:
        locations = policy.body["conditions"].get("locations") or {}
        grant = policy.body.get("grantControls") or {}
        included = locations.get("includeLocations") or []
        if grant.get("builtInControls") == ["block"] and included and "All" not in included:
            return policy
    raise IncidentError("No enforced policy here blocks sign-in from a named location.")


def _is_for_guests(policy: Record) -> bool:
    users = policy.body["conditions"].get("users") or {}
    return bool(users.get("includeGuestsOrExternalUsers"))


def _without_exclusion(policy: Record, group: str) -> dict[str, Any]:
    conditions: dict[str, Any] = dict(policy.body["conditions"])
    users = conditions.get("users") or {}
    excluded = users.get("excludeGroups") or []
    if group not in excluded:
        return conditions
    kept = [each for each in excluded if each != group]
    return {**conditions, "users": {**users, "excludeGroups": kept}}
