from apps.access.models.people import Membership, MSPPermission, TenantPermission, User
from apps.access.models.tokens import ApiToken

__all__ = ["ApiToken", "MSPPermission", "Membership", "TenantPermission", "User"]
