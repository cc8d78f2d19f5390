from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from django.core.cache import cache

from apps.core import clock
from apps.core.scope import person, tenant_scope
from apps.history.models import Snapshot
from apps.tenants.models import Tenant
from tests.factories import Cast, make_cast
from tests.history.retention.snapshots import NOW, make_snapshots

Taking = Callable[..., list[Snapshot]]


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    """The cast, as Alice sees it, at noon of a Monday."""
    cache.clear()
    with clock.frozen(NOW):
        made = make_cast()
        with person(made.alice.pk):
            yield made


@pytest.fixture
def tenant(cast: Cast) -> Iterator[Tenant]:
    """Contoso, and a scope that has it."""
    with tenant_scope(cast.contoso.pk):
        yield cast.contoso


@pytest.fixture
def take(tenant: Tenant) -> Taking:
    """Make snapshots of Contoso at these times."""

    def take(*times: datetime, complete: bool = True) -> list[Snapshot]:
        return make_snapshots(tenant, times, complete=complete)

    return take
