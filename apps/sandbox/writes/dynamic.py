"""Members of dynamic groups, which the service computes from a rule.

Entra takes minutes for it; here they follow at once.
https://learn.microsoft.com/entra/identity/users/groups-dynamic-membership
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from apps.sandbox.graph.context import Call, Caller
from apps.sandbox.rules import groups, membership_rule
from apps.sandbox.rules.membership_rule import RuleError, Test
from apps.sandbox.state.directory import Directory
from apps.sandbox.state.records import Record
from apps.sandbox.writes import base, references

MEMBERS = "group.members"
SERVICE = Caller(
    app_id="65d91a3d-ab74-42e6-8a2f-0add61688c74", app_name="Microsoft Approval Management"
)
"""Who the audit log says changes the members of dynamic groups."""


def place(call: Call, user: Record) -> None:
    """Put a new or changed user into the dynamic groups whose rule fits, and out of the others."""
    for group in _computed(call.directory):
        test = _test(group.body["membershipRule"])
        if test is not None:
            _set(call, group, user, wanted=test(user.body))


def fill(call: Call, group: Record) -> None:
    """Compute all members of a group whose rule is new, changed or switched on."""
    if not _is_computed(group):
        return
    test = _test(group.body["membershipRule"])
    if test is None:
        return
    wanted = {user.id for user in call.directory.of_type("user") if test(user.body)}
    for user_id in set(call.directory.targets(MEMBERS, group.id)) - wanted:
        user = call.directory.get(user_id)
        if user is not None:
            _set(call, group, user, wanted=False)
    for user_id in wanted:
        _set(call, group, base.require(call, user_id), wanted=True)


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


def _set(call: Call, group: Record, user: Record, *, wanted: bool) -> None:
    """Add or remove a member, if that changes anything; the service's own name is in the log."""
    directory = call.directory
    turn = directory.link if wanted else directory.unlink
    if turn(MEMBERS, group.id, user.id):
        references.record_link(replace(call, caller=SERVICE), MEMBERS, group, user, added=wanted)
