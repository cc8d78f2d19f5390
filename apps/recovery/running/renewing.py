"""New client secrets: their text is told once, in the answer, and kept sealed from then on."""

from __future__ import annotations

from collections.abc import Mapping

from apps.entra import reading
from apps.entra.catalogue import kind
from apps.entra.client import BatchItem
from apps.recovery.choices import Action
from apps.recovery.models import HandOver, Step
from apps.recovery.requests import batch_item, filled
from apps.recovery.running.crew import Task
from apps.recovery.running.items import Item
from apps.recovery.running.observing import Sight, secrets_of
from apps.recovery.running.workplace import Workplace


def is_unheard(place: Workplace, item: Item) -> bool:
    """Whether an item makes a client secret whose text nobody has heard."""
    if item.action != Action.SECRET:
        return False
    return not HandOver.objects.filter(run=place.run, step_id=item.step_id).exists()


def keep(place: Workplace, item: Item, answer: Mapping[str, object]) -> None:
    """Seal the text of a secret that Graph has just made, for whoever hands it over."""
    hand_over = HandOver(tenant_id=place.run.tenant_id, run=place.run, step_id=item.step_id)
    hand_over.seal(str(answer["secretText"]))
    hand_over.save(force_insert=True)


def take_back(place: Workplace, item: Item, step: Step) -> Task[Sight]:
    """Take a secret away again that was made without anybody hearing its text.

    The plan has the request for it. Afterwards the step is as before, and may be sent once more.
    """
    of, object_id = kind(item.kind), place.made.current(item.object_id)
    bodies = yield from place.look(
        item.lane, lambda client: reading.read_objects(client, of, [object_id])
    )
    body = bodies.get(object_id)
    if body is None:
        return Sight.OTHER
    found = secrets_of(item, body)
    if found:
        requests = [_removal(place, step, key_id) for key_id in found]
        yield from place.look(
            item.lane,
            lambda client: client.batch(requests, version=of.version, lane=of.lane),
        )
    return Sight.ASSUMED


def _removal(place: Workplace, step: Step, key_id: str) -> BatchItem:
    content = step.unseal()
    request = filled(content["takes_back"], content.get("fills", ()), place.made)
    return batch_item(key_id, {**request, "body": {"keyId": key_id}})
