"""The body of a run: stages side by side, each thing looked at, written, and read back."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass, field

from django.db.models import QuerySet

from apps.core.errors import Stale
from apps.recovery import reasons
from apps.recovery.choices import ResultState
from apps.recovery.models import Run, Step, StepResult
from apps.recovery.running import journal
from apps.recovery.running.asking import ask_what_happened, ready_to_write
from apps.recovery.running.crew import Task, all_of
from apps.recovery.running.items import Item, items_of, load_items, slices_of
from apps.recovery.running.leaving_out import without_left_out
from apps.recovery.running.observing import Sight
from apps.recovery.running.sending import send
from apps.recovery.running.stages import StageKey, waits_of
from apps.recovery.running.verifying import verify
from apps.recovery.running.workplace import Workplace

SLICE = 2000
# Slices of a stage that are written or read back at a moment: what waits to be tried again in one
# holds up none of the others.
OPEN_SLICES = 16
# Slices that are on their way for the first time: the sooner one is through, the sooner it can be
# read back beside the next.
NEW_SLICES = 2
_UNDONE = (ResultState.PENDING, ResultState.INTENDED)
_WRITTEN = (ResultState.WRITTEN,)


def check_ground(place: Workplace) -> Task[None]:
    """Read what the steps assume, before anything is written.

    What is as wanted already is settled. Raises Stale when something is neither as assumed nor as
    wanted; the results then say which. Steps that wait for others are looked at when their turn
    comes.
    """
    changed: list[Item] = []
    looks: list[Future[None]] = []
    for lane in _lanes(place.run):
        for items in slices_of(place.run, lane=lane, states=[ResultState.PENDING], size=SLICE):
            looks.append(place.crew.start(_check(place, items, changed)))
            if len(looks) > OPEN_SLICES:
                yield looks.pop(0)
    yield from all_of(looks)
    if changed:
        journal.settle(place.run, changed, ResultState.FAILED, reason=reasons.CHANGED_UNDER_US)
        raise Stale(
            f"The tenant has changed since the plan was made: {len(changed)} things that it "
            "writes are not as it assumes.",
            code="plan-stale",
            safe="Nothing was written.",
            todo="Make a new difference report and a new plan from it.",
        )


def _check(place: Workplace, items: list[Item], changed: list[Item]) -> Task[None]:
    waiting = [item for item in items if not item.depends_on]
    sights = yield from place.observe(waiting)
    so = [item for item in waiting if sights[item.result_id] == Sight.WANTED]
    journal.settle(place.run, so, ResultState.NOTHING, reason=reasons.ALREADY_SO)
    changed += [item for item in waiting if sights[item.result_id] == Sight.OTHER]


def execute(place: Workplace, *, resumed: bool) -> Task[list[Future[None]]]:
    """Write everything; stages go on side by side where they may. Gives what is still read back.

    Steps that others wait for are read back before those start. resumed: an earlier attempt may
    have written already, so that nothing is taken for granted.
    """
    steps = Step.objects.filter(plan_id=place.run.request.plan_id)
    writing = _Writing(
        place,
        resumed=resumed,
        needed=_orders_waited_for(steps),
        held=_orders_waited_for(steps.filter(reason=reasons.HELD_BACK)),
    )
    over: dict[StageKey, Future[None]] = {}
    for stage, before in waits_of(place.run.request.plan).items():
        waits = [over[one] for one in sorted(before)]
        over[stage] = place.crew.start(writing.stage(stage, waits))
    yield from all_of(over.values())
    return writing.read_back


@dataclass
class _Writing:
    """One attempt's writing. needed: numbers of the steps that others wait for; held: of those
    that have to be followed at once."""

    place: Workplace
    resumed: bool
    needed: set[int]
    held: set[int]
    read_back: list[Future[None]] = field(default_factory=list)

    def stage(self, stage: StageKey, waits: Iterable[Future[None]]) -> Task[None]:
        """All that one lane has of one wave, once what it waits for is over."""
        yield from all_of(waits)
        wave, lane = stage
        run = self.place.run
        open_slices: list[Future[None]] = []
        new_slices: list[Future[None]] = []
        # By an earlier attempt, or because they had to follow at once on another step.
        yield from self._confirm(load_items(run, wave=wave, lane=lane, states=_WRITTEN))
        for items in slices_of(run, wave=wave, lane=lane, states=_UNDONE, size=SLICE):
            followed = [item for item in items if item.order in self.held]
            bulk = [item for item in items if item.order not in self.held]
            new_slices.append(Future())
            open_slices.append(self.place.crew.start(self._slice(bulk, new_slices[-1])))
            for item in followed:
                yield from self._write([item], Future())
                yield from self._write(_urgent(run, item), Future())
            yield from self._confirm(_again(run, followed))
            if len(new_slices) >= NEW_SLICES:
                yield new_slices.pop(0)
            if len(open_slices) > OPEN_SLICES:
                yield open_slices.pop(0)
        yield from all_of(open_slices)

    def _slice(self, items: list[Item], sent: Future[None]) -> Task[None]:
        yield from self._write(items, sent)
        written = _again(self.place.run, items)
        yield from self._confirm(written)
        others = [item for item in written if item.order not in self.needed]
        self.read_back.append(self.place.crew.start(verify(self.place, others)))

    def _confirm(self, items: Iterable[Item]) -> Task[None]:
        """Read back those that others wait for."""
        yield from verify(self.place, [item for item in items if item.order in self.needed])

    def _write(self, items: list[Item], sent: Future[None]) -> Task[None]:
        """Write those of the items that may be written now; the others are settled. sent: over
        once each has been sent for the first time."""
        place = self.place
        possible = without_left_out(place.run, items)
        interrupted = [item for item in possible if item.attempts]
        fresh = [item for item in possible if not item.attempts]
        did_not_happen = yield from ask_what_happened(place, interrupted)
        journal.again(place.run, did_not_happen)
        to_look_at = [item for item in fresh if self.resumed or item.depends_on]
        ready = yield from ready_to_write(place, to_look_at)
        certain = [item for item in fresh if not (self.resumed or item.depends_on)]
        yield from send(place, [*did_not_happen, *ready, *certain], sent)


def read_back(place: Workplace) -> Task[None]:
    """Confirm everything that was written, by an earlier attempt too, and not yet read back."""
    for lane in _lanes(place.run):
        for items in slices_of(place.run, lane=lane, states=_WRITTEN, size=SLICE):
            yield from verify(place, items)


def _lanes(run: Run) -> list[str]:
    steps = Step.objects.filter(plan_id=run.request.plan_id, wave__gt=0).order_by("lane")
    return list(steps.values_list("lane", flat=True).distinct())


def _urgent(run: Run, item: Item) -> list[Item]:
    """What must follow at once on what was just written: it is not waited for to be read back.

    Until then an undeleted policy is in force as it was deleted. What is not visible yet is refused
    and tried again; what was interrupted is looked at when its own wave comes.
    """
    results = StepResult.objects.filter(run=run)
    if not results.filter(pk=item.result_id, state=ResultState.WRITTEN).exists():
        return []
    held = results.filter(
        step__reason=reasons.HELD_BACK,
        step__depends_on__contains=[item.order],
        state=ResultState.PENDING,
        attempts=0,
    )
    return list(items_of(held.select_related("step").order_by("pk")))


def _again(run: Run, items: Iterable[Item]) -> list[Item]:
    """Those of the items that are written by now."""
    by_id = {item.result_id: item for item in items}
    rows = StepResult.objects.filter(pk__in=by_id, state=ResultState.WRITTEN)
    return [by_id[pk] for pk in rows.order_by("pk").values_list("pk", flat=True)]


def _orders_waited_for(steps: QuerySet[Step]) -> set[int]:
    depends = steps.exclude(depends_on=[])
    return {order for orders in depends.values_list("depends_on", flat=True) for order in orders}
