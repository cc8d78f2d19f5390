"""The objects of a round: everything in the first, what the log names in the later ones."""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from apps.sandbox.graph.context import Call
from apps.sandbox.graph.links import related
from apps.sandbox.schema import TYPES, family
from apps.sandbox.state.changes import Change, ChangeLog, What
from apps.sandbox.state.records import Record

from .tracking import Tracking

_DELETIONS = (What.SOFT_DELETED, What.PURGED)
_ROUNDS_KEPT = 16
_KEPT_ABOVE = 2_000


@dataclass(slots=True)
class Touched:
    """One object of a round. ``record`` is None if it is gone; ``names`` are the properties
    changed, None for all."""

    position: int
    object_id: str
    record: Record | None
    names: frozenset[str] | None
    links: "Links | None" = None
    soft: bool = False


@dataclass(frozen=True, slots=True)
class Links:
    """Links of one object, relation by relation; a slice costs what it holds."""

    parts: tuple[tuple[str, Sequence[str]], ...] = ()

    def __len__(self) -> int:
        return sum(len(ids) for _relation, ids in self.parts)

    def some(self, start: int, count: int) -> list[tuple[str, str]]:
        """Up to ``count`` (relation, target id) from the one numbered ``start`` on."""
        found: list[tuple[str, str]] = []
        for relation, ids in self.parts:
            room = count - len(found)
            found += [(relation, target_id) for target_id in ids[start : start + room]]
            start = max(0, start - len(ids))
        return found


@dataclass(slots=True)
class _Summary:
    object_id: str
    type: str
    everything: bool = False
    names: set[str] = field(default_factory=set)
    links: dict[tuple[str, str], None] = field(default_factory=dict)
    deleted: bool = False


def first_round(call: Call, tracking: Tracking) -> Iterator[Touched]:
    """Live objects of the current family from the current position on."""
    name = tracking.families[tracking.family]
    for record in call.view.page(name, tracking.position):
        if tracking.wants(record.id):
            links = _links(call, tracking, record) if tracking.links else None
            yield Touched(record.position, record.id, record, None, links)


def later_round(call: Call, tracking: Tracking) -> Iterator[Touched]:
    """Objects that changed in a tracked way between the bounds, from the current position on."""
    summaries = _summaries(call, tracking)
    for index in range(tracking.position, len(summaries)):
        touched = _touched(call, tracking, index, summaries[index])
        if touched is not None:
            yield touched


def _links(call: Call, tracking: Tracking, record: Record) -> Links:
    known = TYPES[record.type].relations
    return Links(
        tuple((link, _targets(call, record, link)) for link in tracking.links if link in known)
    )


def _targets(call: Call, record: Record, link: str) -> list[str]:
    """Ids behind a link. The directory lists only live ones; a replica may not know them yet."""
    key = TYPES[record.type].relations[link].key
    if call.view.is_current and key and key != "directoryRole.members":
        return _stored_targets(call, key, record.id)
    return [target.id for target in related(call.view, record, link)]


#: The ids of the largest source that is being paged, by the log that says when they change.
_sliced: WeakKeyDictionary[ChangeLog, tuple[tuple[str, str, int], list[str]]] = WeakKeyDictionary()


def _stored_targets(call: Call, key: str, source_id: str) -> list[str]:
    """Ids in a list, which a page slices. That of a large group is kept from page to page, as
    long as nothing changes: its pages would copy it two hundred times."""
    changes = call.directory.changes
    place = key, source_id, changes.sequence
    kept = _sliced.get(changes)
    if kept is not None and kept[0] == place:
        return kept[1]
    ids = call.view.targets(key, source_id)
    if len(ids) > _KEPT_ABOVE:
        _sliced[changes] = place, ids
    return ids


def bin_of(call: Call, tracking: Tracking) -> list[Touched]:
    """Soft-deleted objects, which the first round may mention as removed."""
    return [
        Touched(0, record.id, None, None, soft=True)
        for name in tracking.families
        if TYPES[name].soft_delete == "directory"
        for record in call.directory.deleted(name)
        if tracking.wants(record.id)
    ]


def _touched(call: Call, tracking: Tracking, index: int, summary: _Summary) -> Touched | None:
    object_id = summary.object_id
    record = call.view.get(object_id)
    if record is None:
        if not summary.deleted:
            return None
        soft = call.directory.get_deleted(object_id) is not None
        return Touched(index, object_id, None, None, soft=soft)
    links = Links(
        tuple(
            (name, [target for relation, target in summary.links if relation == name])
            for name in tracking.links
        )
    )
    tracked = _tracked_names(tracking, record, call.version)
    names = summary.names & tracked
    if not (summary.everything or names or links):
        return None
    return Touched(
        index, object_id, record, None if summary.everything else frozenset(names), links
    )


def _tracked_names(tracking: Tracking, record: Record, version: str) -> set[str]:
    if tracking.select is not None:
        return set(tracking.select)
    entity = TYPES[record.type]
    return {p.name for p in entity.properties.values() if p.returned_by_default(version)}


_Rounds = OrderedDict[tuple[tuple[str, ...], tuple[str, ...], int, int], list[_Summary]]
#: Rounds being paged, by the log they read.
_rounds: WeakKeyDictionary[ChangeLog, _Rounds] = WeakKeyDictionary()


def _summaries(call: Call, tracking: Tracking) -> list[_Summary]:
    """The log between the bounds, one summary per object; kept while its round is paged."""
    rounds = _rounds.setdefault(call.directory.changes, OrderedDict())
    key = (tracking.families, tracking.ids, tracking.low, tracking.high)
    found = rounds.get(key)
    if found is None:
        found = rounds[key] = _summarise(call, tracking)
        while len(rounds) > _ROUNDS_KEPT:
            rounds.popitem(last=False)
    return found


def _summarise(call: Call, tracking: Tracking) -> list[_Summary]:
    summaries: dict[str, _Summary] = {}
    families = set(tracking.families)
    for change in call.directory.changes.between(tracking.low, tracking.high):
        if change.type == "directoryObject" or family(change.type) not in families:
            continue
        if tracking.wants(change.object_id):
            known = summaries.setdefault(change.object_id, _Summary(change.object_id, change.type))
            _add(known, change)
    return list(summaries.values())


def _add(summary: _Summary, change: Change) -> None:
    if change.what in _DELETIONS:
        summary.deleted = True
        summary.links.clear()
    elif change.what in (What.CREATED, What.RESTORED):
        summary.everything = True
    elif change.what is What.CHANGED:
        summary.names.update(change.names)
    else:
        relation, target_id = change.names
        summary.links[relation.rpartition(".")[2], target_id] = None
