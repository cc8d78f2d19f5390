"""The steps that bring links back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from apps.diffs.batches import batched
from apps.diffs.choices import ChangeType, Recoverable
from apps.diffs.reasons import OTHER_END_GONE, SET_ASIDE, WITH_OTHER_END
from apps.entra import writing
from apps.entra.catalogue import Link, kind, link
from apps.recovery import reasons, states
from apps.recovery.choices import Action, LinkMode
from apps.recovery.planning.drafts import Draft, not_recoverable, nothing
from apps.recovery.requests import content_of
from apps.recovery.selection import Selection

Source = tuple[str, str]


class LinkRow(NamedTuple):
    """A changed link of a report, in little room. The fields are those of ReportChange."""

    subject: str
    kind: str
    object_id: str
    link: str
    target_id: str
    position: int
    change: str
    recoverable: str
    reason: str


@dataclass(frozen=True, slots=True)
class LinkPlan:
    """Selected link changes of a report, and the objects that the plan removes or undeletes.

    unmade_ends: what was deleted for good and is not made anew. graph: the address of Graph in the
    tenant's cloud, which the requests carry.
    """

    rows: Collection[LinkRow]
    removed_objects: frozenset[str]
    undeleted_objects: frozenset[str]
    unmade_ends: frozenset[str]
    graph: str
    selection: Selection

    def drafts(self) -> Iterator[Draft]:
        """Every selected link is in exactly one draft, if only to say why nothing is done."""
        adds: dict[Source, list[str]] = defaultdict(list)
        removals: list[LinkRow] = []
        replaced = self._replaced()
        for row in self.rows:
            if (target := self._mapped(row)) is not None:
                yield nothing(_blank(row), reasons.MAPPED, because_of=target)
                adds[row.link, row.object_id].append(target)
            elif (silent := self._silent(row, replaced)) is not None:
                yield silent
            elif row.change == ChangeType.LINK_REMOVED:
                adds[row.link, row.object_id].append(row.target_id)
            else:
                removals.append(row)
        for (name, source_id), targets in sorted(adds.items()):
            yield from _additions(link(name), source_id, set(targets), self.graph)
        yield from _removals(removals, adds)

    def _silent(self, row: LinkRow, replaced: frozenset[Source]) -> Draft | None:
        """The draft of a link for which nothing is done."""
        mode = self.selection.link_mode(row.link, row.kind)
        came = row.change == ChangeType.LINK_ADDED
        if row.object_id in self.removed_objects:
            return nothing(_blank(row), reasons.GOES_WITH_OBJECT, because_of=row.object_id)
        if mode == LinkMode.SKIP:
            return nothing(_blank(row), reasons.LINKS_SKIPPED)
        if row.recoverable == Recoverable.NO:
            return not_recoverable(_blank(row), row.reason)
        if row.reason == WITH_OTHER_END and self._ends_in(self.unmade_ends, row):
            return not_recoverable(_blank(row), OTHER_END_GONE)
        if row.recoverable == Recoverable.NOTHING_TO_DO:
            return nothing(_blank(row), row.reason)
        if row.reason == SET_ASIDE and not self._ends_in(self.undeleted_objects, row):
            return nothing(_blank(row), reasons.STAYS_ASIDE)
        if mode == LinkMode.MERGE and came:
            return nothing(_blank(row), reasons.LINK_STAYS)
        if mode == LinkMode.MERGE and (row.link, row.object_id) in replaced:
            return nothing(_blank(row), reasons.LINK_TAKEN)
        return None

    def _mapped(self, row: LinkRow) -> str | None:
        """What is linked in place of the target, if that is gone and something else was chosen."""
        mode = self.selection.link_mode(row.link, row.kind)
        lost = row.change == ChangeType.LINK_REMOVED and mode != LinkMode.SKIP
        if not lost or row.object_id in self.unmade_ends or row.object_id in self.removed_objects:
            return None
        return self.selection.mapped.get(row.target_id)

    def _replaced(self) -> frozenset[Source]:
        """Sources of links of which there is one only, and which have another one now."""
        came = (row for row in self.rows if row.change == ChangeType.LINK_ADDED)
        return frozenset((row.link, row.object_id) for row in came if link(row.link).single)

    def _ends_in(self, objects: frozenset[str], row: LinkRow) -> bool:
        return not objects.isdisjoint((row.object_id, row.target_id))


def _additions(of: Link, source_id: str, targets: Iterable[str], graph: str) -> Iterator[Draft]:
    """As many targets to a request as Graph takes together (20 members of a group).

    https://learn.microsoft.com/graph/api/group-post-members#example-2-add-multiple-members-to-a-group-in-a-single-request
    """
    for together in batched(sorted(targets), of.add_many):
        (request,) = writing.add_links(of, source_id, together, graph=graph)
        singly: tuple[writing.WriteRequest, ...] = ()
        if len(together) > 1:
            singly = writing.add_links(of, source_id, together, together=False, graph=graph)
        draft = _draft(of, source_id, Action.LINK_ADD, together, reasons.LINK_LOST)
        draft.lane = request.lane
        draft.content = content_of(request, singly)
        draft.assumes, draft.wants = states.of_link(present=False), states.of_link(present=True)
        yield draft


def _removals(rows: Iterable[LinkRow], added: Mapping[Source, object]) -> Iterator[Draft]:
    for row in rows:
        of = link(row.link)
        if of.single and (row.link, row.object_id) in added:
            # Setting a manager replaces the one before: removing it too would remove the new one.
            yield nothing(_blank(row), reasons.REPLACED)
            continue
        request = writing.remove_link(of, row.object_id, row.target_id)
        targets = (row.target_id,)
        draft = _draft(of, row.object_id, Action.LINK_REMOVE, targets, reasons.LINK_GAINED)
        draft.lane = request.lane
        draft.content = content_of(request)
        draft.assumes, draft.wants = states.of_link(present=True), states.of_link(present=False)
        yield draft


def _draft(
    of: Link, source_id: str, action: Action, targets: tuple[str, ...], reason: str
) -> Draft:
    return Draft(
        action=action,
        kind=of.source_kind,
        object_id=source_id,
        reason=reason,
        kind_order=kind(of.source_kind).order,
        link=of.name,
        targets=targets,
    )


def _blank(row: LinkRow) -> Draft:
    return _draft(link(row.link), row.object_id, Action.NOTHING, (row.target_id,), "")
