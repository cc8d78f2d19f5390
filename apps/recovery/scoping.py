"""The rows of one report that a selection names, with what only the tenant's history can tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from django.db.models import Q

from apps.diffs.models import DifferenceReport
from apps.diffs.selectors import Filters, changes
from apps.diffs.touching import positions_touched_by
from apps.recovery.playbooks.following import objects_taken
from apps.recovery.selection import Selection


class Row(Protocol):
    """What of a report's change decides whether it is selected."""

    @property
    def subject(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def object_id(self) -> str: ...
    @property
    def link(self) -> str: ...
    @property
    def target_id(self) -> str: ...
    @property
    def position(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Scoped:
    """positions: of changes that are selected by themselves. object_ids: of what a playbook took
    beside its kinds."""

    selection: Selection
    positions: frozenset[int]
    object_ids: frozenset[str]

    def condition(self) -> Q:
        """The rows of a report that are selected, and some whose attributes or links decide."""
        chosen = self.selection
        if chosen.everything:
            return Q()
        condition = Q(object_id__in=chosen.object_ids) | Q(position__in=self.positions)
        condition |= Q(kind__in=chosen.kinds)
        condition |= Q(subject="object", object_id__in=chosen.attributes.keys())
        condition |= Q(subject="link", object_id__in={source for _, source, _ in chosen.links})
        return condition | self._of_playbook()

    def takes(self, change: Row) -> bool:
        """Whether a row that meets `condition` is selected; settles single links."""
        if change.subject != "link" or self._takes_whole(change):
            return True
        return (change.link, change.object_id, change.target_id) in self.selection.links

    def attributes_of(self, change: Row, names: list[str]) -> tuple[str, ...]:
        """Those of the changed attributes of an object that are selected."""
        if self._takes_whole(change):
            return tuple(names)
        wanted = self.selection.attributes.get(change.object_id, frozenset())
        return tuple(name for name in names if name in wanted)

    def _of_playbook(self) -> Q:
        found = self.selection.playbook
        if found is None:
            return Q(pk__in=())
        condition = Q(subject="object", kind__in=found.kinds)
        condition |= Q(subject="object", object_id__in=self.object_ids)
        if found.links:
            condition |= Q(subject="link", kind__in=found.kinds)
            condition |= Q(subject="link", object_id__in=self.object_ids)
        if found.links_to:
            condition |= Q(subject="link", target_id__in=self.object_ids)
        return condition

    def _takes_whole(self, change: Row) -> bool:
        chosen = self.selection
        return (
            chosen.everything
            or change.kind in chosen.kinds
            or change.object_id in chosen.object_ids
            or change.position in self.positions
            or (chosen.playbook is not None and self._is_in_playbook(change))
        )

    def _is_in_playbook(self, change: Row) -> bool:
        found = self.selection.playbook
        if found is None:
            return False
        taken = change.kind in found.kinds or change.object_id in self.object_ids
        if change.subject != "link":
            return taken
        return (found.links and taken) or (found.links_to and change.target_id in self.object_ids)


def scope_of(report: DifferenceReport, selection: Selection) -> Scoped:
    """What a selection names in a complete report.

    Reads the audit log where it asks what somebody touched, and the tenant's history where a
    playbook follows references.
    """
    positions = set(selection.changes)
    for one in selection.touched:
        positions |= positions_touched_by(report, one.actor_id, one.since, one.until)
    if selection.matching:
        met = changes(report, Filters.from_json(selection.matching))
        positions.update(met.values_list("position", flat=True))
    taken: frozenset[str] = frozenset()
    if selection.playbook and report.target:
        taken = objects_taken(report.tenant, selection.playbook, report.base.seq, report.target.seq)
    return Scoped(selection, frozenset(positions), taken)
