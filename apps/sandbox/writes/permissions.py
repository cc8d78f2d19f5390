"""Permission alternatives of writes, least and higher, as the permissions reference lists them.

https://learn.microsoft.com/graph/permissions-reference. "A+B" asks for both. Delegated callers have
the same alternatives and Directory.AccessAsUser.All, unless a route says otherwise.
"""

from __future__ import annotations

from apps.sandbox.graph.context import any_of
from apps.sandbox.rules.users import GRANULAR

DIRECTORY_WRITE = "Directory.ReadWrite.All"
_AGENT_USERS = ("AgentIdUser.ReadWrite.All", "AgentIdUser.ReadWrite.IdentityParentedBy")
_DEVICES = (
    "DeviceManagementApps.ReadWrite.All",
    "DeviceManagementConfiguration.ReadWrite.All",
    "DeviceManagementManagedDevices.ReadWrite.All",
    "DeviceManagementServiceConfig.ReadWrite.All",
)
_APPLICATIONS = ("Application.ReadWrite.OwnedBy", "Application.ReadWrite.All")
_POLICY = "Policy.Read.All+Policy.ReadWrite.ConditionalAccess"

USER_CREATE = any_of("User.ReadWrite.All", *_AGENT_USERS, *_DEVICES, DIRECTORY_WRITE)
USER_UPDATE = any_of(
    "User.ReadWrite.All",
    "User.ReadWrite.CrossCloud",
    *GRANULAR,
    *_AGENT_USERS,
    *_DEVICES,
    DIRECTORY_WRITE,
)
USER_DELETE = any_of(
    "User.DeleteRestore.All",
    "User.ReadWrite.All",
    "User.ReadWrite.CrossCloud",
    *_AGENT_USERS,
    *_DEVICES,
)
USER_LINK = any_of("User.ReadWrite.All", *_AGENT_USERS, DIRECTORY_WRITE)
LICENCE = any_of(
    "LicenseAssignment.ReadWrite.All", "User.ReadWrite.All", *_AGENT_USERS, DIRECTORY_WRITE
)
REVOKE = any_of("User.RevokeSessions.All", "User.ReadWrite.All", DIRECTORY_WRITE)
GROUP_LICENCE = any_of("LicenseAssignment.ReadWrite.All", "Group.ReadWrite.All", DIRECTORY_WRITE)
INVITE = any_of("User.Invite.All", "User.ReadWrite.All", DIRECTORY_WRITE)
GROUP_CREATE = any_of(
    "Group.Create",
    "Group.ReadWrite.All",
    "Group-PreferredDataLocation.ReadWrite.All",
    DIRECTORY_WRITE,
)
GROUP_UPDATE = any_of(
    "Group.ReadWrite.All",
    "Group-NestingSupport.ReadWrite.All",
    "Group-PreferredDataLocation.ReadWrite.All",
    "Group.ManageProtection.All",
    DIRECTORY_WRITE,
)
GROUP_DELETE = any_of("Group.ReadWrite.All")
GROUP_MEMBER = any_of("GroupMember.ReadWrite.All", "Group.ReadWrite.All", DIRECTORY_WRITE)
GROUP_OWNER = any_of("Group.ReadWrite.All", DIRECTORY_WRITE)
APPLICATION_CREATE = any_of("AppRegistration.Create", *_APPLICATIONS)
APPLICATION = any_of(*_APPLICATIONS)
APPLICATION_OWNER = any_of(
    "Application.ReadWrite.OwnedBy+Directory.Read.All",
    "Application.ReadWrite.All+Directory.Read.All",
    "Application.ReadWrite.OwnedBy+Directory.ReadWrite.All",
    "Application.ReadWrite.All+Directory.ReadWrite.All",
    DIRECTORY_WRITE,
)
OWNER_REMOVE = any_of(*_APPLICATIONS, DIRECTORY_WRITE)
CREDENTIAL = any_of(*_APPLICATIONS, DIRECTORY_WRITE)
PRINCIPAL = any_of(*_APPLICATIONS, DIRECTORY_WRITE)
BLUEPRINT_CREATE = any_of("AgentIdentityBlueprint.Create", "AgentIdentityBlueprint.ReadWrite.All")
BLUEPRINT = any_of("AgentIdentityBlueprint.ReadWrite.All", *_APPLICATIONS)
BLUEPRINT_DELETE = any_of(
    "AgentIdentityBlueprint.DeleteRestore.All", "AgentIdentityBlueprint.ReadWrite.All"
)
AGENT_CREATE = any_of(
    "AgentIdentity.Create.All",
    "AgentIdentity.ReadWrite.All",
    "AgentIdentityBlueprintPrincipal.Create",
    "AgentIdentityBlueprintPrincipal.ReadWrite.All",
)
AGENT = any_of(
    "AgentIdentity.ReadWrite.All", "AgentIdentityBlueprintPrincipal.ReadWrite.All", *_APPLICATIONS
)
AGENT_DELETE = any_of(
    "AgentIdentity.DeleteRestore.All",
    "AgentIdentity.ReadWrite.All",
    "AgentIdentityBlueprintPrincipal.DeleteRestore.All",
    "AgentIdentityBlueprintPrincipal.ReadWrite.All",
)
SPONSOR = any_of(
    "AgentIdentityBlueprint.UpdateSponsors.All",
    "AgentIdentityBlueprint.ReadWrite.All",
    "AgentIdentity.ReadWrite.All",
    "AgentIdentityBlueprintPrincipal.ReadWrite.All",
    *_APPLICATIONS,
)
ASSIGNMENT_CREATE = any_of(
    "AppRoleAssignment.ReadWrite.All+Application.Read.All",
    "AppRoleAssignment.ReadWrite.All+Application.ReadWrite.All",
    "AppRoleAssignment.ReadWrite.All+Directory.Read.All",
    "AppRoleAssignment.ReadWrite.All+Directory.ReadWrite.All",
)
ASSIGNMENT = any_of("AppRoleAssignment.ReadWrite.All")
GRANT = any_of("DelegatedPermissionGrant.ReadWrite.All", DIRECTORY_WRITE)
CONDITIONAL_ACCESS = any_of(
    f"{_POLICY}+Application.Read.All",
    f"{_POLICY}+Application.ReadWrite.All",
    f"{_POLICY}+Directory.Read.All",
    f"{_POLICY}+Directory.ReadWrite.All",
)
CONDITIONAL_ACCESS_DELETE = any_of(_POLICY)
LOCATION = any_of(_POLICY)
STRENGTH = any_of("Policy.ReadWrite.ConditionalAccess", "Policy.ReadWrite.AuthenticationMethod")
METHODS = any_of("Policy.ReadWrite.AuthenticationMethod")
MFA_STATE = any_of("Policy.ReadWrite.AuthenticationMethod")
AUTHORIZATION = any_of("Policy.ReadWrite.Authorization")
SECURITY_DEFAULTS = any_of(
    "Policy.Read.All+Policy.ReadWrite.SecurityDefaults",
    "Policy.Read.All+Policy.ReadWrite.ConditionalAccess",
)
ORGANIZATION = any_of(
    "Organization.ReadWrite.All",
    "DeviceManagementServiceConfig.ReadWrite.All",
    "DeviceManagementConfiguration.ReadWrite.All",
)
ROLE = any_of("RoleManagement.ReadWrite.Directory")
ELIGIBILITY = any_of(
    "RoleEligibilitySchedule.ReadWrite.Directory", "RoleManagement.ReadWrite.Directory"
)
ROLE_SETTING = any_of(
    "RoleManagementPolicy.ReadWrite.Directory", "RoleManagement.ReadWrite.Directory"
)
GROUP_SETTING = any_of("RoleManagementPolicy.ReadWrite.AzureADGroup")
GROUP_ELIGIBILITY = any_of("PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup")
GROUP_ASSIGNMENT = any_of("PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup")
UNIT = any_of("AdministrativeUnit.ReadWrite.All")
