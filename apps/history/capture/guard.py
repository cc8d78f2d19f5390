"""The shrink guard: a collection that suddenly is much smaller is not taken for a mass deletion.

Graph has answered with empty and with short lists when its stores were unwell. What is seen
otherwise does not count as missing: objects in the bin, removals that delta names one by one, a
link with a single target that has another one now, deletions and changes in the directory audit
log, and what a person confirmed.
"""

from uuid import UUID

from apps.entra.catalogue import Kind
from apps.history.capture import staged_links
from apps.history.capture.explaining import explained_links, explained_objects
from apps.history.capture.run_state import CaptureRun
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


def suspect_objects(run: CaptureRun, kind: Kind, gone: int) -> dict[str, int]:
    """{"objects": number} when too many objects are missing after a whole read, else nothing.

    gone: how many are.
    """
    if not run.guarded:
        return {}
    before = run.before_of(kind.name).count
    if not is_suspect(before=before, gone=gone, explained=0):
        return {}
    explained = confirmed_missing(run.tenant_id, kind.name).get(OBJECTS, 0)
    explained += explained_objects(run, kind.name)
    return {OBJECTS: gone} if is_suspect(before=before, gone=gone, explained=explained) else {}


def suspect_links(run: CaptureRun, kind: Kind) -> dict[str, int]:
    """The links of which too many are missing from sets that were read whole, with their number."""
    if not run.guarded:
        return {}
    singles = [link.name for link in kind.links if link.single]
    suspect: dict[str, int] = {}
    for link, gone in staged_links.missing(run.tenant_id, singles).items():
        before = staged_links.present(run.tenant_id, link)
        if not is_suspect(before=before, gone=gone, explained=0):
            continue
        explained = confirmed_missing(run.tenant_id, kind.name).get(link, 0)
        explained += explained_links(run, kind.name, link)
        if is_suspect(before=before, gone=gone, explained=explained):
            suspect[link] = gone
    return suspect


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
