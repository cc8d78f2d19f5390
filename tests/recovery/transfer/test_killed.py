"""A worker is killed while it brings a snapshot over; the next one leaves it there once."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest

from apps.core.scope import no_scope, tenant_scope
from apps.diffs.choices import ReportState
from apps.diffs.models import DifferenceReport
from apps.history.choices import CaptureMode
from apps.history.models import Snapshot
from apps.history.selectors import latest_snapshot
from apps.recovery.models import Transfer
from apps.recovery.transfer import services
from apps.recovery.transfer.choices import TransferState
from config import embedded
from tests.factories import actor_of, make_msp, make_user
from tests.recovery.dying import Death, give_back, work_and_die
from tests.recovery.transfer.test_round import captured, group, person
from tests.recovery.transfer.two import Two, new_tenant
from tests.recovery.workshop import Workshop, changes_of
from tests.support.sandboxes import Sandbox

OURS = "fabrikam.example"


@pytest.fixture
def two(
    live_database: embedded.Urls, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Two]:
    """Contoso with a little in it, Fabrikam where Bert is too, a database that others see."""
    monkeypatch.setenv("HOLDFAST_GRAPH_TIME_SCALE", "1000")
    msp = make_msp()
    alice = make_user("Alice", msp, "backup-administrator")
    with no_scope("two tenants take part"):
        made = Two(
            Workshop(sandbox, new_tenant(sandbox, msp, "contoso"), alice, alice),
            Workshop(sandbox, new_tenant(sandbox, msp, "fabrikam"), alice, alice),
        )
        group(made.source, "Team", [person(made.source, "Anna")])
        for workshop, domain in ((made.source, "contoso.example"), (made.target, OURS)):
            person(workshop, "Bert", domain)
        captured(made.target)
        yield made


def being_brought(two: Two) -> Transfer:
    """Looked at, and asked to be brought over; no worker has begun."""
    transfer = two.prepared(captured(two.source))
    with tenant_scope(two.target.tenant.pk):
        return services.bring_over(actor=actor_of(two.target.alice), transfer=transfer)


def job_of(transfer: Transfer) -> UUID:
    assert transfer.job_id is not None
    return transfer.job_id


# In the transaction that seals; between that and the report; within the report; at the very end.
PLACES = [
    ('INSERT INTO "recovery_counterpart"', Death.AFTER),
    ('INSERT INTO "diffs_differencereport"', Death.AFTER),
    ('SET "state" = %s, "finished_at" = %s, "counts" = %s', Death.BEFORE),
]
MORE = [
    ('INSERT INTO "diffs_differencereport"', Death.BEFORE),
    ('SET "state" = %s, "failure" = %s, "finished_at" = %s', Death.SESSION),
]


@pytest.mark.parametrize(
    ("line", "death"),
    [*PLACES, *(pytest.param(*one, marks=pytest.mark.nightly) for one in MORE)],
)
def test_what_a_killed_worker_began_is_brought_over_once(two: Two, line: str, death: Death) -> None:
    transfer = being_brought(two)

    # when the first worker dies, and another one takes the job up
    work_and_die(job_of(transfer), at=1, death=death, line=line)
    transfer.refresh_from_db()
    interrupted = transfer.state
    give_back(job_of(transfer))
    work_and_die(job_of(transfer), at=0, death=death)

    # then it is there once, with one report, and the tenant is known as it was read
    assert interrupted == TransferState.BRINGING
    transfer.refresh_from_db()
    assert transfer.state == TransferState.BROUGHT, transfer.failure
    positions = Snapshot.objects.filter(tenant=two.target.tenant)
    assert positions.filter(mode=CaptureMode.FOREIGN).count() == 1
    newest = latest_snapshot(two.target.tenant)
    assert newest is not None
    assert newest.mode != CaptureMode.FOREIGN
    report = DifferenceReport.objects.get(tenant=two.target.tenant)
    assert (report.pk, report.state) == (transfer.report_id, ReportState.COMPLETE)
    brought = {one for one in changes_of(report) if one[0] in {"user", "group", "group.members"}}
    assert brought == {
        ("user", "hard-deleted", ()),
        ("group", "hard-deleted", ()),
        ("group.members", "link-removed", ()),
    }
