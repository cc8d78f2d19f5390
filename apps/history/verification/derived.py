"""What is derived from the log: the counts in the manifests; and links into nowhere."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping
from itertools import accumulate
from uuid import UUID

from apps.entra.catalogue import KINDS
from apps.history.database import rows, stream
from apps.history.models import SnapshotCollection
from apps.history.verification import sql
from apps.history.verification.damage import Code, Findings


def check_counts(tenant_id: UUID, findings: Findings) -> None:
    """As many objects of each kind are present at each kept snapshot as its manifest says."""
    there = _present(tenant_id)
    wrong: dict[str, tuple[int, int, int]] = {}
    kinds = [kind.name for kind in KINDS]
    said = SnapshotCollection.objects.filter(
        tenant_id=tenant_id, collection__in=kinds, snapshot__pruned__isnull=True
    )
    columns = said.order_by("snapshot__seq").values_list("snapshot__seq", "collection", "count")
    for seq, kind, count in columns.iterator():
        found = there[kind].at(seq) if kind in there else 0
        if found != count:
            wrong.setdefault(kind, (seq, count, found))
    for kind, (seq, count, found) in sorted(wrong.items()):
        detail = f"It says that there are {count} of {kind}; by its versions there are {found}."
        findings.add(Code.COUNTS_DIFFER, seq, detail)


def dangling_links(tenant_id: UUID) -> Mapping[str, int]:
    """How many of each link name an object that the log never had. Graph gives such links."""
    return dict(rows(sql.DANGLING, [tenant_id, tenant_id]))


class _Present:
    """How many objects of one kind are present from each position on."""

    def __init__(self, steps: list[tuple[int, int]]) -> None:
        self._positions = [seq for seq, _ in steps]
        self._totals = [0, *accumulate(step for _, step in steps)]

    def at(self, seq: int) -> int:
        return self._totals[bisect_right(self._positions, seq)]


def _present(tenant_id: UUID) -> dict[str, _Present]:
    steps: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for kind, seq, step in stream(sql.GROWTH, [tenant_id]):
        steps[kind].append((seq, int(step)))
    return {kind: _Present(of_kind) for kind, of_kind in steps.items()}
