from collections.abc import Callable, Iterator

import pytest

from apps.core.actor import SYSTEM
from apps.core.scope import tenant_scope
from apps.history import services
from apps.history.services import CaptureResult
from apps.tenants.models import Tenant
from tests.factories import make_msp, make_tenant
from tests.history.sources import MemorySource

Capture = Callable[..., CaptureResult]


@pytest.fixture
def tenant(db: None) -> Iterator[Tenant]:
    """A tenant, and a scope that has it."""
    tenant = make_tenant(make_msp())
    with tenant_scope(tenant.pk):
        yield tenant


@pytest.fixture
def source() -> MemorySource:
    return MemorySource()


@pytest.fixture
def capture(tenant: Tenant, source: MemorySource) -> Capture:
    """Capture the tenant from `source`."""

    def take(mode: str = "full", **options: object) -> CaptureResult:
        return services.capture(
            actor=SYSTEM, tenant=tenant, mode=mode, reason="test", source=source, **options
        )

    return take
