"""What came back with undeleted objects and was not there at the snapshot.

A grant or an assignment that was made and set aside with its principal between two captures is
known to nobody before the principal is back. No approved step can remove it, so the run names it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from apps.diffs.batches import batched
from apps.entra import reading
from apps.entra.reading import Dependent
from apps.history import selectors as history
from apps.recovery.choices import Action, ResultState
from apps.recovery.models import Run, Step, StepResult
from apps.recovery.running.workplace import Workplace

OWNERS_AT_ONCE = 500
# A list for people to read; the count says how many there are.
NAMED = 200


def note_what_came_back(place: Workplace) -> None:
    """Keep in `run.came_back` what hangs on the undeleted objects and has no business there."""
    run = place.run
    found = sorted({(one.kind, one.object_id): one.owner_id for one in _strangers(place)}.items())
    run.came_back = {
        "count": len(found),
        "named": [
            {"kind": kind, "object_id": object_id, "owner_id": owner}
            for (kind, object_id), owner in found[:NAMED]
        ],
    }
    Run.objects.filter(pk=run.pk).update(came_back=run.came_back)


def _strangers(place: Workplace) -> Iterator[Dependent]:
    plan = place.run.request.plan
    removed = set(
        Step.objects.filter(plan=plan, action=Action.REMOVE).values_list("object_id", flat=True)
    )
    for kind, owners in _undeleted(place.run).items():
        if not reading.listed_with(kind):
            continue
        for batch in batched(owners, OWNERS_AT_ONCE):
            place.check()
            found = list(reading.read_dependents(place.client, kind, batch))
            known = removed | _known_at(place.run, plan.base_seq, found)
            yield from (one for one in found if one.object_id not in known)


def _undeleted(run: Run) -> dict[str, list[str]]:
    """Ids by kind of what the run brought back from the bin."""
    results = StepResult.objects.filter(
        run=run, step__action=Action.UNDELETE, state__in=ResultState.good()
    )
    by_kind: dict[str, list[str]] = defaultdict(list)
    for kind, object_id in results.order_by("pk").values_list("step__kind", "step__object_id"):
        by_kind[kind].append(object_id)
    return by_kind


def _known_at(run: Run, seq: int, found: Iterable[Dependent]) -> set[str]:
    found = list(found)
    if not found:
        return set()
    ids = {one.object_id for one in found}
    kinds = {one.kind for one in found}
    return {
        item.object_id for item in history.state_at(run.tenant, seq, kinds=kinds, object_ids=ids)
    }
