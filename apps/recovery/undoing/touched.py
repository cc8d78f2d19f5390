"""What a run touched: the only things that its undo may write."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from apps.diffs import risk
from apps.diffs.changes import Change, Verdict
from apps.diffs.choices import ChangeType, Recoverable, Subject
from apps.entra.catalogue import kind, link
from apps.history.identities import identities_of
from apps.recovery import reasons
from apps.recovery.choices import Action, ResultState
from apps.recovery.models import Run, Step, StepResult
from apps.recovery.selection import LinkKey

# What may have reached the tenant. What failed did not, and what was found so was not ours.
WROTE = (ResultState.DONE, ResultState.UNVERIFIED)
_APPEARED = {Action.UNDELETE, Action.CREATE}
_CAME = {ChangeType.CREATED, ChangeType.RESTORED}
_WENT = {ChangeType.SOFT_DELETED, ChangeType.HARD_DELETED}


@dataclass(frozen=True, slots=True)
class Touched:
    """By the ids that objects have today.

    attributes: names by object id. appeared: undeleted or made anew; binned and removed: deleted,
    with or without a bin. links: what was added or removed. added: those of them that were added.
    kinds: of everything that was touched.
    """

    attributes: Mapping[str, frozenset[str]]
    appeared: frozenset[str]
    binned: frozenset[str]
    removed: frozenset[str]
    links: frozenset[LinkKey]
    added: frozenset[LinkKey]
    kinds: frozenset[str]

    @property
    def gone(self) -> frozenset[str]:
        return self.binned | self.removed

    def narrow(self, change: Change) -> Change | None:
        """The part of a change that is the run's doing; None where that is nothing."""
        if change.subject == Subject.LINK:
            return change if self._has_link(change) else None
        if change.change in _CAME:
            # What came back with its owner goes into the bin with it again.
            return change if change.object_id in self.appeared else None
        if change.change in _WENT and self.gone & {change.object_id, change.returns_with}:
            return change
        names = self.attributes.get(change.object_id, frozenset())
        kept = tuple(name for name in change.attributes if name in names)
        if change.object_id in self.appeared or not kept:
            return None
        return _with_attributes(change, kept)

    def changes(self, found: Iterable[Change]) -> Iterator[Change]:
        """The parts of many changes, in the same order."""
        for change in found:
            if (own := self.narrow(change)) is not None:
                yield own

    def _has_link(self, change: Change) -> bool:
        if (change.link, change.object_id, change.target_id) in self.links:
            return True
        # Links vanish with an object and come back with it.
        removed = change.change == ChangeType.LINK_REMOVED
        return removed and not self.gone.isdisjoint((change.object_id, change.target_id))


def touched_by(run: Run) -> Touched:
    """What a run wrote, or may have written. Two queries, and one for the ids of today."""
    current = identities_of(run.tenant_id).current
    attributes: dict[str, set[str]] = defaultdict(set)
    objects: dict[Action, set[str]] = defaultdict(set)
    links: dict[Action, set[LinkKey]] = defaultdict(set)
    kinds: set[str] = set()
    for action, name, object_id, of_link, target_id, names in _written(run):
        now = current(object_id)
        kinds.add(name)
        if of_link:
            links[action].add((of_link, now, current(target_id)))
        elif action in {Action.UPDATE, Action.PREPARE}:
            attributes[now].update(names)
        else:
            objects[action].add(now)
    added = frozenset(links[Action.LINK_ADD])
    replaced = {
        (of_link, current(source), current(target))
        for of_link, source, target in _replaced(run)
        if any((of_link, current(source)) == key[:2] for key in added)
    }
    return Touched(
        attributes={one: frozenset(names) for one, names in attributes.items()},
        appeared=frozenset().union(*(objects[one] for one in _APPEARED)),
        binned=frozenset(objects[Action.SOFT_DELETE]),
        removed=frozenset(objects[Action.REMOVE]),
        links=added | links[Action.LINK_REMOVE] | replaced,
        added=added,
        kinds=frozenset(kinds),
    )


def _written(run: Run) -> Iterator[tuple[Action, str, str, str, str, list[str]]]:
    rows = StepResult.objects.filter(run=run, state__in=WROTE).values_list(
        "step__action",
        "step__kind",
        "step__object_id",
        "step__link",
        "target_id",
        "step__attributes",
    )
    for action, name, object_id, of_link, target_id, names in rows.iterator():
        yield Action(action), name, object_id, of_link, target_id, names


def _replaced(run: Run) -> Iterator[LinkKey]:
    """Links that had to make way for another one: a person has one manager."""
    steps = Step.objects.filter(
        plan_id=run.request.plan_id, action=Action.NOTHING, reason=reasons.REPLACED
    )
    for of_link, source, targets in steps.values_list("link", "object_id", "targets"):
        for target in targets:
            yield (of_link, source, target)


def _with_attributes(change: Change, names: tuple[str, ...]) -> Change:
    lost = tuple(name for name in change.verdict.lost if name in names)
    verdict = replace(change.verdict, lost=lost)
    if change.change == ChangeType.UPDATED:
        verdict = replace(verdict, recoverable=_how_much(lost, names, change.verdict))
    weight = risk.of_object(kind(change.kind), change.change, names)
    return replace(change, attributes=names, verdict=verdict, risk=weight)


def _how_much(lost: tuple[str, ...], names: tuple[str, ...], of_all: Verdict) -> Recoverable:
    if not lost:
        return Recoverable.YES
    if of_all.recoverable == Recoverable.NO or lost == names:
        return Recoverable.NO
    return Recoverable.PARTLY


def is_single(name: str) -> bool:
    """Whether an object has one link of this sort at the most."""
    return link(name).single
