"""Groups whose members nobody can tell before Entra has worked them out again."""

from __future__ import annotations

from apps.recovery.choices import Action
from apps.recovery.guards.effects import Effects
from apps.recovery.guards.looking import Write

_RULE = ("membershipRule", "groupTypes", "membershipRuleProcessingState")
_DYNAMIC = "DynamicMembership"


def uncertain_groups(effects: Effects) -> frozenset[str]:
    """The groups whose membership rule the plan writes, with what is made anew with a rule.

    Until Entra has evaluated a rule, which may take hours, its old members stay.
    https://learn.microsoft.com/entra/identity/users/groups-dynamic-membership
    """
    return frozenset(
        object_id
        for (kind, object_id), writes in effects.watched.items()
        if kind == "group" and any(_sets_rule(write) for write in writes)
    )


def _sets_rule(write: Write) -> bool:
    if write.action not in {Action.UPDATE, Action.CREATE}:
        return False
    if not any(name in write.attributes for name in _RULE):
        return False
    if write.action == Action.UPDATE:
        return True
    return _DYNAMIC in (write.body().get("groupTypes") or ())
