"""What is not tried: what a person skipped, and what stands on something that did not succeed."""

from __future__ import annotations

from collections.abc import Iterable

from apps.recovery import reasons
from apps.recovery.choices import ResultState
from apps.recovery.models import Run, SkippedStep, StepResult
from apps.recovery.running import journal
from apps.recovery.running.items import Item

_FAILED = (ResultState.FAILED, ResultState.SKIPPED)
_BY_A_PERSON = (reasons.SKIPPED_BY_PERSON, reasons.DEPENDENCY_SKIPPED)


def without_left_out(run: Run, items: Iterable[Item]) -> list[Item]:
    """The items that may be written as far as that goes; the others are settled."""
    possible = _without_skipped(run, list(items))
    waited_for = {order for item in possible for order in item.depends_on}
    if not waited_for:
        return possible
    bad = StepResult.objects.filter(run=run, step__order__in=waited_for, state__in=_FAILED)
    reasons_of = dict(bad.order_by("pk").values_list("step__order", "reason"))
    by_a_person = {order for order, reason in reasons_of.items() if reason in _BY_A_PERSON}
    failed = reasons_of.keys() - by_a_person
    possible = _settled(run, possible, failed, reasons.DEPENDENCY_FAILED)
    return _settled(run, possible, by_a_person, reasons.DEPENDENCY_SKIPPED)


def _without_skipped(run: Run, items: list[Item]) -> list[Item]:
    """A step may have been skipped before the run had a row for it."""
    skipped = SkippedStep.objects.filter(run=run).values_list("step__order", flat=True)
    orders = set(skipped) if items else set[int]()
    if not orders:
        return items
    now = [item for item in items if item.order in orders and not item.attempts]
    journal.settle(run, now, ResultState.SKIPPED, reason=reasons.SKIPPED_BY_PERSON)
    left_out = {item.result_id for item in now}
    return [item for item in items if item.result_id not in left_out]


def _settled(run: Run, items: list[Item], orders: Iterable[int], reason: str) -> list[Item]:
    """The items that do not depend on these steps; the others are skipped."""
    wanted = set(orders)
    skipped = [item for item in items if wanted.intersection(item.depends_on)]
    journal.settle(run, skipped, ResultState.SKIPPED, reason=reason)
    return [item for item in items if not wanted.intersection(item.depends_on)]
