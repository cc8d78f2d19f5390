"""What reads transfers. Everything here needs a scope that has the tenant written to."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from apps.core.errors import NotFound
from apps.core.scope import no_scope, tenant_scope
from apps.diffs.models import DifferenceReport
from apps.history.identities import identities_of
from apps.history.models import Identity
from apps.recovery.models import Run
from apps.recovery.transfer.models import Counterpart, Transfer
from apps.recovery.transfer.pairing import Learned
from apps.tenants.models import Tenant


def transfers(tenant: Tenant) -> QuerySet[Transfer]:
    """Those into a tenant, newest first."""
    rows = Transfer.objects.filter(tenant=tenant).select_related("base", "report", "requested_by")
    return rows.order_by("-requested_at")


def access_transfer(tenant: Tenant, transfer_id: UUID) -> Transfer:
    """One of this tenant. Raises NotFound for any other, whosever it is."""
    found = transfers(tenant).select_related("tenant__msp").filter(pk=transfer_id).first()
    if found is None:
        raise NotFound("There is no such transfer.", code="no-such-transfer")
    return found


def transfer_behind(report: DifferenceReport) -> Transfer | None:
    """The transfer whose position a report starts from, None where that tells of the tenant itself.

    No query where it was read with the report ("base__transfer"), else one.
    """
    found: Transfer | None = getattr(report.base, "transfer", None)
    return found


def learned(tenant: Tenant, source_id: UUID) -> Learned:
    """What earlier transfers between the two found, and what their runs made."""
    with no_scope("what a transfer learned is read"), tenant_scope(tenant.pk):
        identities = identities_of(tenant)
        found = {
            theirs: identities.current(ours)
            for theirs, ours in Counterpart.objects.filter(
                tenant=tenant, source_id=source_id
            ).values_list("theirs", "ours")
        }
        runs = Run.objects.filter(
            tenant=tenant, request__plan__report__base__transfer__source_id=source_id
        )
        rows = Identity.objects.filter(
            tenant_id=tenant.pk, run_id__in=list(runs.values_list("pk", flat=True))
        )
        made: dict[str, str] = {}
        for name, previous in rows.values_list("property", "previous"):
            theirs = identities.original(previous)
            found[theirs] = identities.current(theirs)
            if name == "id":
                made[identities.current(theirs)] = theirs
        return Learned(found, made)
