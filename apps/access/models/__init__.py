from apps.access.models.people import Membership, MSPPermission, TenantPermission, User

__all__ = ["MSPPermission", "Membership", "TenantPermission", "User"]
