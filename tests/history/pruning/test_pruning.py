"""What goes and what stays."""

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from apps.audit.models import AuditRecord
from apps.core import clock
from apps.core.errors import Invalid, NotFound
from apps.core.scope import no_scope
from apps.history import selectors
from apps.history.models import (
    ObjectVersion,
    PrunedSnapshot,
    Pruning,
    Snapshot,
)
from apps.history.pruning import planning
from apps.history.verification import verify
from apps.tenants.models import Tenant
from tests.history.conftest import Capture
from tests.history.pruning.conftest import Prune, let_go
from tests.history.sources import MemorySource


@pytest.fixture
def five(source: MemorySource, capture: Capture) -> None:
    """Five snapshots; the name changes in each, u2 comes and goes in between."""
    source.put("user", "u1", displayName="one")
    capture()
    for number, name in enumerate(("two", "three", "four", "five"), 2):
        source.put("user", "u1", displayName=name)
        if number == 2:
            source.put("user", "u2", displayName="guest")
        if number == 3:
            source.soft_delete("user", "u2")
        capture("delta")


def name_at(tenant: Tenant, seq: int) -> str:
    body = selectors.body_at(tenant, "user", "u1", seq)
    assert body is not None
    return str(body["displayName"])


def test_versions_that_no_kept_snapshot_needs_go_and_the_others_stay(
    tenant: Tenant, five: None, prune: Prune
) -> None:
    done = prune(2, 3)

    # u1 as of 2 and 3 go; u2 stays as what came and went: with its body, and that it went
    assert (done.seqs, done.objects, done.links) == ([2, 3], 2, 0)
    left = ObjectVersion.objects.order_by("object_id", "seq").values_list("object_id", "seq")
    assert list(left) == [("u1", 1), ("u1", 4), ("u1", 5), ("u2", 2), ("u2", 3)]
    assert [name_at(tenant, seq) for seq in (1, 4, 5)] == ["one", "four", "five"]
    assert done.verification is not None
    assert done.verification.is_intact
    assert done.verification.cause == "pruning"
    assert done.verification.pruned == 2


def test_a_plan_says_what_would_go_and_changes_nothing(tenant: Tenant, five: None) -> None:
    plan = planning.plan(tenant, [2, 3])

    assert (plan.seqs, plan.versions) == ([2, 3], 2)
    assert 100 < plan.bytes < 2000
    assert not PrunedSnapshot.objects.exists()
    with pytest.raises(Invalid):
        planning.plan(tenant, [5])


def test_what_was_planned_is_what_goes(tenant: Tenant, five: None, prune: Prune) -> None:
    plan = planning.plan(tenant, [1, 2, 4])
    before = ObjectVersion.objects.count()

    done = prune(1, 2, 4)

    assert (done.objects + done.links, done.bytes) == (plan.versions, plan.bytes)
    assert before - ObjectVersion.objects.count() == done.objects


def test_pruned_snapshots_are_in_no_list_and_cannot_be_had(
    tenant: Tenant, five: None, prune: Prune
) -> None:
    prune(2, 3)

    assert [one.seq for one in selectors.snapshots(tenant)] == [5, 4, 1]
    assert Snapshot.objects.kept().count() == 3
    with pytest.raises(NotFound, match="Snapshot 2 was removed on"):
        selectors.snapshot_at(tenant, 2)
    second = Snapshot.objects.get(seq=2)
    with pytest.raises(NotFound, match="keep rules"):
        selectors.access_snapshot(tenant, second.pk)
    with pytest.raises(NotFound):
        selectors.require_kept(Snapshot.objects.get(seq=1), second)
    assert selectors.pruned_at(second) is not None


def test_a_wider_pruning_takes_the_place_of_those_inside_it(
    tenant: Tenant, five: None, prune: Prune
) -> None:
    prune(2)
    prune(4)
    done = prune(1, 3)

    assert [(one.low_seq, one.high_seq) for one in Pruning.objects.order_by("made_at")] == [
        (1, 3),
        (3, 5),
        (0, 5),
    ]
    assert done.verification is not None
    assert done.verification.is_intact
    assert done.verification.pruned == 4
    assert name_at(tenant, 5) == "five"


def test_a_capture_goes_on_after_a_pruning(
    tenant: Tenant, source: MemorySource, capture: Capture, five: None, prune: Prune
) -> None:
    prune(1, 2, 3, 4)
    source.put("user", "u1", department="Night")

    delta = capture("delta")
    full = capture("full")

    assert delta.counts == {"updated": 1}
    assert full.counts == {}
    body = selectors.body_at(tenant, "user", "u1", 6)
    assert body is not None
    assert (body["displayName"], body["department"]) == ("five", "Night")
    assert verify(tenant).is_intact


def test_pruning_is_recorded(tenant: Tenant, five: None, prune: Prune) -> None:
    prune(2, 3)

    with no_scope("a test reads the trail"):
        record = AuditRecord.objects.get(event="snapshots.pruned")
    assert (record.data["snapshots"], record.data["versions"]) == ([2, 3], 2)


def test_the_command_shows_what_would_go_and_the_job_removes_it(
    tenant: Tenant, source: MemorySource, capture: Capture, five: None
) -> None:
    """What may go is what the tenant's rules let go, long after: of a day the first stays."""
    let_go(tenant, 2, 3)
    with clock.frozen(clock.now() + timedelta(days=400)):
        source.put("user", "u1", displayName="late")
        capture()
        shown = run("prune", "--tenant", tenant.domain)
        assert (shown["snapshots"], shown["versions"], shown["held"]) == ([2, 3], 2, False)
        assert not PrunedSnapshot.objects.exists()

        done = run("prune", "--tenant", tenant.domain, "--execute")
        again = run("prune", "--tenant", tenant.domain)

    assert (done["snapshots"], done["object_versions"], done["intact"]) == ([2, 3], 2, True)
    assert again["snapshots"] == []


def run(*arguments: str) -> Any:
    out = StringIO()
    call_command(*arguments, "--json", stdout=out)
    return json.loads(out.getvalue())
