"""Permissions that a customer may keep back, and what Holdfast then does without.

Each reaches one corner of the directory. Without one of the others a connection is incomplete.
"""

from collections.abc import Iterable, Mapping

_AGENTS_UNREAD = "What only agent identities and their blueprints have is not backed up."
_AGENTS_UNWRITTEN = "Agent identities, blueprints and agent users are not put back."

WITHOUT: Mapping[str, str] = {
    "AdministrativeUnit.Read.All": "Administrative units are not backed up.",
    "AdministrativeUnit.ReadWrite.All": "Administrative units are not put back.",
    "AgentIdentity.Read.All": _AGENTS_UNREAD,
    "AgentIdentityBlueprint.Read.All": _AGENTS_UNREAD,
    "AgentIdentityBlueprintPrincipal.Read.All": _AGENTS_UNREAD,
    "AuditLog.Read.All": (
        "Nobody can say who made a change, large deletions wait for a person's word, and it takes "
        "longer until a change of per-user multifactor authentication is seen."
    ),
    "Directory.Read.All": (
        "Delegated permission grants are not backed up, and no owner is given back to an "
        "application or a service principal."
    ),
    "Member.Read.Hidden": "Members of groups with hidden membership are not backed up.",
    "Organization.Read.All": "The organization's notification addresses are not backed up.",
    "User-LifeCycleInfo.Read.All": "The leave dates of employees are not backed up.",
    "AgentIdUser.ReadWrite.All": _AGENTS_UNWRITTEN,
    "AgentIdentity.DeleteRestore.All": _AGENTS_UNWRITTEN,
    "AgentIdentity.ReadWrite.All": _AGENTS_UNWRITTEN,
    "AgentIdentityBlueprint.DeleteRestore.All": _AGENTS_UNWRITTEN,
    "AgentIdentityBlueprint.ReadWrite.All": _AGENTS_UNWRITTEN,
    "AgentIdentityBlueprintPrincipal.DeleteRestore.All": _AGENTS_UNWRITTEN,
    "AgentIdentityBlueprintPrincipal.ReadWrite.All": _AGENTS_UNWRITTEN,
    "AppRoleAssignment.ReadWrite.All": "App role assignments are not put back.",
    "DelegatedPermissionGrant.ReadWrite.All": "Delegated permission grants are not put back.",
    "Organization.ReadWrite.All": "The organization's notification addresses are not put back.",
    "Policy.ReadWrite.Authorization": "The authorization policy is not put back.",
    "RoleManagement.Read.Directory": (
        "Directory roles, who holds them and who may activate them are not backed up, so nobody "
        "can say whether a recovery touches an administrator."
    ),
    "RoleManagement.ReadWrite.Directory": (
        "Directory roles, their holders, and role-assignable groups with their members and owners "
        "are not put back."
    ),
    "User-LifeCycleInfo.ReadWrite.All": "The leave dates of employees are not put back.",
}


def needed(names: Iterable[str]) -> tuple[str, ...]:
    """Those without which a connection is incomplete."""
    return tuple(sorted(name for name in names if name not in WITHOUT))
