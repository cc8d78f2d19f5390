"""What the jobs of a transfer do: look at both tenants, lay one's state over the other's."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from apps.core import clock
from apps.core.actor import Actor
from apps.diffs.changes import Scope
from apps.diffs.models import DifferenceReport
from apps.history import services as history
from apps.history.foreign.laying import lay_over
from apps.history.models import Snapshot
from apps.history.selectors import latest_snapshot
from apps.jobs.context import JobContext
from apps.recovery.transfer.domains import DomainMap
from apps.recovery.transfer.models import Counterpart, Transfer
from apps.recovery.transfer.pairing import Pairing, pair
from apps.recovery.transfer.reading import Side
from apps.recovery.transfer.selectors import learned
from apps.recovery.transfer.services import record_brought, source_of
from apps.recovery.transfer.surveying import Findings
from apps.recovery.transfer.translated import Translated
from apps.recovery.transfer.translating import Translator


@dataclass(frozen=True)
class Work:
    """A transfer worked out on one snapshot of the tenant."""

    on: Snapshot
    pairing: Pairing
    translated: Translated


def work_out(transfer: Transfer, on: Snapshot) -> Work:
    """Pair the two tenants; the translation follows as it is read. Needs the tenant's scope."""
    theirs = Side(source_of(transfer), transfer.source_seq)
    ours = Side(transfer.tenant, on.seq)
    domains = DomainMap(transfer.domains)
    known = learned(transfer.tenant, transfer.source_id)
    pairing = pair(theirs, ours, domains, known)
    translator = Translator(pairing, domains, ours, transfer.as_cloud)
    translated = Translated(
        theirs=theirs,
        ours=ours,
        pairing=pairing,
        translator=translator,
        learned=known,
        kinds=transfer.kinds,
    )
    return Work(on, pairing, translated)


def survey(transfer: Transfer, job: JobContext) -> Findings:
    """What would go across, on the newest snapshot; one is taken where there is none."""
    on = latest_snapshot(transfer.tenant) or read_now(transfer, job)
    translated = work_out(transfer, on).translated
    done = 0
    for batch in (*translated.objects(), *translated.links()):
        job.check_cancelled()
        done += len(batch)
        job.progress(done, None, "Looking at what goes across")
    return translated.findings


def bring(transfer: Transfer, job: JobContext) -> Snapshot:
    """Read the tenant, lay the translated state over it and note which is which; the position."""
    on = read_now(transfer, job)
    work = work_out(transfer, on)

    def sealed(base: Snapshot) -> None:
        """In the transaction that seals, so that no such position lacks its record."""
        _note_counterparts(transfer, work.pairing)
        transfer.base, transfer.findings = base, work.translated.findings.as_json()
        Transfer.objects.filter(pk=transfer.pk).update(base=base, findings=transfer.findings)
        record_brought(job.actor, transfer, base)

    base, _ = lay_over(
        actor=job.actor,
        tenant=transfer.tenant,
        state=work.translated,
        on=on,
        reason="from another tenant",
        progress=job,
        sealed=sealed,
    )
    return base


def read_now(transfer: Transfer, job: JobContext) -> Snapshot:
    """The tenant as it is, read whole where the transfer is about it; see ADR 0025."""
    known = latest_snapshot(transfer.tenant)
    history.capture(
        actor=job.actor,
        tenant=transfer.tenant,
        mode="delta" if known else "full",
        whole=frozenset(transfer.kinds),
        reason="transfer",
        progress=job,
    )
    newest = latest_snapshot(transfer.tenant)
    if newest is None:
        raise RuntimeError("a first capture always makes a snapshot")
    return newest


@transaction.atomic
def new_report(transfer: Transfer, base: Snapshot, actor: Actor, job: JobContext) -> Transfer:
    """The report from what was laid over to the tenant's own state right after it."""
    after = Snapshot.objects.get(tenant_id=transfer.tenant_id, seq=base.seq + 1)
    transfer.report = DifferenceReport.objects.create(
        tenant=transfer.tenant,
        base=base,
        target=after,
        scope=Scope(kinds=frozenset(transfer.kinds)).as_json(),
        created_at=clock.now(),
        created_by_id=actor.user_id,
        job_id=job.job_id,
    )
    Transfer.objects.filter(pk=transfer.pk).update(report=transfer.report)
    return transfer


def _note_counterparts(transfer: Transfer, pairing: Pairing) -> None:
    Counterpart.objects.bulk_create(
        (
            Counterpart(
                tenant=transfer.tenant,
                source_id=transfer.source_id,
                kind=kind,
                property=name,
                theirs=theirs,
                ours=ours,
                transfer=transfer,
            )
            for kind, name, theirs, ours in pairing.fresh
        ),
        ignore_conflicts=True,
        batch_size=1000,
    )
