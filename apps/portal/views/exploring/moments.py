"""The position that a page about a snapshot shows, and where its list goes on."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest

from apps.core.errors import NotFound
from apps.history import selectors as history
from apps.history.models import Snapshot
from apps.history.records import ObjectKey
from apps.history.search import objects
from apps.portal import policies
from apps.portal.doors import rights_here
from apps.tenants.models import Tenant

SNAPSHOTS = 200
_SNAPSHOTS = "snapshots_to_look_at"


def is_policy(found: objects.ObjectVersion) -> bool:
    return found.kind == policies.POLICY


def moment(request: HttpRequest, tenant: Tenant) -> Snapshot | None:
    """The snapshot that the address names, the newest when it names none; None before the first.

    Raises NotFound for one that there is not, or not any more.
    """
    at = request.GET.get("at", "")
    shown = _shown_snapshots(request, tenant)
    if at.isascii() and at.isdigit() and len(at) < 18:
        held = next((one for one in shown if one.seq == int(at)), None)
        return held or history.snapshot_at(tenant, int(at))
    return shown[0] if shown else None


def _shown_snapshots(request: HttpRequest, tenant: Tenant) -> list[Snapshot]:
    """The newest snapshots, read once for a page."""
    held: list[Snapshot] | None = getattr(request, _SNAPSHOTS, None)
    if held is None:
        held = list(history.snapshots(tenant)[:SNAPSHOTS])
        setattr(request, _SNAPSHOTS, held)
    return held


def required_moment(request: HttpRequest, tenant: Tenant) -> Snapshot:
    found = moment(request, tenant)
    if found is None:
        raise NotFound("This tenant has no snapshot yet.", code="no-snapshot")
    return found


def at(request: HttpRequest, tenant: Tenant, snapshot: Snapshot) -> dict[str, object]:
    """What every page says about the position it shows."""
    shown = _shown_snapshots(request, tenant)
    return {
        "snapshot": snapshot,
        "snapshots": shown if snapshot in shown else [*shown, snapshot],
        "is_newest": shown[:1] == [snapshot],
    }


def object_context(
    request: HttpRequest, tenant: Tenant, snapshot: Snapshot, found: objects.ObjectVersion
) -> dict[str, object]:
    return {
        "section": "tenants",
        "tenant": tenant,
        **at(request, tenant, snapshot),
        "object": found,
        "rights": rights_here(request),
    }


def after_of(request: HttpRequest) -> ObjectKey | None:
    """The key that the page starts after: its two parts, the second of which may hold anything."""
    first, comma, second = request.GET.get("after", "").partition(",")
    return (first, second) if comma else None


def next_page(request: HttpRequest, **position: object) -> str:
    """The query of the next page with everything else kept, empty when this is the last."""
    ((name, value),) = position.items()
    if value is None:
        return ""
    text = ",".join(value) if isinstance(value, tuple) else str(value)
    kept = [(key, one) for key, many in request.GET.lists() for one in many if key != name]
    return "?" + urlencode([*kept, (name, text)])
