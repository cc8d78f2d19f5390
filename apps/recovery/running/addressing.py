"""Where requests go that name what changes by itself: asked of the object just before.

The settings of a role lie in a policy that gets another id whenever one of them is changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from apps.entra import reading, writing
from apps.entra.catalogue import kind
from apps.recovery.running.crew import Task
from apps.recovery.running.parcels import Parcel
from apps.recovery.running.workplace import Workplace


def addressed(place: Workplace, parcels: Iterable[Parcel]) -> Task[list[Parcel]]:
    """The parcels with the paths that they are sent to. One whose object is gone keeps its own,
    and Graph refuses it."""
    ready = list(parcels)
    unknown: dict[str, list[int]] = defaultdict(list)
    for number, parcel in enumerate(ready):
        if not writing.is_addressed(parcel.request["path"]):
            unknown[parcel.items[0].kind].append(number)
    for name, numbers in unknown.items():
        of = kind(name)
        ids = {number: place.made.current(ready[number].items[0].object_id) for number in numbers}
        asked = sorted(set(ids.values()))
        look = partial(reading.read_objects, kind=of, object_ids=asked)
        bodies = yield from place.look(of.lane, look)
        for number, object_id in ids.items():
            if (body := bodies[object_id]) is not None:
                request = ready[number].request
                path = writing.addressed(request["path"], body)
                ready[number] = replace(ready[number], request={**request, "path": path})
    return ready
