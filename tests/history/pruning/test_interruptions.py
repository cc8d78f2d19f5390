"""A pruning may be killed anywhere and run beside a capture: what is kept stays whole."""

import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, connections

from apps.core import locks
from apps.core.actor import SYSTEM
from apps.core.errors import Conflict
from apps.core.scope import tenant_scope
from apps.entra.catalogue import Kind
from apps.entra.reading import ReadBatch
from apps.history import selectors, services
from apps.history.models import ObjectVersion, Pruning
from apps.history.pruning import executing, removing
from apps.history.verification import verify
from apps.tenants.models import Tenant
from tests.factories import make_msp, make_tenant
from tests.history.conftest import Capture
from tests.history.pruning.conftest import let_go
from tests.history.sources import MemorySource

NAMES = ("one", "two", "three", "four", "five", "six")


class Killed(BaseException):
    """Stands for the end of the process."""


def tell(source: MemorySource, name: str) -> None:
    source.put("user", "u1", displayName=name)
    source.put("user", "u2", displayName=f"not {name}")
    source.link("group.members", "g1", "u1", present=len(name) % 2 == 0)


def names_at(tenant: Tenant, *seqs: int) -> list[str]:
    bodies = [selectors.body_at(tenant, "user", "u1", seq) or {} for seq in seqs]
    return [str(body.get("displayName")) for body in bodies]


def test_a_pruning_that_is_interrupted_again_and_again_gets_done(
    tenant: Tenant, source: MemorySource, capture: Capture
) -> None:
    source.put("group", "g1", displayName="Staff")
    for name in NAMES:
        tell(source, name)
        capture("delta")
    let_go(tenant, 2, 3, 5)
    interruptions = 0

    def killing(after: int) -> Callable[..., Any]:
        """Dies before the statement after so many that change something."""
        left = [after]

        def wrapper(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
            if "INSERT INTO" in str(sql) or str(sql).startswith("select history_"):
                left[0] -= 1
                if left[0] < 0:
                    raise Killed
            return execute(sql, params, many, context)

        return wrapper

    for after in range(30):
        try:
            with connection.execute_wrapper(killing(after)):
                executing.prune(actor=SYSTEM, tenant=tenant, seqs=[2, 3, 5])
        except Killed:
            interruptions += 1
            assert verify(tenant).is_intact
            assert names_at(tenant, 1, 4, 6) == ["one", "four", "six"]
        else:
            break

    assert interruptions >= 4
    assert not removing.unfinished(tenant.pk)
    assert verify(tenant).is_intact
    assert ObjectVersion.objects.filter(object_id="u1").count() == 3
    assert Pruning.objects.count() == 2


@pytest.fixture
def committed(live_database: object, source: MemorySource) -> Iterator[Tenant]:
    """A tenant with five committed snapshots, of which 2, 3 and 4 may go."""
    tenant = make_tenant(make_msp())
    with tenant_scope(tenant.pk):
        for name in NAMES[:5]:
            tell(source, name)
            services.capture(actor=SYSTEM, tenant=tenant, source=source)
        let_go(tenant, 2, 3, 4)
        yield tenant


def test_a_killed_pruning_leaves_a_whole_history_and_the_next_one_goes_on(
    committed: Tenant,
) -> None:
    killed = subprocess.run(
        [sys.executable, "-m", "tests.history.pruning.killed_pruning", str(committed.pk), "2"],
        timeout=60,
    )

    assert killed.returncode == -signal.SIGKILL
    assert verify(committed).is_intact
    assert [one.seq for one in selectors.snapshots(committed)] == [5, 1]
    (left,) = removing.unfinished(committed.pk)
    done = executing.prune(actor=SYSTEM, tenant=committed, seqs=[])
    assert (done.finished, done.objects) == (1, left.objects_removed)
    assert done.verification is not None
    assert done.verification.is_intact
    assert names_at(committed, 1, 5) == ["one", "five"]


class PruningMeanwhile(MemorySource):
    """A directory that is pruned and verified while its groups are being read."""

    def __init__(self, meanwhile: Callable[[], None]) -> None:
        super().__init__()
        self._meanwhile = meanwhile

    def read(self, kind: Kind, *, cursor: str | None, first_read: bool) -> Iterator[ReadBatch]:
        if kind.name == "group":
            self._meanwhile()
        yield from super().read(kind, cursor=cursor, first_read=first_read)


def test_a_capture_and_a_pruning_of_one_tenant_run_side_by_side(committed: Tenant) -> None:
    found: list[Any] = []

    def prune() -> None:
        try:
            with tenant_scope(committed.pk):
                found.append(executing.prune(actor=SYSTEM, tenant=committed, seqs=[2, 3, 4]))
                found.append(verify(committed))
        finally:
            connections.close_all()

    def meanwhile() -> None:
        thread = threading.Thread(target=prune)
        thread.start()
        thread.join(timeout=60)

    source = PruningMeanwhile(meanwhile)
    tell(source, "six")
    source.put("user", "u3", displayName="new")
    result = services.capture(actor=SYSTEM, tenant=committed, mode="full", source=source)

    pruned, verified = found
    assert (pruned.seqs, pruned.verification.is_intact) == ([2, 3, 4], True)
    assert verified.is_intact
    assert result.counts == {"created": 1, "updated": 2}
    assert verify(committed).is_intact
    assert names_at(committed, 1, 5, 6) == ["one", "five", "six"]


def test_two_prunings_of_one_tenant_do_not_run_at_once(tenant: Tenant) -> None:
    with (
        locks.held_in_session(locks.tenant_pruning(tenant.pk)),
        pytest.raises(Conflict),
    ):
        executing.prune(actor=SYSTEM, tenant=tenant, seqs=[])
