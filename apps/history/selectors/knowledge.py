"""How much a snapshot knows: one that was read knows what is not there, an import seldom does."""

from apps.history.choices import CaptureMode
from apps.history.models import Snapshot, SnapshotImport


def kinds_not_whole(snapshot: Snapshot) -> frozenset[str] | None:
    """For an import, the kinds of which it may lack objects; None for a snapshot that was read.

    An object of such a kind that the import does not name may have been there all the same, and
    so may its links. Of an object that it does name, the body says what is not known of it
    (`@unknown`, apps.entra.catalogue.unknown).
    """
    if snapshot.mode != CaptureMode.IMPORT:
        return None
    made = SnapshotImport.objects.filter(snapshot=snapshot).first()
    whole = frozenset(made.whole_kinds if made else ())
    named = snapshot.collections.values_list("collection", flat=True)
    return frozenset(named) - whole
