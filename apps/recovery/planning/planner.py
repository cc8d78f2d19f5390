"""All drafts of a plan, from the selected changes of a report."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from apps.diffs.batches import batched
from apps.diffs.choices import ChangeType, Subject
from apps.diffs.dependents import owner_ids
from apps.diffs.existence import states_of
from apps.diffs.models import DifferenceReport, ReportChange
from apps.diffs.reasons import WITH_OTHER_END
from apps.entra.catalogue import KINDS, kind
from apps.entra.clouds import cloud
from apps.history import selectors as history
from apps.history.choices import ObjectState
from apps.history.identities import bodies_then, identities_of
from apps.recovery import reasons
from apps.recovery.choices import Action
from apps.recovery.native.covering import carried_out
from apps.recovery.native.drafting import native_drafts
from apps.recovery.planning import renewing
from apps.recovery.planning.blocking import Blocker, created_since
from apps.recovery.planning.creating import (
    Newcomers,
    creation_drafts,
    renamed_in,
    renaming_drafts,
)
from apps.recovery.planning.drafts import Draft, Key, nothing, undelete_key
from apps.recovery.planning.enforcing import on_trial, tell_trial
from apps.recovery.planning.excluding import put_after_policies
from apps.recovery.planning.links import LinkPlan, LinkRow
from apps.recovery.planning.needs import Needs
from apps.recovery.planning.objects import (
    ObjectChange,
    aside_drafts,
    is_made_anew,
    is_made_aside,
    object_drafts,
)
from apps.recovery.planning.ordering import Placed, place
from apps.recovery.planning.references import SOFT_DELETED, Directory, is_written
from apps.recovery.planning.settling import Settlement, require_known
from apps.recovery.scoping import Scoped, scope_of
from apps.recovery.selection import Selection

BATCH = 500
# Kinds whose objects can be told of another id than they name.
REFERRING = frozenset(
    one.name for one in KINDS if one.updatable and any(is_written(one, r) for r in one.references)
)
Progress = Callable[[int], None]


@dataclass
class Planner:
    """Plans one selection of one complete report. Reads history and the report; writes nothing.

    Bodies are read in batches and forgotten; what is kept is the drafts, their requests packed.
    """

    report: DifferenceReport
    selection: Selection
    base_seq: int
    assumed_seq: int
    progress: Progress | None = None
    blockers: list[Blocker] = field(default_factory=list)
    _drafts: dict[Key, Draft] = field(default_factory=dict)
    _planned: set[tuple[str, str]] = field(default_factory=set)
    _newcomers: Newcomers = field(default_factory=Newcomers)

    def __post_init__(self) -> None:
        self.identities = identities_of(self.report.tenant)
        self.directory = Directory(self.report.tenant, self.base_seq, self.assumed_seq)
        self.settlement = Settlement(self.selection)
        self._needs = Needs(
            self.directory, self._newcomers, self.settlement, self._drafts, self._add
        )
        self.scoped = Scoped(self.selection, frozenset(), frozenset())

    def plan(self) -> list[Placed]:
        """The numbered steps. Afterwards `blockers` says what stands in the way."""
        require_known(self.selection, self.directory)
        self.scoped = scope_of(self.report, self.selection)
        self._note_newcomers()
        for batch in batched(self._selected(), BATCH):
            self._plan_objects(batch)
            self._tell()
        self._plan_links()
        self._plan_asides()
        self._plan_renamings()
        self._tell()
        put_after_policies(self._drafts)
        drafts = self._drafts.values()
        if self.selection.native:
            drafts = {one.key: one for one in carried_out(list(drafts))}.values()
        for draft in drafts:
            self._newcomers.bind(draft)
            draft.pack()
        self.blockers += self._needs.blockers
        return place(drafts)

    def _tell(self) -> None:
        if self.progress:
            self.progress(len(self._drafts))

    def _selected(self, **only: ChangeType) -> Iterator[ReportChange]:
        """The selected changes of objects, in order."""
        rows = ReportChange.objects.filter(self.scoped.condition(), report=self.report, **only)
        rows = rows.filter(subject=Subject.OBJECT).order_by("position")
        yield from rows.iterator(chunk_size=BATCH)

    def _selected_links(self) -> Iterator[LinkRow]:
        rows = ReportChange.objects.filter(self.scoped.condition(), report=self.report)
        rows = rows.filter(subject=Subject.LINK).order_by("position")
        for values in rows.values_list(*LinkRow._fields).iterator(chunk_size=BATCH * 4):
            # The same few words and ids stand in very many rows.
            row = LinkRow._make(sys.intern(v) if isinstance(v, str) else v for v in values)
            if self.scoped.takes(row):
                yield row

    def _note_newcomers(self) -> None:
        """Who is made anew has to be known before the first reference is looked at."""
        gone = self._selected(change=ChangeType.HARD_DELETED)
        gone = (row for row in gone if self._is_made_anew(row))
        for batch in batched(gone, BATCH):
            for change in self._changes(batch):
                self._newcomers.add(change.kind, change.row.object_id, change.before)

    def _is_made_anew(self, row: ReportChange) -> bool:
        anew = is_made_anew(row) and not self.selection.native
        return anew and row.object_id not in self.settlement

    def _plan_objects(self, rows: tuple[ReportChange, ...]) -> None:
        for change in self._changes(rows):
            if is_made_aside(change.row):
                # Whether its owner comes back is known only when all else is planned.
                continue
            self._planned.add((change.row.kind, change.row.object_id))
            for draft in self._all_drafts_of(change):
                tell_trial(draft, change.trial)
                self._add(draft)
                self._needs.follow_references(draft, change)
                if draft.reason == reasons.TO_BE_ANSWERED:
                    self.blockers.append(created_since(draft))
            for name, value in change.left_out:
                self._add(_left_out(change, name, value))

    def _all_drafts_of(self, change: ObjectChange) -> Iterator[Draft]:
        drafts = list(self._drafts_of(change))
        yield from drafts
        if self.selection.new_secrets:
            yield from renewing.renewal_drafts(change, drafts)

    def _drafts_of(self, change: ObjectChange) -> Iterator[Draft]:
        row = change.row
        if change.gone_owner:
            yield nothing(change.blank(), reasons.OWNER_LEFT_OUT, because_of=change.gone_owner)
        elif row.change == ChangeType.HARD_DELETED and row.object_id in self.settlement.mapped:
            instead = self.settlement.mapped[row.object_id]
            yield nothing(change.blank(), reasons.MAPPED, because_of=instead)
        elif self._is_made_anew(row):
            yield from creation_drafts(
                change, self._newcomers, blocked=self.selection.people_blocked
            )
        elif self.selection.native:
            yield from native_drafts(change, self.scoped)
        else:
            yield from object_drafts(change, self.scoped)

    def _changes(self, rows: tuple[ReportChange, ...]) -> Iterator[ObjectChange]:
        keys = [(row.kind, row.object_id) for row in rows]
        before = bodies_then(self.report.tenant_id, keys, self.base_seq, self.identities)
        after = history.bodies_at(self.report.tenant_id, keys, self.assumed_seq)
        aside = [key for row, key in zip(rows, keys, strict=True) if row.returns_with]
        after |= history.last_bodies(self.report.tenant_id, aside, self.assumed_seq)
        for row, key in zip(rows, keys, strict=True):
            found = self._newcomers.spelled(before.get(key, {}))
            settled = self.settlement.settled(kind(row.kind), found)
            trial = on_trial(self.selection, row, settled.body, after.get(key, {}))
            yield ObjectChange(
                row,
                {**settled.body, **trial},
                after.get(key, {}),
                settled.changed | trial.keys(),
                settled.left_out,
                self.settlement.gone_owner(kind(row.kind), found),
                trial,
                self._renamed(row, after.get(key, {})),
            )

    def _renamed(self, row: ReportChange, after: Mapping[str, Any]) -> Mapping[str, Any]:
        """Of what comes out of the bin: what names others that will have another id by then."""
        is_back = row.change == ChangeType.SOFT_DELETED and not row.returns_with
        return renamed_in(kind(row.kind), after, self._newcomers) if is_back else {}

    def _plan_asides(self) -> None:
        """What comes back with the undeleted objects, whether it was selected or not."""
        undeleted = self._objects_that(Action.UNDELETE)
        for batch in batched(self._asides(undeleted), BATCH):
            for change in self._changes(batch):
                owners = owner_ids(change.kind, change.before or change.after)
                self.directory.load(owners)
                if all(one in undeleted or not self._is_in_bin(one) for one in owners):
                    for draft in aside_drafts(change):
                        self._add(draft)
                        self._needs.follow_owners(draft, change)
                else:
                    self._add(nothing(change.blank(), reasons.STAYS_ASIDE))

    def _asides(self, undeleted: frozenset[str]) -> Iterator[ReportChange]:
        taken_along = Q(returns_with__in=undeleted)
        selected = self.scoped.condition() & Q(change=ChangeType.CREATED)
        rows = ReportChange.objects.filter(taken_along | selected, report=self.report)
        for row in rows.exclude(returns_with="").order_by("position").iterator():
            if (row.kind, row.object_id) not in self._planned:
                yield row

    def _is_in_bin(self, object_id: str) -> bool:
        target = self.directory.by_id(object_id)
        return target is not None and target.state == SOFT_DELETED

    def _plan_links(self) -> None:
        rows = list(self._selected_links())
        gone = self._objects_that(Action.SOFT_DELETE, Action.REMOVE)
        undeleted = self._objects_that(Action.UNDELETE)
        graph = cloud(self.report.tenant.cloud).resource
        unmade = self._unmade_ends(rows)
        plan = LinkPlan(rows, gone, undeleted, unmade, graph, self.selection)
        for drafts in batched(plan.drafts(), BATCH):
            writing = [draft for draft in drafts if draft.writes]
            self.directory.load({i for draft in writing for i in (draft.object_id, *draft.targets)})
            for draft in drafts:
                self._add(draft)
            for draft in writing:
                for object_id in (draft.object_id, *draft.targets):
                    if draft.action == Action.LINK_ADD or object_id in undeleted:
                        self._needs.need(draft, self.directory.by_id(object_id))
            self._tell()

    def _plan_renamings(self) -> None:
        """Who refers to what is made anew is told its new id, changed since the snapshot or not."""
        if not self._newcomers.keys:
            return
        planned = self._attributes_planned()
        undeleted = self._objects_that(Action.UNDELETE)
        present = (
            item
            for item in history.state_at(self.report.tenant, self.assumed_seq, kinds=REFERRING)
            if item.state == ObjectState.PRESENT or item.object_id in undeleted
        )
        for batch in batched(present, BATCH):
            keys = [(item.kind, item.object_id) for item in batch]
            bodies = history.bodies_at(self.report.tenant, keys, self.assumed_seq)
            for (name, object_id), body in bodies.items():
                of, written = kind(name), planned[name, object_id]
                for draft in renaming_drafts(of, object_id, body, self._newcomers, written):
                    if object_id in undeleted:
                        draft.needs.add(undelete_key(name, object_id))
                    self._add(draft)

    def _attributes_planned(self) -> defaultdict[tuple[str, str], set[str]]:
        """What the plan writes by now of each object of the kinds that refer to others."""
        found: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        for draft in self._drafts.values():
            if draft.action == Action.UPDATE and draft.kind in REFERRING:
                found[draft.kind, draft.object_id].update(draft.attributes)
        return found

    def _unmade_ends(self, rows: list[LinkRow]) -> frozenset[str]:
        """Ends of links that were deleted for good, and that this plan does not make anew."""
        mapped = self.selection.mapped
        lost = (row for row in rows if row.reason == WITH_OTHER_END or row.target_id in mapped)
        ends = {end for row in lost for end in (row.object_id, row.target_id)}
        found: set[str] = set()
        for batch in batched(sorted(ends), BATCH):
            states = states_of(self.report.tenant, batch)
            found |= {one for one, state in states.items() if state == ObjectState.HARD_DELETED}
        return frozenset(one for one in found if one not in self._newcomers)

    def _objects_that(self, *actions: Action) -> frozenset[str]:
        return frozenset(one.object_id for one in self._drafts.values() if one.action in actions)

    def _add(self, draft: Draft) -> None:
        draft.pack()
        known = self._drafts.get(draft.key)
        if known is None or draft.reason != reasons.NEEDED_BY:
            if known is not None:
                draft.needs |= known.needs
            self._drafts[draft.key] = draft


def _left_out(change: ObjectChange, name: str, value: str) -> Draft:
    draft = change.blank()
    draft.attributes = (name,)
    return nothing(draft, reasons.LEFT_OUT, because_of=value)
