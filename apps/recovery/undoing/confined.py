"""Whether a plan writes nothing but what a run touched."""

from __future__ import annotations

from collections.abc import Callable

from apps.history.identities import identities_of
from apps.recovery.choices import Action
from apps.recovery.models import Plan, Step
from apps.recovery.undoing.touched import Touched


def strays(plan: Plan, touched: Touched) -> list[int]:
    """The numbers of the steps that write anything else, in order. One query."""
    current = identities_of(plan.tenant_id).current
    rows = Step.objects.filter(plan=plan).exclude(action__in=Action.silent()).defer("sealed")
    return [
        step.order
        for step in rows.order_by("order").iterator()
        if not _fits(step, touched, current)
    ]


def _fits(step: Step, touched: Touched, current: Callable[[str], str]) -> bool:
    object_id, action = current(step.object_id), Action(step.action)
    if step.link:
        ends = ((object_id, current(target)) for target in step.targets)
        returns = touched.gone if action == Action.LINK_ADD else frozenset()
        return all(
            (step.link, *pair) in touched.links or not returns.isdisjoint(pair) for pair in ends
        )
    if action in {Action.UPDATE, Action.PREPARE}:
        own = touched.attributes.get(object_id, frozenset())
        return object_id in touched.gone | touched.appeared or own.issuperset(step.attributes)
    if action in {Action.SOFT_DELETE, Action.REMOVE}:
        return object_id in touched.appeared
    return not touched.gone.isdisjoint((object_id, current(step.because_of)))
