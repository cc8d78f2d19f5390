from apps.access.models.groups import AccessGroup, GroupMember, GroupTag
from apps.access.models.invitations import Invitation
from apps.access.models.people import Membership, MSPPermission, TenantPermission, User
from apps.access.models.saved_filters import SavedFilter
from apps.access.models.sign_in import (
    EntraIdentity,
    KnownDevice,
    MappedRole,
    MSPSignIn,
    RecoveryLink,
    RoleMapping,
    SignInApplication,
    SignInKey,
    TenantSignIn,
)
from apps.access.models.support import SupportSession
from apps.access.models.tokens import ApiToken

__all__ = [
    "AccessGroup",
    "ApiToken",
    "EntraIdentity",
    "GroupMember",
    "GroupTag",
    "Invitation",
    "KnownDevice",
    "MSPPermission",
    "MSPSignIn",
    "MappedRole",
    "Membership",
    "RecoveryLink",
    "RoleMapping",
    "SavedFilter",
    "SignInApplication",
    "SignInKey",
    "SupportSession",
    "TenantPermission",
    "TenantSignIn",
    "User",
]
