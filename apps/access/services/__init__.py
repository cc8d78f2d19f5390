"""What changes people and their roles."""

from apps.access.services.accounts import add_member, create_user, deactivate_user
from apps.access.services.granting import grant_role, revoke_role

__all__ = ["add_member", "create_user", "deactivate_user", "grant_role", "revoke_role"]
