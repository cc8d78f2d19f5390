"""What was not as a plan assumed when its run was stopped for that.

Which things and which attributes is kept with the run for good; the values are read from the
tenant's history when they are shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from apps.diffs.attributes import compare_bodies
from apps.diffs.changes import AttributeChange
from apps.diffs.selectors import labels
from apps.entra.catalogue import kind
from apps.history import selectors as history
from apps.history.records import ObjectKey
from apps.recovery import reasons
from apps.recovery.choices import ResultState
from apps.recovery.freshness import stale_steps
from apps.recovery.models import Run, Step, StepResult

# A list for people to read; the count says how many there are.
NAMED = 200


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that was not as assumed, with names instead of ids where they are known.

    attributes: their names. values: what the plan assumed (before) and what was found (after);
    empty for links, for objects that are not there, and where a snapshot was pruned.
    """

    step: int
    kind: str
    object_id: str
    label: str
    link: str
    target_id: str
    target_label: str
    attributes: tuple[str, ...]
    values: tuple[AttributeChange, ...]


def note_what_differs(run: Run) -> None:
    """Keep in `run.differs` which steps of a run did not find what they assume."""
    found = {
        (step.order, target): step for step, target in chain(_by_history(run), _by_looking(run))
    }
    newest = history.latest_snapshot(run.tenant)
    seq = newest.seq if newest else run.request.plan.assumed_seq
    named = [found[key] for key in islice(sorted(found), NAMED)]
    names = _differing_names(run, named, seq)
    run.differs = {
        "count": len(found),
        "seq": seq,
        "named": [
            {
                "step": order,
                "kind": found[order, target].kind,
                "object_id": found[order, target].object_id,
                "link": found[order, target].link,
                "target_id": target,
                "attributes": names.get(order, []),
            }
            for order, target in islice(sorted(found), NAMED)
        ],
    }
    Run.objects.filter(pk=run.pk).update(differs=run.differs)


def what_differs(run: Run) -> list[Difference]:
    """The noted differences, with names and values. A few queries, however many they are."""
    noted: list[dict[str, Any]] = run.differs.get("named", [])
    if not noted:
        return []
    seq = run.differs["seq"]
    ids = {one for row in noted for one in (row["object_id"], row["target_id"]) if one}
    names = labels(run.tenant, ids, seq)
    before, after = _bodies(run, noted, seq)
    return [_difference(row, names, before, after) for row in noted]


def _difference(
    row: dict[str, Any],
    names: dict[str, str],
    before: dict[ObjectKey, dict[str, Any]],
    after: dict[ObjectKey, dict[str, Any]],
) -> Difference:
    key = (row["kind"], row["object_id"])
    pairs = compare_bodies(kind(row["kind"]), before.get(key, {}), after.get(key, {}))
    return Difference(
        step=row["step"],
        kind=row["kind"],
        object_id=row["object_id"],
        label=names.get(row["object_id"], row["object_id"]),
        link=row["link"],
        target_id=row["target_id"],
        target_label=names.get(row["target_id"], row["target_id"]),
        attributes=tuple(row["attributes"]),
        values=tuple(one for one in pairs if key in after and one.name in row["attributes"]),
    )


def _by_history(run: Run) -> Iterator[tuple[Step, str]]:
    """What a snapshot since the plan shows to be different."""
    yield from ((step, "") for step in stale_steps(run.request.plan))


def _by_looking(run: Run) -> Iterator[tuple[Step, str]]:
    """What the run itself found to be different."""
    results = StepResult.objects.filter(
        run=run, state=ResultState.FAILED, reason=reasons.CHANGED_UNDER_US
    )
    for result in results.select_related("step").defer("step__sealed"):
        yield result.step, result.target_id


def _differing_names(run: Run, steps: Iterable[Step], seq: int) -> dict[int, list[str]]:
    """By step: those of its attributes that differ; all of them where no snapshot tells which."""
    steps = [step for step in steps if step.attributes and not step.link]
    rows = [{"kind": step.kind, "object_id": step.object_id} for step in steps]
    before, after = _bodies(run, rows, seq)
    found: dict[int, list[str]] = {}
    for step in steps:
        key = (step.kind, step.object_id)
        pairs = compare_bodies(kind(step.kind), before.get(key, {}), after.get(key, {}))
        told = [one.name for one in pairs if one.name in step.attributes]
        found[step.order] = told or list(step.attributes)
    return found


def _bodies(
    run: Run, rows: Iterable[dict[str, Any]], seq: int
) -> tuple[dict[ObjectKey, dict[str, Any]], dict[ObjectKey, dict[str, Any]]]:
    """What the plan assumed, and what the snapshot at `seq` has."""
    keys = {(row["kind"], row["object_id"]) for row in rows}
    if not keys:
        return {}, {}
    assumed = run.request.plan.assumed_seq
    return (
        history.bodies_at(run.tenant, keys, assumed),
        history.bodies_at(run.tenant, keys, seq),
    )
