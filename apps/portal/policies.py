"""Conditional Access policies for people: in words, with the names of that snapshot's time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from apps.diffs.choices import Subject
from apps.diffs.models import DifferenceReport, ReportChange
from apps.diffs.selectors import pruned
from apps.entra.catalogue import KINDS
from apps.entra.conditional_access import words
from apps.entra.conditional_access.words import Change, Item, Line, Part, Sentence, Told, Unknown
from apps.entra.conditional_access.words.terms import FIRST_PARTY
from apps.history import selectors as history
from apps.history.choices import ObjectState as State
from apps.history.search.finding import FoundObject, objects_by_id, objects_with_keys
from apps.recovery.choices import Action
from apps.recovery.models import Plan, Step
from apps.tenants.models import Tenant

POLICY: Final = "conditionalAccessPolicy"
# What an object's page leaves out of its properties, because the words say it.
SAID: Final = frozenset({"state", "conditions", "grantControls", "sessionControls"})
_CAPTURED: Final = frozenset(entry.name for entry in KINDS)
_IN_WORDS: Final = frozenset(
    {Action.UPDATE, Action.CREATE, Action.UNDELETE, Action.SOFT_DELETE, Action.REMOVE}
)
_BY_ID: Final = "id"
_SERVICE_PRINCIPALS: Final = ("servicePrincipal",)


@dataclass(frozen=True, slots=True)
class Named:
    """What an id in a policy is called. found: the object; None where no snapshot knew it by then.

    note: what has to be said beside the name: that it is deleted, or not to be found.
    """

    name: str
    found: FoundObject | None = None
    note: str = ""


Names = Mapping[str, Named]
Sides = tuple[Mapping[str, Any] | None, Mapping[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Row:
    """A part of a policy: its question, the sentences that sum it up, and all lines."""

    part: Part
    sentences: tuple[Sentence, ...]
    lines: tuple[Line, ...]

    @property
    def is_said_whole(self) -> bool:
        """Whether the sentences name everything, so that the lines need not be opened."""
        named = {id(piece) for one in self.sentences for piece in one.pieces}
        lines = (line for line in self.lines if not words.goes_without_saying(line))
        return all(id(item) in named for line in lines for item in line.items)


@dataclass(frozen=True, slots=True)
class PolicyView:
    """A policy in words. names: by what stands in the policy, in lower case."""

    told: Told
    rows: tuple[Row, ...]
    names: Names

    @property
    def found(self) -> dict[str, FoundObject]:
        """The objects that the policy names, by id."""
        known = (one.found for one in self.names.values())
        return {one.object_id: one for one in known if one is not None}

    @property
    def unknown(self) -> tuple[Unknown, ...]:
        return self.told.unknown


@dataclass(frozen=True, slots=True)
class PolicyDifference:
    """Two policies in words and what differs between them. names: of whatever either names."""

    before: PolicyView | None
    after: PolicyView | None
    changes: list[Change]
    names: Names

    @property
    def known(self) -> dict[str, str]:
        """What the ids are called that either policy names, where that is known."""
        return {key: one.name for key, one in self.names.items() if one.name}


def policy_view(tenant: Tenant, body: Mapping[str, Any], seq: int) -> PolicyView:
    """A policy with names as of a position. Two or three queries, and a search for appIds."""
    told = words.read(body)
    return _view(told, names_of(tenant, told.items, seq))


def policy_difference(tenant: Tenant, sides: Sides, *seqs: int) -> PolicyDifference:
    """Two states of a policy, None where there was none. seqs: where names are looked up, the one
    that counts first; the others name what that one does not know."""
    return policy_differences(tenant, {"": sides}, *seqs)[""]


def policy_differences(
    tenant: Tenant, pairs: Mapping[Any, Sides], *seqs: int
) -> dict[Any, PolicyDifference]:
    """The same for several policies at once, at the price of one."""
    read = {
        key: tuple(None if body is None else words.read(body) for body in sides)
        for key, sides in pairs.items()
    }
    items = [item for sides in read.values() for told in sides if told for item in told.items]
    names: dict[str, Named] = {}
    for seq in seqs:
        missing = [item for item in items if _is_nameless(names.get(_key(item)))]
        found = names_of(tenant, missing, seq)
        names |= {key: one for key, one in found.items() if key not in names or one.found}
    differences = {}
    for key, (before, after) in pairs.items():
        views = [None if told is None else _view(told, names) for told in read[key]]
        changes = words.compare(before, after) if before and after else []
        differences[key] = PolicyDifference(views[0], views[1], changes, names)
    return differences


def step_policies(
    plan: Plan, steps: Iterable[tuple[Step, Mapping[str, Any]]]
) -> dict[int, PolicyDifference]:
    """What a plan's steps do to policies, in words, by their order. steps: with their requests."""
    written = {
        step.order: (step, content["request"]["body"] or {})
        for step, content in steps
        if step.kind == POLICY and not step.link and content and step.action in _IN_WORDS
    }
    if not written:
        return {}
    keys = [(POLICY, step.object_id) for step, _ in written.values()]
    now = history.bodies_at(plan.tenant, keys, plan.assumed_seq)
    pairs = {
        order: _effect(step, body, now.get((POLICY, step.object_id)))
        for order, (step, body) in written.items()
    }
    return policy_differences(plan.tenant, pairs, plan.assumed_seq, plan.base_seq)


def _effect(step: Step, body: Mapping[str, Any], now: Mapping[str, Any] | None) -> Sides:
    """A policy before and after a step. What is in the recycle bin is not there before."""
    if step.action == Action.UPDATE:
        return (now, {**now, **body}) if now else (None, body)
    if step.action == Action.CREATE:
        return None, body
    if step.action == Action.UNDELETE:
        return None, now
    return now, None


def change_difference(report: DifferenceReport, row: ReportChange) -> PolicyDifference | None:
    """A report's change of a policy in words; None of anything else, and where values were
    pruned."""
    if row.kind != POLICY or row.subject != Subject.OBJECT or pruned(report):
        return None
    seqs = [one.seq for one in (report.base, report.target) if one]
    key = (row.kind, row.object_id)
    found = [one.get(key) for one in history.bodies_at_each(report.tenant, [key], seqs)]
    before, after = (*found, None)[:2]
    return policy_difference(report.tenant, (before, after), *reversed(seqs))


def names_of(tenant: Tenant, items: Iterable[Item], seq: int) -> dict[str, Named]:
    """What the ids among these items are called at a position, by the id in lower case."""
    wanted = {_key(item): item for item in items if item.is_id}
    by_id = {(one.kind, one.raw) for one in wanted.values() if _is_by_id(one)}
    found: dict[str, FoundObject] = (
        {key[1].lower(): one for key, one in objects_by_id(tenant, seq, by_id).items()}
        if by_id
        else {}
    )
    keys = {key for key, one in wanted.items() if one.kind and one.by != _BY_ID}
    found |= objects_with_keys(tenant, seq, keys, kinds=_SERVICE_PRINCIPALS)
    return {key: _named(item, found.get(key)) for key, item in wanted.items()}


def _is_by_id(item: Item) -> bool:
    return item.by == _BY_ID and item.kind in _CAPTURED


def _named(item: Item, found: FoundObject | None) -> Named:
    if found is not None:
        return Named(found.label, found, _NOTES[found.state])
    name = item.text or FIRST_PARTY.get(item.raw.lower(), "")
    if name:
        return Named(name)
    if item.kind not in _CAPTURED:
        return Named("", note="not in this tenant" if item.kind == "tenant" else "not backed up")
    return Named("", note="deleted, or never known" if item.by == _BY_ID else "not in this tenant")


_NOTES: Final = {
    State.PRESENT: "",
    State.SOFT_DELETED: "deleted, in the recycle bin",
    State.HARD_DELETED: "deleted",
}


def _is_nameless(named: Named | None) -> bool:
    return named is None or named.found is None


def _key(item: Item) -> str:
    return item.raw.lower()


def _view(told: Told, names: Names) -> PolicyView:
    said = list(words.sentences(told))
    rows = (
        Row(part, tuple(one for one in said if one.part == part), told.of(part)) for part in Part
    )
    return PolicyView(told, tuple(row for row in rows if row.sentences or row.lines), names)
