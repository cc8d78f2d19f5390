"""Sending writes, 20 to a $batch, until each has been accepted, refused or given up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from itertools import groupby

from django.db import transaction

from apps.diffs.batches import batched
from apps.entra.catalogue import Lane, kind
from apps.entra.client import GraphResponse
from apps.entra.errors import NeedsConsent
from apps.recovery import reasons
from apps.recovery.choices import Action, ResultState
from apps.recovery.running import journal
from apps.recovery.running.addressing import addressed
from apps.recovery.running.asking import ask_what_happened
from apps.recovery.running.crew import Task, Until
from apps.recovery.running.items import Item
from apps.recovery.running.making import is_unmade, learn, look_for
from apps.recovery.running.observing import Sight
from apps.recovery.running.outcomes import Outcome, Verdict, outcome_of
from apps.recovery.running.parcels import Parcel, parcels
from apps.recovery.running.renewing import keep
from apps.recovery.running.waiting import Due
from apps.recovery.running.workplace import Workplace
from apps.recovery.running.writers import ALONE, Turn

# https://learn.microsoft.com/graph/json-batching#batch-size-limitations
BATCH = 20
# Steps whose requests are unsealed at a moment.
STEPS_AT_ONCE = 5 * BATCH


@dataclass(slots=True)
class _Attempt:
    item: Item
    since: float
    tries: int = 0


@dataclass(slots=True)
class _Errand:
    """Some items to be written: what is under way and what is to be tried once more. lost: what is
    being looked for, because nobody heard whether it was made; that holds up none of the others.
    unheard: results of which an earlier try may have been carried out."""

    place: Workplace
    again: Due[_Attempt] = field(default_factory=Due)
    under_way: list[Future[None]] = field(default_factory=list)
    lost: list[Future[None]] = field(default_factory=list)
    tries: dict[int, _Attempt] = field(default_factory=dict)
    unheard: set[int] = field(default_factory=set)


def send(place: Workplace, items: Iterable[Item], sent: Future[None]) -> Task[None]:
    """Write these pending items of one lane. Afterwards each is written or failed; sent is over
    when each is on its way.

    Raises an EntraError when Graph does not answer at all any more; what was intended then stays
    recorded as intended.
    """
    errand = _Errand(place)
    for steps in batched(_by_step(items), STEPS_AT_ONCE):
        some = [item for of_step in steps for item in of_step]
        errand.unheard |= {item.result_id for item in some if item.attempts}
        yield from _send(errand, some)
    sent.set_result(None)
    while errand.again or errand.under_way or errand.lost:
        attempts = errand.again.take(place.time.now(), STEPS_AT_ONCE)
        if attempts:
            errand.tries |= {attempt.item.result_id: attempt for attempt in attempts}
            yield from _send(errand, [attempt.item for attempt in attempts])
        elif errand.under_way:
            yield errand.under_way.pop()
        elif errand.again:
            yield Until(errand.again.next_due())
        else:
            yield errand.lost.pop()


def _by_step(items: Iterable[Item]) -> Iterable[tuple[Item, ...]]:
    """What travels together stays together."""
    return (tuple(of_step) for _, of_step in groupby(items, key=lambda item: item.step_id))


def _send(errand: _Errand, items: Sequence[Item]) -> Task[None]:
    """Begin to send; each batch goes through whichever application has room for it first."""
    if not items:
        return
    place, lane = errand.place, Lane(items[0].lane)
    # One request a second: together they would only make a stop and a crash untidier.
    size = 1 if lane is ALONE else BATCH
    ready = yield from addressed(place, parcels(place, items))
    for version in ("v1.0", "beta"):
        for together in batched((one for one in ready if one.version == version), size):
            turn = yield from place.writers.turn(lane, len(together))
            errand.under_way.append(place.crew.start(_exchange(errand, turn, together)))


def _exchange(errand: _Errand, turn: Turn, together: Sequence[Parcel]) -> Task[None]:
    place = errand.place
    try:
        taken = journal.intend(place.run, [item for parcel in together for item in parcel.items])
        sent = [parcel for parcel in together if parcel.items[0].result_id in taken]
        answers = yield from _answers(place, turn, sent)
    finally:
        turn.end()
    outcomes = _outcomes(errand, sent, answers)
    # The new ids are on disk before anything is written that names them.
    with transaction.atomic():
        journal.answered(place.run, outcomes)
        for parcel, answer in zip(sent, answers, strict=True):
            if answer.ok and parcel.items[0].action == Action.SECRET:
                keep(place, parcel.items[0], answer.body)
            if answer.ok and parcel.items[0].action == Action.CREATE:
                made = kind(parcel.items[0].kind).as_made(answer.body)
                learn(place, parcel.items[0], parcel.known, made)
    yield from _sort_out(errand, outcomes)
    place.told()


def _answers(place: Workplace, turn: Turn, sent: Sequence[Parcel]) -> Task[list[GraphResponse]]:
    """An application that lost its consent is left out from then on, if there are others: what
    became of its last requests is asked like after a crash."""
    if not sent:
        return []
    version, lane = sent[0].version, Lane(sent[0].items[0].lane)
    items = [parcel.batch_item(number) for number, parcel in enumerate(sent)]
    try:
        return (yield from turn.send(items, version=version, lane=lane))
    except NeedsConsent:
        if not place.writers.drop(turn.writer):
            raise
        return [GraphResponse(0)] * len(sent)


def _outcomes(
    errand: _Errand, sent: Sequence[Parcel], answers: Sequence[GraphResponse]
) -> dict[Item, Outcome]:
    return {
        item: outcome_of(
            answer,
            shared=len(parcel.items) > 1,
            # Refused because it is so: it may be by the try that nobody heard of.
            again=item.result_id in errand.unheard
            or (item.action == Action.CREATE and item.attempts > 0),
        )
        for parcel, answer in zip(sent, answers, strict=True)
        for item in parcel.items
    }


def _sort_out(errand: _Errand, outcomes: dict[Item, Outcome]) -> Task[None]:
    place = errand.place
    for item, outcome in outcomes.items():
        if outcome.verdict == Verdict.REFUSED:
            _fail(place, item, outcome, reasons.REFUSED)
    asking = [item for item, outcome in outcomes.items() if outcome.verdict == Verdict.ASK]
    lost = [item for item in asking if outcomes[item].is_lost and is_unmade(place, item)]
    if lost:
        search = _search(errand, {item: outcomes[item] for item in lost})
        errand.lost.append(place.crew.start(search))
        asking = [item for item in asking if item not in lost]
    sights = yield from _look(place, asking)
    so = [item for item in asking if _is_so(item, outcomes[item], sights[item.result_id])]
    journal.found(place.run, so)
    for item, outcome in outcomes.items():
        undecided = item in asking and item not in so
        if undecided or outcome.verdict == Verdict.RETRY:
            _try_again(errand, item, outcome)


def _is_so(item: Item, outcome: Outcome, sight: Sight) -> bool:
    """What no read can tell, in the middle of several requests, is taken from Graph's refusal: the
    last of the requests is read back, and with it all that came before."""
    return sight == Sight.WANTED or (outcome.is_so and not item.is_observable)


def _search(errand: _Errand, lost: Mapping[Item, Outcome]) -> Task[None]:
    """Look for what may have been made, and make it once more only where it stays out of sight."""
    place = errand.place
    outcomes = {replace(item, attempts=item.attempts + 1): lost[item] for item in lost}
    start = place.time.now()
    unmade = yield from ask_what_happened(place, outcomes)
    for item in unmade:
        if attempt := errand.tries.get(item.result_id):
            # Looking is no trying.
            attempt.since += place.time.now() - start
        _try_again(errand, replace(item, attempts=item.attempts - 1), outcomes[item])


def _look(place: Workplace, asking: list[Item]) -> Task[dict[int, Sight]]:
    unmade = [item for item in asking if is_unmade(place, item)]
    others = [item for item in asking if not is_unmade(place, item)]
    looked_for = yield from look_for(place, unmade)
    return looked_for | (yield from place.observe(others))


def _try_again(errand: _Errand, item: Item, outcome: Outcome) -> None:
    place, now = errand.place, errand.place.time.now()
    attempt = errand.tries.pop(item.result_id, None) or _Attempt(item, now)
    if now - attempt.since > place.pace.patience_for(item.depends_on):
        _fail(place, item, outcome, reasons.RAN_OUT_OF_TIME)
        return
    journal.again(place.run, [item])
    if outcome.is_unsure:
        errand.unheard.add(item.result_id)
    wait = place.pace.wait(attempt.tries)
    attempt.tries += 1
    attempt.item = replace(item, attempts=item.attempts + 1)
    errand.again.put([attempt], now + wait)


def _fail(place: Workplace, item: Item, outcome: Outcome, reason: str) -> None:
    code = reasons.GUARDED if outcome.is_denied and item.is_guarded else outcome.code or reason
    journal.settle(place.run, [item], ResultState.FAILED, reason=code, detail=outcome.detail)
