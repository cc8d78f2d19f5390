"""Names that Entra gives to what happens, as its directory audit log shows them.

https://learn.microsoft.com/entra/identity/monitoring-health/reference-audit-activities
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

CORE = "Core Directory"
CONDITIONAL_ACCESS = "Conditional Access"
METHODS = "Authentication Methods"


@dataclass(frozen=True, slots=True)
class Activity:
    """One kind of audit record: its name, category, operation and the service that logs it."""

    name: str
    category: str
    operation: str
    service: str = CORE


def _family(noun: str, category: str, service: str = CORE) -> dict[str, Activity]:
    return {
        "add": Activity(f"Add {noun}", category, "Add", service),
        "update": Activity(f"Update {noun}", category, "Update", service),
        "delete": Activity(f"Delete {noun}", category, "Delete", service),
        "restore": Activity(f"Restore {noun}", category, "Update", service),
        "hard-delete": Activity(f"Hard Delete {noun}", category, "Delete", service),
    }


OBJECTS: Mapping[str, Mapping[str, Activity]] = {
    "user": _family("user", "UserManagement"),
    "group": _family("group", "GroupManagement"),
    "application": _family("application", "ApplicationManagement"),
    "servicePrincipal": _family("service principal", "ApplicationManagement")
    | {"delete": Activity("Remove service principal", "ApplicationManagement", "Delete")},
    "administrativeUnit": _family("administrative unit", "AdministrativeUnit"),
    "unifiedRoleDefinition": _family("role definition", "RoleManagement"),
    "conditionalAccessPolicy": _family("conditional access policy", "Policy", CONDITIONAL_ACCESS),
    "namedLocation": _family("named location", "Policy", CONDITIONAL_ACCESS),
    "authenticationStrengthPolicy": _family("authentication strength policy", "Policy"),
}
"""Family of a type -> what was done -> activity."""

LINKS: Mapping[str, tuple[Activity, Activity]] = {
    "group.members": (
        Activity("Add member to group", "GroupManagement", "Assign"),
        Activity("Remove member from group", "GroupManagement", "Unassign"),
    ),
    "group.owners": (
        Activity("Add owner to group", "GroupManagement", "Assign"),
        Activity("Remove owner from group", "GroupManagement", "Unassign"),
    ),
    "application.owners": (
        Activity("Add owner to application", "ApplicationManagement", "Assign"),
        Activity("Remove owner from application", "ApplicationManagement", "Unassign"),
    ),
    "servicePrincipal.owners": (
        Activity("Add owner to service principal", "ApplicationManagement", "Assign"),
        Activity("Remove owner from service principal", "ApplicationManagement", "Unassign"),
    ),
    "administrativeUnit.members": (
        Activity("Add member to administrative unit", "AdministrativeUnit", "Assign"),
        Activity("Remove member from administrative unit", "AdministrativeUnit", "Unassign"),
    ),
    "directoryRole.members": (
        Activity("Add member to role", "RoleManagement", "Assign"),
        Activity("Remove member from role", "RoleManagement", "Unassign"),
    ),
    "user.manager": (
        Activity("Set user manager", "UserManagement", "Update"),
        Activity("Remove user manager", "UserManagement", "Update"),
    ),
    "user.sponsors": (
        Activity("Add sponsor to user", "UserManagement", "Assign"),
        Activity("Remove sponsor from user", "UserManagement", "Unassign"),
    ),
    "application.sponsors": (
        Activity("Add sponsor to application", "ApplicationManagement", "Assign"),
        Activity("Remove sponsor from application", "ApplicationManagement", "Unassign"),
    ),
    "servicePrincipal.sponsors": (
        Activity("Add sponsor to service principal", "ApplicationManagement", "Assign"),
        Activity("Remove sponsor from service principal", "ApplicationManagement", "Unassign"),
    ),
}
"""Relation -> activities of adding and of removing."""

CREDENTIALS = Activity(
    "Update application \u2013 Certificates and secrets management ",
    "ApplicationManagement",
    "Update",
)
"""With its en dash and its blank at the end, as Entra writes it."""
LICENCES = Activity("Change user license", "UserManagement", "Update")
GROUP_LICENCES = Activity("Set group license", "GroupManagement", "Assign")
SESSIONS = Activity("Update StsRefreshTokenValidFrom Timestamp", "UserManagement", "Update")
STRONG_AUTHENTICATION_ON = Activity("Enable Strong Authentication", "UserManagement", "Update")
STRONG_AUTHENTICATION_OFF = Activity("Disable Strong Authentication", "UserManagement", "Update")
INVITATION = Activity("Invite external user", "UserManagement", "Add", "Invited Users")
ROLE_FROM_TEMPLATE = Activity("Add role from template", "RoleManagement", "Add")
ELIGIBLE = Activity(
    "Add eligible member to role in PIM completed (permanent)", "RoleManagement", "Assign", "PIM"
)
NO_LONGER_ELIGIBLE = Activity(
    "Remove eligible member from role in PIM completed (permanent)",
    "RoleManagement",
    "Unassign",
    "PIM",
)
CONSENT = Activity("Consent to application", "ApplicationManagement", "Assign")
GRANT_ADDED = Activity("Add delegated permission grant", "ApplicationManagement", "Assign")
GRANT_UPDATED = Activity("Update delegated permission grant", "ApplicationManagement", "Update")
GRANT_REMOVED = Activity("Remove delegated permission grant", "ApplicationManagement", "Unassign")
ASSIGNED = {
    "User": Activity("Add app role assignment grant to user", "UserManagement", "Assign"),
    "Group": Activity("Add app role assignment to group", "GroupManagement", "Assign"),
    "ServicePrincipal": Activity(
        "Add app role assignment to service principal", "ApplicationManagement", "Assign"
    ),
}
UNASSIGNED = {
    "User": Activity("Remove app role assignment from user", "UserManagement", "Unassign"),
    "Group": Activity("Remove app role assignment from group", "GroupManagement", "Unassign"),
    "ServicePrincipal": Activity(
        "Remove app role assignment from service principal", "ApplicationManagement", "Unassign"
    ),
}
SINGLETONS: Mapping[str, Activity] = {
    "authorizationPolicy": Activity("Update authorization policy", "AuthorizationPolicy", "Update"),
    "organization": Activity("Set Company Information", "DirectoryManagement", "Update"),
    "identitySecurityDefaultsEnforcementPolicy": Activity(
        "Update security defaults", "Policy", "Update"
    ),
    "authenticationMethodsPolicy": Activity(
        "Authentication Methods Policy Update", "ApplicationManagement", "Update", METHODS
    ),
}
