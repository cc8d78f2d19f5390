"""What a step needs before it: what it refers to has to be there, and is fetched out of the bin."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from apps.diffs.dependents import owner_ids
from apps.entra.catalogue import kind
from apps.history import selectors as history
from apps.recovery import reasons
from apps.recovery.choices import Action
from apps.recovery.planning.blocking import Blocker, bound_to_former, unresolved
from apps.recovery.planning.creating import Newcomers
from apps.recovery.planning.drafts import Draft, Key, undelete_key
from apps.recovery.planning.objects import ObjectChange, blank, undelete_draft
from apps.recovery.planning.references import (
    SOFT_DELETED,
    Directory,
    Found,
    Target,
    attributes_with_references,
    names_writably,
    references_in,
)
from apps.recovery.planning.settling import Settlement


@dataclass
class Needs:
    """Follows what drafts refer to. drafts: of the plan so far; add: takes one more into it.
    `blockers` says what nobody can be referred to any more."""

    directory: Directory
    newcomers: Newcomers
    settlement: Settlement
    drafts: Mapping[Key, Draft]
    add: Callable[[Draft], None]
    blockers: list[Blocker] = field(default_factory=list)

    def follow_references(self, draft: Draft, change: ObjectChange) -> None:
        """See to it that whatever the step brings back can refer to what it names."""
        if draft.action == Action.UPDATE:
            body, names = change.before, frozenset(draft.attributes)
        elif draft.action == Action.UNDELETE:
            body, names = change.after, attributes_with_references(change.kind)
        elif draft.action == Action.CREATE:
            body, names = change.before, attributes_with_references(change.kind)
            self.follow_owners(draft, change)
        elif change.row.returns_with:
            self.follow_owners(draft, change)
            return
        else:
            return
        for found in references_in(change.kind, body, names):
            # Of what lies in the bin an update takes out what was decided about.
            if found.value in self.settlement:
                continue
            if found.value in self.newcomers:
                self._follow_newcomer(draft, found)
            elif self.directory.was_deleted(found):
                self.blockers.append(unresolved(draft, found, self.directory))
            else:
                self.need(draft, self.directory.find(found))

    def follow_owners(self, draft: Draft, change: ObjectChange) -> None:
        """What comes back does so when the last of its owners is there."""
        for object_id in owner_ids(change.kind, change.before or change.after):
            owner = Found("what it hangs on", "", "id", object_id)
            if object_id not in self.newcomers and self.directory.was_deleted(owner):
                self.blockers.append(unresolved(draft, owner, self.directory))
            self.need(draft, self.directory.by_id(object_id))

    def need(self, draft: Draft, target: Target | None) -> None:
        """Let the draft wait for the undelete of what it refers to; plan that if nobody has."""
        if target is None or target.state != SOFT_DELETED:
            return
        key = undelete_key(target.kind, target.object_id)
        if key not in self.drafts:
            self._undelete(target, draft.object_id)
        if key != draft.key:
            draft.needs.add(key)

    def _undelete(self, target: Target, because_of: str) -> None:
        of = kind(target.kind)
        body = history.body_at(
            self.directory.tenant, target.kind, target.object_id, self.directory.seq
        )
        draft = undelete_draft(blank(of, target.object_id, body or {}, reasons.NEEDED_BY), of)
        draft.because_of = because_of
        self.add(draft)
        for found in references_in(of, body or {}, attributes_with_references(of)):
            if found.value in self.newcomers:
                self._follow_newcomer(draft, found)

    def _follow_newcomer(self, draft: Draft, found: Found) -> None:
        """What is undeleted is told of another identity, if it can be."""
        if draft.action == Action.UNDELETE and not names_writably(kind(draft.kind), found):
            self.blockers.append(bound_to_former(draft, found))
