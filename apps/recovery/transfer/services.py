"""Putting a snapshot of one tenant into another: looked at first, then brought over to be planned.

Neither writes anything to either tenant. The source is read from its history alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from django.db import transaction

from apps.access import rights
from apps.audit import services as audit
from apps.core.actor import Actor
from apps.core.errors import Conflict, Invalid
from apps.core.scope import no_scope, tenant_scope
from apps.entra.catalogue import KINDS
from apps.entra.catalogue.across import goes_by_default, why_it_stays
from apps.history import selectors as history
from apps.history.choices import CaptureMode
from apps.history.models import Snapshot
from apps.jobs import services as jobs
from apps.recovery.transfer import domains as domain_names
from apps.recovery.transfer.choices import TransferState
from apps.recovery.transfer.domains import VerifiedDomain
from apps.recovery.transfer.models import Transfer
from apps.tenants.choices import TenantState
from apps.tenants.models import Tenant

SURVEY, BRING = "survey-transfer", "bring-transfer"
DEFAULT_KINDS = tuple(one.name for one in KINDS if goes_by_default(one))
"""The kinds that go across unless somebody says otherwise."""
ALL_KINDS = tuple(one.name for one in KINDS if not why_it_stays(one))
"""The kinds that can go across at all."""


@transaction.atomic
def prepare(
    *,
    actor: Actor,
    tenant: Tenant,
    source: Tenant,
    seq: int,
    domains: Mapping[str, str] | None = None,
    kinds: Collection[str] | None = None,
    as_cloud: bool = False,
    reason: str,
    here: bool = False,
) -> Transfer:
    """Have it looked at what of the source's snapshot `seq` would go into `tenant`.

    domains: for verified domains of the source, the ones of the tenant in their place; what is not
    named gets what is suggested. kinds: DEFAULT_KINDS unless told. as_cloud: people and groups of
    an on-premises directory become ones of the cloud. here: keeps the job from the workers, for a
    caller that does it in its own process.

    Needs a scope that has the tenant, and the right to request recoveries on both, which have to be
    of one MSP. Raises NotFound, NotAllowed; Conflict where the tenant is not connected or a
    transfer into it is under way; Invalid.
    """
    snapshot = require_both(actor, tenant, source, seq)
    chosen = tuple(DEFAULT_KINDS if kinds is None else dict.fromkeys(kinds))
    _check(tenant, chosen, reason)
    theirs, ours = domains_of(tenant, source, seq)
    transfer = Transfer.objects.create(
        tenant=tenant,
        source_id=source.pk,
        source_name=source.name,
        source_seq=seq,
        source_taken_at=snapshot.taken_at,
        domains=domain_names.checked(domains or {}, theirs, ours),
        kinds=list(chosen),
        as_cloud=as_cloud,
        reason=reason.strip(),
        requested_by_id=actor.user_id,
    )
    _enqueue(actor, transfer, SURVEY, here=here)
    _record(actor, transfer, source)
    return transfer


@transaction.atomic
def bring_over(*, actor: Actor, transfer: Transfer, here: bool = False) -> Transfer:
    """Have the translated snapshot laid over the tenant's history and compared with how it is now.

    The report is what plans are made from; it is ready when the transfer's state says so. Rights as
    for prepare(). Raises NotFound, also when the snapshot was pruned, NotAllowed, and Conflict
    where it was not looked at yet, or was brought over before.
    """
    source = source_of(transfer)
    require_both(actor, transfer.tenant, source, transfer.source_seq)
    moved = Transfer.objects.filter(pk=transfer.pk, state=TransferState.SURVEYED).update(
        state=TransferState.BRINGING
    )
    if not moved:
        raise Conflict(
            f"This transfer cannot be brought over: {transfer.get_state_display().lower()}.",
            code="transfer-not-surveyed",
            safe="Nothing was changed.",
        )
    transfer.state = TransferState.BRINGING
    _enqueue(actor, transfer, BRING, here=here)
    return transfer


def require_both(actor: Actor, tenant: Tenant, source: Tenant, seq: int) -> Snapshot:
    """The source's snapshot, if the actor may recover both tenants and they are of one MSP."""
    rights.require(actor, rights.REQUEST_RECOVERY, source)
    rights.require(actor, rights.REQUEST_RECOVERY, tenant)
    if source.pk == tenant.pk:
        raise Invalid(
            "The snapshot is of this very tenant.",
            code="same-tenant",
            todo="Compare it with now instead.",
        )
    if source.msp_id != tenant.msp_id:
        raise Invalid("Both tenants have to be of one MSP.", code="another-msp")
    with no_scope("the snapshot of another tenant is looked up"), tenant_scope(source.pk):
        found = history.snapshot_at(source, seq)
    if found.mode == CaptureMode.FOREIGN:
        raise Invalid(
            "The snapshot tells of another tenant, not of the one that it was brought over to.",
            code="foreign-snapshot",
            todo="Take a snapshot of the tenant itself, or one of where this one comes from.",
        )
    return found


def source_of(transfer: Transfer) -> Tenant:
    """The tenant that a transfer comes from. Raises Tenant.DoesNotExist when it is gone."""
    with no_scope("the source of a transfer is looked up"):
        return Tenant.objects.select_related("msp").get(pk=transfer.source_id)


def domains_of(
    tenant: Tenant, source: Tenant, seq: int
) -> tuple[list[VerifiedDomain], list[VerifiedDomain]]:
    """The verified domains of both: the source's at the snapshot, the tenant's in its newest one.

    Needs a scope that has the tenant.
    """
    with no_scope("the domains of another tenant are looked up"), tenant_scope(source.pk):
        theirs = domain_names.verified_domains(source, seq)
    newest = history.latest_snapshot(tenant)
    return theirs, domain_names.verified_domains(tenant, newest.seq) if newest else []


def _check(tenant: Tenant, kinds: Collection[str], reason: str) -> None:
    if not reason.strip():
        raise Invalid("A transfer needs a reason.", todo="Say why it is wanted.")
    if not kinds:
        raise Invalid("No kind was chosen.", code="no-kinds")
    if unknown := set(kinds) - set(ALL_KINDS):
        raise Invalid(
            f"{', '.join(sorted(unknown))} cannot go into another tenant.", code="kind-stays"
        )
    if tenant.state != TenantState.ACTIVE:
        raise Conflict(
            "The tenant is not connected, so nobody knows what it holds.",
            code="tenant-not-active",
            safe="Nothing was changed.",
            todo="Connect it first.",
        )
    if Transfer.objects.filter(tenant=tenant, state__in=TransferState.unfinished()).exists():
        raise Conflict(
            "Another transfer into this tenant is under way.",
            code="transfer-under-way",
            todo="Wait until it is ready.",
        )


def _enqueue(actor: Actor, transfer: Transfer, kind: str, *, here: bool) -> None:
    job = jobs.enqueue(
        actor=actor,
        kind=kind,
        tenant=transfer.tenant,
        args={"transfer_id": str(transfer.pk)},
        wait_for_turn=here,
    )
    transfer.job_id = job.pk
    Transfer.objects.filter(pk=transfer.pk).update(job_id=job.pk)


def _record(actor: Actor, transfer: Transfer, source: Tenant) -> None:
    """In both trails: where something comes from is told what goes out of it, too."""
    tenant = transfer.tenant
    about: dict[str, str | int] = {"transfer_id": str(transfer.pk), "seq": transfer.source_seq}
    audit.record(
        actor=actor,
        event="transfer.prepared",
        tenant_id=tenant.pk,
        msp_id=tenant.msp_id,
        subject=tenant.name,
        reason=transfer.reason,
        data={**about, "source": str(source.pk), "kinds": list(transfer.kinds)},
    )
    _tell_source(actor, source, tenant, "transfer.looked_at", about)


def _tell_source(
    actor: Actor, source: Tenant, tenant: Tenant, event: str, about: Mapping[str, str | int]
) -> None:
    with no_scope("the source's trail tells of it as well"), tenant_scope(source.pk):
        audit.record(
            actor=actor,
            event=event,
            tenant_id=source.pk,
            msp_id=source.msp_id,
            subject=source.name,
            data={**about, "target": str(tenant.pk)},
        )


def record_brought(actor: Actor, transfer: Transfer, base: Snapshot) -> None:
    """That it was brought over, in both trails. In the transaction that seals it."""
    tenant, source = transfer.tenant, source_of(transfer)
    about: dict[str, str | int] = {"transfer_id": str(transfer.pk), "seq": transfer.source_seq}
    audit.record(
        actor=actor,
        event="transfer.brought",
        tenant_id=tenant.pk,
        msp_id=tenant.msp_id,
        subject=tenant.name,
        reason=transfer.reason,
        data={**about, "source": str(source.pk), "base_seq": base.seq},
    )
    _tell_source(actor, source, tenant, "transfer.taken_from", about)


def remembered(transfer_id: UUID) -> Transfer:
    """A transfer with its tenant, for the job that works on it."""
    rows = Transfer.objects.select_related("tenant__msp", "base", "report")
    return rows.get(pk=transfer_id)
