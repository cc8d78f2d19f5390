"""The body of a run: wave after wave, each thing looked at, written, and read back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import QuerySet

from apps.core.errors import Stale
from apps.diffs.batches import batched
from apps.recovery import reasons
from apps.recovery.choices import ResultState
from apps.recovery.models import Run, Step, StepResult
from apps.recovery.running import journal
from apps.recovery.running.asking import ask_what_happened, ready_to_write
from apps.recovery.running.items import Item, items_of, load_items
from apps.recovery.running.observing import Sight
from apps.recovery.running.sending import send
from apps.recovery.running.verifying import verify
from apps.recovery.running.workplace import Workplace

SLICE = 1000
_UNDONE = (ResultState.PENDING, ResultState.INTENDED)
_FAILED = (ResultState.FAILED, ResultState.SKIPPED)


def check_ground(place: Workplace) -> None:
    """Read what the steps assume, before anything is written.

    What is as wanted already is settled. Raises Stale when something is neither as assumed nor as
    wanted; the results then say which. Steps that wait for others are looked at when their turn
    comes.
    """
    changed: list[Item] = []
    waiting = load_items(place.run, states=[ResultState.PENDING])
    for slice_ in batched((item for item in waiting if not item.depends_on), SLICE):
        place.check()
        sights = place.observe(list(slice_))
        so = [item for item in slice_ if sights[item.result_id] == Sight.WANTED]
        journal.settle(place.run, so, ResultState.NOTHING, reason=reasons.ALREADY_SO)
        changed += [item for item in slice_ if sights[item.result_id] == Sight.OTHER]
    if changed:
        journal.settle(place.run, changed, ResultState.FAILED, reason=reasons.CHANGED_UNDER_US)
        raise Stale(
            f"The tenant has changed since the plan was made: {len(changed)} things that it "
            "writes are not as it assumes.",
            code="plan-stale",
            safe="Nothing was written.",
            todo="Make a new difference report and a new plan from it.",
        )


def execute(place: Workplace, *, resumed: bool) -> None:
    """Write every wave. Steps that others wait for are read back before the next wave starts.

    resumed: an earlier attempt may have written already, so that nothing is taken for granted.
    """
    plan_id = place.run.request.plan_id
    steps = Step.objects.filter(plan_id=plan_id)
    needed = _orders_waited_for(steps)
    held = _orders_waited_for(steps.filter(reason=reasons.HELD_BACK))
    waves = Step.objects.filter(plan_id=plan_id, wave__gt=0).values_list("wave", flat=True)
    for wave in waves.order_by("wave").distinct():
        for slice_ in _slices(_unfinished(place.run, wave), held):
            send(place, _prepared(place, slice_, resumed=resumed))
            send(place, _urgent(place.run, wave))
        written = load_items(place.run, wave=wave, states=[ResultState.WRITTEN])
        verify(place, [item for item in written if item.order in needed])


def read_back(place: Workplace) -> None:
    """Confirm everything that was written and not yet read back."""
    while batch := list(_first(load_items(place.run, states=[ResultState.WRITTEN]), SLICE)):
        verify(place, batch)


def skip_the_rest(run: Run, reason: str) -> None:
    """Settle what was not tried."""
    for slice_ in batched(list(load_items(run, states=[ResultState.PENDING])), SLICE):
        journal.settle(run, slice_, ResultState.SKIPPED, reason=reason)


def give_up_unread(run: Run) -> None:
    """Settle what was written, or may have been, and will not be read back any more."""
    states = [ResultState.INTENDED, ResultState.WRITTEN]
    for slice_ in batched(list(load_items(run, states=states)), SLICE):
        journal.settle(run, slice_, ResultState.UNVERIFIED, reason=reasons.NOT_CONFIRMED)


def _unfinished(run: Run, wave: int) -> list[Item]:
    # Read out before the first write: a cursor must not run over rows that change under it.
    return list(load_items(run, wave=wave, states=_UNDONE))


def _slices(items: list[Item], held: set[int]) -> Iterator[tuple[Item, ...]]:
    """One by one what has to be held back, so that each is followed at once; the rest in bulk."""
    yield from batched((item for item in items if item.order not in held), SLICE)
    yield from batched((item for item in items if item.order in held), 1)


def _urgent(run: Run, wave: int) -> list[Item]:
    """What must follow at once on what this wave has written: it is not waited for to be read back.

    Until then an undeleted policy is in force as it was deleted. What is not visible yet is refused
    and tried again; what was interrupted is looked at when its own wave comes.
    """
    results = StepResult.objects.filter(run=run)
    steps = results.filter(step__wave=wave, state=ResultState.WRITTEN)
    written = set(steps.values_list("step__order", flat=True))
    if not written:
        return []
    held = results.filter(
        step__reason=reasons.HELD_BACK,
        step__depends_on__overlap=sorted(written),
        state=ResultState.PENDING,
        attempts=0,
    )
    return list(items_of(held.select_related("step").order_by("pk")))


def _prepared(place: Workplace, items: tuple[Item, ...], *, resumed: bool) -> list[Item]:
    """Those of the items that may be written now; the others are settled, or known as written."""
    possible = _without_failed_dependencies(place.run, items)
    interrupted = [item for item in possible if item.attempts]
    fresh = [item for item in possible if not item.attempts]
    did_not_happen = ask_what_happened(place, interrupted)
    journal.again(place.run, did_not_happen)
    to_look_at = [item for item in fresh if resumed or item.depends_on]
    ready = ready_to_write(place, to_look_at)
    certain = [item for item in fresh if not (resumed or item.depends_on)]
    return [*did_not_happen, *ready, *certain]


def _without_failed_dependencies(run: Run, items: Iterable[Item]) -> list[Item]:
    items = list(items)
    waited_for = {order for item in items for order in item.depends_on}
    failed = set(
        StepResult.objects.filter(
            run=run, step__order__in=waited_for, state__in=_FAILED
        ).values_list("step__order", flat=True)
    )
    skipped = [item for item in items if failed.intersection(item.depends_on)]
    journal.settle(run, skipped, ResultState.SKIPPED, reason=reasons.DEPENDENCY_FAILED)
    return [item for item in items if not failed.intersection(item.depends_on)]


def _orders_waited_for(steps: QuerySet[Step]) -> set[int]:
    depends = steps.exclude(depends_on=[])
    return {order for orders in depends.values_list("depends_on", flat=True) for order in orders}


def _first(items: Iterator[Item], limit: int) -> Iterator[Item]:
    for _, item in zip(range(limit), items, strict=False):
        yield item
