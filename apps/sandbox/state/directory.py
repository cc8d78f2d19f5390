"""One tenant's directory: objects, links, bins, audit log and the log of changes.

Nothing here knows the rules of Graph: writers check them first. Objects of all types share one id
space. Bodies are values: :meth:`Directory.change` makes a new one, nobody alters one in place.
"""

import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from apps.sandbox.schema import TYPES, family

from . import deletion
from .bins import Aside
from .changes import ChangeLog, What
from .indexes import Index
from .links import LinkTable
from .past import Past
from .records import Body, Pool, Record, Shelf
from .view import History, View


@dataclass(frozen=True, slots=True)
class Mutation:
    """What listeners are told. ``kind``: "put" (object ``object_id`` is new, changed, deleted or
    restored), "purge" (it is gone), "link" / "unlink" (``relation`` to ``target_id``), "audit"."""

    kind: str
    object_id: str
    relation: str = ""
    target_id: str = ""


class Directory:
    """One tenant. ``licences`` are service plans: "AAD_PREMIUM" (P1), "AAD_PREMIUM_P2"."""

    def __init__(
        self,
        tenant_id: str,
        display_name: str = "",
        *,
        domains: Iterable[Mapping[str, Any]] = (),
        category: str = "workforce",
        licences: Iterable[str] = (),
    ) -> None:
        self.tenant_id = tenant_id
        self.display_name = display_name
        self.domains: list[dict[str, Any]] = [dict(domain) for domain in domains]
        self.category = category
        self.licences: set[str] = set(licences)
        self.audit: list[dict[str, Any]] = []
        self.changes = ChangeLog()
        self.history = History()
        self.past = Past()
        self.now: Callable[[], datetime] = lambda: datetime.now(UTC)
        self.listeners: list[Callable[[str, Mutation], None]] = []
        self._records: dict[str, Record] = {}
        self._bin: dict[str, Record] = {}
        self._aside: dict[str, Aside] = {}
        self._shelves: dict[str, Shelf] = {}
        self._links: dict[str, LinkTable] = {}
        self._indexes: dict[tuple[str, str], Index] = {}
        self._pool = Pool()
        self._filling = False

    @contextmanager
    def filling(self) -> Iterator[None]:
        """Within the block nothing is logged and nobody is told: a seed is a beginning, not a
        history, and the log of it would outweigh the objects."""
        kept = self.changes, self.listeners
        self.changes, self.listeners, self._filling = ChangeLog(), [], True
        try:
            yield
        finally:
            (self.changes, self.listeners), self._filling = kept, False

    @contextmanager
    def unlogged(self) -> Iterator[None]:
        """Within the block delta queries are told nothing; whoever keeps the state is."""
        kept, self.changes = self.changes, ChangeLog()
        self.changes.sequence = kept.sequence
        try:
            yield
        finally:
            self.changes = kept

    # Objects

    def add(self, type_name: str, body: Mapping[str, Any], *, object_id: str | None = None) -> str:
        """Store an object and return its id. ValueError if the id is taken."""
        new_id = object_id or str(uuid.uuid4())
        if new_id in self._records or new_id in self._bin:
            raise ValueError(f"An object with id {new_id} exists already.")
        self._put(self.make_record(type_name, body, new_id), before=None)
        self._created(new_id, type_name)
        return new_id

    def add_many(self, type_name: str, bodies: Iterable[Body]) -> None:
        """Store new objects as they are, for filling a directory: nothing is copied or shared.

        The bodies are given away. Each holds its "id", which is not taken, and no nulls.
        """
        shelf = self._shelf(family(type_name))
        for body in bodies:
            record = Record(body["id"], type_name, body, shelf.reserve())
            self._put(record, before=None)
            self._created(record.id, type_name)

    def make_record(self, type_name: str, body: Mapping[str, Any], object_id: str) -> Record:
        """A record with a place of its own, not yet in the directory."""
        return Record(
            id=object_id,
            type=type_name,
            body=self._pool.body({"id": object_id, **body} | {"id": object_id}),
            position=self._shelf(family(type_name)).reserve(),
        )

    def change(self, object_id: str, changes: Mapping[str, Any]) -> None:
        """Set properties; None clears. KeyError if there is no such live object."""
        before = self._records[object_id]
        names = tuple(n for n, value in changes.items() if before.body.get(n) != value)
        if not names:
            return
        body = self._pool.body({**before.body, **changes})
        cleared = frozenset(
            name
            for name in before.cleared.union(names)
            if name not in body and (name in before.cleared or name in before.body)
        )
        self._put(replace(before, body=body, cleared=cleared), before=before)
        self.changes.append(object_id, before.type, What.CHANGED, names)
        self._tell(Mutation("put", object_id))

    def get(self, object_id: str) -> Record | None:
        """The live object, as it is now."""
        return self._records.get(object_id)

    def get_deleted(self, object_id: str) -> Record | None:
        """The soft-deleted object in its bin; its ``deleted_at`` is set."""
        return self._bin.get(object_id)

    def of_type(self, type_name: str) -> Iterator[Record]:
        """Live objects of a type and its subtypes, in an order that never changes."""
        records = iter(self._shelf(family(type_name)))
        if type_name == family(type_name):
            return records
        return (record for record in records if TYPES[record.type].is_a(type_name))

    def count(self, type_name: str) -> int:
        """How many live objects of a family there are."""
        return len(self._shelf(family(type_name)))

    def deleted(self, type_name: str) -> list[Record]:
        """Soft-deleted objects of a type and its subtypes, oldest deletion first."""
        return [r for r in self._bin.values() if TYPES[r.type].is_a(type_name)]

    def find(self, type_name: str, name: str, value: Any) -> Record | None:
        """The first live object with this value, regardless of case; indexed."""
        return next(iter(self.find_all(type_name, name, value)), None)

    def find_all(self, type_name: str, name: str, value: Any) -> list[Record]:
        """All live objects with this value (or a collection that holds it); indexed."""
        root = family(type_name)
        index = self._indexes.get((root, name))
        if index is None:
            index = self._indexes[root, name] = Index(name, self._shelf(root))
        found = [self._records[object_id] for object_id in index.ids(value)]
        return [r for r in found if type_name == root or TYPES[r.type].is_a(type_name)]

    # Links

    def link(self, relation: str, source_id: str, target_id: str) -> bool:
        """Add a link such as "group.members"; False if it was there."""
        if not self._table(relation).add(source_id, target_id):
            return False
        self._linked(What.LINKED, relation, source_id, target_id)
        return True

    def unlink(self, relation: str, source_id: str, target_id: str) -> bool:
        """Remove a link; False if it was not there."""
        if not self._table(relation).remove(source_id, target_id):
            return False
        self._linked(What.UNLINKED, relation, source_id, target_id)
        return True

    def targets(self, relation: str, source_id: str) -> Collection[str]:
        """Ids the source points at, oldest link first."""
        return self._table(relation).targets(source_id)

    def sources(self, relation: str, target_id: str) -> Collection[str]:
        """Ids that point at the target, oldest link first."""
        return self._table(relation).sources(target_id)

    def has_link(self, relation: str, source_id: str, target_id: str) -> bool:
        """Whether the link exists; costs the same for any number of members."""
        return self._table(relation).has(source_id, target_id)

    def relations(self) -> Iterator[tuple[str, LinkTable]]:
        """Every relation that has been used, with its links."""
        return iter(self._links.items())

    # Bins

    def soft_delete(self, object_id: str) -> None:
        """Put an object into its bin with its links and grants, to come back with them."""
        deletion.soft_delete(self, object_id)

    def restore(self, object_id: str) -> None:
        """Take an object out of its bin, with the links whose other end still exists."""
        deletion.restore(self, object_id)

    def purge(self, object_id: str) -> None:
        """Delete for good, from the bin or at once. KeyError if it is in neither."""
        deletion.purge(self, object_id)

    def aside(self, object_id: str) -> Aside:
        """What an object in the bin left aside."""
        return self._aside.get(object_id, Aside())

    # Audit log, view, checkpoints

    def write_audit(self, entry: dict[str, Any]) -> None:
        """Append a directoryAudit entry (newest last)."""
        self.audit.append(entry)
        self._tell(Mutation("audit", entry["id"]))

    def view(self, at: datetime, lag: float) -> View:
        """The directory as a replica ``lag`` seconds behind shows it."""
        return View(self, at, lag)

    def checkpoint(self) -> dict[str, Any]:
        """Everything as it is, to come back to with :meth:`rewind`; costs no copy of bodies."""
        return {
            "audit": list(self.audit),
            "changes": self.changes.copy(),
            "_records": dict(self._records),
            "_bin": dict(self._bin),
            "_aside": dict(self._aside),
            "_shelves": {name: shelf.copy() for name, shelf in self._shelves.items()},
            "_links": {name: table.copy() for name, table in self._links.items()},
            "display_name": self.display_name,
            "domains": [dict(domain) for domain in self.domains],
            "licences": set(self.licences),
            "category": self.category,
        }

    def rewind(self, checkpoint: Mapping[str, Any]) -> None:
        """Back to a checkpoint, which stays usable. Listeners are not told."""
        for name, value in checkpoint.items():
            setattr(self, name, value)
        again = self.checkpoint()
        for name, value in again.items():
            setattr(self, name, value)
        self._indexes = {}
        self.history = History()
        self.past = Past()

    # Inside

    def _shelf(self, root: str) -> Shelf:
        found = self._shelves.get(root)
        if found is None:
            found = self._shelves[root] = Shelf()
        return found

    def _table(self, relation: str) -> LinkTable:
        found = self._links.get(relation)
        if found is None:
            found = self._links[relation] = LinkTable()
        return found

    def _put(self, record: Record, *, before: Record | None) -> None:
        root = family(record.type)
        if not self._filling:
            self.past.note_object(self.now(), record.id, before)
        if self.history.enabled:
            self.history.note_object(self.now, record.id, before)
            self.history.note_sequence(self.now, self.changes.sequence)
        self._records[record.id] = record
        self._shelf(root).put(record)
        for (indexed, _name), index in self._indexes.items():
            if indexed == root:
                if before is not None:
                    index.remove(before)
                index.insert(record)

    def _take(self, record: Record) -> None:
        root = family(record.type)
        self.past.note_object(self.now(), record.id, record)
        self.history.note_object(self.now, record.id, record)
        self.history.note_sequence(self.now, self.changes.sequence)
        del self._records[record.id]
        self._shelf(root).take(record)
        for (indexed, _name), index in self._indexes.items():
            if indexed == root:
                index.remove(record)

    def _happened(self, what: What, record: Record) -> None:
        """Something happened to a whole object: log it, tell it."""
        self.changes.append(record.id, record.type, what)
        kind = "purge" if what is What.PURGED else "put"
        self._tell(Mutation(kind, record.id))

    def _created(self, object_id: str, type_name: str) -> None:
        if not self._filling:
            self.changes.append(object_id, type_name, What.CREATED)
            self._tell(Mutation("put", object_id))

    def _linked(self, what: What, relation: str, source_id: str, target_id: str) -> None:
        if self._filling:
            return
        added = what is What.LINKED
        self.past.note_link(self.now(), (relation, source_id, target_id), added=added)
        if self.history.enabled:
            self.history.note_link(self.now, relation, source_id, target_id, added=added)
            self.history.note_sequence(self.now, self.changes.sequence)
        source = self._records.get(source_id)
        type_name = source.type if source else "directoryObject"
        self.changes.append(source_id, type_name, what, (relation, target_id))
        self._tell(Mutation("link" if added else "unlink", source_id, relation, target_id))

    def _tell(self, mutation: Mutation) -> None:
        for listener in self.listeners:
            listener(self.tenant_id, mutation)
