"""Permissions that a customer may keep back, and what Holdfast then does without.

Each reaches one corner of the directory. Without one of the others a connection is incomplete.
"""

from collections.abc import Iterable, Mapping

_AGENTS_UNREAD = "What only agent identities and their blueprints have is not backed up."
_AGENTS_UNWRITTEN = "Agent identities, blueprints and agent users are not put back."
_GROUPS_UNREAD = "Who may activate a group, or is in one for a time, is not backed up."

WITHOUT: Mapping[str, str] = {
    "AccessReview.Read.All": "Access reviews are not backed up.",
    "AccessReview.ReadWrite.All": "Access reviews are not put back.",
    "Agreement.Read.All": "Terms of use are not backed up.",
    "AuthenticationContext.Read.All": "Authentication contexts are not backed up.",
    "AuthenticationContext.ReadWrite.All": "Authentication contexts are not put back.",
    "CustomSecAttributeDefinition.Read.All": "Custom security attributes are not backed up.",
    "CustomSecAttributeDefinition.ReadWrite.All": "Custom security attributes are not put back.",
    "CustomAuthenticationExtension.Read.All": (
        "Whom sign-in asks elsewhere for claims is not backed up."
    ),
    "CustomAuthenticationExtension.ReadWrite.All": (
        "Whom sign-in asks elsewhere for claims is not put back."
    ),
    "Domain-InternalFederation.Read.All": "Federations of domains are not backed up.",
    "Domain-InternalFederation.ReadWrite.All": "Federations of domains are not put back.",
    "EventListener.Read.All": "What is listened to during sign-in is not backed up.",
    "IdentityProvider.Read.All": "Identity providers of guests are not backed up.",
    "IdentityProvider.ReadWrite.All": "Identity providers of guests are not put back.",
    "IdentityUserFlow.Read.All": "Attributes of sign-up are not backed up.",
    "IdentityUserFlow.ReadWrite.All": "Attributes of sign-up are not put back.",
    "OrganizationalBranding.Read.All": "The branding of sign-in is not backed up.",
    "OrganizationalBranding.ReadWrite.All": "The branding of sign-in is not put back.",
    "Policy.Read.DeviceConfiguration": "Who may register devices is not backed up.",
    "Policy.ReadWrite.DeviceConfiguration": "Who may register devices is not put back.",
    "Policy.ReadWrite.ExternalIdentities": "Whether guests may leave is not put back.",
    "Policy.ReadWrite.FedTokenValidation": "The validation of federated tokens is not put back.",
    "Device.Read.All": "Devices are not listed in snapshots.",
    "EntitlementManagement.Read.All": (
        "Access packages, their catalogs and policies, and connected organizations are not backed "
        "up."
    ),
    "EntitlementManagement.ReadWrite.All": (
        "Access packages, their catalogs and policies, and connected organizations are not put "
        "back."
    ),
    "EntraBackup.Read.All": "Microsoft's own recovery is not offered.",
    "GroupSettings.ReadWrite.All": "Group settings are not put back.",
    "Policy.Read.PermissionGrant": "To what people may consent is not backed up.",
    "Policy.ReadWrite.ApplicationConfiguration": (
        "Policies for tokens, sign-in and credentials of applications are not put back."
    ),
    "Policy.ReadWrite.AuthenticationFlows": "Self-service sign-up is not put back.",
    "Policy.ReadWrite.ConsentRequest": "The settings of consent requests are not put back.",
    "Policy.ReadWrite.CrossTenantAccess": "Cross-tenant access is not put back.",
    "Policy.ReadWrite.PermissionGrant": "To what people may consent is not put back.",
    "Policy.ReadWrite.SecurityDefaults": "Security defaults are not put back.",
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
        "Delegated permission grants, domains, contacts and the expiration of groups are not "
        "backed up, and no owner is given back to an application or a service principal."
    ),
    "LifecycleWorkflows-CustomExt.Read.All": "Custom task extensions are not backed up.",
    "LifecycleWorkflows-CustomExt.ReadWrite.All": "Custom task extensions are not put back.",
    "LifecycleWorkflows.Read.All": "The settings of lifecycle workflows are not backed up.",
    "LifecycleWorkflows.ReadWrite.All": "The settings of lifecycle workflows are not put back.",
    "LifecycleWorkflows-Workflow.Read.All": "Lifecycle workflows are not backed up.",
    "LifecycleWorkflows-Workflow.ReadWrite.All": "Lifecycle workflows are not put back.",
    "Member.Read.Hidden": "Members of groups with hidden membership are not backed up.",
    "Organization.Read.All": (
        "The organization's notification addresses, its licences and the certificate authorities "
        "of sign-in are not backed up."
    ),
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
    "Organization.ReadWrite.All": (
        "The organization's notification addresses and the certificate authorities of sign-in are "
        "not put back."
    ),
    "Policy.ReadWrite.Authorization": "The authorization policy is not put back.",
    "PrivilegedAccess.Read.AzureADGroup": _GROUPS_UNREAD,
    "RoleManagementPolicy.Read.AzureADGroup": (
        "What it takes to get into a privileged group is not backed up."
    ),
    "RoleManagementPolicy.ReadWrite.AzureADGroup": (
        "What it takes to get into a privileged group is not put back."
    ),
    "PrivilegedEligibilitySchedule.Read.AzureADGroup": "Who may activate a group is not backed up.",
    "PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup": (
        "Who may activate a group is not put back."
    ),
    "PrivilegedAssignmentSchedule.Read.AzureADGroup": (
        "Who is in a group for a time is not backed up."
    ),
    "PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup": (
        "Who is in a group for a time is not put back."
    ),
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
