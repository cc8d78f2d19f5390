"""Whether Microsoft's own recovery can be chosen for a report, and what it would be good for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q

from apps.connect import clients
from apps.connect.clients import NotConnected
from apps.core.errors import HoldfastError, Unavailable
from apps.diffs.choices import Native, Recoverable
from apps.diffs.models import DifferenceReport, ReportChange
from apps.diffs.reasons import MAY_NEED_ROLE
from apps.entra.errors import EntraError
from apps.history.selectors import user_count
from apps.recovery.native.pacing import seconds_for
from apps.recovery.native.points import NativePoint, near, read_points

_COVERED = (Native.YES, Native.PARTLY)


@dataclass(frozen=True, slots=True)
class OfferedPoint:
    """apart: from the report's own snapshot; earlier: whether Microsoft's was taken before it."""

    point: NativePoint
    apart: timedelta
    earlier: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """covered, partly, not_covered: changes of the report, as Microsoft's recovery sees them.
    gained: those that it covers and Holdfast does not bring back in full; refused: those that
    Graph may refuse to our application for want of a directory role, and not to a person's.
    problem: why there is nothing to choose; None where there is."""

    points: tuple[OfferedPoint, ...]
    covered: int
    partly: int
    not_covered: int
    gained: int
    refused: int
    time: timedelta
    problem: HoldfastError | None = None


def offer(report: DifferenceReport) -> Offer:
    """What can be chosen for a complete report. Asks Microsoft once, and the database thrice."""
    counted = ReportChange.objects.filter(report=report).aggregate(
        covered=Count("pk", filter=Q(native=Native.YES)),
        partly=Count("pk", filter=Q(native=Native.PARTLY)),
        total=Count("pk"),
        gained=Count(
            "pk",
            filter=Q(native__in=_COVERED, recoverable__in=(Recoverable.NO, Recoverable.PARTLY)),
        ),
        refused=Count("pk", filter=Q(native__in=_COVERED, reason=MAY_NEED_ROLE)),
    )
    problem: HoldfastError | None = None
    points: list[NativePoint] = []
    try:
        points = _points(report)
    except (EntraError, NotConnected, Unavailable) as error:
        problem = error
    taken_at, covered = report.base.taken_at, counted["covered"] + counted["partly"]
    return Offer(
        tuple(
            OfferedPoint(one, one.apart(taken_at), one.taken_at < taken_at)
            for one in near(points, taken_at)
        ),
        covered=counted["covered"],
        partly=counted["partly"],
        not_covered=counted["total"] - covered,
        gained=counted["gained"],
        refused=counted["refused"],
        time=timedelta(seconds=seconds_for(covered, user_count(report.tenant) or 0)),
        problem=problem,
    )


def _points(report: DifferenceReport) -> list[NativePoint]:
    client = clients.graph_client(report.tenant, "recovery")
    try:
        return read_points(client)
    finally:
        client.close()
