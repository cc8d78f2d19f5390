"""Whether the sandbox holds what the snapshot has: digest by digest, and where one differs,
attribute by attribute. What it gives otherwise was not rehearsed, and the evidence says so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from apps.core.scope import tenant_scope
from apps.diffs.attributes import compare_bodies
from apps.diffs.batches import batched
from apps.entra.catalogue import KINDS, LINKS, kind
from apps.history import selectors as history
from apps.history.choices import COMPLETE_STATUSES, ObjectState
from apps.history.models import Snapshot
from apps.recovery.drills.issues import Issues
from apps.recovery.drills.standing_in import in_rehearsal
from apps.tenants.models import Tenant

_BATCH = 500
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Held:
    """How much of a snapshot a rehearsal is about."""

    objects: int
    links: int
    objects_as_in_snapshot: int
    links_as_in_snapshot: int


def compare_with_snapshot(snapshot: Snapshot, stand_in: Tenant, seq: int, issues: Issues) -> Held:
    """Compare the real tenant's snapshot with what was read of its stand-in, kind by kind.

    In no scope, or the real tenant's. What the stand-in has besides (its own applications, the
    roles that every tenant has) is no difference.
    """
    _note_incomplete(snapshot, issues)
    numbers = [0, 0, 0, 0]
    for name in (one.name for one in KINDS):
        objects, same = _compare_kind(snapshot, stand_in, seq, name, issues)
        numbers[0] += objects
        numbers[2] += same
    for name in LINKS:
        links, same = _compare_link(snapshot, stand_in, seq, name, issues)
        numbers[1] += links
        numbers[3] += same
    issues.forget_moot()
    return Held(*numbers)


def _note_incomplete(snapshot: Snapshot, issues: Issues) -> None:
    with tenant_scope(snapshot.tenant_id):
        rows = snapshot.collections.exclude(status__in=COMPLETE_STATUSES)
        for row in rows:
            issues.note("incomplete", row.collection, row.get_status_display())


def _compare_kind(
    snapshot: Snapshot, stand_in: Tenant, seq: int, name: str, issues: Issues
) -> tuple[int, int]:
    with tenant_scope(snapshot.tenant_id):
        wanted = _states(snapshot.tenant, snapshot.seq, name)
    if not wanted:
        return 0, 0
    with in_rehearsal(stand_in):
        found = _states(stand_in, seq, name)
    missing = [one for one, (state, _) in wanted.items() if found.get(one, ("",))[0] != state]
    issues.note_all("missing", name, "", missing)
    gone = set(missing)
    unlike = [
        one for one, (_, digest) in wanted.items() if one not in gone and found[one][1] != digest
    ]
    differing = 0
    for batch in batched(unlike, _BATCH):
        differing += _compare_bodies(snapshot, stand_in, seq, name, batch, issues)
    return len(wanted), len(wanted) - len(missing) - differing


def _states(tenant: Tenant, seq: int, name: str) -> dict[str, tuple[ObjectState, bytes]]:
    states = history.state_at(tenant, seq, kinds=[name])
    return {one.object_id: (one.state, bytes(one.digest)) for one in states}


def _compare_bodies(
    snapshot: Snapshot,
    stand_in: Tenant,
    seq: int,
    name: str,
    ids: Collection[str],
    issues: Issues,
) -> int:
    """How many of these objects differ in what counts."""
    keys = [(name, one) for one in ids]
    with tenant_scope(snapshot.tenant_id):
        before = history.bodies_at(snapshot.tenant, keys, snapshot.seq)
    with in_rehearsal(stand_in):
        after = history.bodies_at(stand_in, keys, seq)
    return sum(
        _note_differences(name, before.get((name, one), {}), after.get((name, one), {}), issues)
        for one in ids
    )


def _note_differences(
    name: str, before: Mapping[str, Any], after: Mapping[str, Any], issues: Issues
) -> bool:
    differing = compare_bodies(kind(name), before, after)
    for one in differing:
        issues.note("differs", name, one.name, str(before.get("id", "")))
    return bool(differing)


def _compare_link(
    snapshot: Snapshot, stand_in: Tenant, seq: int, name: str, issues: Issues
) -> tuple[int, int]:
    with tenant_scope(snapshot.tenant_id):
        wanted = set(_pairs(snapshot.tenant, snapshot.seq, name))
    if not wanted:
        return 0, 0
    with in_rehearsal(stand_in):
        missing = wanted.difference(_pairs(stand_in, seq, name))
    issues.note_all("link-missing", name.partition(".")[0], name, (source for source, _ in missing))
    return len(wanted), len(wanted) - len(missing)


def _pairs(tenant: Tenant, seq: int, name: str) -> Iterator[Key]:
    return ((one.source_id, one.target_id) for one in history.links_at(tenant, seq, link=name))
