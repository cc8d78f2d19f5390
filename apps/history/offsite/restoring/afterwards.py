"""What a restored database needs besides its rows, and whether it is as it was sealed."""

from collections.abc import Callable

from django.db import connection, models, transaction
from django.db.models import BigIntegerField, Max
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from apps.audit import services as audit
from apps.audit.models import AuditRecord
from apps.core import clock
from apps.core.actor import SYSTEM
from apps.core.scope import tenant_scope
from apps.history.models import OffsiteRestoration
from apps.history.offsite import placement
from apps.history.offsite.placement import Place
from apps.history.offsite.restoring.report import Report, TenantReport
from apps.history.signals import restored
from apps.history.verification import Code, verify
from apps.jobs import services as jobs
from apps.tenants.models import Tenant


def finish(restoration: OffsiteRestoration, report: Report, tell: Callable[[str], None]) -> None:
    """Make the database fit for work, verify every tenant, and close the restoration."""
    _advance_sequences()
    for said in report.tenants:
        if said.outcome in ("restored", "partly"):
            tell(f"Verifying {said.name}")
            _settle(said)
    damaged = sum(one.intact is False for one in report.tenants)
    lost = sum(one.outcome == "lost" for one in report.tenants)
    with transaction.atomic():
        restoration.finished_at, restoration.report = clock.now(), report.values()
        restoration.save(update_fields=["finished_at", "report"])
        audit.record(
            actor=SYSTEM,
            event="offsite.restored",
            data={"tenants": len(report.tenants), "lost": lost, "damaged": damaged},
        )


def _settle(said: TenantReport) -> None:
    tenant = Tenant.objects.select_related("msp").get(pk=said.id)
    with tenant_scope(tenant.pk):
        restored.send(OffsiteRestoration, tenant=tenant)
        result = verify(tenant)
        sealed = _newest_in_trail(tenant)
        jobs.enqueue(actor=SYSTEM, kind="search-index", tenant=tenant, once=True)
    if sealed > said.seq:
        said.problems.append(
            f"Snapshots {said.seq + 1} to {sealed} were sealed and not shipped: they are lost."
        )
    # That the end is cut off is what was just said: the trail was shipped after the tenant.
    damage = [one for one in result.damage if one.code != Code.END_CUT_OFF]
    said.intact = not damage and not result.unchecked
    said.problems += [one.detail for one in damage]
    if result.unchecked:
        said.problems.append(result.unchecked)


def _newest_in_trail(tenant: Tenant) -> int:
    found = AuditRecord.objects.filter(tenant_id=tenant.pk, event="snapshot.sealed").aggregate(
        newest=Max(Cast(KT("data__seq"), BigIntegerField()))
    )
    return int(found["newest"] or 0)


def _advance_sequences() -> None:
    """Let numbers that PostgreSQL gives out go on after those that came back.

    The product's role may only ask a sequence for its next number.
    """
    for place in (Place.INSTALLATION, Place.TENANT):
        for model in placement.models_of(place):
            key = model._meta.auto_field
            if key is None:
                continue
            highest = model._base_manager.aggregate(highest=models.Max(key.name))["highest"] or 0
            with connection.cursor() as cursor:
                cursor.execute(
                    "select max(nextval(pg_get_serial_sequence(%s, %s)))"
                    " from generate_series(1, %s)",
                    [model._meta.db_table, key.column, highest],
                )
