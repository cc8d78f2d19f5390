"""Reading difference reports. Everything here needs a scope that has the tenant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from apps.core.errors import Invalid, NotFound
from apps.diffs import reasons
from apps.diffs.attributes import compare_bodies, leaves
from apps.diffs.changes import AttributeChange
from apps.diffs.choices import Subject
from apps.diffs.ids import ids_in
from apps.diffs.models import DifferenceReport, ReportChange
from apps.entra.catalogue import kind, label
from apps.history import selectors as history
from apps.history.models import Snapshot
from apps.history.records import ObjectKey
from apps.history.selectors.snapshots import is_pruned
from apps.tenants.models import Tenant

PAGE = 50
# In filters: nobody that the copied audit log names.
NOBODY = "unknown"


@dataclass(frozen=True, slots=True)
class Filters:
    """What a page of changes is narrowed to; empty fields do not narrow.

    actors: directory ids of who did it; NOBODY for what the copied audit log does not tell.
    """

    subjects: Sequence[str] = ()
    changes: Sequence[str] = ()
    kinds: Sequence[str] = ()
    recoverable: Sequence[str] = ()
    risk: Sequence[str] = ()
    object_ids: Sequence[str] = ()
    actors: Sequence[str] = ()

    def __bool__(self) -> bool:
        return any(getattr(self, one.name) for one in fields(self))

    @property
    def condition(self) -> Q:
        """The rows of a report that meet all of it."""
        wanted = {
            "subject": self.subjects,
            "change": self.changes,
            "kind": self.kinds,
            "recoverable": self.recoverable,
            "risk": self.risk,
            "object_id": self.object_ids,
            "actor_id": ["" if one == NOBODY else one for one in self.actors],
        }
        given = {f"{name}__in": list(values) for name, values in wanted.items() if values}
        return Q(**given)

    def as_json(self) -> dict[str, list[str]]:
        """The fields that narrow."""
        given = {one.name: [*getattr(self, one.name)] for one in fields(self)}
        return {name: values for name, values in given.items() if values}

    @classmethod
    def from_json(cls, value: Mapping[str, Sequence[str]]) -> Filters:
        """Raises Invalid for a field that there is not: left out, it would widen what is meant."""
        if unknown := value.keys() - {one.name for one in fields(cls)}:
            raise Invalid(f"Changes cannot be narrowed by {', '.join(sorted(unknown))}.")
        return cls(**{name: tuple(map(str, values)) for name, values in value.items()})


@dataclass(frozen=True, slots=True)
class ChangePage:
    """Some changes in order, and the position to go on after (None at the end)."""

    changes: list[ReportChange]
    after: int | None


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A change with what people want to see of it: names, values and why.

    label and target_label: the objects' names, their ids where no name is known. values: empty
    for links. reason: in words.
    """

    change: ReportChange
    label: str
    target_label: str
    reason: str
    values: tuple[AttributeChange, ...] = field(default=())


def reports(tenant: Tenant) -> QuerySet[DifferenceReport]:
    """A tenant's difference reports, newest first."""
    rows = DifferenceReport.objects.filter(tenant=tenant).order_by("-created_at")
    return rows.select_related("base__pruned", "target__pruned", "created_by")


def access_report(
    tenant: Tenant, report_id: UUID, *, related: Sequence[str] = ()
) -> DifferenceReport:
    """One report of this tenant, with what is named of what is related to it.

    Raises NotFound for any other, whosever it is.
    """
    found = reports(tenant).select_related("tenant", *related).filter(pk=report_id).first()
    if found is None:
        raise NotFound("There is no such difference report.", code="no-such-report")
    return found


def changes(report: DifferenceReport, filters: Filters | None = None) -> QuerySet[ReportChange]:
    """A report's changes in order: objects by kind and id, then links."""
    rows = report.changes.order_by("position")  # each knows this report, and asks for no other
    return rows.filter(filters.condition) if filters else rows


def change_page(
    report: DifferenceReport,
    filters: Filters | None = None,
    *,
    after: int = 0,
    limit: int = PAGE,
) -> ChangePage:
    """The next `limit` changes after position `after`. One query, whatever the report's size."""
    found = list(changes(report, filters).filter(position__gt=after)[: limit + 1])
    more = len(found) > limit
    return ChangePage(found[:limit], found[limit - 1].position if more else None)


def access_change(report: DifferenceReport, position: int) -> ReportChange:
    """One change of a report by its position. Raises NotFound."""
    found = changes(report).filter(position=position).first()
    if found is None:
        raise NotFound("There is no such change in this report.", code="no-such-change")
    return found


def values(change: ReportChange, *, nested: bool = False) -> tuple[AttributeChange, ...]:
    """The attributes of an object's change before and after, read from the tenant's history.

    For a created object everything it has, for a deleted one everything it had. `nested` gives the
    differing parts of structured attributes one by one, under dotted names. None where a snapshot
    of the report was pruned: values are gone with it.
    """
    return view([change], nested=nested)[0].values


def view(rows: Iterable[ReportChange], *, nested: bool = False) -> list[ChangeView]:
    """The rows with names and values. Two or three queries however many rows; give it one page."""
    return _viewed(list(rows), nested=nested, inside=False)[0]


def view_with_names(
    rows: Iterable[ReportChange], *, nested: bool = False
) -> tuple[list[ChangeView], dict[str, str]]:
    """The same, and what the ids inside the values are called, for as many queries."""
    return _viewed(list(rows), nested=nested, inside=True)


def _viewed(
    rows: list[ReportChange], *, nested: bool, inside: bool
) -> tuple[list[ChangeView], dict[str, str]]:
    if not rows:
        return [], {}
    report = rows[0].report
    before, after = _bodies(report, rows)
    values = [() if pruned(report) else _values(row, before, after, nested=nested) for row in rows]
    ids = {one for row in rows for one in (row.target_id, row.returns_with) if one}
    if inside:
        ids.update(ids_in([(one.before, one.after) for differing in values for one in differing]))
    kept = [one.seq for one in (report.target, report.base) if one and not is_pruned(one)]
    names = labels(report.tenant, ids, *kept)
    views = [
        ChangeView(
            change=row,
            label=label(kind(row.kind), after.get(_key(row)) or before.get(_key(row)) or {})
            or row.object_id,
            target_label=names.get(row.target_id, row.target_id),
            reason=_reason(row, names),
            values=differing,
        )
        for row, differing in zip(rows, values, strict=True)
    ]
    return views, names


def pruned(report: DifferenceReport) -> list[Snapshot]:
    """The snapshots of a report that were pruned since: what it names stays, values are gone."""
    return [one for one in (report.base, report.target) if one and is_pruned(one)]


def _bodies(
    report: DifferenceReport, rows: list[ReportChange]
) -> tuple[Mapping[ObjectKey, dict[str, Any]], Mapping[ObjectKey, dict[str, Any]]]:
    """Before and after; nothing of a snapshot that was pruned, or that there is not."""
    kept = [one.seq for one in (report.base, report.target) if one and not is_pruned(one)]
    found = history.bodies_at_each(report.tenant_id, _keys(rows), kept)
    by_seq = dict(zip(kept, found, strict=True))
    before, after = (by_seq.get(one.seq, {}) if one else {} for one in (report.base, report.target))
    return before, after


def _values(
    row: ReportChange,
    before: Mapping[ObjectKey, dict[str, Any]],
    after: Mapping[ObjectKey, dict[str, Any]],
    *,
    nested: bool,
) -> tuple[AttributeChange, ...]:
    if row.subject != Subject.OBJECT:
        return ()
    key = _key(row)
    differing = compare_bodies(kind(row.kind), before.get(key, {}), after.get(key, {}))
    if nested:
        return tuple(leaf for attribute in differing for leaf in leaves(attribute))
    return differing


def _reason(row: ReportChange, names: dict[str, str]) -> str:
    """In words, with the name of what it comes back with, if anything."""
    words = reasons.explain(row.reason)
    if not row.returns_with:
        return words
    return f"{words} That is {names.get(row.returns_with, row.returns_with)}."


def labels(tenant: Tenant, object_ids: Iterable[str], *seqs: int) -> dict[str, str]:
    """What objects are called, by id, at the first of these positions that knows them.

    Ids that none knows are left out. One query.
    """
    found = history.bodies_of_ids(tenant, set(object_ids), seqs, first=True)
    return {name: text for bodies in found for name, text in _named(bodies).items()}


def labels_at_each(tenant: Tenant, object_ids: Iterable[str], *seqs: int) -> list[dict[str, str]]:
    """The same at each of these positions, in their order. One query."""
    return [_named(bodies) for bodies in history.bodies_of_ids(tenant, set(object_ids), seqs)]


def _named(bodies: Mapping[ObjectKey, dict[str, Any]]) -> dict[str, str]:
    return {object_id: label(kind(name), body) for (name, object_id), body in bodies.items()}


def _keys(rows: Iterable[ReportChange]) -> set[tuple[str, str]]:
    return {_key(row) for row in rows}


def _key(row: ReportChange) -> tuple[str, str]:
    return (row.kind, row.object_id)
