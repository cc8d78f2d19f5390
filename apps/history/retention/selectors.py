"""What stays why, and what may go. Everything here needs a scope that has the tenant."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db.models import QuerySet

from apps.core import clock
from apps.core.errors import NotFound
from apps.history.models import LegalHold, Removal, SnapshotPin, TenantKeepChange
from apps.history.retention import holders
from apps.history.retention.agreed import Agreed, agreed, to_come
from apps.history.retention.keeping import Fate, Taken, fates, present
from apps.history.retention.standing import Standing
from apps.history.selectors.snapshots import snapshots
from apps.tenants.choices import TenantState
from apps.tenants.models import Tenant

T = TypeVar("T")


def removable(tenant: Tenant) -> list[int]:
    """The snapshots that may be removed now, by seq, oldest first.

    Their removal was planned and is due, and nothing keeps them at this moment: no rule, no pin,
    no legal hold, nobody who needs them. Nothing of a tenant that is not looked after.
    """
    due = removals(tenant).filter(due_at__lte=clock.now())
    seqs = sorted(due.values_list("snapshot__seq", flat=True))
    if not seqs or tenant.state != TenantState.ACTIVE:
        return []
    picture = Picture(tenant)
    return [seq for seq in seqs if (one := picture.standing(seq)) and not one.kept]


def taken(tenant: Tenant) -> list[Taken]:
    """Every snapshot that was not removed, as far as keeping goes. One query."""
    rows = snapshots(tenant).order_by("seq").values_list("seq", "taken_at", "complete")
    return [Taken(*row) for row in rows]


def removals(tenant: Tenant) -> QuerySet[Removal]:
    """What is planned to go and is not gone yet, the next first."""
    rows = Removal.objects.filter(tenant=tenant, snapshot__pruned__isnull=True)
    return rows.select_related("snapshot").order_by("due_at", "snapshot__seq")


def hold_in_force(tenant: Tenant) -> LegalHold | None:
    """The tenant's legal hold, None when there is none."""
    return holds(tenant).filter(ended_at=None).first()


def holds(tenant: Tenant) -> QuerySet[LegalHold]:
    """Every legal hold there was, newest first."""
    people = ("begun_by", "end_asked_by", "ended_by")
    rows = LegalHold.objects.filter(tenant=tenant).select_related(*people)
    return rows.order_by("-begun_at", "-id")


def pins(tenant: Tenant) -> QuerySet[SnapshotPin]:
    """Every pin there was, newest first."""
    people = ("pinned_by", "release_asked_by", "released_by", "snapshot")
    rows = SnapshotPin.objects.filter(tenant=tenant).select_related(*people)
    return rows.order_by("-pinned_at", "-id")


def changes(tenant: Tenant) -> QuerySet[TenantKeepChange]:
    """Changes of the tenant's retention, newest first."""
    people = ("requested_by", "decided_by", "ended_by", "tenant")
    rows = TenantKeepChange.objects.filter(tenant=tenant).select_related(*people)
    return rows.order_by("-requested_at", "-id")


def access_change(tenant: Tenant, change_id: UUID) -> TenantKeepChange:
    """One change of this tenant's. Raises NotFound."""
    return _found(changes(tenant).filter(pk=change_id).first(), "change of retention")


def access_pin(tenant: Tenant, pin_id: UUID) -> SnapshotPin:
    """One pin of this tenant's. Raises NotFound."""
    return _found(pins(tenant).filter(pk=pin_id).first(), "pin")


def access_hold(tenant: Tenant, hold_id: UUID) -> LegalHold:
    """One legal hold of this tenant's. Raises NotFound."""
    return _found(holds(tenant).filter(pk=hold_id).first(), "legal hold")


class Picture:
    """All that keeps a tenant's snapshots, read once: as many queries, however many snapshots.

    now: what is agreed; changes: of that, the newest first; later: what is agreed and waits for
    the end of its grace period. present: the time from which rules count back. holds: every legal
    hold there was, pins: those in force, both the newest first. removals: what is planned to go,
    the next first.
    """

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self.now: Agreed = agreed(tenant)
        self.changes = list(changes(tenant))
        self.later = to_come(self.changes, self.now)
        self.taken = taken(tenant)
        self.present = present(self.taken, clock.now())
        self.fates = fates(self.taken, self.now.rules, self.now.zone)
        self.holds = list(holds(tenant))
        self.hold = next((one for one in self.holds if one.ended_at is None), None)
        self.needed = holders.needed(tenant)
        self._pins: dict[int, list[SnapshotPin]] = defaultdict(list)
        self.pins = list(pins(tenant).filter(released_at=None))
        for pin in self.pins:
            self._pins[pin.snapshot.seq].append(pin)
        self.removals = list(removals(tenant))
        self._removals = {row.snapshot.seq: row for row in self.removals}
        self._ends = self._with_what_comes()

    def standing(self, seq: int) -> Standing | None:
        """Why one snapshot stays; None when it is gone or never was."""
        fate = self.fates.of(seq)
        return self._standing(fate) if fate else None

    def standings(self) -> list[Standing]:
        """The same of all of them, oldest first."""
        return [self._standing(fate) for fate in self.fates]

    @property
    def pinned(self) -> list[int]:
        """The snapshots with a pin in force, oldest first."""
        return sorted(self._pins)

    def _standing(self, fate: Fate) -> Standing:
        seq = fate.snapshot.seq
        return Standing(
            fate=fate,
            rules=fate.rules_at(self.present),
            ends_at=self._ends.get(seq, fate.goes_at),
            hold=self.hold,
            pins=tuple(self._pins.get(seq, ())),
            needed=self.needed.get(seq, ""),
            removal=self._removals.get(seq),
        )

    def _with_what_comes(self) -> dict[int, datetime]:
        """When rules let go of what a change that waits out its grace period would let go of."""
        ends: dict[int, datetime] = {}
        for coming in self.later:
            then = fates(self.taken, coming.after.rules, coming.after.zone)
            for seq, end in _earlier(self.fates, then).items():
                ends[seq] = max(end, coming.takes_effect_at)
        return ends


def _earlier(before: Iterable[Fate], after: Iterable[Fate]) -> dict[int, datetime]:
    """When those go that go earlier after a change."""
    return {
        new.snapshot.seq: new.goes_at
        for old, new in zip(before, after, strict=True)
        if new.goes_at < old.goes_at
    }


def _found(row: T | None, what: str) -> T:
    if row is None:
        raise NotFound(f"There is no such {what}.")
    return row
