"""What getChanges and getFailedChanges tell: one entry for each object, its links inside it.

`deltaFromCurrent` holds what a recovery would write, `currentState` what stands there now.
https://learn.microsoft.com/graph/api/resources/entrarecoveryservices-recoverychangeobjectbase
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Q, QuerySet

from apps.api.graph.names import entity_type, graph_type, member, moment
from apps.api.graph.odata import Query
from apps.diffs import selectors as diffs
from apps.diffs.choices import ChangeType, Recoverable, Subject
from apps.diffs.models import DifferenceReport, ReportChange
from apps.diffs.selectors import ChangeView
from apps.history import selectors as history
from apps.recovery import reasons, to_snapshot
from apps.recovery.choices import Action, ResultState
from apps.recovery.models import Run, StepResult

Key = tuple[str, str]
# In Graph's words where it has one; it never makes anew and never removes for good.
_ACTIONS = {
    ChangeType.CREATED: "softDelete",
    ChangeType.RESTORED: "softDelete",
    ChangeType.UPDATED: "update",
    ChangeType.SOFT_DELETED: "restore",
    ChangeType.HARD_DELETED: "create",
}
_STEP_ACTIONS = {
    Action.UNDELETE: "restore",
    Action.RETURN: "restore",
    Action.CREATE: "create",
    Action.SOFT_DELETE: "softDelete",
    Action.REMOVE: "remove",
}
_REMOVED = {"@removed": {"reason": "changed"}}


def keys_of(report: DifferenceReport, query: Query) -> tuple[list[Key], bool]:
    """The objects of a page, in order of kind and id, and whether there are more."""
    rows = _changed(report).order_by("kind", "object_id")
    return _page(rows, "kind", "object_id", query)


def count_of(report: DifferenceReport) -> int:
    return _changed(report).values("kind", "object_id").distinct().count()


def failed_keys_of(run: Run, query: Query) -> tuple[list[Key], bool]:
    """The objects of a page about which something did not succeed, and whether there are more."""
    rows = StepResult.objects.filter(run=run, state__in=ResultState.bad())
    return _page(rows, "step__kind", "step__object_id", query)


def told(report: DifferenceReport, keys: Sequence[Key], *, every: bool) -> list[dict[str, Any]]:
    """Objects with what changed about them. A few queries, whatever their number."""
    found: dict[Key, list[ChangeView]] = defaultdict(list)
    for shown in diffs.view(_rows(report, keys)):
        found[(shown.change.kind, shown.change.object_id)].append(shown)
    kinds = _kinds_of_targets(report, found.values())
    return [_object(report, key, found[key], kinds, every) for key in keys]


def failed(
    run: Run, report: DifferenceReport, keys: Sequence[Key], *, every: bool
) -> list[dict[str, Any]]:
    """Objects with what changed about them and why that did not go back."""
    shown = {(one["@holdfast.kind"], one["id"]): one for one in told(report, keys, every=every)}
    rows: dict[Key, list[StepResult]] = defaultdict(list)
    results = StepResult.objects.filter(run=run, state__in=ResultState.bad())
    named = _named(keys, "step__kind", "step__object_id")
    for row in results.filter(named).select_related("step").order_by("pk"):
        rows[(row.step.kind, row.step.object_id)].append(row)
    return [shown[key] | _failure(rows[key], every) for key in keys]


def _changed(report: DifferenceReport) -> QuerySet[ReportChange]:
    """What a recovery of everything in the report would do something about."""
    idle = Q(recoverable=Recoverable.NOTHING_TO_DO) | to_snapshot.STAYS
    return ReportChange.objects.filter(report=report).exclude(idle)


def _page(rows: QuerySet[Any], kind: str, object_id: str, query: Query) -> tuple[list[Key], bool]:
    if query.after is not None:
        after_kind, after_id = query.after
        following = Q(**{kind: after_kind, f"{object_id}__gt": after_id})
        rows = rows.filter(Q(**{f"{kind}__gt": after_kind}) | following)
    keys = rows.order_by(kind, object_id).values_list(kind, object_id).distinct()
    found = list(keys[query.skip : query.skip + query.top + 1])
    return found[: query.top], len(found) > query.top


def _rows(report: DifferenceReport, keys: Sequence[Key]) -> list[ReportChange]:
    rows = _changed(report).filter(_named(keys, "kind", "object_id")).order_by("position")
    return list(rows.select_related("report__base", "report__target", "report__tenant"))


def _named(keys: Iterable[Key], kind: str, object_id: str) -> Q:
    by_kind: dict[str, list[str]] = defaultdict(list)
    for name, found in keys:
        by_kind[name].append(found)
    condition = Q(pk__in=())
    for name, ids in by_kind.items():
        condition |= Q(**{kind: name, f"{object_id}__in": ids})
    return condition


def _kinds_of_targets(
    report: DifferenceReport, found: Iterable[Sequence[ChangeView]]
) -> dict[str, str]:
    """What the other ends of links are, as far as the history knows."""
    ids = {one.change.target_id for shown in found for one in shown if one.change.target_id}
    ends = [one for one in (report.base, report.target) if one and one not in diffs.pruned(report)]
    if not ids or not ends:
        return {}
    return {
        state.object_id: state.kind
        for end in ends
        for state in history.state_at(report.tenant, end.seq, object_ids=ids)
    }


def _object(
    report: DifferenceReport,
    key: Key,
    shown: Sequence[ChangeView],
    kinds: Mapping[str, str],
    every: bool,
) -> dict[str, Any]:
    kind, object_id = key
    own = next((one for one in shown if one.change.subject == Subject.OBJECT), None)
    action = _ACTIONS[ChangeType(own.change.change)] if own else "update"
    if action == "softDelete" and kind not in to_snapshot.WITH_BIN:
        action = "remove"
    delta: dict[str, Any] = {"@odata.type": graph_type(kind)}
    current: dict[str, Any] = {"@odata.type": graph_type(kind)}
    if own:
        _put(delta, current, own, action, report)
    for link, entries in _links(shown, kinds).items():
        delta[f"{link}@delta"] = entries
    verdicts = sorted({one.change.recoverable for one in shown})
    return {
        "entityTypeName": member(entity_type(kind), every=every),
        "id": object_id,
        "displayName": shown[0].label if shown else object_id,
        "recoveryAction": member(action, every=every),
        "deltaFromCurrent": delta,
        "currentState": current,
        "@holdfast.kind": kind,
        "@holdfast.action": action,
        "@holdfast.recoverable": " ".join(verdicts),
    }


def _put(
    delta: dict[str, Any],
    current: dict[str, Any],
    own: ChangeView,
    action: str,
    report: DifferenceReport,
) -> None:
    """The values of an object's change."""
    if action in ("softDelete", "remove"):
        delta |= _REMOVED
        if action == "softDelete":
            delta["deletedDateTime"] = moment(report.finished_at)
            current["deletedDateTime"] = None
        return
    if action == "restore":
        delta["deletedDateTime"] = None
        at = own.change.changed_at or (report.target.taken_at if report.target else None)
        current["deletedDateTime"] = moment(at)
        return
    for value in own.values:
        delta[value.name] = value.before
        if action == "update":
            current[value.name] = value.after


def _links(
    shown: Iterable[ChangeView], kinds: Mapping[str, str]
) -> dict[str, list[dict[str, Any]]]:
    """By the name that Graph has for the relation; what came since is to be removed."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in (one.change for one in shown if one.change.subject == Subject.LINK):
        entry: dict[str, Any] = {"id": one.target_id}
        if kind := kinds.get(one.target_id):
            entry = {"@odata.type": graph_type(kind), **entry}
        if one.change == ChangeType.LINK_ADDED:
            entry |= _REMOVED
        found[one.link.rpartition(".")[2]].append(entry)
    return found


def _failure(rows: Sequence[StepResult], every: bool) -> dict[str, Any]:
    actions = {_STEP_ACTIONS.get(Action(row.step.action), "update") for row in rows}
    action = next(iter(actions)) if len(actions) == 1 else "update"
    words = dict.fromkeys(f"{reasons.explain(row.reason)} {row.detail}".strip() for row in rows)
    return {
        "recoveryAction": member(action, every=every),
        "@holdfast.action": action,
        "failureMessage": " ".join(words),
    }
