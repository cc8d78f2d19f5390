"""What PostgreSQL itself keeps, whatever the code asks: committed history, as it is in earnest."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import DatabaseError, connections, transaction

from apps.core import clock
from apps.core.actor import SYSTEM
from apps.core.errors import Invalid
from apps.core.scope import tenant_scope
from apps.history import services
from apps.history.models import LegalHold, PrunedSnapshot, Pruning, Removal, Snapshot, SnapshotPin
from apps.history.pruning import executing
from apps.history.verification import verify
from apps.tenants.models import Tenant
from tests.factories import make_msp, make_tenant, make_user
from tests.history.pruning.conftest import let_go
from tests.history.sources import MemorySource


@pytest.fixture
def five(live_database: object, source: MemorySource) -> Iterator[Tenant]:
    """A tenant with five committed snapshots, the name of its user changed in each."""
    tenant = make_tenant(make_msp())
    with tenant_scope(tenant.pk):
        for name in ("one", "two", "three", "four", "five"):
            source.put("user", "u1", displayName=name)
            services.capture(actor=SYSTEM, tenant=tenant, source=source)
        yield tenant


def refused(tenant: Tenant, *seqs: int, match: str) -> None:
    with pytest.raises(DatabaseError, match=match), transaction.atomic():
        executing.prune(actor=SYSTEM, tenant=tenant, seqs=seqs)
    assert not PrunedSnapshot.objects.exists()
    assert not Pruning.objects.exists()
    assert verify(tenant).is_intact


def test_what_is_not_due_pinned_held_or_the_newest_stays(five: Tenant) -> None:
    alice = make_user("Alice", five.msp, "tenant-manager")

    # neither what was not planned, nor what is not due yet
    refused(five, 2, match="is not due")
    let_go(five, 2, due_in=timedelta(minutes=5))
    refused(five, 2, match="is not due")

    # nor what is pinned
    let_go(five, 3, 4, 5)
    Removal.objects.filter(snapshot__seq=2).update(due_at=clock.now() - timedelta(hours=1))
    pin = SnapshotPin.objects.create(
        tenant=five, snapshot=Snapshot.objects.get(seq=3), reason="audit", pinned_by=alice
    )
    refused(five, 2, 3, match="snapshot 3 is pinned")
    bob = make_user("Bob", five.msp, "tenant-manager")
    SnapshotPin.objects.filter(pk=pin.pk).update(
        release_asked_by=alice, released_by=bob, released_at=clock.now()
    )

    # nor anything under a legal hold
    hold = LegalHold.objects.create(tenant=five, reason="a lawsuit", begun_by=alice)
    refused(five, 2, match="legal hold")
    assert executing.execute(actor=SYSTEM, tenant=five).held
    hold.delete()

    # nor the newest
    with pytest.raises(Invalid, match="never removed"):
        executing.prune(actor=SYSTEM, tenant=five, seqs=[5])
    newest = Snapshot.objects.get(seq=5)
    with pytest.raises(DatabaseError, match="newest"), transaction.atomic():
        mark_by_hand(five, newest, low=4, high=6)

    # and all else goes
    assert executing.prune(actor=SYSTEM, tenant=five, seqs=[2, 3]).seqs == [2, 3]


def mark_by_hand(tenant: Tenant, snapshot: Snapshot, *, low: int, high: int) -> None:
    """What somebody could do who writes with the product's role."""
    pruning = Pruning.objects.create(
        tenant=tenant,
        low_seq=low,
        high_seq=high,
        made_at=clock.now(),
        objects_digest=b"",
        links_digest=b"",
        object_versions=0,
        link_versions=0,
        objects_removed=0,
        links_removed=0,
        bytes_removed=0,
        signature=bytes(64),
        signing_key=snapshot.signing_key,
    )
    PrunedSnapshot.objects.create(tenant=tenant, snapshot=snapshot, pruning=pruning)


def test_only_what_a_pruning_lets_go_is_removed_and_a_hold_stops_it_midway(five: Tenant) -> None:
    alice = make_user("Alice", five.msp, "tenant-manager")
    let_go(five, 2, 3)
    with transaction.atomic():
        mark_by_hand(five, Snapshot.objects.get(seq=2), low=1, high=3)
        (pruning,) = Pruning.objects.all()

    with connections["default"].cursor() as cursor:
        for sql, match in (
            ("select history_prune(%s, 3)", "is not between"),
            ("select history_finish_pruning(%s)", "not what was signed"),
        ):
            with pytest.raises(DatabaseError, match=match):
                cursor.execute(sql, [pruning.pk])
        for role in ("default", "owner"):
            with (
                connections[role].cursor() as of_role,
                pytest.raises(DatabaseError, match=r"written once|permission denied"),
            ):
                of_role.execute("delete from history_objectversion where seq = 2")
        hold = LegalHold.objects.create(tenant=five, reason="a lawsuit", begun_by=alice)
        with pytest.raises(DatabaseError, match="legal hold"):
            cursor.execute("select history_prune(%s, 2)", [pruning.pk])
        hold.delete()
        cursor.execute("select history_prune(%s, 2)", [pruning.pk])
        assert cursor.fetchone() == (1,)

    # what nobody signed is named, though the database let it through
    codes = {damage.code for damage in verify(five).damage}
    assert codes == {"pruning-forged", "pruning-missing", "versions-missing"}
