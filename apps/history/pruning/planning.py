"""What would go if certain snapshots were pruned: nothing is changed by looking."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from apps.core.errors import Invalid
from apps.history.database import TenantRef, rows, scoped_id
from apps.history.models import Snapshot
from apps.history.pruning import rules

_OBJECTS = f"""
select count(*) filter (where stays), count(*) filter (where not stays),
    coalesce(sum(size) filter (where not stays), 0)
from ({rules.OBJECTS}) folded
"""  # noqa: S608 - put together from the part above
_LINKS = f"""
select count(*) filter (where stays), count(*) filter (where not stays),
    coalesce(sum(size) filter (where not stays), 0)
from ({rules.LINKS}) folded
"""  # noqa: S608 - put together from the part above


@dataclass(frozen=True, slots=True)
class Interval:
    """The versions after one snapshot that stays (low, 0 for none) up to the next (high).

    seqs: the snapshots between them that go now; others may have gone before.
    """

    low: int
    high: int
    seqs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Folding:
    """An interval, how many versions of it stay, how many go, and the bytes of the rows that go."""

    interval: Interval
    objects_stay: int
    links_stay: int
    objects_go: int
    links_go: int
    bytes_go: int


@dataclass(frozen=True, slots=True)
class PruningPlan:
    """What would go, interval by interval."""

    foldings: tuple[Folding, ...]

    @property
    def seqs(self) -> list[int]:
        """The snapshots that would go, oldest first."""
        return [seq for folding in self.foldings for seq in folding.interval.seqs]

    @property
    def versions(self) -> int:
        """How many versions of objects and links would go."""
        return sum(folding.objects_go + folding.links_go for folding in self.foldings)

    @property
    def bytes(self) -> int:
        """The size of their rows, indexes not counted."""
        return sum(folding.bytes_go for folding in self.foldings)


def plan(tenant: TenantRef, seqs: Collection[int]) -> PruningPlan:
    """What would go with these snapshots. Reads the versions in between, bodies excepted.

    Snapshots that are gone already are passed over. Raises Invalid when the newest is among them.
    """
    tenant_id = scoped_id(tenant)
    return PruningPlan(tuple(measure(tenant_id, one) for one in intervals(tenant_id, seqs)))


def intervals(tenant_id: UUID, seqs: Collection[int]) -> list[Interval]:
    """Where these snapshots lie between those that stay. Raises Invalid for the newest."""
    kept = Snapshot.objects.kept().filter(tenant_id=tenant_id).order_by("seq")
    positions = list(kept.values_list("seq", flat=True))
    if positions and positions[-1] in seqs:
        raise Invalid("The newest snapshot is never removed.", code="newest-snapshot")
    return list(_between(positions, frozenset(seqs)))


def measure(tenant_id: UUID, interval: Interval) -> Folding:
    """How much of an interval stays and goes."""
    place = [tenant_id, interval.low, interval.high]
    objects_stay, objects_go, object_bytes = rows(_OBJECTS, place)[0]
    links_stay, links_go, link_bytes = rows(_LINKS, place)[0]
    return Folding(
        interval,
        objects_stay=objects_stay,
        links_stay=links_stay,
        objects_go=objects_go,
        links_go=links_go,
        bytes_go=int(object_bytes + link_bytes),
    )


def _between(positions: Iterable[int], going: frozenset[int]) -> Iterator[Interval]:
    low, gone = 0, list[int]()
    for seq in positions:
        if seq in going:
            gone.append(seq)
            continue
        if gone:
            yield Interval(low, seq, tuple(gone))
        low, gone = seq, []
