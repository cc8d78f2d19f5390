"""Permission alternatives of reads, least and higher, as the permissions reference lists them.

https://learn.microsoft.com/graph/permissions-reference
Directory.Read.All and Directory.ReadWrite.All are named where the reference names either.
"""

from .context import Permissions, any_of

_DIRECTORY = ("Directory.Read.All", "Directory.ReadWrite.All")
_AGENT_USERS = ("AgentIdUser.ReadWrite.All", "AgentIdUser.ReadWrite.IdentityParentedBy")

USER_LIST = any_of(
    "User.ReadBasic.All",
    "User.Read.All",
    "User.ReadWrite.All",
    "User.ReadWrite.CrossCloud",
    "DeviceManagementApps.Read.All",
    "DeviceManagementApps.ReadWrite.All",
    "DeviceManagementConfiguration.Read.All",
    "DeviceManagementConfiguration.ReadWrite.All",
    "DeviceManagementManagedDevices.Read.All",
    "DeviceManagementManagedDevices.ReadWrite.All",
    "DeviceManagementServiceConfig.Read.All",
    "DeviceManagementServiceConfig.ReadWrite.All",
    *_AGENT_USERS,
    *_DIRECTORY,
)
USER = any_of("User.Read.All", "User.ReadWrite.All", *_AGENT_USERS, *_DIRECTORY)
USER_SPONSORS = any_of("User.Read.All", "User.ReadWrite.All", *_AGENT_USERS, *_DIRECTORY)
USER_LICENCES = any_of(
    "LicenseAssignment.Read.All",
    "LicenseAssignment.ReadWrite.All",
    "User.Read.All",
    "User.ReadWrite.All",
    *_AGENT_USERS,
    *_DIRECTORY,
)
USER_MEMBER_OF = any_of(
    "User.Read.All",
    "User.ReadWrite.All",
    "Group.Read.All",
    "Group.ReadWrite.All",
    "Group.ReadBasic.All",
    "GroupMember.Read.All",
    "GroupMember.ReadWrite.All",
    "GroupMember.ReadBasic.All",
    *_DIRECTORY,
)
USER_ASSIGNMENTS = any_of("AppRoleAssignment.ReadWrite.All", *_DIRECTORY)
GROUP_LIST = any_of(
    "Group.ReadBasic.All",
    "Group.Read.All",
    "Group.ReadWrite.All",
    "GroupMember.Read.All",
    "GroupMember.ReadWrite.All",
    "Group-NestingSupport.ReadWrite.All",
    "Group-PreferredDataLocation.ReadWrite.All",
    "Group.ManageProtection.All",
    *_DIRECTORY,
)
GROUP_MEMBERS = any_of(
    "GroupMember.ReadBasic.All",
    "GroupMember.Read.All",
    "GroupMember.ReadWrite.All",
    "Group.Read.All",
    "Group.ReadBasic.All",
    "Group.ReadWrite.All",
    *_DIRECTORY,
)
GROUP_OWNERS = any_of(
    "GroupMember.Read.All",
    "GroupMember.ReadWrite.All",
    "Group.Read.All",
    "Group.ReadWrite.All",
    *_DIRECTORY,
)
_APPLICATIONS = (
    "Application.Read.All",
    "Application.ReadWrite.All",
    "Application.ReadWrite.OwnedBy",
)
APPLICATION = any_of(*_APPLICATIONS, *_DIRECTORY)
BLUEPRINT = any_of(
    "AgentIdentityBlueprint.Read.All",
    "AgentIdentityBlueprint.ReadWrite.All",
    *_APPLICATIONS,
    *_DIRECTORY,
)
BLUEPRINT_PRINCIPAL = any_of(
    "AgentIdentityBlueprintPrincipal.Read.All",
    "AgentIdentityBlueprintPrincipal.ReadWrite.All",
    *_APPLICATIONS,
    *_DIRECTORY,
)
AGENT_IDENTITY = any_of(
    "AgentIdentity.Read.All", "AgentIdentity.ReadWrite.All", *_APPLICATIONS, *_DIRECTORY
)
FEDERATED_CREDENTIAL = any_of(*_APPLICATIONS)
GRANT = any_of("DelegatedPermissionGrant.ReadWrite.All", *_DIRECTORY)
UNIT = any_of("AdministrativeUnit.Read.All", "AdministrativeUnit.ReadWrite.All", *_DIRECTORY)
ROLE = any_of(
    "RoleManagement.Read.Directory",
    "RoleManagement.Read.All",
    "RoleManagement.ReadWrite.Directory",
    *_DIRECTORY,
)
ELIGIBILITY = any_of(
    "RoleEligibilitySchedule.Read.Directory",
    "RoleEligibilitySchedule.ReadWrite.Directory",
    "RoleManagement.Read.All",
    "RoleManagement.Read.Directory",
    "RoleManagement.ReadWrite.Directory",
)
ASSIGNMENT_INSTANCE = any_of(
    "RoleAssignmentSchedule.Read.Directory",
    "RoleAssignmentSchedule.ReadWrite.Directory",
    "RoleManagement.Read.All",
    "RoleManagement.Read.Directory",
    "RoleManagement.ReadWrite.Directory",
)
ROLE_SETTING = any_of(
    "RoleManagementPolicy.Read.Directory",
    "RoleManagementPolicy.ReadWrite.Directory",
    "RoleManagement.Read.All",
    "RoleManagement.Read.Directory",
    "RoleManagement.ReadWrite.Directory",
)
GROUP_SETTING = any_of(
    "RoleManagementPolicy.Read.AzureADGroup", "RoleManagementPolicy.ReadWrite.AzureADGroup"
)
GROUP_RESOURCE = any_of(
    "PrivilegedAccess.Read.AzureADGroup", "PrivilegedAccess.ReadWrite.AzureADGroup"
)
GROUP_ELIGIBILITY = any_of(
    "PrivilegedEligibilitySchedule.Read.AzureADGroup",
    "PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup",
)
GROUP_ASSIGNMENT = any_of(
    "PrivilegedAssignmentSchedule.Read.AzureADGroup",
    "PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup",
)
DEVICE = any_of("Device.Read.All", "Device.ReadWrite.All", *_DIRECTORY)
CONTACT = any_of("OrgContact.Read.All", *_DIRECTORY)
DIRECTORY_OBJECT = any_of(*_DIRECTORY)
CONDITIONAL_ACCESS = any_of(
    "Policy.Read.All", "Policy.Read.ConditionalAccess", "Policy.ReadWrite.ConditionalAccess"
)
STRENGTH = any_of(
    "Policy.Read.AuthenticationMethod",
    "Policy.Read.All",
    "Policy.ReadWrite.AuthenticationMethod",
    "Policy.ReadWrite.ConditionalAccess",
)
METHODS = any_of(
    "Policy.Read.AuthenticationMethod", "Policy.Read.All", "Policy.ReadWrite.AuthenticationMethod"
)
MFA_STATE = any_of("Policy.Read.All", "Policy.ReadWrite.AuthenticationMethod")
AUTHORIZATION = any_of("Policy.Read.All", "Policy.ReadWrite.Authorization")
SECURITY_DEFAULTS = any_of("Policy.Read.All", "Policy.ReadWrite.SecurityDefaults")
ORGANIZATION = any_of(
    "Organization.Read.All",
    "Organization.ReadWrite.All",
    "User.Read.All",
    "DeviceManagementConfiguration.Read.All",
    "DeviceManagementConfiguration.ReadWrite.All",
    "DeviceManagementServiceConfig.Read.All",
    "DeviceManagementServiceConfig.ReadWrite.All",
    *_DIRECTORY,
)
SKU = any_of(
    "LicenseAssignment.Read.All",
    "Organization.Read.All",
    "Organization.ReadWrite.All",
    *_DIRECTORY,
)
DOMAIN = any_of("Domain.Read.All", "Domain.ReadWrite.All", *_DIRECTORY)
AUDIT = any_of("AuditLog.Read.All", "Directory.Read.All")
ME = any_of("User.Read", "User.ReadWrite", "User.ReadBasic.All", "User.Read.All", *_DIRECTORY)


def either(*permissions: Permissions) -> Permissions:
    """Alternatives of several tables together."""
    return tuple(dict.fromkeys(one for table in permissions for one in table))


ANY_OBJECT = either(USER, GROUP_LIST, APPLICATION, UNIT, DEVICE, DIRECTORY_OBJECT)
