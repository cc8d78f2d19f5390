"""kill -9 at any point leaves no snapshot or a whole one, and the next capture simply works."""

import signal
import subprocess
import sys

import pytest

from apps.core import locks
from apps.core.actor import SYSTEM
from apps.core.errors import Conflict
from apps.core.scope import tenant_scope
from apps.history import selectors, services
from apps.history.models import CollectionCursor, ObjectVersion
from apps.history.verification import verify
from apps.tenants.models import Tenant
from tests.factories import make_msp, make_tenant
from tests.history.sources import MemorySource, small_directory

POINTS = [
    "insert into capture_accepted_link",
    'INSERT INTO "history_snapshot"',
    "insert into history_objectversion",
    "insert into history_linkversion",
    "audit_auditrecord",
]


@pytest.mark.parametrize("statement", POINTS)
def test_a_killed_capture_leaves_nothing_and_the_next_one_works(
    live_database: object, statement: str
) -> None:
    tenant = make_tenant(make_msp())

    killed = subprocess.run(
        [sys.executable, "-m", "tests.history.killed_capture", str(tenant.pk), statement],
        timeout=60,
    )

    assert killed.returncode == -signal.SIGKILL
    with tenant_scope(tenant.pk):
        assert not selectors.snapshots(tenant).exists()
        assert not ObjectVersion.objects.exists()
        assert not CollectionCursor.objects.exists()
        result = services.capture(actor=SYSTEM, tenant=tenant, source=small_directory())
        assert result.counts == {"created": 6, "links_added": 5}
        assert verify(tenant).is_intact


def test_two_captures_of_one_tenant_do_not_run_at_once(
    tenant: Tenant, source: MemorySource
) -> None:
    with (
        locks.held_in_session(locks.tenant_history(tenant.pk)),
        pytest.raises(Conflict),
    ):
        services.capture(actor=SYSTEM, tenant=tenant, source=source)

    assert source.calls == []
    assert not selectors.snapshots(tenant).exists()
