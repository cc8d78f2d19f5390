"""All drafts of a plan, from the selected changes of a report."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

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
from apps.recovery.planning.creating import Newcomers, creation_drafts, renaming_drafts
from apps.recovery.planning.drafts import Draft, Key, nothing, undelete_key
from apps.recovery.planning.links import LinkPlan
from apps.recovery.planning.objects import (
    ObjectChange,
    aside_drafts,
    blank,
    is_made_anew,
    is_made_aside,
    object_drafts,
    undelete_draft,
)
from apps.recovery.planning.ordering import Placed, place
from apps.recovery.planning.references import (
    SOFT_DELETED,
    Directory,
    Found,
    Target,
    attributes_with_references,
    is_written,
    references_in,
)
from apps.recovery.selection import Selection

BATCH = 500
# Kinds whose objects can be told of another id than they name.
REFERRING = frozenset(
    one.name for one in KINDS if one.updatable and any(is_written(one, r) for r in one.references)
)
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Blocker:
    """Something that must be settled before the plan may run."""

    draft: Draft
    text: str


@dataclass
class Planner:
    """Plans one selection of one complete report. Reads history and the report; writes nothing."""

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

    def plan(self) -> list[Placed]:
        """The numbered steps. Afterwards `blockers` says what stands in the way."""
        self._note_newcomers()
        for batch in batched(self._selected(Subject.OBJECT), BATCH):
            self._plan_objects(batch)
            self._tell()
        self._plan_links()
        self._plan_asides()
        self._plan_renamings()
        self._tell()
        for draft in self._drafts.values():
            self._newcomers.bind(draft)
        return place(self._drafts.values())

    def _tell(self) -> None:
        if self.progress:
            self.progress(len(self._drafts))

    def _selected(self, subject: Subject, **only: ChangeType) -> Iterator[ReportChange]:
        rows = ReportChange.objects.filter(self.selection.condition(), report=self.report, **only)
        for row in rows.filter(subject=subject).order_by("position").iterator():
            if self.selection.takes(row):
                yield row

    def _note_newcomers(self) -> None:
        """Who is made anew has to be known before the first reference is looked at."""
        gone = self._selected(Subject.OBJECT, change=ChangeType.HARD_DELETED)
        gone = (row for row in gone if is_made_anew(row))
        for batch in batched(gone, BATCH):
            for change in self._changes(batch):
                self._newcomers.add(change.kind, change.row.object_id, change.before)

    def _plan_objects(self, rows: tuple[ReportChange, ...]) -> None:
        for change in self._changes(rows):
            if is_made_aside(change.row):
                # Whether its owner comes back is known only when all else is planned.
                continue
            self._planned.add((change.row.kind, change.row.object_id))
            drafts = (
                creation_drafts(change, self._newcomers)
                if is_made_anew(change.row)
                else object_drafts(change, self.selection)
            )
            for draft in drafts:
                self._add(draft)
                self._follow_references(draft, change)

    def _changes(self, rows: tuple[ReportChange, ...]) -> Iterator[ObjectChange]:
        keys = [(row.kind, row.object_id) for row in rows]
        before = bodies_then(self.report.tenant_id, keys, self.base_seq, self.identities)
        after = history.bodies_at(self.report.tenant_id, keys, self.assumed_seq)
        aside = [key for row, key in zip(rows, keys, strict=True) if row.returns_with]
        after |= history.last_bodies(self.report.tenant_id, aside, self.assumed_seq)
        for row, key in zip(rows, keys, strict=True):
            yield ObjectChange(row, before.get(key, {}), after.get(key, {}))

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
                        self._follow_owners(draft, change)
                else:
                    self._add(nothing(change.blank(), reasons.STAYS_ASIDE))

    def _asides(self, undeleted: frozenset[str]) -> Iterator[ReportChange]:
        taken_along = Q(returns_with__in=undeleted)
        selected = self.selection.condition() & Q(change=ChangeType.CREATED)
        rows = ReportChange.objects.filter(taken_along | selected, report=self.report)
        for row in rows.exclude(returns_with="").order_by("position").iterator():
            if (row.kind, row.object_id) not in self._planned:
                yield row

    def _is_in_bin(self, object_id: str) -> bool:
        target = self.directory.by_id(object_id)
        return target is not None and target.state == SOFT_DELETED

    def _plan_links(self) -> None:
        rows = tuple(self._selected(Subject.LINK))
        gone = self._objects_that(Action.SOFT_DELETE, Action.REMOVE)
        undeleted = self._objects_that(Action.UNDELETE)
        graph = cloud(self.report.tenant.cloud).resource
        plan = LinkPlan(rows, gone, undeleted, self._unmade_ends(rows), graph)
        drafts = list(plan.drafts())
        writing = [draft for draft in drafts if draft.writes]
        self.directory.load({one for draft in writing for one in (draft.object_id, *draft.targets)})
        for draft in drafts:
            self._add(draft)
        for draft in writing:
            for object_id in (draft.object_id, *draft.targets):
                if draft.action == Action.LINK_ADD or object_id in undeleted:
                    self._need(draft, self.directory.by_id(object_id))

    def _plan_renamings(self) -> None:
        """Who refers to what is made anew is told its new id, changed since the snapshot or not."""
        if not self._newcomers.keys:
            return
        planned = self._attributes_planned()
        present = (
            item
            for item in history.state_at(self.report.tenant, self.assumed_seq, kinds=REFERRING)
            if item.state == ObjectState.PRESENT
        )
        for batch in batched(present, BATCH):
            keys = [(item.kind, item.object_id) for item in batch]
            bodies = history.bodies_at(self.report.tenant, keys, self.assumed_seq)
            for (name, object_id), body in bodies.items():
                of, written = kind(name), planned[name, object_id]
                for draft in renaming_drafts(of, object_id, body, self._newcomers, written):
                    self._add(draft)

    def _attributes_planned(self) -> defaultdict[tuple[str, str], set[str]]:
        """What the plan writes by now of each object of the kinds that refer to others."""
        found: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        for draft in self._drafts.values():
            if draft.action == Action.UPDATE and draft.kind in REFERRING:
                found[draft.kind, draft.object_id].update(draft.attributes)
        return found

    def _unmade_ends(self, rows: tuple[ReportChange, ...]) -> frozenset[str]:
        """Ends of links that were deleted for good, and that this plan does not make anew."""
        lost = (row for row in rows if row.reason == WITH_OTHER_END)
        ends = {end for row in lost for end in (row.object_id, row.target_id)}
        found: set[str] = set()
        for batch in batched(sorted(ends), BATCH):
            states = states_of(self.report.tenant, batch)
            found |= {one for one, state in states.items() if state == ObjectState.HARD_DELETED}
        return frozenset(one for one in found if one not in self._newcomers)

    def _objects_that(self, *actions: Action) -> frozenset[str]:
        return frozenset(one.object_id for one in self._drafts.values() if one.action in actions)

    def _follow_references(self, draft: Draft, change: ObjectChange) -> None:
        """See to it that whatever the step brings back can refer to what it names."""
        if draft.action == Action.UPDATE:
            body, names = change.before, frozenset(draft.attributes)
        elif draft.action == Action.UNDELETE:
            body, names = change.after, attributes_with_references(change.kind)
        elif draft.action == Action.CREATE:
            body, names = change.before, attributes_with_references(change.kind)
            self._follow_owners(draft, change)
        elif change.row.returns_with:
            self._follow_owners(draft, change)
            return
        else:
            return
        for found in references_in(change.kind, body, names):
            if found.value in self._newcomers:
                continue
            if self.directory.was_deleted(found):
                self._block(draft, found.path, found.value)
            else:
                self._need(draft, self.directory.find(found))

    def _follow_owners(self, draft: Draft, change: ObjectChange) -> None:
        """What comes back does so when the last of its owners is there."""
        for object_id in owner_ids(change.kind, change.before or change.after):
            owner = Found("what it hangs on", "", "id", object_id)
            if object_id not in self._newcomers and self.directory.was_deleted(owner):
                self._block(draft, owner.path, object_id)
            self._need(draft, self.directory.by_id(object_id))

    def _need(self, draft: Draft, target: Target | None) -> None:
        """Let the draft wait for the undelete of what it refers to; plan that if nobody has."""
        if target is None or target.state != SOFT_DELETED:
            return
        key = undelete_key(target.kind, target.object_id)
        if key not in self._drafts:
            of = kind(target.kind)
            body = history.body_at(
                self.report.tenant, target.kind, target.object_id, self.assumed_seq
            )
            undelete = undelete_draft(
                blank(of, target.object_id, body or {}, reasons.NEEDED_BY), of
            )
            undelete.because_of = draft.object_id
            self._add(undelete)
        if key != draft.key:
            draft.needs.add(key)

    def _block(self, draft: Draft, path: str, value: str) -> None:
        self.blockers.append(
            Blocker(
                draft,
                f"{kind(draft.kind).title} {draft.object_id} would refer to {value} in {path}, "
                "which was deleted for good. Select that as well, so that it is made anew, or "
                "leave this out.",
            )
        )

    def _add(self, draft: Draft) -> None:
        known = self._drafts.get(draft.key)
        if known is None or draft.reason != reasons.NEEDED_BY:
            if known is not None:
                draft.needs |= known.needs
            self._drafts[draft.key] = draft
