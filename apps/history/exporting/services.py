"""Taking data of a snapshot out: at once when it is little, else by a job and a download."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.text import slugify

from apps.access import rights
from apps.access.services.acting import acting
from apps.audit import services as audit
from apps.core import clock
from apps.core.actor import Actor
from apps.core.errors import Conflict, Invalid, NotFound
from apps.core.scope import streaming, tenant_scope
from apps.entra.catalogue import KINDS
from apps.history import kept_files
from apps.history.choices import ExportForm, TransferState
from apps.history.exporting import forms
from apps.history.exporting.contents import Contents, Wanted
from apps.history.exporting.heading import Heading
from apps.history.models import Export
from apps.history.selectors.exports import access_export
from apps.history.selectors.snapshots import object_count, snapshot_at
from apps.history.selectors.states import state_at
from apps.jobs import services as jobs
from apps.jobs.context import JobContext
from apps.tenants.models import Tenant

# What is streamed into the answer at once; some seconds of work on one core.
AT_ONCE = 5_000
_CHECK_EVERY = 64


@dataclass(frozen=True, slots=True)
class Download:
    """A file on its way out: its parts, each made in the right scope, and what to call it."""

    export: Export
    parts: Iterator[bytes]
    file_name: str
    media_type: str


def wanted_of(
    tenant: Tenant, *, seq: int, form: str, kind: str = "", object_id: str = ""
) -> Wanted:
    """What somebody asks for, checked. Needs a scope that has the tenant.

    Raises NotFound for a snapshot or object that is not there, Invalid for the rest.
    """
    if form not in ExportForm.values:
        raise Invalid("There is no such form of export.", code="unknown-form")
    if kind and kind not in {one.name for one in KINDS}:
        raise Invalid("There is no such kind.", code="unknown-kind")
    if object_id and not kind:
        raise Invalid("An object is asked for with its kind.", code="kind-missing")
    snapshot = snapshot_at(tenant, seq)
    wanted = Wanted(snapshot, ExportForm(form), kind, object_id)
    if object_id and not list(state_at(tenant, seq, kinds=[kind], object_ids=[object_id])):
        raise NotFound("There is no such object in this snapshot.", code="no-such-object")
    return wanted


def is_little(wanted: Wanted) -> bool:
    """Whether it can be handed out at once."""
    return bool(wanted.object_id) or _expected(wanted) <= AT_ONCE


@acting
def hand_out(*, actor: Actor, tenant: Tenant, wanted: Wanted) -> Download:
    """Give what is wanted at once; recorded before the first byte. For what is_little().

    Raises NotFound, NotAllowed; the parts raise DamagedBody.
    """
    rights.require(actor, rights.EXPORT, tenant)
    with tenant_scope(tenant.pk):
        export = _new(actor, tenant, wanted, TransferState.HANDED_OUT)
        _record(actor, "export.made", tenant, export)
        parts = streaming(_noted(export, _heading(actor, tenant, wanted, export)))
        return _download(tenant, export, parts)


@acting
def request_export(*, actor: Actor, tenant: Tenant, wanted: Wanted) -> Export:
    """Have a worker write it into a file that can be downloaded for some time.

    Raises NotFound, NotAllowed.
    """
    rights.require(actor, rights.EXPORT, tenant)
    with tenant_scope(tenant.pk):
        export = _new(actor, tenant, wanted, TransferState.WAITING)
        job = jobs.enqueue(
            actor=actor, kind="export", tenant=tenant, args={"export_id": str(export.pk)}
        )
        Export.objects.filter(pk=export.pk).update(job_id=job.pk)
        export.job_id = job.pk
        _record(actor, "export.made", tenant, export)
        return export


def make(*, actor: Actor, tenant: Tenant, export_id: UUID, job: JobContext) -> Export:
    """Write the file that was asked for: the body of the job, in the tenant's scope.

    Whoever asked must still have the right. Raises NotFound, NotAllowed, DamagedBody, JobCancelled.
    """
    rights.require(actor, rights.EXPORT, tenant)
    export = access_export(tenant, export_id)
    if export.state != TransferState.WAITING:
        return export
    wanted = wanted_of(
        tenant, seq=export.seq, form=export.form, kind=export.kind, object_id=export.object_id
    )
    contents = Contents(wanted)
    heading = Heading(export.pk, tenant, wanted, actor.name, export.requested_at)
    parts = _watched(forms.parts_of(heading, contents), contents, job)
    expires_at = clock.now() + timedelta(hours=settings.HOLDFAST_EXPORT_HOURS)
    kept = kept_files.keep(tenant.pk, parts, expires_at=expires_at)
    Export.objects.filter(pk=export.pk, state=TransferState.WAITING).update(
        state=TransferState.READY,
        finished_at=clock.now(),
        file=kept,
        expires_at=expires_at,
        objects_count=contents.objects_read,
        links_count=contents.links_read,
    )
    export.refresh_from_db()
    return export


def give_up(export_id: UUID, failure: str) -> None:
    """Note that the file was not written, and why. For the end of the job, in its scope."""
    Export.objects.filter(pk=export_id, state=TransferState.WAITING).update(
        state=TransferState.FAILED, finished_at=clock.now(), failure=failure
    )


@acting
def download(*, actor: Actor, tenant: Tenant, export_id: UUID) -> Download:
    """The file of an export that is ready; recorded before the first byte.

    Raises Conflict when it is not ready or no longer kept, NotFound, NotAllowed.
    """
    rights.require(actor, rights.EXPORT, tenant)
    with tenant_scope(tenant.pk):
        export = access_export(tenant, export_id)
        file = export.file if export.state == TransferState.READY else None
        if file is None or file.expires_at is None or file.expires_at <= clock.now():
            raise _not_there(export)
        Export.objects.filter(pk=export.pk).update(downloads=F("downloads") + 1)
        _record(actor, "export.downloaded", tenant, export)
        return _download(tenant, export, streaming(kept_files.read(file)))


def expire() -> int:
    """Take files away whose time is over, and say so of their exports; how many went."""
    now = clock.now()
    Export.objects.filter(state=TransferState.READY, expires_at__lte=now).update(
        state=TransferState.EXPIRED
    )
    return kept_files.remove_expired()


def _new(actor: Actor, tenant: Tenant, wanted: Wanted, state: TransferState) -> Export:
    return Export.objects.create(
        tenant=tenant,
        snapshot_id=wanted.snapshot.pk,
        seq=wanted.snapshot.seq,
        kind=wanted.kind,
        object_id=wanted.object_id,
        form=wanted.form,
        state=state,
        requested_by_id=actor.user_id,
        finished_at=clock.now() if state == TransferState.HANDED_OUT else None,
    )


def _heading(actor: Actor, tenant: Tenant, wanted: Wanted, export: Export) -> Heading:
    return Heading(export.pk, tenant, wanted, actor.name, export.requested_at)


def _noted(export: Export, heading: Heading) -> Iterator[bytes]:
    """The parts; when the last one is made, how much it was."""
    contents = Contents(heading.wanted)
    yield from forms.parts_of(heading, contents)
    Export.objects.filter(pk=export.pk).update(
        objects_count=contents.objects_read, links_count=contents.links_read
    )


def _watched(parts: Iterator[bytes], contents: Contents, job: JobContext) -> Iterator[bytes]:
    expected = _expected(contents.wanted)
    for part in parts:
        job.check_cancelled()
        done = contents.objects_read
        job.progress(done, expected if expected >= done else None, f"{done:,} objects")
        yield part


def _expected(wanted: Wanted) -> int:
    if not wanted.kind:
        return object_count(wanted.snapshot)
    row = wanted.snapshot.collections.filter(collection=wanted.kind).first()
    return row.count if row else 0


def _download(tenant: Tenant, export: Export, parts: Iterator[bytes]) -> Download:
    named = [slugify(tenant.name) or str(tenant.pk), f"snapshot-{export.seq}", slugify(export.kind)]
    name = "-".join(part for part in ("holdfast", *named) if part)
    ending = forms.extension(export.form, export.kind)
    media_type = forms.media_type(export.form, export.kind)
    return Download(export, parts, f"{name}.{ending}", media_type)


def _not_there(export: Export) -> Conflict:
    if export.state == TransferState.WAITING:
        return Conflict(
            "The file is still being written.", code="export-not-ready", todo="Wait for its job."
        )
    if export.state == TransferState.FAILED:
        return Conflict(
            "The file could not be written.",
            code="export-failed",
            safe="The history is not affected.",
            todo="Ask for it again.",
        )
    return Conflict(
        "The file is no longer kept.",
        code="export-expired",
        safe="The snapshot itself is kept as before.",
        todo="Export it again.",
    )


@transaction.atomic
def _record(actor: Actor, event: str, tenant: Tenant, export: Export) -> None:
    audit.record(
        actor=actor,
        event=event,
        tenant_id=tenant.pk,
        msp_id=tenant.msp_id,
        subject=tenant.name,
        data={
            "export": str(export.pk),
            "seq": export.seq,
            "what": export.kind or "everything",
            "form": str(export.form),
            "object": export.object_id,
        },
    )
