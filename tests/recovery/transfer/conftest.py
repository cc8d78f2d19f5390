from collections.abc import Iterator

import pytest

from apps.core.scope import no_scope, tenant_scope
from tests.factories import make_msp, make_user
from tests.recovery.transfer.two import Two, new_tenant
from tests.recovery.workshop import Workshop
from tests.support.sandboxes import Sandbox


@pytest.fixture
def two(db: None, sandbox: Sandbox, settings: pytest.FixtureRequest) -> Iterator[Two]:
    """Two tenants of one MSP without people, groups or policies: Contoso and Fabrikam."""
    settings.HOLDFAST_GRAPH_TIME_SCALE = 1000.0  # type: ignore[attr-defined]
    msp = make_msp()
    alice = make_user("Alice", msp, "backup-administrator", "recovery-approver")
    dave = make_user("Dave", msp, "recovery-approver")
    with no_scope("two tenants take part"):
        source = Workshop(sandbox, new_tenant(sandbox, msp, "contoso"), alice, dave)
        target = Workshop(sandbox, new_tenant(sandbox, msp, "fabrikam"), alice, dave)
        with tenant_scope(target.tenant.pk):
            target.capture()
        yield Two(source, target)
