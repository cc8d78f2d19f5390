"""Another tenant's state laid over a history: to be compared with, and gone right after."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from apps.core.actor import SYSTEM
from apps.core.errors import Stale
from apps.history import selectors
from apps.history.capture.run_state import Silent
from apps.history.choices import ObjectState
from apps.history.foreign.laying import lay_over
from apps.history.foreign.records import ForeignLink, ForeignObject
from apps.history.models import Snapshot
from apps.history.verification.running import verify
from apps.tenants.models import Tenant
from tests.history.conftest import Capture
from tests.history.sources import MemorySource

ANNA, BERT, TEAM, CLUB = (f"00000000-0000-4000-8000-00000000000{n}" for n in range(4))
FOREIGN = "10000000-0000-4000-8000-000000000000"


@dataclass
class Other:
    """Another state, given at once."""

    given: list[ForeignObject] = field(default_factory=list)
    tied: list[ForeignLink] = field(default_factory=list)

    def objects(self) -> Iterable[Sequence[ForeignObject]]:
        yield self.given

    def links(self) -> Iterable[Sequence[ForeignLink]]:
        yield self.tied


@pytest.fixture
def newest(source: MemorySource, capture: Capture) -> Snapshot:
    """Anna in a team, Bert in the recycle bin, and a club."""
    source.put("user", ANNA, displayName="Anna")
    source.put("user", BERT, displayName="Bert")
    source.put("group", TEAM, displayName="Team")
    source.put("group", CLUB, displayName="Club")
    source.link("group.members", TEAM, ANNA)
    capture()
    source.soft_delete("user", BERT)
    made = capture().snapshot
    assert made is not None
    return made


def state(tenant: Tenant, seq: int) -> tuple[dict[Any, Any], set[Any]]:
    """Everything that a position knows: objects with state and body, and links."""
    found = list(selectors.state_at(tenant, seq))
    bodies = selectors.bodies_at(tenant, [(one.kind, one.object_id) for one in found], seq)
    objects = {
        (one.kind, one.object_id): (one.state, bodies[one.kind, one.object_id]) for one in found
    }
    return objects, {one[:3] for one in selectors.links_at(tenant, seq)}


def laid(tenant: Tenant, on: Snapshot, other: Other) -> tuple[Snapshot, Snapshot]:
    return lay_over(
        actor=SYSTEM,
        tenant=tenant,
        state=other,
        on=on,
        reason="test",
        progress=Silent(),
        sealed=lambda _: None,
    )


EVERYTHING = Other(
    [
        ForeignObject("user", ANNA, {"id": ANNA, "displayName": "Another Anna"}),
        ForeignObject("user", BERT, {"id": BERT, "displayName": "Bert"}),
        ForeignObject("user", FOREIGN, {"id": FOREIGN, "displayName": "Stranger"}),
        ForeignObject("group", CLUB, {"id": CLUB}, ObjectState.HARD_DELETED),
        ForeignObject("group", "only-named", {"id": "only-named"}, ObjectState.HARD_DELETED),
    ],
    [
        ForeignLink("group.members", TEAM, FOREIGN),
        ForeignLink("group.members", TEAM, ANNA, present=False),
    ],
)


def test_the_tenant_is_afterwards_what_it_was_before(tenant: Tenant, newest: Snapshot) -> None:
    # given what a tenant is, with something in the bin
    before = state(tenant, newest.seq)

    # when a state is laid over it that changes, adds, takes away and names
    base, after = laid(tenant, newest, EVERYTHING)

    # then the newest position says the same as ever, object by object, link by link
    assert state(tenant, after.seq) == before
    assert selectors.latest_snapshot(tenant) == after
    assert (base.mode, after.mode) == ("foreign", "own")
    # of the time that the tenant was last read
    assert base.taken_at == after.taken_at == newest.taken_at

    # and the chain with both positions in it is whole
    assert not verify(tenant).damage


def test_the_other_state_stands_between(tenant: Tenant, newest: Snapshot) -> None:
    base, _ = laid(tenant, newest, EVERYTHING)

    objects, links = state(tenant, base.seq)
    assert objects["user", ANNA][1]["displayName"] == "Another Anna"
    assert objects["user", BERT][0] == ObjectState.PRESENT
    assert objects["user", FOREIGN][0] == ObjectState.PRESENT
    # what it does not speak of is as it was
    assert objects["group", TEAM][1]["displayName"] == "Team"
    assert ("group", CLUB) not in objects
    assert links == {("group.members", TEAM, FOREIGN)}
    # what is only named is known to be missing
    states = {one: known for _, one, known in selectors.newest_states(tenant, ["only-named"])}
    assert states == {"only-named": ObjectState.HARD_DELETED}


def test_how_many_there_are_is_counted_as_before(tenant: Tenant, newest: Snapshot) -> None:
    _, after = laid(tenant, newest, EVERYTHING)

    def counts(snapshot: Snapshot) -> dict[str, int]:
        return dict(snapshot.collections.values_list("collection", "count"))

    assert counts(after) == counts(newest)


def test_captures_go_on_by_delta(
    tenant: Tenant, newest: Snapshot, source: MemorySource, capture: Capture
) -> None:
    laid(tenant, newest, EVERYTHING)
    source.calls.clear()
    source.put("user", ANNA, jobTitle="Baker")

    made = capture("delta").snapshot

    assert made is not None
    assert made.counts == {"updated": 1}
    assert dict(source.calls)["user"] is not None


def test_what_is_alike_is_not_laid_over(tenant: Tenant, newest: Snapshot) -> None:
    team = selectors.body_at(tenant, "group", TEAM, newest.seq)
    alike = Other([ForeignObject("group", TEAM, team or {})])

    base, after = laid(tenant, newest, alike)

    assert (base.counts, after.counts) == ({}, {})


def test_it_can_be_laid_over_again(tenant: Tenant, newest: Snapshot) -> None:
    before = state(tenant, newest.seq)
    _, after = laid(tenant, newest, EVERYTHING)

    again, after = laid(tenant, after, EVERYTHING)

    assert state(tenant, again.seq)[0]["user", FOREIGN][1]["displayName"] == "Stranger"
    assert state(tenant, after.seq) == before
    assert not verify(tenant).damage


def test_a_state_worked_out_on_an_older_snapshot_is_refused(
    tenant: Tenant, newest: Snapshot, source: MemorySource, capture: Capture
) -> None:
    source.put("user", ANNA, jobTitle="Baker")
    capture("delta")

    with pytest.raises(Stale):
        laid(tenant, newest, EVERYTHING)

    assert not Snapshot.objects.filter(mode__in=("foreign", "own")).exists()
