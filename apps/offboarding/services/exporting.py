"""Giving out what is kept of a customer before it is erased."""

from collections.abc import Iterator

from apps.access import rights
from apps.access.services.acting import acting
from apps.core import clock
from apps.core.actor import Actor
from apps.core.errors import Conflict
from apps.core.scope import streaming, tenant_scope
from apps.history import exporting
from apps.history.models import Snapshot
from apps.offboarding.choices import OPEN
from apps.offboarding.models import Offboarding
from apps.offboarding.services import common
from apps.tenants.models import Tenant


@acting
def export_everything(*, actor: Actor, tenant: Tenant) -> Iterator[bytes]:
    """The whole history of a customer on hold as a ZIP file in parts; see apps.history.exporting.

    Raises Conflict for one that is not on its way out, NotAllowed, NotFound.
    """
    rights.require(actor, rights.EXPORT, tenant)
    with tenant_scope(tenant.pk):
        leaving = Offboarding.objects.filter(tenant=tenant, state__in=OPEN).first()
        if leaving is None:
            raise Conflict(
                "This customer is not on its way out.",
                code="not-leaving",
                todo="Put it on hold first.",
            )
        Offboarding.objects.filter(pk=leaving.pk).update(exported_at=clock.now())
        common.record(
            actor,
            "offboarding.exported",
            tenant,
            offboarding=str(leaving.pk),
            snapshots=Snapshot.objects.kept().filter(tenant=tenant).count(),
        )
        return streaming(exporting.export_history(tenant.pk))
