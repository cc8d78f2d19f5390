"""What was pruned and what would be, as programs are shown it."""

from typing import Any

from apps.history.pruning.executing import Pruned
from apps.history.pruning.planning import PruningPlan


def pruned_as_json(done: Pruned) -> dict[str, Any]:
    """JSON values."""
    verification = done.verification
    return {
        "snapshots": done.seqs,
        "object_versions": done.objects,
        "link_versions": done.links,
        "bytes": done.bytes,
        "dictionaries": done.dictionaries,
        "damaged": [list(ends) for ends in done.damaged],
        "held": done.held,
        "intact": None if verification is None else verification.is_intact,
    }


def plan_as_json(plan: PruningPlan) -> dict[str, Any]:
    """JSON values; each interval that is folded included."""
    return {
        "snapshots": plan.seqs,
        "versions": plan.versions,
        "bytes": plan.bytes,
        "intervals": [
            {
                "after": folding.interval.low,
                "up_to": folding.interval.high,
                "snapshots": list(folding.interval.seqs),
                "object_versions": folding.objects_go,
                "link_versions": folding.links_go,
                "bytes": folding.bytes_go,
                "remaining": folding.objects_stay + folding.links_stay,
            }
            for folding in plan.foldings
        ],
    }
