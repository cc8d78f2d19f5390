"""What a run makes anew: learning the new ids, also of what nobody heard the answer to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import transaction

from apps.entra import reading
from apps.entra.catalogue import kind
from apps.history.identities import join
from apps.recovery.choices import Action
from apps.recovery.models import Step
from apps.recovery.requests import filled, known_by
from apps.recovery.running.crew import Task
from apps.recovery.running.items import Item
from apps.recovery.running.observing import Sight
from apps.recovery.running.renewing import is_unheard, take_back
from apps.recovery.running.workplace import Workplace


def is_unmade(place: Workplace, item: Item) -> bool:
    """Whether an item makes something of which nobody has learned yet what only the answer tells:
    an object's new id, a secret's text."""
    if is_unheard(place, item):
        return True
    if item.action != Action.CREATE or kind(item.kind).is_id_chosen:
        return False
    return place.made.current(item.object_id) == item.object_id


def learn(
    place: Workplace, item: Item, known: Mapping[str, str], made: Mapping[str, object]
) -> None:
    """Keep which object this is now. known: of requests.known_by. made: as Graph gave it."""
    now = {name: str(made[name]) for name in known if made.get(name)}
    join(place.run.tenant, place.run.pk, kind=item.kind, known=known, made=now)
    for name, value in now.items():
        if known[name] != value:
            place.made.add(known[name], value)


def look_for(place: Workplace, items: Iterable[Item]) -> Task[dict[int, Sight]]:
    """Whether creations that may have happened did; by result id.

    One that is found is learned and as wanted; none is as assumed; of several nobody can say which
    is ours, and none is made once more.
    """
    items = list(items)
    steps = Step.objects.in_bulk([item.step_id for item in items])
    sights: dict[int, Sight] = {}
    for item in items:
        look = take_back if item.action == Action.SECRET else _look
        sights[item.result_id] = yield from look(place, item, steps[item.step_id])
    return sights


def _look(place: Workplace, item: Item, step: Step) -> Task[Sight]:
    content = step.unseal()
    request = filled(content["request"], content.get("fills", ()), place.made)
    found = yield from place.look(
        item.lane,
        lambda client: reading.find_made(
            client, kind(item.kind), request["body"], path=request["path"], since=place.since
        ),
    )
    taken = set(place.made.then)
    ours = [one for one in found if str(one["id"]) not in taken]
    if not ours:
        return Sight.ASSUMED
    if len(ours) > 1:
        return Sight.OTHER
    with transaction.atomic():
        learn(place, item, known_by(step, content), ours[0])
    return Sight.WANTED
