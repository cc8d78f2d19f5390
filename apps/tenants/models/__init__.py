"""MSPs, tenants, their connections and policies."""

from apps.tenants.models.branding import Branding
from apps.tenants.models.break_glass import BreakGlassAccount
from apps.tenants.models.connection import AppRegistration, Connection, ConsentRequest, TenantKey
from apps.tenants.models.policy import BackupPolicy
from apps.tenants.models.tenant import (
    MSP,
    REHEARSAL_CLOUD,
    REHEARSALS,
    Tag,
    Tenant,
    TenantTag,
)

__all__ = [
    "MSP",
    "REHEARSALS",
    "REHEARSAL_CLOUD",
    "AppRegistration",
    "BackupPolicy",
    "Branding",
    "BreakGlassAccount",
    "Connection",
    "ConsentRequest",
    "Tag",
    "Tenant",
    "TenantKey",
    "TenantTag",
]
