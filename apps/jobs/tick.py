"""What happens by the clock. django-q2's schedules call these by name."""

from typing import Any
from uuid import UUID

from apps.core.actor import SYSTEM
from apps.core.scope import tenant_scope
from apps.jobs import dispatching, reaping, services
from apps.tenants.choices import TenantState
from apps.tenants.models import Tenant


def tick() -> None:
    """Once a minute: take back what dead workers held, and hand due jobs to the queue."""
    reaping.reap()
    dispatching.dispatch()


def due(kind: str, tenant_id: str, args: dict[str, Any]) -> str:
    """A tenant's schedule has fired: make its job, once, and let it wait for its turn.

    Returns the job's id, "" for a tenant that is not looked after at the moment.
    """
    with tenant_scope(UUID(tenant_id)):
        tenant = Tenant.objects.filter(pk=tenant_id, state=TenantState.ACTIVE).first()
    if tenant is None:
        return ""
    job = services.enqueue(
        actor=SYSTEM, kind=kind, tenant=tenant, args=args, once=True, wait_for_turn=True
    )
    dispatching.dispatch()
    return str(job.id)
