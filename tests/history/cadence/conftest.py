from collections.abc import Iterator

import pytest

from apps.core import clock
from apps.core.scope import tenant_scope
from apps.tenants.models import Tenant
from tests.factories import make_msp, make_tenant
from tests.history.retention.snapshots import NOW


@pytest.fixture
def tenant(db: None) -> Iterator[Tenant]:
    """Contoso, made at noon of a Monday, and a scope that has it."""
    with clock.frozen(NOW):
        tenant = make_tenant(make_msp())
    with tenant_scope(tenant.pk):
        yield tenant
