"""What an export of a snapshot holds, read in portions: nothing but a portion is in memory."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from apps.entra.catalogue import KINDS, LINKS, Kind, SoftDelete
from apps.history.bodies import DamagedBody
from apps.history.choices import ExportForm, ObjectState
from apps.history.models import Snapshot
from apps.history.records import LinkState
from apps.history.selectors.bodies import bodies_at
from apps.history.selectors.states import links_at, state_at

_PORTION = 500

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody takes out of a snapshot: all of it, one kind, or one object of a kind."""

    snapshot: Snapshot
    form: ExportForm
    kind: str = ""
    object_id: str = ""

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds that it is about, in the catalogue's order."""
        return tuple(kind for kind in KINDS if self.kind in ("", kind.name))

    @property
    def links(self) -> tuple[str, ...]:
        """The links it is about: of one kind those that begin there, of one object all."""
        return tuple(
            name
            for name, link in LINKS.items()
            if self.object_id or self.kind in ("", link.source_kind)
        )


class Contents:
    """Reads what is wanted, in the scope of the snapshot's tenant. Raises DamagedBody.

    objects_read, links_read: how many were given so far.
    """

    def __init__(self, wanted: Wanted) -> None:
        self.wanted = wanted
        self._tenant_id, self._seq = wanted.snapshot.tenant_id, wanted.snapshot.seq
        self.objects_read = 0
        self.links_read = 0

    def objects(self, kind: Kind, state: ObjectState) -> Iterator[Body]:
        """The bodies of a kind's objects that are present, or that are in the bin."""
        if state == ObjectState.SOFT_DELETED and kind.soft_delete == SoftDelete.NONE:
            return
        only = [self.wanted.object_id] if self.wanted.object_id else None
        states = state_at(self._tenant_id, self._seq, kinds=[kind.name], object_ids=only)
        ids = (item.object_id for item in states if item.state == state)
        while portion := list(islice(ids, _PORTION)):
            keys = [(kind.name, object_id) for object_id in portion]
            bodies = bodies_at(self._tenant_id, keys, self._seq)
            for key in keys:
                if key not in bodies:
                    raise DamagedBody(
                        f"The body of {kind.name} {key[1]} is missing.",
                        safe="Other objects are not affected.",
                        todo="Run a verification of the tenant's history.",
                    )
                self.objects_read += 1
                yield bodies[key]

    def links(self, name: str) -> Iterator[LinkState]:
        """The links of one name; of one object, those from it and those to it."""
        if not self.wanted.object_id:
            found = links_at(self._tenant_id, self._seq, link=name)
        else:
            found = self._links_of_object(name, self.wanted.object_id)
        for link in found:
            self.links_read += 1
            yield link

    def _links_of_object(self, name: str, object_id: str) -> Iterator[LinkState]:
        yield from links_at(self._tenant_id, self._seq, link=name, source_ids=[object_id])
        for item in links_at(self._tenant_id, self._seq, link=name, target_ids=[object_id]):
            if item.source_id != object_id:
                yield item
