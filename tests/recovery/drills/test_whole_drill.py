"""One drill of a small tenant to its end: everything real, down to the sandbox of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.db.utils import IntegrityError

from apps.audit.models import AuditRecord
from apps.core.scope import no_scope, tenant_scope
from apps.history.models import ObjectVersion, Snapshot
from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.recovery.documents.signing import verify
from apps.recovery.drills import services as drills
from apps.recovery.drills.choices import DrillState, Phase
from apps.recovery.drills.documents import evidence_document
from apps.recovery.drills.models import Drill
from apps.recovery.drills.selectors import drills_of, last_drill, restore_tests
from apps.recovery.models import Plan, RecoveryRequest
from apps.tenants.choices import TenantState
from apps.tenants.models import REHEARSALS, AppRegistration, Tenant, TenantKey
from config.embedded import Urls
from tests.factories import actor_of, make_msp, make_user
from tests.recovery.workshop import Workshop, connect
from tests.support.sandboxes import Sandbox


@pytest.fixture
def workshop(
    live_database: Urls, sandbox: Sandbox, settings: pytest.FixtureRequest
) -> Iterator[Workshop]:
    """A connected tenant in a database in which every transaction is really committed."""
    settings.HOLDFAST_GRAPH_TIME_SCALE = 1000.0  # type: ignore[attr-defined]
    msp = make_msp()
    tenant = connect(sandbox, msp)
    with tenant_scope(tenant.pk):
        alice = make_user("Alice", msp, "backup-administrator")
        yield Workshop(sandbox=sandbox, tenant=tenant, alice=alice, dave=alice)


def rehearse(workshop: Workshop) -> Drill:
    drill = drills.start_drill(actor=actor_of(workshop.alice), tenant=workshop.tenant, here=True)
    jobs.run_here(Job.objects.get(pk=drill.job_id))
    drill.refresh_from_db()
    return drill


def test_a_drill_recovers_a_snapshot_in_a_sandbox_of_its_own(workshop: Workshop) -> None:
    # given
    before = workshop.capture()
    with no_scope("what there is before"):
        kept = {model: model.objects.count() for model in (ObjectVersion, Snapshot, TenantKey)}
    asked_before = workshop.sandbox.request_log.stat().st_size

    # when
    drill = rehearse(workshop)

    # then the sandbox held the snapshot, and all came back but for what had been announced
    numbers = drill.numbers
    assert drill.state in DrillState.tested(), (drill.failure, drill.evidence)
    held = numbers["held"]
    assert held["objects_as_in_snapshot"] == held["objects"] > 1000
    assert held["links_as_in_snapshot"] == held["links"] > 100
    assert numbers["damaged"]["objects"] > 10 < numbers["damaged"]["links"]
    assert numbers["recovered"]["objects"] + numbers["partly_recovered"] > 20
    assert numbers["unexpected"] == 0
    assert {one["count"] > 0 for one in numbers["not_recoverable"]} == {True}
    parts = sum(numbers["seconds"][phase] for phase in Phase.of_recovery())
    assert numbers["recovery_seconds"] == pytest.approx(parts, abs=0.01)

    # and neither the tenant nor its history was touched, and nothing of the rehearsal is left
    assert workshop.sandbox.request_log.stat().st_size == asked_before
    with no_scope("what there is afterwards"):
        assert {model: model.objects.count() for model in kept} == kept
        assert not Tenant.objects.filter(state=TenantState.REHEARSAL).exists()
        assert not AppRegistration.objects.filter(msp_id=REHEARSALS).exists()
        assert not Plan.objects.exists()
        assert not RecoveryRequest.objects.exists()

    # and the evidence is signed, says what was asked for, and cannot be changed or removed
    heading = verify(json.loads(b"".join(evidence_document(drill, "json").parts)))
    assert heading["snapshot"]["seq"] == before.seq
    assert heading["asked_by"]["name"] == "Alice"
    assert heading["numbers"] == numbers
    assert last_drill(workshop.tenant) == drill == drills_of([workshop.tenant.pk])[drill.tenant_id]
    assert restore_tests(workshop.tenant) == [drill]
    for forbidden in (lambda: drill.delete(), lambda: drill.save()):
        with pytest.raises(IntegrityError), transaction.atomic():
            forbidden()

    # and the trail of the tenant tells of it, with the rule's approval
    told = AuditRecord.objects.filter(tenant_id=workshop.tenant.pk, event__startswith="drill.")
    events = {row.event: row.data for row in told}
    assert set(events) == {"drill.asked", "drill.approved_by_rule", "drill.ended"}
    assert events["drill.approved_by_rule"]["digest"] == numbers["plan"]["digest"]
