"""Who holds directory roles, directly or through role-assignable groups."""

from __future__ import annotations

from collections.abc import Collection

from apps.sandbox.graph.context import Call
from apps.sandbox.rules.refusals import denied, refused
from apps.sandbox.rules.roles import (
    GLOBAL_ADMINISTRATOR,
    LAST_ADMINISTRATOR,
    WRITES_ADMINISTRATORS,
    WRITES_PASSWORDS,
)
from apps.sandbox.state.directory import Directory


def roles_of(directory: Directory, principal_id: str) -> set[str]:
    """Ids of the role definitions that are assigned to a principal, at any scope."""
    holders = [principal_id, *directory.sources("group.members", principal_id)]
    assignments = [
        assignment
        for holder in holders
        for assignment in directory.find_all("unifiedRoleAssignment", "principalId", holder)
    ]
    return {assignment.body["roleDefinitionId"] for assignment in assignments}


def check_sensitive(call: Call, user_id: str, names: Collection[str]) -> None:
    """Refuse a sensitive write of a user for which the caller's roles do not suffice.

    https://learn.microsoft.com/graph/api/resources/users#who-can-perform-sensitive-actions
    """
    held = roles_of(call.directory, call.caller.user_id or call.caller.service_principal_id)
    if roles_of(call.directory, user_id):
        if not held & WRITES_ADMINISTRATORS:
            raise denied()
    elif "passwordProfile" in names and not held & WRITES_PASSWORDS:
        raise denied()


def check_not_last(call: Call, *leaving: str) -> None:
    """Refuse to leave the directory without a Global Administrator."""
    holders = holders_of(call.directory, GLOBAL_ADMINISTRATOR)
    if holders and holders <= set(leaving):
        raise refused(LAST_ADMINISTRATOR)


def holders_of(directory: Directory, role_id: str) -> set[str]:
    """Principals with a role over the whole tenant; members stand for their groups."""
    found: set[str] = set()
    for assignment in directory.find_all("unifiedRoleAssignment", "roleDefinitionId", role_id):
        if assignment.body.get("directoryScopeId", "/") != "/":
            continue
        principal = assignment.body["principalId"]
        members = directory.targets("group.members", principal)
        found |= set(members) if members else {principal}
    return found
