"""PDF files that take long are made by a worker, kept sealed for a while, and handed out."""

from __future__ import annotations

from datetime import timedelta

import pytest

from apps.core import clock
from apps.core.errors import Conflict, NotAllowed, NotFound
from apps.core.scope import tenant_scope
from apps.diffs.selectors import Filters
from apps.history.models import KeptFile, KeptFilePart
from apps.jobs.choices import JobState
from apps.jobs.models import Job
from apps.recovery.documents import making
from apps.recovery.documents.reading import document_in
from apps.recovery.documents.signing import verify
from apps.recovery.models import Plan
from tests.factories import actor_of, make_user
from tests.recovery.test_steps import users
from tests.recovery.workshop import Workshop


def planned(workshop: Workshop) -> Plan:
    """A plan of two steps, which counts as long."""
    some = users(workshop)[:2]
    base = workshop.capture()
    for user in some:
        workshop.graph("PATCH", f"/users/{user}", {"department": "Secret department"})
    return workshop.plan(workshop.report(base))


def test_a_long_plan_is_made_by_a_job_and_kept_sealed(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given
    plan = planned(workshop)
    assert not making.is_long(plan)
    monkeypatch.setattr(making, "AT_ONCE", 1)
    assert making.is_long(plan)
    assert making.is_long(plan.report)
    actor = actor_of(workshop.dave)

    # when it is asked for twice, one job is made
    job = making.request_pdf(actor=actor, subject=plan)
    assert making.request_pdf(actor=actor, subject=plan).pk == job.pk
    with pytest.raises(Conflict):
        making.download_pdf(actor=actor, tenant=workshop.tenant, job=job)
    finished = done(workshop, job)

    # then it is the signed document, and none of it lies open in the database
    with tenant_scope(workshop.tenant.pk):
        assert making.is_kept(finished)
        parts = [bytes(row.data) for row in KeptFilePart.objects.all()]
    made = making.download_pdf(actor=actor, tenant=workshop.tenant, job=finished)
    file = b"".join(made.parts)
    assert file.startswith(b"%PDF")
    assert made.file_name == f"recovery-plan-{plan.pk}.pdf"
    assert verify(document_in(file))["plan"]["id"] == str(plan.pk)
    assert parts
    assert not any(b"%PDF" in part for part in parts)

    # and once its time is over it is gone
    with tenant_scope(workshop.tenant.pk):
        KeptFile.objects.update(expires_at=clock.now() - timedelta(seconds=1))
        assert not making.is_kept(finished)
    with pytest.raises(Conflict) as gone:
        making.download_pdf(actor=actor, tenant=workshop.tenant, job=finished)
    assert gone.value.code == "export-expired"


def test_a_report_is_for_those_who_may_export(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = planned(workshop)
    monkeypatch.setattr(making, "AT_ONCE", 1)
    manager = actor_of(workshop.alice)
    reader = actor_of(make_user("Bob", workshop.tenant, "backup-reader", on=workshop.tenant))

    with pytest.raises((NotAllowed, NotFound)):
        making.request_pdf(actor=reader, subject=plan.report)
    job = making.request_pdf(actor=manager, subject=plan.report, filters=Filters(kinds=("user",)))
    finished = done(workshop, job)

    with pytest.raises((NotAllowed, NotFound)):
        making.download_pdf(actor=reader, tenant=workshop.tenant, job=finished)
    made = making.download_pdf(actor=manager, tenant=workshop.tenant, job=finished)
    assert b"".join(made.parts).startswith(b"%PDF")


def done(workshop: Workshop, job: Job) -> Job:
    """The job, after a worker had it."""
    workshop.work(job.pk)
    found = Job.objects.get(pk=job.pk)
    assert found.state == JobState.DONE, found.error_text
    return found
