"""The accounts that have to get in when nobody else does."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from apps.core import clock
from apps.core.identifiers import new_id
from apps.core.scope import ScopedManager
from apps.tenants.models.tenant import Tenant


class BreakGlassAccount(models.Model):
    """A user of the tenant who is kept for emergencies, by the id of his account.

    https://learn.microsoft.com/entra/identity/role-based-access-control/security-emergency-access
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(
        Tenant, on_delete=models.CASCADE, related_name="break_glass_accounts"
    )
    object_id = models.CharField(max_length=256)
    named_at = models.DateTimeField(default=clock.now)
    named_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )

    objects = ScopedManager["BreakGlassAccount"]()

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "object_id"], name="break_glass_account_once"
            ),
        ]

    def __str__(self) -> str:
        return f"break-glass account of {self.tenant_id}"
