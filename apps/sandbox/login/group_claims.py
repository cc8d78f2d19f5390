"""What a token says of groups and directory roles, where the application asks for it.

`groupMembershipClaims` of the application decides. Above 200 groups the token names no group but
the place to ask for them.
https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference#groups-overage-claim
"""

from __future__ import annotations

from typing import Any

from apps.sandbox.login import grants
from apps.sandbox.login.clients import Client
from apps.sandbox.login.conditional_access import groups_of
from apps.sandbox.state.directory import Directory
from apps.sandbox.state.records import Record

LIMIT = 200
"""Groups in a JWT."""
SOURCE = "https://graph.microsoft.com/v1.0/users/{user}/getMemberObjects"


def group_claims(client: Client, user: Record) -> dict[str, Any]:
    """Claims `wids` and `groups`, or where to find the groups of one who is in too many."""
    asked = set((client.application.body.get("groupMembershipClaims") or "").split(", "))
    asked = {part for each in asked for part in each.split(",")}
    claims: dict[str, Any] = {}
    if asked & {"All", "SecurityGroup", "DirectoryRole"}:
        claims["wids"] = [*directory_roles(client.directory, user.id), grants.DEFAULT_USER_WID]
    if not asked & {"All", "SecurityGroup", "ApplicationGroup"}:
        return claims
    found = _groups(client, user, asked)
    if len(found) > LIMIT:
        source = {"endpoint": SOURCE.format(user=user.id)}
        return claims | {"_claim_names": {"groups": "src1"}, "_claim_sources": {"src1": source}}
    return claims | ({"groups": found} if found else {})


def directory_roles(directory: Directory, user_id: str) -> list[str]:
    """Template ids of the roles that a user holds, himself or through a group, sorted."""
    holders = (user_id, *directory.sources("group.members", user_id))
    held = {role for holder in holders for role in grants.directory_roles(directory, holder)}
    return sorted(held)


def _groups(client: Client, user: Record, asked: set[str]) -> list[str]:
    directory = client.directory
    if "ApplicationGroup" in asked:
        return _assigned_groups(client, user)
    groups = (directory.get(group_id) for group_id in groups_of(directory, user.id))
    return sorted(
        group.id
        for group in groups
        if group is not None and ("All" in asked or group.body.get("securityEnabled"))
    )


def _assigned_groups(client: Client, user: Record) -> list[str]:
    """Groups of the user that are assigned to the application, and no others."""
    principal = client.service_principal
    if principal is None:
        return []
    given = grants.assignments_to(client.directory, principal.id, user.id)
    return sorted({str(each.body["principalId"]) for each in given} - {user.id})
