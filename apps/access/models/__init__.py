from apps.access.models.groups import AccessGroup, GroupMember, GroupTag
from apps.access.models.invitations import Invitation
from apps.access.models.people import Membership, MSPPermission, TenantPermission, User
from apps.access.models.support import SupportSession
from apps.access.models.tokens import ApiToken

__all__ = [
    "AccessGroup",
    "ApiToken",
    "GroupMember",
    "GroupTag",
    "Invitation",
    "MSPPermission",
    "Membership",
    "SupportSession",
    "TenantPermission",
    "User",
]
