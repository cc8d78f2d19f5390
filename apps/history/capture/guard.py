"""The shrink guard: a collection that suddenly is much smaller is not taken for a mass deletion.

Graph has answered with empty and with short lists when its stores were unwell. Deletions that are
seen otherwise (in the bin, in the directory audit log, as a delta removal) do not count as missing.
"""

from uuid import UUID

from apps.history.choices import CollectionStatus
from apps.history.models import ShrinkConfirmation, SnapshotCollection

SHARE = 0.2
FEW = 10
FEW_WHEN_EMPTY = 3
OBJECTS = "objects"  # the name under which missing objects are counted; links go by their own


def is_suspect(*, before: int, gone: int, explained: int) -> bool:
    """Whether so much is missing without an explanation that it has to be held.

    before: how many there were; gone: how many were not named; explained: how many of those the
    audit log or a person accounts for.
    """
    unexplained = gone - explained
    few = FEW_WHEN_EMPTY if gone >= before else FEW
    return unexplained > few and unexplained >= SHARE * before


def confirmed_missing(tenant_id: UUID, collection: str) -> dict[str, int]:
    """What a person said is really gone from a held collection: number by "objects" or link.

    A confirmation lasts as long as the collection is held without a break.
    """
    read = SnapshotCollection.objects.filter(tenant_id=tenant_id, collection=collection)
    last_good = (
        read.exclude(status=CollectionStatus.HELD)
        .order_by("-snapshot__seq")
        .values_list("snapshot__seq", flat=True)
        .first()
    )
    confirmation = (
        ShrinkConfirmation.objects.filter(
            tenant_id=tenant_id, collection=collection, snapshot__seq__gt=last_good or 0
        )
        .order_by("-snapshot__seq")
        .first()
    )
    if confirmation is None:
        return {}
    row = read.get(snapshot_id=confirmation.snapshot_id)
    return {str(name): int(number) for name, number in row.missing.items()}
