"""What a recovery to a point would do: objects to update, bring back or delete, links to set."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.sandbox.recovery import covered
from apps.sandbox.schema import family
from apps.sandbox.state.directory import Directory
from apps.sandbox.state.past import Day
from apps.sandbox.state.records import Record

UPDATE, RESTORE, SOFT_DELETE = "update", "restore", "softDelete"


@dataclass(slots=True)
class Change:
    """One object. ``subject``: as it is, or was last. ``then`` and ``now``: at the point, and live
    or in the bin; None for neither. ``values``: properties as they were. ``links``: ids of members
    -> whether they were there. ``failure``: what was said when it could not be done."""

    type_name: str
    action: str
    subject: Record
    then: Record | None
    now: Record | None
    values: dict[str, Any] = field(default_factory=dict)
    links: dict[str, bool] = field(default_factory=dict)
    failure: str = ""

    @property
    def size(self) -> int:
        """Objects and links to write, by which the service's pace is counted."""
        return 1 + len(self.links)


@dataclass(frozen=True, slots=True)
class Scope:
    """``types``: whole types. ``ids``: resourceTypeName -> ids. Neither: everything."""

    types: frozenset[str] = frozenset()
    ids: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def takes(self, name: str, object_id: str) -> bool:
        if not self.types and not self.ids:
            return True
        return name in self.types or object_id in self.ids.get(name, frozenset())


def differences(
    directory: Directory, point: Day, scope: Scope, *, for_report: bool
) -> list[Change]:
    """All of them, objects before what hangs on them. ``for_report``: also what a recovery leaves
    alone because it is managed on premises."""
    links = _member_links(directory, point)
    ids = dict.fromkeys((*directory.past.touched(point), *links))
    found: list[Change] = []
    for object_id in ids:
        change = _change(directory, point, object_id, links.get(object_id, {}))
        if change is None or not _in_scope(change, scope):
            continue
        if for_report or not covered.is_synced(change.subject):
            found.append(change)
    return sorted(found, key=lambda one: family(one.subject.type) in covered.ANCHORED)


def _in_scope(change: Change, scope: Scope) -> bool:
    record = change.subject
    if family(record.type) in covered.ANCHORED:
        return scope.takes("servicePrincipal", str(record.body.get("resourceId")))
    return scope.takes(change.type_name, record.id)


def _change(
    directory: Directory, point: Day, object_id: str, links: dict[str, bool]
) -> Change | None:
    then = directory.past.object_then(directory, point, object_id)
    now = directory.get(object_id)
    known = now or then
    if known is None or not (name := covered.type_name(known)):
        return None
    if family(known.type) in covered.ANCHORED:
        return _of_anchored(name, then, now)
    moves = family(known.type) in covered.MOVED
    if then is None:
        return Change(name, SOFT_DELETE, known, None, now) if moves else None
    if now is None:
        gone = directory.get_deleted(object_id)
        if gone is None or not moves:
            return None
        return Change(name, RESTORE, gone, then, gone, covered.changed(then, gone))
    return _update(name, then, now, links)


def _of_anchored(name: str, then: Record | None, now: Record | None) -> Change | None:
    if then is None:
        return Change(name, SOFT_DELETE, now, None, now) if now else None
    if now is None:
        return Change(name, RESTORE, then, then, None)
    return _update(name, then, now, {})


def _update(name: str, then: Record, now: Record, links: dict[str, bool]) -> Change | None:
    if family(now.type) == "group" and covered.is_dynamic(now):
        return None
    if covered.is_synced(now):
        links = {}
    values = covered.changed(then, now)
    return Change(name, UPDATE, now, then, now, values, links) if values or links else None


def _member_links(directory: Directory, point: Day) -> dict[str, dict[str, bool]]:
    """Group -> member -> whether it was one, where that is different now."""
    found: dict[str, dict[str, bool]] = defaultdict(dict)
    for (relation, group, member), was in directory.past.links_then(point).items():
        is_one = relation == covered.MEMBERS
        if is_one and directory.has_link(relation, group, member) != was:
            found[group][member] = was
    return found


def totals(changes: Collection[Change]) -> tuple[int, int]:
    """How many objects and how many links are different."""
    return len(changes), sum(len(one.links) for one in changes)
