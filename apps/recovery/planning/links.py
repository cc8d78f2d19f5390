"""The steps that bring links back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from apps.diffs.batches import batched
from apps.diffs.choices import ChangeType, Recoverable
from apps.diffs.models import ReportChange
from apps.diffs.reasons import OTHER_END_GONE, SET_ASIDE, WITH_OTHER_END
from apps.entra import writing
from apps.entra.catalogue import Link, kind, link
from apps.recovery import reasons, states
from apps.recovery.choices import Action
from apps.recovery.planning.drafts import Draft, not_recoverable, nothing
from apps.recovery.requests import content_of

Source = tuple[str, str]


@dataclass(frozen=True, slots=True)
class LinkPlan:
    """Selected link changes of a report, and the objects that the plan removes or undeletes.

    unmade_ends: what was deleted for good and is not made anew. graph: the address of Graph in the
    tenant's cloud, which the requests carry.
    """

    rows: tuple[ReportChange, ...]
    removed_objects: frozenset[str]
    undeleted_objects: frozenset[str]
    unmade_ends: frozenset[str]
    graph: str

    def drafts(self) -> Iterator[Draft]:
        """Every selected link is in exactly one draft, if only to say why nothing is done."""
        adds: dict[Source, list[str]] = defaultdict(list)
        removals: list[ReportChange] = []
        for row in self.rows:
            if row.object_id in self.removed_objects:
                yield nothing(_blank(row), reasons.GOES_WITH_OBJECT, because_of=row.object_id)
            elif row.recoverable == Recoverable.NO:
                yield not_recoverable(_blank(row), row.reason)
            elif row.reason == WITH_OTHER_END and self._ends_in(self.unmade_ends, row):
                yield not_recoverable(_blank(row), OTHER_END_GONE)
            elif row.recoverable == Recoverable.NOTHING_TO_DO:
                yield nothing(_blank(row), row.reason)
            elif row.reason == SET_ASIDE and not self._ends_in(self.undeleted_objects, row):
                yield nothing(_blank(row), reasons.STAYS_ASIDE)
            elif row.change == ChangeType.LINK_REMOVED:
                adds[row.link, row.object_id].append(row.target_id)
            else:
                removals.append(row)
        for (name, source_id), targets in sorted(adds.items()):
            yield from _additions(link(name), source_id, targets, self.graph)
        yield from _removals(removals, set(adds))

    def _ends_in(self, objects: frozenset[str], row: ReportChange) -> bool:
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


def _removals(rows: Iterable[ReportChange], added: set[Source]) -> Iterator[Draft]:
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


def _blank(row: ReportChange) -> Draft:
    return _draft(link(row.link), row.object_id, Action.NOTHING, (row.target_id,), "")
