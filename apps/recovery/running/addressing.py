"""What requests name that only Graph can tell: asked for just before they are sent.

The settings of a role lie in a policy that gets another id whenever one of them is changed; what a
catalog of access packages holds has ids that nobody but Entra gives.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from itertools import groupby

from apps.entra import reading, writing
from apps.recovery.running.crew import Task
from apps.recovery.running.parcels import Parcel
from apps.recovery.running.workplace import Workplace


def addressed(place: Workplace, parcels: Iterable[Parcel]) -> Task[list[Parcel]]:
    """The parcels as they are sent. What is not found stays a name, which Graph refuses."""
    ready = list(parcels)
    asking = [number for number, parcel in enumerate(ready) if parcel.request.get("asks")]
    for version, numbers in groupby(asking, key=lambda number: ready[number].version):
        of_version = list(numbers)
        paths = sorted(
            {ask["path"] for number in of_version for ask in ready[number].request["asks"]}
        )
        look = partial(reading.read_asked, paths=paths, version=version)
        found = yield from place.look(ready[of_version[0]].items[0].lane, look)
        for number in of_version:
            request = dict(ready[number].request)
            said = {
                ask["name"]: str(found[ask["path"]][ask["property"]])
                for ask in request.pop("asks")
                if ask["path"] in found
            }
            ready[number] = replace(ready[number], request=writing.addressed(request, said))
    return ready
