"""What a report could not compare: the collections that were not read whole on either side."""

from __future__ import annotations

from dataclasses import dataclass

from apps.diffs.models import DifferenceReport
from apps.history.choices import CollectionStatus
from apps.history.collections import DIRECTORY_AUDIT
from apps.history.models import SnapshotCollection


@dataclass(frozen=True, slots=True)
class Unread:
    """A collection and how its reading went where it was not complete.

    side: "base" or "target". seq: of that snapshot. detail: why.
    """

    collection: str
    side: str
    seq: int
    status: CollectionStatus
    detail: str


def unread(report: DifferenceReport) -> list[Unread]:
    """By collection, then side: what was not read whole of the part that the report is about.

    The directory audit log is among them where it was not: it says who made a change. One query.
    """
    sides = {
        one.pk: side for side, one in (("target", report.target), ("base", report.base)) if one
    }
    rows = (
        SnapshotCollection.objects.filter(tenant_id=report.tenant_id, snapshot_id__in=sides)
        .exclude(status=CollectionStatus.COMPLETE)
        .order_by("collection", "snapshot__seq")
        .values_list("collection", "snapshot_id", "snapshot__seq", "status", "detail")
    )
    kinds = report.compared.kinds
    return [
        Unread(collection, sides[snapshot_id], seq, CollectionStatus(status), detail)
        for collection, snapshot_id, seq, status, detail in rows
        if not kinds or collection == DIRECTORY_AUDIT or collection.partition(".")[0] in kinds
    ]
