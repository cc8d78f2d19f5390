"""What a plan for Microsoft's engine says of itself, beyond its steps."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from apps.core import clock
from apps.core.errors import Invalid, Stale
from apps.diffs.models import DifferenceReport
from apps.history.selectors import user_count
from apps.recovery.native.covering import TYPES, filters_of, require_it_can
from apps.recovery.native.licences import is_licensed
from apps.recovery.native.pacing import seconds_for
from apps.recovery.native.points import KEPT, NEAR, NativePoint, point_of
from apps.recovery.planning.ordering import Placed
from apps.recovery.selection import Selection


def require_possible(report: DifferenceReport, selection: Selection) -> None:
    """Raise what native_of() raises of the point and the scope, before anything is planned."""
    require_it_can(selection)
    _require_near(report, point_of(selection.native))


def native_of(
    report: DifferenceReport, selection: Selection, placed: Iterable[Placed], seq: int
) -> dict[str, Any]:
    """`Plan.native`: {} where we recover ourselves, otherwise {"snapshot_id", "taken_at",
    "apart_seconds", "filters", "changes", "seconds", "licensed"}. filters: of each of its jobs.
    licensed: whether the tenant has Entra ID P1 or P2, None where no capture knows.

    seq: the position that the plan assumes. Part of the plan's digest. Raises Invalid and Stale for
    a point that is not near the report's base, or that Microsoft keeps no longer; Invalid for a
    scope that it cannot be told.
    """
    if not selection.native:
        return {}
    require_possible(report, selection)
    point = point_of(selection.native)
    steps = list(placed)
    drafts = [one.draft for one in steps]
    written = [one for one in drafts if one.writes and one.kind in TYPES]
    filters = filters_of(selection, steps)
    changes = sum(max(1, len(one.targets)) for one in written)
    return {
        "snapshot_id": point.id,
        "taken_at": point.taken_at.isoformat(),
        "apart_seconds": round(point.apart(report.base.taken_at).total_seconds()),
        "filters": filters,
        "changes": changes,
        "seconds": seconds_for(changes, user_count(report.tenant) or 0, jobs=len(filters)),
        "licensed": is_licensed(report.tenant, seq),
    }


def _require_near(report: DifferenceReport, point: NativePoint) -> None:
    if clock.now() - point.taken_at > KEPT:
        raise Stale(
            f"Microsoft keeps its snapshots for {KEPT.days} days, and this one is older.",
            code="native-point-gone",
            safe="Nothing was planned.",
            todo="Choose a newer one, or have Holdfast recover: it keeps its own for longer.",
        )
    if point.apart(report.base.taken_at) > NEAR:
        raise Invalid(
            "Microsoft's snapshot and Holdfast's were taken more than a day apart: what the report "
            "shows is not what would be brought back.",
            code="native-point-far",
            safe="Nothing was planned.",
            todo="Compare with a snapshot that was taken near Microsoft's.",
        )
