"""Directory roles: built-in definitions under their real template ids, and who holds them.

Source: https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference
"""

import json
from functools import cache, lru_cache
from typing import Any

from apps.sandbox.rules.roles import is_privileged
from apps.sandbox.seed import licences
from apps.sandbox.seed.draft import Draft
from apps.sandbox.seed.organisations import DATA

ACTIONS = {
    "Entra Backup Administrator": (
        "microsoft.directory/auditLogs/standard/read",
        "microsoft.directory/backup/preview/cancel",
        "microsoft.directory/backup/preview/create",
        "microsoft.directory/backup/recovery/cancel",
        "microsoft.directory/backup/recovery/create",
        "microsoft.directory/backup/standard/read",
    ),
    "Entra Backup Reader": (
        "microsoft.directory/auditLogs/standard/read",
        "microsoft.directory/backup/preview/cancel",
        "microsoft.directory/backup/preview/create",
        "microsoft.directory/backup/standard/read",
    ),
    "Global Administrator": ("microsoft.directory/allEntities/allTasks",),
}
"""Actions of the roles for which they are told apart; other roles show their own name's."""

HOLDERS = (
    ("Global Administrator", "break-glass-1"),
    ("Global Administrator", "break-glass-2"),
    ("Global Administrator", "it-head"),
    ("Conditional Access Administrator", "identity-engineer"),
    ("Application Administrator", "identity-engineer"),
    ("Groups Administrator", "identity-engineer"),
    ("User Administrator", "service-desk"),
    ("Helpdesk Administrator", "service-desk"),
    ("Conditional Access Administrator", "consultant"),
    ("Security Administrator", "consultant"),
    ("Entra Backup Administrator", "it-head"),
    ("Entra Backup Reader", "service-desk"),
)


@lru_cache(maxsize=1)
def templates() -> list[dict[str, Any]]:
    """All built-in roles: `templateId`, `displayName`, `description`, `isPrivileged`."""
    known: list[dict[str, Any]] = json.loads((DATA / "directory_roles.json").read_text())
    return known


@cache
def template_id(name: str) -> str:
    """The template id of a built-in role; StopIteration for an unknown name."""
    return str(next(role["templateId"] for role in templates() if role["displayName"] == name))


def add_roles(draft: Draft) -> None:
    """Create templates, definitions, activated roles, a custom role and all assignments."""
    for role in templates():
        add_definition(draft, role)
    for name in dict.fromkeys(name for name, _holder in HOLDERS):
        _activate(draft, name)
    _activate(draft, "Global Reader")
    for name, holder in HOLDERS:
        _assign(draft, template_id(name), draft.cast[holder])
        draft.directory.link("directoryRole.members", _role_id(draft, name), draft.cast[holder])
    if licences.has_premium(draft):
        readers = draft.groups["global-readers"]
        _assign(draft, template_id("Global Reader"), readers)
        draft.directory.link("directoryRole.members", _role_id(draft, "Global Reader"), readers)
        _add_custom_roles(draft)


def add_scoped_assignments(draft: Draft) -> None:
    """Give the unit of the first site administrators of its own."""
    if not licences.has_premium(draft):
        return
    unit = f"/administrativeUnits/{draft.guid('administrativeUnit', 'site', 0)}"
    _assign(draft, template_id("Helpdesk Administrator"), draft.cast["service-desk"], unit)
    _assign(draft, template_id("Groups Administrator"), draft.cast["it-head"], unit)


ELIGIBLE = (
    ("Global Administrator", "identity-engineer"),
    ("Privileged Role Administrator", "it-head"),
    ("Security Administrator", "service-desk"),
)
"""Who may activate a role, where the tenant has Privileged Identity Management."""


def add_eligibilities(draft: Draft) -> None:
    """Let a few people activate roles; the first for good, the others for some years."""
    if "AAD_PREMIUM_P2" not in draft.directory.licences:
        return
    start, end = "2026-01-05T08:00:00Z", "2035-01-05T08:00:00Z"
    for number, (name, holder) in enumerate(ELIGIBLE):
        ends = {"type": "afterDateTime", "endDateTime": end, "duration": None}
        never = {"type": "noExpiration", "endDateTime": None, "duration": None}
        body = {
            "createdDateTime": start,
            "directoryScopeId": "/",
            "memberType": "Direct",
            "principalId": draft.cast[holder],
            "roleDefinitionId": template_id(name),
            "scheduleInfo": {
                "startDateTime": start,
                "recurrence": None,
                "expiration": ends if number else never,
            },
            "status": "Provisioned",
        }
        draft.add("unifiedRoleEligibilitySchedule", body, name, holder)


def add_definition(draft: Draft, role: dict[str, Any]) -> None:
    """Create the definition of one built-in role, whose id is its template's."""
    name, template = role["displayName"], role["templateId"]
    actions = ACTIONS.get(name, ("microsoft.directory/users/standard/read",))
    body = {
        "description": role["description"],
        "displayName": name,
        "isBuiltIn": True,
        "isEnabled": True,
        "isPrivileged": role["isPrivileged"],
        "resourceScopes": ["/"],
        "rolePermissions": [{"allowedResourceActions": [*actions]}],
        "templateId": template,
        "version": "1",
    }
    draft.directory.add("unifiedRoleDefinition", body, object_id=template)


def _role_id(draft: Draft, name: str) -> str:
    return draft.guid("directoryRole", name)


def _activate(draft: Draft, name: str) -> None:
    role = next(role for role in templates() if role["displayName"] == name)
    body = {
        "description": role["description"],
        "displayName": name,
        "roleTemplateId": role["templateId"],
    }
    draft.add("directoryRole", body, name)


def _assign(draft: Draft, definition: str, principal: str, scope: str = "/") -> None:
    body = {"directoryScopeId": scope, "principalId": principal, "roleDefinitionId": definition}
    identity = draft.token("role assignment", definition, principal, scope)
    draft.directory.add("unifiedRoleAssignment", body, object_id=identity)


CUSTOM = (
    (
        "credentials",
        "Application Credential Operator",
        "Renews credentials of application registrations",
        (
            "microsoft.directory/applications/credentials/update",
            "microsoft.directory/applications/standard/read",
        ),
    ),
    (
        "branding",
        "Application Branding Editor",
        "Keeps names, logos and links of application registrations up to date",
        (
            "microsoft.directory/applications/basic/update",
            "microsoft.directory/applications/standard/read",
        ),
    ),
)
"""Roles of the tenant's own: key, name, description and actions. Nobody holds the last one."""


def _add_custom_roles(draft: Draft) -> None:
    for key, name, description, actions in CUSTOM:
        identity = draft.guid("unifiedRoleDefinition", key)
        permissions = [{"allowedResourceActions": [*actions]}]
        body = {
            "description": description,
            "displayName": name,
            "isBuiltIn": False,
            "isEnabled": True,
            "isPrivileged": is_privileged(permissions),
            "resourceScopes": ["/"],
            "rolePermissions": permissions,
            "templateId": identity,
            "version": "1",
        }
        draft.directory.add("unifiedRoleDefinition", body, object_id=identity)
    credentials = draft.guid("unifiedRoleDefinition", "credentials")
    _assign(draft, credentials, draft.cast["identity-engineer"])
