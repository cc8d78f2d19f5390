"""Erasing a customer: its data key is destroyed, and what is not sealed under it is removed."""

from typing import Any

from django.db import transaction
from django.db.models import Q
from django_q.models import Schedule

from apps.core import clock, digests, locks
from apps.core.actor import SYSTEM
from apps.core.errors import Conflict
from apps.core.scope import no_scope, tenant_scope
from apps.history.models import ObjectVersion, Snapshot
from apps.history.offsite import erasing as offsite
from apps.history.retention.moving import on_hold
from apps.notify.models import Delivery, OutboxMessage, Problem
from apps.offboarding import certificates
from apps.offboarding.choices import OffboardingState
from apps.offboarding.models import ErasureCertificate, Offboarding
from apps.offboarding.services import common, people
from apps.tenants import keys
from apps.tenants.choices import TenantState
from apps.tenants.models import Connection, ConsentRequest, Tenant, TenantKey


def erase_due() -> list[ErasureCertificate]:
    """Erase every customer whose days of grace have passed.

    What is at work is tried next time, and what is on legal hold when that has ended.
    """
    with no_scope("customers are erased when their time has come"):
        due = Offboarding.objects.filter(
            state=OffboardingState.AGREED, erase_after__lte=clock.now()
        ).select_related("tenant__msp")
        found = list(due)
    issued = []
    for leaving in found:
        if on_hold(leaving.tenant):
            continue
        try:
            with locks.held_in_session(locks.tenant_writer(leaving.tenant_id)):
                issued.append(_erase(leaving))
        except Conflict:
            continue
    return issued


@transaction.atomic
def _erase(leaving: Offboarding) -> ErasureCertificate:
    tenant = leaving.tenant
    with tenant_scope(tenant.pk):
        # Only what is due, once: it may have been cancelled since it was read.
        if not Offboarding.objects.filter(
            pk=leaving.pk, state=OffboardingState.AGREED, erase_after__lte=clock.now()
        ).update(state=OffboardingState.ERASED, ended_at=clock.now()):
            raise Conflict("It is not due any more.", code="not-due")
        content = _what_is_erased(leaving)
    common.tell_managers(tenant, "Erased", f"{tenant.name} was erased.", path="/certificates/")
    with no_scope("a customer is erased, its people included"):
        people.end_all_rights(tenant)
        _erase_rows(tenant)
        certificate = certificates.issue(
            content, msp=tenant.msp, erased_tenant_id=tenant.pk, issued_at=clock.now()
        )
    common.record(
        SYSTEM,
        "tenant.erased",
        leaving.tenant,
        certificate=str(certificate.pk),
        snapshots=content["snapshots"],
        versions=content["versions"],
    )
    _forget_name(tenant)
    offsite.forget_key_copies()
    # Other processes hold the key for some minutes more at most.
    transaction.on_commit(keys.forget_cached)
    return certificate


def _what_is_erased(leaving: Offboarding) -> dict[str, Any]:
    tenant = leaving.tenant
    last = Snapshot.objects.order_by("-seq").first()
    key = TenantKey.objects.get(tenant=tenant)
    return {
        "tenant": str(tenant.pk),
        "name": tenant.name,
        "domain": tenant.domain,
        "entra_tenant": str(tenant.entra_id or ""),
        "msp": tenant.msp.name,
        "requested_by": str(leaving.requested_by_id),
        "requested_at": leaving.requested_at.isoformat(timespec="seconds"),
        "agreed_by": str(leaving.agreed_by_id),
        "agreed_at": leaving.agreed_at.isoformat(timespec="seconds") if leaving.agreed_at else "",
        "erased_at": clock.now().isoformat(timespec="seconds"),
        "snapshots": Snapshot.objects.count(),
        "versions": ObjectVersion.objects.count(),
        "last_root": bytes(last.root).hex() if last else "",
        "wrapped_key_sha256": digests.sha256(bytes(key.wrapped)).hex(),
        "offsite": offsite.lies_offsite(tenant),
    }


def _erase_rows(tenant: Tenant) -> None:
    TenantKey.objects.filter(tenant=tenant).delete()
    OutboxMessage.objects.filter(tenant=tenant).delete()
    Delivery.objects.filter(tenant=tenant).delete()
    Problem.objects.filter(tenant=tenant).delete()
    ConsentRequest.objects.filter(connection__tenant=tenant).delete()
    Connection.objects.filter(tenant=tenant).delete()
    Schedule.objects.filter(Q(name__endswith=f":{tenant.pk}")).delete()


def _forget_name(tenant: Tenant) -> None:
    with no_scope("an erased customer has no name"):
        Tenant.objects.filter(pk=tenant.pk).update(
            state=TenantState.REMOVED, name="Erased customer", domain="", entra_id=None
        )
