from collections.abc import Iterator

import pytest

from apps.core.scope import tenant_scope
from tests.factories import make_msp, make_tenant
from tests.recovery.guards.tenancy import Tenancy


@pytest.fixture
def tenancy(db: None) -> Iterator[Tenancy]:
    """An empty tenant in memory, and a scope that has it."""
    tenant = make_tenant(make_msp())
    with tenant_scope(tenant.pk):
        yield Tenancy(tenant)
