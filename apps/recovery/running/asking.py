"""Looking before writing: did it happen before we died, and is the ground still as assumed?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from apps.recovery import reasons
from apps.recovery.choices import Action, ResultState
from apps.recovery.running import journal
from apps.recovery.running.crew import Task, Until
from apps.recovery.running.items import Item
from apps.recovery.running.making import is_unmade, look_for
from apps.recovery.running.observing import Sight
from apps.recovery.running.waiting import Due
from apps.recovery.running.workplace import Workplace

AT_ONCE = 1000


@dataclass(slots=True)
class _Question:
    item: Item
    since: float
    looks: int = 0
    still_assumed: int = 0
    still_wanted: int = 0


def ask_what_happened(place: Workplace, items: Iterable[Item]) -> Task[list[Item]]:
    """Settle what became of writes that were intended when a worker died, or whose answer was lost.

    Those that happened are marked as written; what is neither as wanted nor as assumed is failed.
    Gives those that did not happen, which may be sent: several reads in a row agreed on it, and of
    what is made anew for so long as a replica may be behind.
    """
    askable: list[Item] = []
    unseen: list[Item] = []
    for item in items:
        (askable if item.is_observable else unseen).append(item)
    journal.settle(place.run, unseen, ResultState.UNVERIFIED, reason=reasons.NOT_CONFIRMED)
    return (yield from _ask(place, askable, matches=place.pace.matches))


def ready_to_write(place: Workplace, items: Iterable[Item]) -> Task[list[Item]]:
    """Those of the items whose ground is as assumed; the others are settled.

    What is as wanted already needs no write; where an earlier step has just made what it stands
    on, only after several reads in a row said so, because a replica that does not know of that
    step yet may still show what was before it. Anything else is looked at again for a while.
    """
    return (yield from _ask(place, items, matches=1))


def _ask(place: Workplace, items: Iterable[Item], *, matches: int) -> Task[list[Item]]:
    queue: Due[_Question] = Due()
    start = place.time.now()
    queue.put((_Question(item, start) for item in items), start)
    ready: list[Item] = []
    while queue:
        questions = queue.take(place.time.now(), AT_ONCE)
        if questions:
            ready += yield from _look(place, queue, questions, matches)
        else:
            yield Until(queue.next_due())
    return ready


def _look(
    place: Workplace, queue: Due[_Question], questions: list[_Question], matches: int
) -> Task[list[Item]]:
    asked = place.time.now()
    sights = yield from _sights(place, [question.item for question in questions])
    now = place.time.now()
    so_already: list[Item] = []
    changed: list[Item] = []
    ready: list[Item] = []
    for question in questions:
        sight = sights[question.item.result_id]
        question.looks += 1
        if sight == Sight.WANTED:
            question.still_wanted += 1
            if question.still_wanted >= _needed(place, question.item):
                so_already.append(question.item)
            else:
                queue.put([question], now + place.pace.between)
        elif sight == Sight.ASSUMED:
            question.still_assumed += 1
            question.still_wanted = 0
            unsure = _unsure_until(place, question)
            # An answer that took long shows the tenant as it was when it was asked for.
            if question.still_assumed >= matches and asked >= unsure:
                ready.append(question.item)
            else:
                queue.put([question], now + _pause(place, question, unsure - now))
        elif now - question.since > place.pace.patience_for(question.item.depends_on):
            changed.append(question.item)
        else:
            question.still_assumed = question.still_wanted = 0
            queue.put([question], now + place.pace.wait(question.looks - 1))
    _found(place, so_already)
    _fail(place, changed)
    return ready


def _sights(place: Workplace, items: list[Item]) -> Task[dict[int, Sight]]:
    """A creation that was meant to be sent may have happened without anybody hearing of it."""
    unheard = [item for item in items if item.attempts and is_unmade(place, item)]
    others = [item for item in items if item not in unheard]
    heard = yield from look_for(place, unheard)
    return heard | (yield from place.observe(others))


def _unsure_until(place: Workplace, question: _Question) -> float:
    """Until when something that was sent may be there though no read shows it."""
    lost = question.item.attempts and is_unmade(place, question.item)
    return question.since + place.pace.unseen if lost else question.since


def _pause(place: Workplace, question: _Question, unsure_for: float) -> float:
    """Seconds before the next look; longer ones where a whole minute is to be looked through."""
    if unsure_for <= 0:
        return place.pace.between
    return min(place.pace.wait(question.looks - 1), max(unsure_for, place.pace.between))


def _needed(place: Workplace, item: Item) -> int:
    """How many reads in a row must show an item as wanted before nothing is written."""
    return place.pace.matches if item.depends_on and not item.attempts else 1


def _found(place: Workplace, items: list[Item]) -> None:
    """As wanted: written by us when we had meant to, otherwise there was nothing to do."""
    ours = [item for item in items if item.attempts]
    journal.found(place.run, ours)
    others = [item for item in items if not item.attempts]
    returned = [item for item in others if item.action == Action.RETURN]
    journal.settle(place.run, returned, ResultState.DONE, reason=reasons.CAME_BACK)
    so = [item for item in others if item.action != Action.RETURN]
    journal.settle(place.run, so, ResultState.NOTHING, reason=reasons.ALREADY_SO)


def _fail(place: Workplace, items: list[Item]) -> None:
    missing = [item for item in items if item.action == Action.RETURN]
    journal.settle(place.run, missing, ResultState.FAILED, reason=reasons.NOT_RETURNED)
    changed = [item for item in items if item.action != Action.RETURN]
    journal.settle(place.run, changed, ResultState.FAILED, reason=reasons.CHANGED_UNDER_US)
