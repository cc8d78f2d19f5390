"""What becomes of a tenant's retention when it passes from one MSP to another."""

from apps.core import clock
from apps.core.scope import no_scope
from apps.history.choices import KeepChangeState as State
from apps.history.models import LegalHold, TenantKeepChange, TenantRetention
from apps.history.retention.agreed import Agreed, agreed, put_in_force
from apps.tenants.models import Tenant


def take_along(tenant: Tenant) -> Agreed:
    """Let go of the old MSP's template; the rules it had become the tenant's own.

    What was to be changed is cancelled. Call it in the transaction in which the tenant moves,
    before it does, and `settle_in` afterwards.
    """
    kept = agreed(tenant)
    open_changes = TenantKeepChange.objects.filter(tenant=tenant, state__in=State.open())
    open_changes.update(state=State.CANCELLED, ended_at=clock.now())
    TenantRetention.objects.filter(tenant=tenant).delete()
    return Agreed(kept.rules, kept.time_zone)


def settle_in(tenant: Tenant, kept: Agreed) -> None:
    """Go on keeping by the rules that it brought along."""
    put_in_force(tenant, kept)


def on_hold(tenant: Tenant) -> bool:
    """Whether the tenant is on legal hold, whoever asks."""
    with no_scope("a tenant on legal hold is not erased"):
        return LegalHold.objects.filter(tenant=tenant, ended_at=None).exists()
