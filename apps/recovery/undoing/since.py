"""What others changed since a run of the very things that it touched.

An undo leaves that as it is unless somebody chooses otherwise: it would throw away what he knows
nothing of. A value counts as another's when it is not the one that the run left; an object that the
run brought back, when the directory audit log names somebody else's act.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.diffs.attributes import compare_bodies
from apps.diffs.batches import batched
from apps.diffs.choices import ChangeType, Subject
from apps.diffs.models import DifferenceReport, ReportChange
from apps.entra.catalogue import kind
from apps.history import selectors as history
from apps.history.identities import bodies_then, identities_made_by, identities_of
from apps.history.records import ObjectKey
from apps.recovery import states
from apps.recovery.choices import Action
from apps.recovery.models import Run, Step, StepResult
from apps.recovery.undoing.touched import WROTE, Touched, is_single
from apps.tenants.choices import Purpose
from apps.tenants.models import AppRegistration, Tenant

BATCH = 500
Body = Mapping[str, Any]


@dataclass
class Others:
    """What is not the run's any more: positions in the report, and attributes by position."""

    whole: set[int] = field(default_factory=set)
    attributes: dict[int, frozenset[str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.whole or self.attributes)

    def without(self, chosen: Collection[int]) -> Others:
        """The same but for what somebody chose to have taken back all the same."""
        return Others(
            self.whole - set(chosen),
            {one: names for one, names in self.attributes.items() if one not in chosen},
        )


def changed_since(run: Run, report: DifferenceReport, touched: Touched) -> Others:
    """What others changed of a complete report's rows. A few queries for each 500 rows."""
    found = Others()
    look = _Look(run, report, touched)
    rows = ReportChange.objects.filter(report=report).order_by("position").iterator()
    for batch in batched(rows, BATCH):
        look.at_values([row for row in batch if row.change == ChangeType.UPDATED], found)
        look.at_objects([row for row in batch if row.subject == Subject.OBJECT], found)
        look.at_links([row for row in batch if row.change == ChangeType.LINK_REMOVED], found)
    return found


class _Look:
    """Compares what the run left with what is there now."""

    def __init__(self, run: Run, report: DifferenceReport, touched: Touched) -> None:
        if report.target is None:
            raise ValueError("the target of the report has not been captured yet")
        self.run, self.touched = run, touched
        self.tenant: Tenant = report.tenant
        self.target = report.target
        self.identities = identities_of(self.tenant)
        self.made = identities_made_by(self.tenant, run.pk)

    def at_values(self, rows: list[ReportChange], found: Others) -> None:
        keys = [(row.kind, row.object_id) for row in rows]
        if not keys:
            return
        now = history.bodies_at(self.tenant, keys, self.target.seq)
        differing = self._not_as_left(keys, now)
        for row in rows:
            names = differing[row.kind, row.object_id] & set(row.attributes)
            if len(names) == len(row.attributes):
                found.whole.add(row.position)
            elif names:
                found.attributes[row.position] = frozenset(names)

    def at_objects(self, rows: list[ReportChange], found: Others) -> None:
        """Deleted by others since, purged from the bin, or changed after it was brought back."""
        touched = self.touched
        for row in rows:
            gone = row.change in {ChangeType.SOFT_DELETED, ChangeType.HARD_DELETED}
            ours = row.object_id in touched.gone or row.returns_with in touched.gone
            purged = row.change == ChangeType.HARD_DELETED and row.object_id in touched.binned
            if gone and (purged or not ours):
                found.whole.add(row.position)
        back = {row.object_id: row for row in rows if row.object_id in touched.appeared}
        keys = {(row.kind, row.object_id) for row in back.values()}
        now = history.bodies_at(self.tenant, keys, self.target.seq) if keys else {}
        differing = self._not_as_left(keys, now)
        others = self._acted_on_by_others(back)
        found.whole |= {
            row.position
            for one, row in back.items()
            if one in others or differing[row.kind, row.object_id]
        }

    def at_links(self, rows: list[ReportChange], found: Others) -> None:
        """Where there is room for one link, and another has taken it since."""
        single = [row for row in rows if is_single(row.link)]
        if not single:
            return
        sources = {row.object_id for row in single}
        there = {
            (one.link, one.source_id): (one.link, one.source_id, one.target_id)
            for one in history.links_at(self.tenant, self.target.seq, source_ids=sources)
        }
        for row in single:
            holder = there.get((row.link, row.object_id))
            if holder is not None and holder not in self.touched.added:
                found.whole.add(row.position)

    def _not_as_left(
        self, keys: Collection[ObjectKey], now: Mapping[ObjectKey, Body]
    ) -> Mapping[ObjectKey, set[str]]:
        """The attributes, among those the run wrote, that are not as it left them."""
        differing: dict[ObjectKey, set[str]] = defaultdict(set)
        unsure: dict[ObjectKey, set[str]] = defaultdict(set)
        for key, names, wants in self._last_writes(keys):
            body = now.get(key, {})
            then = {**body, **self.made.as_then({n: body[n] for n in names if n in body})}
            if not wants or states.of_attributes(kind(key[0]), then, names) != wants:
                unsure[key].update(names)
        plan = self.run.request.plan
        before = bodies_then(self.tenant, unsure, plan.base_seq, self.identities) if unsure else {}
        for key, doubtful in unsure.items():
            pairs = compare_bodies(kind(key[0]), before.get(key, {}), now.get(key, {}))
            differing[key] = doubtful & {one.name for one in pairs}
        return differing

    def _last_writes(
        self, keys: Collection[ObjectKey]
    ) -> Iterator[tuple[ObjectKey, frozenset[str], bytes]]:
        """Of each object what the run wrote last, attribute by attribute, and how that looks.

        What a creation carried is not among it: Entra makes of that what it will.
        """
        known = {alias: key for key in keys for alias in self.identities.aliases(key[1])}
        if not known:
            return
        wrote = StepResult.objects.filter(run=self.run, state__in=WROTE)
        steps = Step.objects.filter(
            plan_id=self.run.request.plan_id,
            object_id__in=known,
            action__in=(Action.UPDATE, Action.PREPARE),
            pk__in=wrote.values("step"),
        )
        seen: dict[ObjectKey, set[str]] = defaultdict(set)
        rows = steps.order_by("-order").values_list("object_id", "attributes", "wants")
        for object_id, attributes, wants in rows:
            key = known[object_id]
            names = frozenset(attributes) - seen[key]
            seen[key] |= names
            if names:
                # A digest over what a later step wrote again tells nothing any more.
                whole = len(names) == len(attributes)
                yield key, names, bytes(wants or b"") if whole else b""

    def _acted_on_by_others(self, object_ids: Iterable[str]) -> set[str]:
        """Which of the objects the copied audit log says somebody else changed since.

        An entry with more ends than one is about a link, which stays out of this; one without an
        actor is Entra's own doing, a dynamic membership say. What Microsoft's engine does stands
        there in the name of whoever signed in for it, so of such a run only what came after its
        end is another's: at its end everything was read back, and was as wanted.
        """
        wanted = set(object_ids)
        run = self.run
        by_microsoft = bool(run.request.plan.native) and run.finished_at
        since = by_microsoft or run.started_at or run.queued_at
        if not wanted:
            return set()
        ours = self._our_applications()
        return {
            target
            for event in history.audit_events(self.tenant, wanted, since, self.target.sealed_at)
            if event.succeeded and event.actor_id and _application(event.body) not in ours
            for target in event.target_ids
            if target in wanted and len(event.target_ids) == 1
        }

    def _our_applications(self) -> frozenset[str]:
        rows = AppRegistration.objects.filter(
            msp_id=self.tenant.msp_id, purpose=Purpose.RECOVERY, client_id__isnull=False
        )
        return frozenset(str(one).lower() for one in rows.values_list("client_id", flat=True))


def _application(body: Body) -> str:
    application = (body.get("initiatedBy") or {}).get("app") or {}
    return str(application.get("appId", "")).lower()
