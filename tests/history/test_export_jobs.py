"""Exports that are written by a job, downloaded for a while and recorded; imports by upload."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from apps.audit.models import AuditRecord
from apps.core import clock
from apps.core.actor import Actor
from apps.core.errors import Conflict, NotAllowed
from apps.core.scope import current, no_scope
from apps.history.choices import ImportState, TransferState
from apps.history.exporting import services as exporting
from apps.history.importing import services as importing
from apps.history.models import Export, KeptFilePart, SnapshotImport
from apps.jobs import runner
from apps.jobs.models import Job
from apps.tenants.models import Tenant
from tests.factories import actor_of, make_user
from tests.history.conftest import Capture
from tests.history.exports import as_archive, files_of
from tests.history.imports import MAY, bodies, guid
from tests.history.sources import MemorySource, small_directory


@pytest.fixture
def source() -> MemorySource:
    return small_directory()


@pytest.fixture
def admin(tenant: Tenant) -> Actor:
    return actor_of(make_user("Admin", tenant, "backup-administrator", "tenant-manager"))


@pytest.fixture
def asked(tenant: Tenant, capture: Capture, admin: Actor) -> Export:
    snapshot = capture().snapshot
    assert snapshot is not None
    wanted = exporting.wanted_of(tenant, seq=snapshot.seq, form="zip")
    return exporting.request_export(actor=admin, tenant=tenant, wanted=wanted)


def work(job_id: UUID | None) -> Job:
    """Do a job as a worker would."""
    assert job_id is not None
    runner.run(str(job_id))
    return Job.objects.get(pk=job_id)


def events() -> list[str]:
    with no_scope("a test reads the trail"):
        return list(AuditRecord.objects.order_by("number").values_list("event", flat=True))


def test_a_job_writes_the_file_and_a_download_is_recorded(
    tenant: Tenant, asked: Export, admin: Actor
) -> None:
    job = work(asked.job_id)

    assert (job.state, job.result) == (
        "done",
        {"export_id": str(asked.pk), "objects": 6, "links": 5},
    )
    given = exporting.download(actor=admin, tenant=tenant, export_id=asked.pk)
    files = files_of(b"".join(given.parts))
    assert "objects/user/u1.json" in files
    assert given.file_name == "holdfast-contoso-snapshot-1.zip"
    assert [name for name in events() if name.startswith("export.")] == [
        "export.made",
        "export.downloaded",
    ]


def test_a_kept_file_is_sealed(asked: Export) -> None:
    work(asked.job_id)

    stored = b"".join(bytes(part.data) for part in KeptFilePart.objects.all())
    assert stored[:2] != b"PK"
    assert b"manifest.json" not in stored


def test_a_file_goes_when_its_time_is_over(
    tenant: Tenant, asked: Export, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    work(asked.job_id)
    later = clock.now() + timedelta(hours=25)
    monkeypatch.setattr(clock, "now", lambda: later)

    with pytest.raises(Conflict, match="no longer kept"):
        exporting.download(actor=admin, tenant=tenant, export_id=asked.pk)
    with no_scope("the housekeeping"):
        assert exporting.expire() == 1

    asked.refresh_from_db()
    assert (asked.state, asked.file) == (TransferState.EXPIRED, None)
    assert not KeptFilePart.objects.exists()


def test_what_is_still_being_written_cannot_be_downloaded(
    tenant: Tenant, asked: Export, admin: Actor
) -> None:
    with pytest.raises(Conflict, match="still being written"):
        exporting.download(actor=admin, tenant=tenant, export_id=asked.pk)


def test_an_export_whose_job_is_given_up_says_so(asked: Export) -> None:
    exporting.give_up(asked.pk, "Its worker died.")

    asked.refresh_from_db()
    assert (asked.state, asked.failure) == (TransferState.FAILED, "Its worker died.")


def test_who_lost_the_right_gets_no_file(tenant: Tenant, asked: Export) -> None:
    work(asked.job_id)
    reader = actor_of(make_user("Reader", tenant, "backup-reader"))

    with pytest.raises(NotAllowed):
        exporting.download(actor=reader, tenant=tenant, export_id=asked.pk)

    asked.refresh_from_db()
    assert asked.downloads == 0


def test_a_download_that_breaks_off_leaves_no_scope_behind(
    tenant: Tenant, asked: Export, admin: Actor
) -> None:
    wanted = exporting.wanted_of(tenant, seq=1, form="json")
    given = exporting.hand_out(actor=admin, tenant=tenant, wanted=wanted)
    scope = current()

    next(given.parts)
    assert current() == scope
    del given
    assert current() == scope


def test_an_upload_becomes_a_snapshot_by_a_job(
    tenant: Tenant, admin: Actor, tmp_path: Path
) -> None:
    archive = as_archive({f"Users/{guid('a')}/{guid('a')}.json": b'{"id": "%b", "displayName": "A"}'
                          % guid("a").encode()})  # fmt: skip
    row = importing.request_import(
        actor=admin, tenant=tenant, upload=[archive[:100], archive[100:]], stated_at=MAY
    )

    job = work(row.job_id)

    assert job.result == {"import_id": str(row.pk), "seq": 1}
    assert set(bodies(tenant, 1)) == {guid("a")}
    row.refresh_from_db()
    assert (row.state, row.upload) == (ImportState.DONE, None)
    assert "import.done" in events()


def test_an_upload_that_is_no_archive_fails_with_words(tenant: Tenant, admin: Actor) -> None:
    row = importing.request_import(actor=admin, tenant=tenant, upload=[b"no"], stated_at=MAY)

    job = work(row.job_id)

    assert job.state == "failed"
    assert SnapshotImport.objects.get().failure.startswith("This is no ZIP file")
