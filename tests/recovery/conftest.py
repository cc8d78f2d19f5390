from collections.abc import Iterator

import pytest

from apps.core.scope import tenant_scope
from tests.factories import make_msp, make_user
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
