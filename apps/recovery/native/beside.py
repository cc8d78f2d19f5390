"""What is different after a run by Microsoft's engine besides what the plan named.

Its snapshot and ours were not taken at the same moment, and whole types take all that differs from
its own.
"""

from __future__ import annotations

from apps.diffs.comparison import compare
from apps.history.selectors import latest_snapshot
from apps.recovery.models import NativeRun, Run, Step
from apps.recovery.native.covering import TYPES

# A list for people to read; the count says how many there are.
NAMED = 200


def note_what_else(run: Run, native: NativeRun) -> None:
    """Keep in `native.beside` the objects that changed since the safety snapshot, are of kinds
    that Microsoft recovers, and stand in no step of the plan."""
    newest, before = latest_snapshot(run.tenant), run.safety_snapshot
    if newest is None or before is None:
        return
    steps = Step.objects.filter(plan=run.request.plan, wave__gt=0)
    planned = set(steps.values_list("object_id", flat=True))
    found = sorted(
        {
            (one.kind, one.object_id)
            for one in compare(run.tenant, before, newest)
            if one.kind in TYPES and one.object_id not in planned
        }
    )
    native.beside = {
        "count": len(found),
        "named": [{"kind": kind, "object_id": object_id} for kind, object_id in found[:NAMED]],
    }
    native.save(update_fields=["beside"])
