"""The smallest thing a run keeps track of: one step, or one link of a step that has several."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from apps.entra.catalogue import kind
from apps.recovery.choices import Action
from apps.recovery.models import Run, Step, StepResult


@dataclass(frozen=True, slots=True)
class Item:
    """A result's row and what has to be known to look at its live state; no request."""

    result_id: int
    step_id: int
    order: int
    action: Action
    kind: str
    object_id: str
    parent_id: str
    link: str
    target_id: str
    attributes: tuple[str, ...]
    assumes: bytes
    wants: bytes
    lane: str
    depends_on: tuple[int, ...]
    attempts: int

    @property
    def is_observable(self) -> bool:
        """Whether reading can tell that it was done; not so in the middle of several requests."""
        return bool(self.wants)

    @property
    def is_guarded(self) -> bool:
        """Whether Graph asks for more than a permission where it is an administrator's account."""
        known = kind(self.kind).by_name
        names = self.attributes or known
        return not self.link and any(name in known and known[name].guarded for name in names)


def items_of(results: Iterable[StepResult]) -> Iterator[Item]:
    """Results whose `step` is loaded, as items."""
    for result in results:
        step = result.step
        yield Item(
            result_id=result.pk,
            step_id=step.pk,
            order=step.order,
            action=Action(step.action),
            kind=step.kind,
            object_id=step.object_id,
            parent_id=step.parent_id,
            link=step.link,
            target_id=result.target_id,
            attributes=tuple(step.attributes),
            assumes=bytes(step.assumes or b""),
            wants=bytes(step.wants or b""),
            lane=step.lane,
            depends_on=tuple(step.depends_on),
            attempts=result.attempts,
        )


def load_items(
    run: Run,
    *,
    wave: int | None = None,
    lane: str | None = None,
    states: Iterable[str],
) -> Iterator[Item]:
    """The run's items in these states, in the plan's order; without the sealed requests."""
    yield from items_of(_rows(run, wave, lane, states).iterator())


def slices_of(
    run: Run,
    *,
    wave: int | None = None,
    lane: str | None = None,
    states: Iterable[str],
    size: int,
) -> Iterator[list[Item]]:
    """The same in slices, each read when it is asked for: rows may change in between.

    The items of one step are never divided. At most `size`, or one step where that has more.
    """
    rows, after = _rows(run, wave, lane, states), 0
    while True:
        items = list(items_of(rows.filter(pk__gt=after)[: size + 1]))
        if len(items) > size and items[0].order != items[-1].order:
            last = items[-1].order
            items = [item for item in items if item.order != last]
        if not items:
            return
        after = items[-1].result_id
        yield items


def _rows(
    run: Run, wave: int | None, lane: str | None, states: Iterable[str]
) -> QuerySet[StepResult]:
    rows = StepResult.objects.filter(run=run, state__in=list(states)).order_by("pk")
    if wave is not None:
        rows = rows.filter(step__wave=wave)
    if lane is not None:
        rows = rows.filter(step__lane=lane)
    return rows.select_related("step").defer("step__sealed")


def create_results(run: Run) -> None:
    """One row per step, or per link of a step; steps that write nothing are settled at once.

    Does nothing for rows that an earlier attempt made.
    """
    steps = Step.objects.filter(plan=run.request.plan).defer("sealed").order_by("order")
    # They are made in this order, so that the last one's are there when all are.
    if StepResult.objects.filter(run=run, step__in=steps.reverse()[:1]).exists():
        return
    batch: list[StepResult] = []
    for step in steps.iterator():
        batch.extend(_results(run, step))
        if len(batch) >= 1000:
            StepResult.objects.bulk_create(batch, ignore_conflicts=True)
            batch = []
    StepResult.objects.bulk_create(batch, ignore_conflicts=True)


def _results(run: Run, step: Step) -> Iterator[StepResult]:
    for target in step.targets or [""]:
        result = StepResult(tenant_id=run.tenant_id, run=run, step=step, target_id=target)
        if not step.writes:
            # The two silent actions and the states they end in share their names.
            result.state = step.action
            result.reason = step.reason[:128]
        yield result
