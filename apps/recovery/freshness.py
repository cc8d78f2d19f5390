"""Whether a plan still fits the tenant, as far as the newest snapshot tells.

Only what the steps touch counts: another attribute of the same object may have changed. A run asks
the tenant itself once more before it writes (`apps.recovery.running.executing.check_ground`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from apps.core.errors import Stale
from apps.diffs.batches import batched
from apps.entra.catalogue import kind
from apps.history import selectors as history
from apps.history.choices import ObjectState
from apps.history.records import ChangedObject
from apps.recovery import states
from apps.recovery.choices import Action
from apps.recovery.models import Plan, Step

BATCH = 500
Key = tuple[str, str]


def stale_objects(plan: Plan) -> set[Key]:
    """Kind and id of the objects that are neither as a step of the plan assumes nor as it wants."""
    return {(step.kind, step.object_id) for step in stale_steps(plan)}


def stale_steps(plan: Plan) -> Iterator[Step]:
    """The steps of the plan that a snapshot since shows not to fit any more, without requests."""
    newest = history.latest_snapshot(plan.tenant)
    if newest is None or newest.seq <= plan.assumed_seq:
        return
    rows = Step.objects.filter(plan=plan).exclude(action__in=Action.silent()).defer("sealed")
    for steps in batched(rows.order_by("order").iterator(), BATCH):
        ids = {step.object_id for step in steps}
        changed = history.changed_between(plan.tenant, plan.assumed_seq, newest.seq, object_ids=ids)
        yield from _stale_of(plan, steps, {(c.kind, c.object_id): c for c in changed}, newest.seq)


def require_fresh(plan: Plan) -> None:
    """Raise Stale when a snapshot since the plan shows that something it writes has changed."""
    stale = stale_objects(plan)
    if stale:
        raise Stale(
            f"The tenant has changed since the plan was made: {len(stale)} of the objects that "
            "it writes are not as it assumes.",
            code="plan-stale",
            safe="Nothing was written.",
            todo="Make a new difference report and a new plan from it.",
        )


def _stale_of(
    plan: Plan, steps: Iterable[Step], changed: Mapping[Key, ChangedObject], seq: int
) -> Iterator[Step]:
    bodies = history.bodies_at(plan.tenant, changed.keys(), seq) if changed else {}
    for step in steps:
        key = (step.kind, step.object_id)
        if key in changed and _is_stale(step, changed[key].after.state, bodies.get(key, {})):
            yield step


def _is_stale(step: Step, state: str, body: Mapping[str, Any]) -> bool:
    if step.action in {Action.SOFT_DELETE, Action.REMOVE, Action.RETURN}:
        return False
    if step.action == Action.UNDELETE:
        return state == ObjectState.HARD_DELETED
    if step.depends_on:
        # An earlier step of the same plan makes what this one stands on.
        return state == ObjectState.HARD_DELETED
    if state != ObjectState.PRESENT:
        return True
    if step.action in Action.of_links():
        return False
    digest = states.of_attributes(kind(step.kind), body, step.attributes)
    return digest not in {bytes(step.assumes or b""), bytes(step.wants or b"")}
