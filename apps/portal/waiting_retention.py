"""What would shorten retention and waits for a second person, over all tenants of the scope."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from apps.access.models import User
from apps.history.choices import KeepChangeState
from apps.history.models import LegalHold, SnapshotPin, TenantKeepChange
from apps.tenants.models import Tenant


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that a second person has to decide on the tenant's page. what: in words."""

    tenant: Tenant
    what: str
    asked_by: User | None
    asked_at: datetime | None


def waiting_retention() -> list[Waiting]:
    """All of it. Three queries."""
    return [*_changes(), *_pins(), *_holds()]


def _changes() -> Iterator[Waiting]:
    waiting = TenantKeepChange.objects.filter(state=KeepChangeState.WAITING)
    for one in waiting.select_related("tenant", "requested_by").order_by("requested_at"):
        yield Waiting(one.tenant, "a shorter retention", one.requested_by, one.requested_at)


def _pins() -> Iterator[Waiting]:
    asked = SnapshotPin.objects.filter(released_at=None, release_asked_at__isnull=False)
    related = asked.select_related("tenant", "release_asked_by", "snapshot")
    for one in related.order_by("release_asked_at"):
        what = f"the release of the pin on snapshot {one.snapshot.seq}"
        yield Waiting(one.tenant, what, one.release_asked_by, one.release_asked_at)


def _holds() -> Iterator[Waiting]:
    asked = LegalHold.objects.filter(ended_at=None, end_asked_at__isnull=False)
    for one in asked.select_related("tenant", "end_asked_by").order_by("end_asked_at"):
        yield Waiting(one.tenant, "the end of the legal hold", one.end_asked_by, one.end_asked_at)
