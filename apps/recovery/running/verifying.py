"""Reading back: an item is done when several reads in a row have shown what was wanted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from apps.recovery import reasons
from apps.recovery.choices import ResultState
from apps.recovery.running import journal
from apps.recovery.running.crew import Task, Until
from apps.recovery.running.items import Item
from apps.recovery.running.observing import Sight
from apps.recovery.running.waiting import Due
from apps.recovery.running.workplace import Workplace

AT_ONCE = 1000


@dataclass(slots=True)
class _Watch:
    item: Item
    since: float
    matches: int = 0
    misses: int = 0


def verify(place: Workplace, items: Iterable[Item]) -> Task[None]:
    """Settle every written item as done, or as not confirmed when patience runs out.

    The items are of one lane.
    """
    queue: Due[_Watch] = Due()
    start = place.time.now()
    watched: list[Item] = []
    unseen: list[Item] = []
    for item in items:
        (watched if item.is_observable else unseen).append(item)
    # The last request for the same property is read back, and with it all that came before.
    journal.settle(place.run, unseen, ResultState.DONE)
    queue.put((_Watch(item, start) for item in watched), start)
    while queue:
        watches = queue.take(place.time.now(), AT_ONCE)
        if watches:
            yield from _look(place, queue, watches)
            place.told()
        else:
            yield Until(queue.next_due())


def _look(place: Workplace, queue: Due[_Watch], watches: list[_Watch]) -> Task[None]:
    sights = yield from place.observe([watch.item for watch in watches], written=True)
    now = place.time.now()
    confirmed: list[Item] = []
    given_up: list[Item] = []
    for watch in watches:
        if sights[watch.item.result_id] == Sight.WANTED:
            watch.matches += 1
            if watch.matches >= place.pace.matches:
                confirmed.append(watch.item)
            else:
                queue.put([watch], now + place.pace.between)
        elif now - watch.since > place.pace.patience:
            given_up.append(watch.item)
        else:
            watch.matches = 0
            queue.put([watch], now + place.pace.wait(watch.misses))
            watch.misses += 1
    journal.settle(place.run, confirmed, ResultState.DONE)
    journal.settle(place.run, given_up, ResultState.UNVERIFIED, reason=reasons.NOT_CONFIRMED)
