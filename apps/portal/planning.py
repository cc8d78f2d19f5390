"""What the pages that make plans show: what there is to choose from, and what was decided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.diffs.existence import kinds_of
from apps.diffs.models import DifferenceReport, ReportChange
from apps.diffs.selectors import labels
from apps.entra.catalogue import KINDS
from apps.history.search.finding import FoundObject, search_objects
from apps.history.selectors import body_at
from apps.portal.naming import people_behind
from apps.recovery import reasons
from apps.recovery.models import Plan, Step
from apps.recovery.planning.blocking import CREATED_SINCE, UNRESOLVED

ACTORS = 30
FOUND = 10
SHOWN = 100
_KIND_NAMES = frozenset(one.name for one in KINDS)
# Entra takes any of these where it says "principal".
_PRINCIPALS = ("user", "group", "servicePrincipal")


@dataclass(frozen=True, slots=True)
class Hand:
    """Somebody who made changes of a report."""

    actor_id: str
    name: str


@dataclass(slots=True)
class Gone:
    """Something that is gone for good and that steps refer to. kinds: of what can take its place.
    found: what a search for that gave; None where nobody searched."""

    value: str
    label: str
    object_id: str
    kind: str
    by: str
    choices: list[str]
    kinds: tuple[str, ...] = ()
    steps: list[tuple[int, str]] = field(default_factory=list)
    found: list[tuple[str, FoundObject]] | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided about something that is gone. instead: empty where it was left out."""

    value: str
    label: str
    instead: str
    steps: list[int]


def a_change_of_each(report: DifferenceReport) -> list[ReportChange]:
    """One change of everybody who made some of a report. One query."""
    rows = ReportChange.objects.filter(report=report).exclude(actor_id="")
    return list(rows.order_by("actor_id", "position").distinct("actor_id")[:ACTORS])


def hands_in(report: DifferenceReport) -> list[Hand]:
    """Who made changes of a report, by name. Two queries."""
    each = a_change_of_each(report)
    return hands_of(each, people_behind(report.tenant, each))


def hands_of(each: Iterable[ReportChange], names: Mapping[str, str]) -> list[Hand]:
    """Who made these changes, by name. names: by the id of the copied audit event. No query."""
    hands = [Hand(row.actor_id, names.get(row.event_id) or row.actor_id) for row in each]
    return sorted(hands, key=lambda one: one.name.lower())


def parts_of(report: DifferenceReport) -> tuple[list[str], list[str]]:
    """The kinds and the links of which a report has changes. Two queries."""
    rows = ReportChange.objects.filter(report=report)
    kinds = rows.filter(subject="object").values_list("kind", flat=True).distinct()
    links = rows.filter(subject="link").values_list("link", flat=True).distinct()
    return sorted(kinds.order_by()), sorted(links.order_by())


def gone_of(plan: Plan, *, search_for: str = "", text: str = "") -> list[Gone]:
    """The things that block a plan because they are gone, each with the steps that name it.

    search_for: the one for which an object that takes its place is sought by `text`.
    """
    found: dict[str, Gone] = {}
    for blocker in plan.blockers:
        if blocker.get("code") != UNRESOLVED:
            continue
        data = blocker["data"]
        one = found.setdefault(
            data["value"],
            Gone(
                value=data["value"],
                label=data["value"],
                object_id=data.get("object_id", data["value"]),
                kind=data.get("kind", ""),
                by=data.get("by", "id"),
                choices=blocker["choices"],
            ),
        )
        one.steps.append((blocker["step"], data["path"]))
    _name(plan, found.values())
    if search_for in found:
        _search(plan, found[search_for], text)
    return list(found.values())


def created_of(plan: Plan) -> list[tuple[str, str, int]]:
    """Ids and names of what was created since and is to be answered for, with the step."""
    asked: dict[str, int] = {
        blocker["data"]["object_id"]: blocker["step"]
        for blocker in plan.blockers
        if blocker.get("code") == CREATED_SINCE
    }
    shown = list(asked.items())[:SHOWN]
    names = labels(plan.tenant, [one for one, _ in shown], plan.assumed_seq)
    return [(one, names.get(one, one), step) for one, step in shown]


def decided_in(plan: Plan) -> list[Decided]:
    """What was decided in a plan about things that are gone, for whoever approves it."""
    mapped: dict[str, str] = plan.selection.get("mapped", {})
    left_out: list[str] = plan.selection.get("left_out", [])
    if not mapped and not left_out:
        return []
    before = labels(plan.tenant, {*mapped, *left_out}, plan.base_seq)
    now = labels(plan.tenant, set(mapped.values()), plan.assumed_seq)
    steps = _steps_about(plan, left_out)
    return [
        *(
            Decided(one, before.get(one, one), now.get(instead, instead), [])
            for one, instead in sorted(mapped.items())
        ),
        *(Decided(one, before.get(one, one), "", steps[one]) for one in left_out),
    ]


def _steps_about(plan: Plan, ids: Collection[str]) -> dict[str, list[int]]:
    found: defaultdict[str, list[int]] = defaultdict(list)
    rows = Step.objects.filter(
        plan=plan,
        because_of__in=list(ids),
        reason__in=(reasons.LEFT_OUT, reasons.OWNER_LEFT_OUT),
    )
    for because_of, order in rows.order_by("order").values_list("because_of", "order"):
        found[because_of].append(order)
    return found


def _name(plan: Plan, gone: Iterable[Gone]) -> None:
    gone = list(gone)
    ids = {one.object_id for one in gone}
    names, kinds = labels(plan.tenant, ids, plan.base_seq), kinds_of(plan.tenant, ids)
    for one in gone:
        one.label = names.get(one.object_id, one.value)
        known = kinds.get(one.object_id, one.kind)
        one.kinds = (known,) if known in _KIND_NAMES else _PRINCIPALS


def _search(plan: Plan, one: Gone, text: str) -> None:
    page = search_objects(plan.tenant, plan.assumed_seq, text, kinds=one.kinds, limit=FOUND)
    one.text = text
    one.found = [(_written(plan, one, item), item) for item in page.objects]


def _written(plan: Plan, one: Gone, item: FoundObject) -> str:
    """What stands for an object where this one stood: its id, or another property."""
    if one.by in {"id", ""}:
        return item.object_id
    body: dict[str, Any] = body_at(plan.tenant, item.kind, item.object_id, plan.assumed_seq) or {}
    return str(body.get(one.by) or item.object_id)
