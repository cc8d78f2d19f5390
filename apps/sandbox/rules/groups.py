"""What makes a group of one kind or another, and which combinations Entra takes.

https://learn.microsoft.com/graph/api/group-post-groups and
https://learn.microsoft.com/graph/api/resources/groups-overview
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from apps.sandbox.rules import membership_rule
from apps.sandbox.rules.refusals import EXCHANGE_OWNED, bad_request, denied, required

UNIFIED = "Unified"
DYNAMIC = "DynamicMembership"
REQUIRED = ("displayName", "mailEnabled", "mailNickname", "securityEnabled")
LAST_OWNER = "The group must have at least one owner, hence this owner cannot be removed."
UNASSIGNABLE = "Groups without IsAssignableToRole property set cannot be assigned to roles."
OWN_REQUEST = frozenset(
    {
        "allowExternalSenders",
        "autoSubscribeNewMembers",
        "hideFromAddressLists",
        "hideFromOutlookClients",
        "isSubscribedByMail",
        "unseenCount",
    }
)
"""Kept by Exchange: delegated callers only, never at creation, each in a request of its own."""
BIND_LIMIT = 20
OWNER_LIMIT = 100
ROLE_ASSIGNABLE_LIMIT = 500
_NICKNAME = re.compile(r"[!#$%&'*+\-./0-9=?A-Z^_`a-z{|}~]{1,64}")


def is_unified(group: Mapping[str, Any]) -> bool:
    """Microsoft 365 group."""
    return UNIFIED in (group.get("groupTypes") or ())


def is_dynamic(group: Mapping[str, Any]) -> bool:
    """Entra computes its members."""
    return DYNAMIC in (group.get("groupTypes") or ())


def is_exchange_owned(group: Mapping[str, Any]) -> bool:
    """Mail-enabled security group or distribution list: read-only through Graph."""
    return bool(group.get("mailEnabled")) and not is_unified(group)


def is_role_assignable(group: Mapping[str, Any]) -> bool:
    """May hold directory roles, so that writing it asks for more."""
    return group.get("isAssignableToRole") is True


def soft_deletes(group: Mapping[str, Any]) -> bool:
    """Microsoft 365 and cloud security groups are kept for 30 days, mail-enabled ones are not."""
    return not is_exchange_owned(group)


def check_new(body: Mapping[str, Any]) -> None:
    """Refuse a group that cannot be created through Graph."""
    for name in REQUIRED:
        if body.get(name) in (None, ""):
            raise required(name, "Group")
    if not isinstance(body["mailNickname"], str) or not _NICKNAME.fullmatch(body["mailNickname"]):
        raise bad_request(
            "Invalid value specified for property 'mailNickname' of resource 'Group'."
        )
    if is_unified(body) and not body["mailEnabled"]:
        raise bad_request("The group type 'Unified' requires 'mailEnabled' to be true.")
    if is_exchange_owned(body):
        raise bad_request(f"Cannot Create {EXCHANGE_OWNED}")
    if not body["mailEnabled"] and not body["securityEnabled"]:
        raise bad_request(
            "A group must be mail-enabled or security-enabled: both 'mailEnabled' and "
            "'securityEnabled' cannot be false."
        )
    check_dynamic(body)
    _check_role_assignable(body)


def check_dynamic(group: Mapping[str, Any]) -> None:
    """A dynamic group needs a readable rule, and only a dynamic group has one."""
    rule = group.get("membershipRule")
    if is_dynamic(group):
        if not rule:
            raise required("membershipRule", "Group")
        try:
            membership_rule.parse(rule)
        except membership_rule.RuleError:
            raise bad_request("Invalid membership rule. Failed to parse the rule.") from None
    elif group.get("membershipRuleProcessingState") == "On":
        raise bad_request(
            "Membership rule processing is available only for groups of type 'DynamicMembership'."
        )


def _check_role_assignable(body: Mapping[str, Any]) -> None:
    if not is_role_assignable(body):
        return
    if not body["securityEnabled"]:
        raise bad_request("A group that is assignable to a role must be security-enabled.")
    if is_dynamic(body):
        raise bad_request("A group that is assignable to a role cannot have dynamic membership.")
    if body.get("visibility", "Private") != "Private":
        raise bad_request("A group that is assignable to a role must have visibility 'Private'.")


def check_members_writable(group: Mapping[str, Any]) -> None:
    """Refuse a change of members or owners that Graph cannot make in this group."""
    if is_exchange_owned(group):
        raise bad_request(f"Cannot Update {EXCHANGE_OWNED}")


def check_not_dynamic(group: Mapping[str, Any]) -> None:
    """Members of a dynamic group are the service's: 403, seen in issue threads."""
    if is_dynamic(group):
        raise denied()
