from collections.abc import Iterator

import pytest

from apps.core.scope import tenant_scope
from config import embedded
from tests.factories import make_msp, make_tenant, make_user
from tests.recovery.drawing_board import DrawingBoard
from tests.recovery.workshop import Workshop, connect
from tests.support.sandboxes import Sandbox


@pytest.fixture
def workshop(db: None, sandbox: Sandbox, settings: pytest.FixtureRequest) -> Iterator[Workshop]:
    """A connected tenant of the sandbox, inside its scope; Graph's clock runs 1,000 times fast."""
    settings.HOLDFAST_GRAPH_TIME_SCALE = 1000.0  # type: ignore[attr-defined]
    msp = make_msp()
    tenant = connect(sandbox, msp)
    with tenant_scope(tenant.pk):
        yield Workshop(
            sandbox=sandbox,
            tenant=tenant,
            alice=make_user("Alice", msp, "backup-administrator", "recovery-approver"),
            dave=make_user("Dave", tenant, "recovery-approver"),
        )


@pytest.fixture
def shared_workshop(
    live_database: embedded.Urls, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Workshop]:
    """A workshop whose database other processes see too."""
    monkeypatch.setenv("HOLDFAST_GRAPH_TIME_SCALE", "1000")
    msp = make_msp()
    tenant = connect(sandbox, msp)
    alice = make_user("Alice", msp, "backup-administrator")
    dave = make_user("Dave", tenant, "recovery-approver")
    with tenant_scope(tenant.pk):
        yield Workshop(sandbox, tenant, alice, dave)


@pytest.fixture
def board(db: None, settings: pytest.FixtureRequest) -> Iterator[DrawingBoard]:
    """A tenant in memory, inside its scope; nobody answers at its Graph's address."""
    settings.HOLDFAST_SANDBOX_URL = "http://localhost:9"  # type: ignore[attr-defined]
    msp = make_msp()
    tenant = make_tenant(msp)
    with tenant_scope(tenant.pk):
        yield DrawingBoard(tenant, make_user("Alice", msp, "backup-administrator"))
