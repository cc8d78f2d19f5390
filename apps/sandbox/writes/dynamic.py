"""Members of dynamic groups, which the service computes from a rule.

Entra takes minutes for it; here they follow at once.
https://learn.microsoft.com/entra/identity/users/groups-dynamic-membership
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from apps.sandbox.graph.context import Call
from apps.sandbox.rules import groups, membership_rule
from apps.sandbox.rules.membership_rule import RuleError, Test
from apps.sandbox.state.directory import Directory
from apps.sandbox.state.records import Record

MEMBERS = "group.members"


def place(call: Call, user: Record) -> None:
    """Put a new or changed user into the dynamic groups whose rule fits, and out of the others."""
    for group in _computed(call.directory):
        test = _test(group.body["membershipRule"])
        if test is not None:
            _set(call.directory, group.id, user.id, wanted=test(user.body))


def fill(call: Call, group: Record) -> None:
    """Compute all members of a group whose rule is new, changed or switched on."""
    if not _is_computed(group):
        return
    test = _test(group.body["membershipRule"])
    if test is None:
        return
    wanted = {user.id for user in call.directory.of_type("user") if test(user.body)}
    for user_id in set(call.directory.targets(MEMBERS, group.id)) - wanted:
        call.directory.unlink(MEMBERS, group.id, user_id)
    for user_id in wanted:
        call.directory.link(MEMBERS, group.id, user_id)


def _computed(directory: Directory) -> Iterator[Record]:
    dynamic = directory.find_all("group", "groupTypes", groups.DYNAMIC)
    return (group for group in dynamic if _is_computed(group))


def _is_computed(group: Record) -> bool:
    return (
        groups.is_dynamic(group.body)
        and bool(group.body.get("membershipRule"))
        and group.body.get("membershipRuleProcessingState") == "On"
    )


@lru_cache(maxsize=1024)
def _test(rule: str) -> Test | None:
    """The test of a rule, or None for one in a part of the grammar that is not computed here."""
    try:
        return membership_rule.parse(rule)
    except RuleError:
        return None


def _set(directory: Directory, group_id: str, user_id: str, *, wanted: bool) -> None:
    if wanted:
        directory.link(MEMBERS, group_id, user_id)
    else:
        directory.unlink(MEMBERS, group_id, user_id)
