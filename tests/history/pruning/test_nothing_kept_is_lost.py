"""Whatever happened, and whatever was pruned: what is kept, and what differs, is what it was."""

from itertools import combinations
from typing import Any
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.core.actor import SYSTEM
from apps.core.scope import tenant_scope
from apps.diffs.comparison import compare
from apps.history import selectors, services
from apps.history.models import Snapshot
from apps.history.pruning import executing
from apps.history.verification import verify
from apps.tenants.models import Tenant
from tests.factories import make_msp, make_tenant
from tests.history.pruning.conftest import let_go
from tests.history.sources import MemorySource
from tests.history.test_round_trip import GROUPS, act, membership, one_user, put

acts = st.lists(st.one_of(put, one_user, one_user, membership), min_size=1, max_size=5)
histories = st.lists(acts, min_size=5, max_size=9)

Seen = dict[Any, Any]


def state_at(tenant: Tenant, seq: int) -> Seen:
    """Objects with their bodies, those in the bin too, and links."""
    states = {(one.kind, one.object_id): one.state for one in selectors.state_at(tenant, seq)}
    links = {(one.link, one.source_id, one.target_id) for one in selectors.links_at(tenant, seq)}
    return {
        "states": states,
        "bodies": selectors.bodies_at(tenant, states, seq),
        "links": links,
    }


def between(tenant: Tenant, low: Snapshot, high: Snapshot) -> Seen:
    """What differs: as history tells it, and as a difference report does."""
    span = (tenant, low.seq, high.seq)
    gone = list(selectors.gone_between(*span))
    return {
        "changed": [_without_positions(one) for one in selectors.changed_between(*span)],
        "gone": [_without_positions(one) for one in gone],
        "last": selectors.last_bodies(tenant, [one[:2] for one in gone], high.seq),
        "links": list(selectors.changed_links_between(*span)),
        "aside": list(selectors.links_set_aside(*span)),
        "report": list(compare(tenant, low, high)),
    }


def _without_positions(changed: Any) -> Any:
    """The positions of what remains stay too; only they are not what a person is shown."""
    ends = [one and (one.state, one.digest) for one in (changed.before, changed.after)]
    return (changed.kind, changed.object_id, *ends)


def captured(steps: list[list[tuple[Any, ...]]]) -> Tenant:
    """A tenant captured after each round of changes."""
    tenant, source = make_tenant(make_msp(str(uuid4()))), MemorySource()
    for group in GROUPS:
        source.put("group", group, displayName=group)
    with tenant_scope(tenant.pk):
        for number, round_of in enumerate(steps):
            for step in round_of:
                act(source, step)
            mode = "full" if number % 4 == 3 else "delta"
            services.capture(actor=SYSTEM, tenant=tenant, mode=mode, source=source)
    return tenant


@settings(
    max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=histories, chances=st.randoms(use_true_random=False))
def test_what_is_kept_is_what_it_was_however_much_is_pruned_around_it(
    db: None, steps: list[list[tuple[Any, ...]]], chances: Any
) -> None:
    tenant = captured(steps)
    with tenant_scope(tenant.pk):
        kept = list(Snapshot.objects.order_by("seq"))
        states = {one.seq: state_at(tenant, one.seq) for one in kept}
        differences = {
            (low.seq, high.seq): between(tenant, low, high) for low, high in combinations(kept, 2)
        }
        while len(kept) > 2:
            going = [one.seq for one in kept[:-1] if chances.random() < 0.4] or [kept[0].seq]
            let_go(tenant, *going)
            executing.prune(actor=SYSTEM, tenant=tenant, seqs=going)

            kept = list(Snapshot.objects.kept().order_by("seq"))
            assert verify(tenant).is_intact
            for one in kept:
                assert state_at(tenant, one.seq) == states[one.seq]
            for low, high in combinations(kept, 2):
                assert between(tenant, low, high) == differences[low.seq, high.seq]
