"""Sending writes, 20 to a $batch, until each has been accepted, refused or given up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db import transaction

from apps.diffs.batches import batched
from apps.entra.catalogue import Lane
from apps.entra.catalogue.model import Version
from apps.recovery import reasons
from apps.recovery.choices import Action, ResultState
from apps.recovery.running import journal
from apps.recovery.running.items import Item
from apps.recovery.running.making import is_unmade, learn, look_for
from apps.recovery.running.observing import Sight
from apps.recovery.running.outcomes import Outcome, Verdict, outcome_of
from apps.recovery.running.parcels import Parcel, parcels
from apps.recovery.running.waiting import Due
from apps.recovery.running.workplace import Workplace

# https://learn.microsoft.com/graph/json-batching#batch-size-limitations
BATCH = 20


@dataclass(slots=True)
class _Attempt:
    item: Item
    since: float
    tries: int = 0


def send(place: Workplace, items: Iterable[Item]) -> None:
    """Write these pending items. Afterwards each is written or failed.

    Raises an EntraError when Graph does not answer at all any more, and whatever `place.check`
    raises between batches; what was intended then stays recorded as intended.
    """
    queue: Due[_Attempt] = Due()
    start = place.time.now()
    queue.put((_Attempt(item, start) for item in items), start)
    while queue:
        attempts = queue.take(place.time.now(), BATCH * BATCH)
        if not attempts:
            place.check()
            place.time.sleep(queue.seconds_until_next(place.time.now()))
            continue
        _send_due(place, queue, attempts)


def _send_due(place: Workplace, queue: Due[_Attempt], attempts: list[_Attempt]) -> None:
    by_id = {attempt.item.result_id: attempt for attempt in attempts}
    ready = list(parcels(place, (attempt.item for attempt in attempts)))
    for version in ("v1.0", "beta"):
        for together in batched((one for one in ready if one.version == version), BATCH):
            place.check()
            outcomes = _exchange(place, together, version)
            _sort_out(place, queue, by_id, outcomes)
            place.told()


def _exchange(
    place: Workplace, together: tuple[Parcel, ...], version: Version
) -> dict[Item, Outcome]:
    journal.intend(place.run, [item for parcel in together for item in parcel.items])
    answers = place.client.batch(
        [parcel.batch_item(number) for number, parcel in enumerate(together)],
        version=version,
        lane=Lane(together[0].items[0].lane),
    )
    outcomes = {
        item: outcome_of(
            answer,
            shared=len(parcel.items) > 1,
            # Refused because it is there: it may be ours, from the try that nobody heard of.
            again=item.action == Action.CREATE and item.attempts > 0,
        )
        for parcel, answer in zip(together, answers, strict=True)
        for item in parcel.items
    }
    # The new ids are on disk before anything is written that names them.
    with transaction.atomic():
        journal.answered(place.run, outcomes)
        for parcel, answer in zip(together, answers, strict=True):
            if answer.ok and parcel.items[0].action == Action.CREATE:
                learn(place, parcel.items[0], parcel.known, answer.body)
    return outcomes


def _sort_out(
    place: Workplace,
    queue: Due[_Attempt],
    attempts: dict[int, _Attempt],
    outcomes: dict[Item, Outcome],
) -> None:
    done = [item for item, outcome in outcomes.items() if outcome.verdict == Verdict.DONE]
    journal.written(place.run, done)
    for item, outcome in outcomes.items():
        if outcome.verdict == Verdict.REFUSED:
            _fail(place, item, outcome, reasons.REFUSED)
    asking = [item for item, outcome in outcomes.items() if outcome.verdict == Verdict.ASK]
    sights = _look(place, asking)
    so = [item for item in asking if sights[item.result_id] == Sight.WANTED]
    journal.found(place.run, so)
    for item, outcome in outcomes.items():
        undecided = item in asking and item not in so
        if undecided or outcome.verdict == Verdict.RETRY:
            _try_again(place, queue, attempts[item.result_id], outcome)


def _look(place: Workplace, asking: list[Item]) -> dict[int, Sight]:
    unmade = [item for item in asking if is_unmade(place, item)]
    others = [item for item in asking if not is_unmade(place, item)]
    return look_for(place, unmade) | (place.observe(others) if others else {})


def _try_again(place: Workplace, queue: Due[_Attempt], attempt: _Attempt, outcome: Outcome) -> None:
    now = place.time.now()
    item = attempt.item
    if now - attempt.since > place.pace.patience_for(item.depends_on):
        _fail(place, item, outcome, reasons.RAN_OUT_OF_TIME)
        return
    journal.again(place.run, [item])
    wait = place.pace.wait(attempt.tries)
    attempt.tries += 1
    attempt.item = replace(item, attempts=item.attempts + 1)
    queue.put([attempt], now + wait)


def _fail(place: Workplace, item: Item, outcome: Outcome, reason: str) -> None:
    code = reasons.GUARDED if outcome.is_denied and item.is_guarded else outcome.code or reason
    journal.settle(place.run, [item], ResultState.FAILED, reason=code, detail=outcome.detail)
