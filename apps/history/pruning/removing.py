"""Removing what prunings let go: in steps, each a transaction, that may be interrupted anywhere.

An interruption leaves too much, never too little. The database function that removes asks again for
every step whether it may (migration 0012).
"""

from uuid import UUID

from apps.history.capture.run_state import Progress
from apps.history.database import rows
from apps.history.models import Pruning, Snapshot
from apps.history.verification.segments import in_force

_UNNEEDED_DICTIONARIES = """
select d.kind, d.number from history_compressiondictionary d
where d.tenant_id = %s and d.number < (
    select max(number) from history_compressiondictionary
    where tenant_id = d.tenant_id and kind = d.kind
)
"""


def unfinished(tenant_id: UUID) -> list[Pruning]:
    """Prunings of which something may still be there, in the order of their positions."""
    prunings = in_force(Pruning.objects.filter(tenant_id=tenant_id))
    return [pruning for pruning in prunings if pruning.finished_at is None]


def remove(pruning: Pruning, progress: Progress) -> None:
    """Remove what a pruning lets go. Begun before, it goes on where that ended.

    Positions are taken from the oldest on: what the rule says of a version depends on those that
    are newer, and on older ones only as far as they stay.
    """
    positions = Snapshot.objects.filter(
        tenant_id=pruning.tenant_id, seq__gt=pruning.low_seq, seq__lt=pruning.high_seq
    )
    seqs = list(positions.order_by("seq").values_list("seq", flat=True))
    for number, seq in enumerate(seqs):
        progress.check_cancelled()
        rows("select history_prune(%s, %s)", [pruning.pk, seq])
        progress.progress(number + 1, len(seqs), "Removing versions")
    rows("select history_finish_pruning(%s)", [pruning.pk])


def remove_dictionaries(tenant_id: UUID) -> int:
    """Remove compression dictionaries that no body needs any more; how many."""
    return sum(
        bool(rows("select history_prune_dictionary(%s, %s, %s)", [tenant_id, kind, number])[0][0])
        for kind, number in rows(_UNNEEDED_DICTIONARIES, [tenant_id])
    )
