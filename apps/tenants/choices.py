from django.db import models


class Cloud(models.TextChoices):
    """Microsoft's clouds, by the names that apps.entra knows them under."""

    GLOBAL = "global", "Global"
    US_GOV_L4 = "usgov-l4", "US Government L4"
    US_GOV_L5 = "usgov-l5", "US Government L5 (DoD)"
    CHINA = "china", "China (21Vianet)"
    SANDBOX = "sandbox", "Sandbox"


class TenantCategory(models.TextChoices):
    """What sort of Entra tenant it is; only workforce tenants are looked after."""

    WORKFORCE = "workforce", "Workforce"


class TenantState(models.TextChoices):
    PENDING = "pending", "Waiting for the customer's consent"
    ACTIVE = "active", "Looked after"
    SUSPENDED = "suspended", "Suspended"
    REMOVED = "removed", "No longer looked after"
    # Stands for a tenant while a recovery of it is rehearsed; see apps.recovery.drills.
    REHEARSAL = "rehearsal", "Rehearsal"


class Purpose(models.TextChoices):
    """What an app registration is consented to for."""

    BACKUP = "backup", "Backup (reads only)"
    RECOVERY = "recovery", "Recovery (writes)"


class ConnectionState(models.TextChoices):
    PENDING = "pending", "Waiting for the customer's administrator to consent"
    PROVING = "proving", "Consent given, waiting for Microsoft to make it known everywhere"
    CONNECTED = "connected", "Connected"
    INCOMPLETE = "incomplete", "Connected, but permissions are missing"
    FAILED = "failed", "Not working"


class ApprovalsFrom(models.TextChoices):
    """Whose yes every recovery of a tenant needs."""

    ANY = "any", "Anybody who may approve"
    MSP = "msp", "Somebody of the MSP"
    CUSTOMER = "customer", "Somebody of the customer's own"
    BOTH = "both", "One of the MSP and one of the customer's own"

    @property
    def sides(self) -> frozenset[str]:
        """The sides that each have to agree: "msp", "customer"."""
        return frozenset({"msp", "customer"} if self == "both" else {self.value} - {"any"})


LIVE_STATES = (TenantState.PENDING, TenantState.ACTIVE, TenantState.SUSPENDED)
PROVED_STATES = (TenantState.ACTIVE, TenantState.SUSPENDED)
# Can be read and written: a rehearsal only in its own sandbox.
REACHABLE_STATES = (TenantState.ACTIVE, TenantState.REHEARSAL)
# Nobody's customers: in no list, no schedule and no count.
UNLISTED_STATES = (TenantState.REMOVED, TenantState.REHEARSAL)
LISTED_STATES = tuple(one for one in TenantState if one != TenantState.REHEARSAL)
