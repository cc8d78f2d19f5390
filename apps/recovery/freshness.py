"""Whether a plan still fits the tenant, as far as the newest snapshot tells.

A run asks the tenant itself once more before it writes (`apps.recovery.running.checking`).
"""

from __future__ import annotations

from apps.core.errors import Stale
from apps.diffs.batches import batched
from apps.history import selectors as history
from apps.recovery.choices import Action
from apps.recovery.models import Plan, Step
from apps.tenants.models import Tenant


def touched_since(plan: Plan) -> set[tuple[str, str]]:
    """Kind and id of the objects that the plan writes and that changed after it was made."""
    newest = history.latest_snapshot(plan.tenant)
    if newest is None or newest.seq <= plan.assumed_seq:
        return set()
    touched: set[tuple[str, str]] = set()
    writing = Step.objects.filter(plan=plan).exclude(action__in=Action.silent())
    objects = writing.filter(link="").values_list("object_id", flat=True).distinct()
    for ids in batched(objects.iterator(), 1000):
        touched |= _changed_objects(plan.tenant, plan.assumed_seq, newest.seq, ids)
    for steps in batched(writing.exclude(link="").iterator(), 200):
        touched |= _changed_links(plan.tenant, plan.assumed_seq, newest.seq, steps)
    return touched


def require_fresh(plan: Plan) -> None:
    """Raise Stale when a snapshot since the plan shows that something it writes has changed."""
    touched = touched_since(plan)
    if touched:
        raise Stale(
            f"The tenant has changed since the plan was made: {len(touched)} of the objects that "
            "it writes are not as it assumes.",
            code="plan-stale",
            safe="Nothing was written.",
            todo="Make a new difference report and a new plan from it.",
        )


def _changed_objects(
    tenant: Tenant, low: int, high: int, ids: tuple[str, ...]
) -> set[tuple[str, str]]:
    changed = history.changed_between(tenant, low, high, object_ids=set(ids))
    return {(item.kind, item.object_id) for item in changed}


def _changed_links(
    tenant: Tenant, low: int, high: int, steps: tuple[Step, ...]
) -> set[tuple[str, str]]:
    wanted = {(step.link, step.object_id, target) for step in steps for target in step.targets}
    kinds = {step.object_id: step.kind for step in steps}
    changed = history.changed_links_between(
        tenant,
        low,
        high,
        links={step.link for step in steps},
        object_ids={step.object_id for step in steps},
    )
    return {
        (kinds[item.source_id], item.source_id)
        for item in changed
        if (item.link, item.source_id, item.target_id) in wanted
    }
