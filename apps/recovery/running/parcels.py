"""Which requests are sent for some items: each parcel is one request and the items it settles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from apps.entra.catalogue.model import Version
from apps.entra.client import BatchItem
from apps.recovery.models import Step
from apps.recovery.requests import batch_item, filled, known_by
from apps.recovery.running.handing_over import with_secrets
from apps.recovery.running.items import Item
from apps.recovery.running.workplace import Workplace


@dataclass(frozen=True, slots=True)
class Parcel:
    """known: of a creation, the ids by which the plan knows the object, by property."""

    items: tuple[Item, ...]
    request: dict[str, Any]
    known: Mapping[str, str]

    @property
    def version(self) -> Version:
        version: Version = self.request["version"]
        return version

    def batch_item(self, number: int) -> BatchItem:
        return batch_item(str(number), self.request)


def parcels(place: Workplace, items: Iterable[Item]) -> Iterator[Parcel]:
    """Links that travel together do so once; if that is refused, they go one by one.

    All requests are those of the approved plan, filled in with the ids of what was made anew.
    """
    by_step: dict[int, list[Item]] = defaultdict(list)
    for item in items:
        by_step[item.step_id].append(item)
    steps = Step.objects.in_bulk(by_step.keys())
    for step_id, of_step in by_step.items():
        yield from _of_step(place, steps[step_id], of_step)


def _of_step(place: Workplace, step: Step, items: list[Item]) -> Iterator[Parcel]:
    content = step.unseal()
    fills = content.get("fills", ())
    singly = content.get("singly")
    together = len(items) == max(1, len(step.targets)) and not any(i.attempts for i in items)
    if not singly or together:
        request = filled(content["request"], fills, place.made)
        known = known_by(step, content)
        yield Parcel(tuple(items), with_secrets(place, step, request), known)
        return
    by_target = dict(zip(step.targets, singly, strict=True))
    for item in items:
        yield Parcel((item,), filled(by_target[item.target_id], fills, place.made), {})
