"""The rows of the dashboard: all tenants sorted by need, narrowed to one need, a page at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from math import inf
from typing import Final
from uuid import UUID

from django.http import QueryDict
from django.utils import timezone

from apps.diffs.lately import Risks, changes_by_day
from apps.history.choices import CollectionStatus
from apps.history.models import Snapshot, SnapshotCollection
from apps.portal.dashboard import charts, needs
from apps.portal.dashboard.charts import Chart
from apps.portal.dashboard.facts import Facts
from apps.portal.dashboard.needs import NEEDS, TONES, Need, Reason
from apps.portal.dashboard.reading import facts_of
from apps.portal.presenting import words
from apps.tenants.models import Tenant

PAGE: Final = 25


@dataclass(frozen=True)
class Row:
    """One tenant of the dashboard, with its reasons, the worst first.

    unread: the collections that the newest snapshot does not have whole, each with its status.
    chart: of its changes lately; both are there for rows that are shown.
    """

    facts: Facts
    reasons: tuple[Reason, ...]
    unread: tuple[str, ...] = ()
    chart: Chart | None = None

    @classmethod
    def of(cls, facts: Facts) -> Row:
        return cls(facts, needs.reasons(facts))

    @property
    def tenant(self) -> Tenant:
        return self.facts.tenant

    @property
    def tone(self) -> str:
        return self.reasons[0].tone

    @property
    def need(self) -> str:
        """The worst reason, in words."""
        return self.reasons[0].words

    @property
    def others(self) -> tuple[Reason, ...]:
        return self.reasons[1:]

    @cached_property
    def needs(self) -> frozenset[str]:
        """The names of the needs that count the tenant."""
        return needs.named(self.reasons)

    @property
    def order(self) -> tuple[int, float, int, str, str]:
        """Of those in need alike, whose recovery point is missed longest comes first, then who
        has most reasons."""
        missed = self.facts.point.missed_since
        return (
            TONES.index(self.tone),
            missed.timestamp() if missed else inf,
            -len(self.reasons),
            self.tenant.name,
            str(self.tenant.pk),
        )


@dataclass(frozen=True, slots=True)
class Figure:
    """How many tenants have a need; each leads to the list of them."""

    need: Need
    number: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the rows are narrowed to; what is empty narrows nothing.

    text: part of a name or a domain. tags: of which a tenant has one. need: a name of NEEDS.
    """

    text: str = ""
    tags: tuple[str, ...] = ()
    need: str = ""

    def has(self, facts: Facts) -> bool:
        """Whether a tenant is asked for, whatever it needs."""
        carried = {tag.casefold() for tag in facts.tags}
        if self.tags and carried.isdisjoint(tag.casefold() for tag in self.tags):
            return False
        said = f"{facts.tenant.name}\n{facts.tenant.domain}".casefold()
        return self.text.casefold() in said


def wanted_in(query: QueryDict) -> Wanted:
    """What an address asks for: its parts "who", "tag" and "need"."""
    tags = tuple(dict.fromkeys(tag for tag in query.getlist("tag") if tag))
    return Wanted(query.get("who", "").strip(), tags, query.get("need", ""))


@dataclass(frozen=True)
class Board:
    """The dashboard's rows. everyone: all that were asked for, whatever they need. tags: all that
    any tenant carries, also one that was not asked for. need: as in Wanted, "" for all."""

    everyone: Sequence[Row]
    tags: Sequence[str] = ()
    need: str = ""

    @cached_property
    def matching(self) -> list[Row]:
        return [row for row in self.everyone if not self.need or self.need in row.needs]

    @cached_property
    def figures(self) -> list[Figure]:
        """The numbers on top, over all tenants that were asked for."""
        numbers = Counter(name for row in self.everyone for name in row.needs)
        return [Figure(need, numbers[need.name], need.name == self.need) for need in NEEDS.values()]

    @property
    def lately(self) -> Risks:
        """What changed since yesterday in all of them."""
        sums = zip(*(row.facts.lately for row in self.everyone), strict=True)
        return Risks(*map(sum, sums)) if self.everyone else Risks()

    def page(self, after: UUID | None) -> tuple[list[Row], UUID | None]:
        """The rows behind a tenant, in the order as it is now, and the last of them if there are
        more. A tenant that is not among them counts as none. Two queries at most."""
        ids = [row.tenant.pk for row in self.matching]
        start = ids.index(after) + 1 if after in ids else 0
        shown = self.matching[start : start + PAGE]
        is_last = start + PAGE >= len(ids)
        return _in_full(shown), None if is_last or not shown else shown[-1].tenant.pk


def board(tenants: Sequence[Tenant], wanted: Wanted) -> Board:
    """The tenants of the scope, narrowed, the neediest first. Four queries."""
    facts = facts_of(tenants)
    rows = sorted((Row.of(one) for one in facts if wanted.has(one)), key=lambda row: row.order)
    tags = sorted({tag for one in facts for tag in one.tags}, key=str.casefold)
    return Board(rows, tags, wanted.need if wanted.need in NEEDS else "")


def _in_full(shown: Sequence[Row]) -> list[Row]:
    """The rows with their charts, and with what their newest snapshots lack."""
    if not shown:
        return []
    today = timezone.localdate()
    since = timezone.localtime() - timedelta(days=charts.DAYS)
    changed = changes_by_day(
        [row.tenant.pk for row in shown], since, timezone.get_current_timezone()
    )
    lacking = _unread([row for row in shown if row.facts.newest and not row.facts.newest.complete])
    return [
        replace(
            row,
            chart=charts.chart_of(changed.get(row.tenant.pk, {}), today),
            unread=lacking.get(row.tenant.pk, ()),
        )
        for row in shown
    ]


def _unread(partial: Sequence[Row]) -> dict[UUID, tuple[str, ...]]:
    """By tenant, what of its newest snapshot was not read whole: "group (denied)"."""
    newest = {row.tenant.pk: row.facts.newest.seq for row in partial if row.facts.newest}
    if not newest:
        return {}
    snapshots = Snapshot.objects.filter(tenant_id__in=newest, seq__in=set(newest.values()))
    rows = (
        SnapshotCollection.objects.filter(snapshot__in=snapshots)
        .exclude(status=CollectionStatus.COMPLETE)
        .order_by("collection")
        .values_list("tenant_id", "snapshot__seq", "collection", "status")
    )
    found: dict[UUID, tuple[str, ...]] = {}
    for tenant_id, seq, collection, status in rows:
        if newest[tenant_id] == seq:
            said = f"{words(collection)} ({CollectionStatus(status).label})"
            found[tenant_id] = (*found.get(tenant_id, ()), said)
    return found
