"""Whatever happens to a directory, the state at every position is what was there then."""

from collections.abc import Callable
from copy import deepcopy
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from apps.core.actor import SYSTEM
from apps.core.scope import tenant_scope
from apps.history import selectors, services
from apps.history.bodies import BodyOpener, BodySealer, DamagedBody, Place, train
from apps.history.capture import heads
from apps.history.verification import verify
from apps.tenants.models import Tenant
from tests.factories import make_msp, make_tenant
from tests.history.sources import MemorySource

USERS = [f"u{number}" for number in range(6)]
GROUPS = ["g0", "g1"]

put = st.tuples(
    st.just("put"),
    st.sampled_from(USERS),
    st.dictionaries(
        st.sampled_from(["displayName", "department", "city"]),
        st.none() | st.text(min_size=1, max_size=8),
        min_size=1,
    ),
)
one_user = st.tuples(
    st.sampled_from(["soft_delete", "hard_delete", "restore"]), st.sampled_from(USERS)
)
membership = st.tuples(
    st.sampled_from(["add", "remove"]), st.sampled_from(GROUPS), st.sampled_from(USERS)
)
take = st.tuples(st.just("capture"), st.sampled_from(["full", "delta"]))
histories = st.lists(st.one_of(put, put, one_user, membership, take), max_size=25)

State = tuple[dict[str, dict[str, Any]], set[str], set[tuple[str, str]]]


def state_of(source: MemorySource) -> State:
    """Live bodies, ids in the bin, memberships."""
    return (
        deepcopy(dict(source.objects["user"])),
        set(source.binned["user"]),
        set(source.links["group.members"]),
    )


def recorded(tenant: Tenant, seq: int) -> State:
    states = list(selectors.state_at(tenant, seq, kinds=["user"]))
    live = {item.object_id for item in states if item.state == "present"}
    bodies = selectors.bodies_at(tenant, [("user", object_id) for object_id in live], seq)
    return (
        {object_id: body for (_, object_id), body in bodies.items()},
        {item.object_id for item in states if item.state == "soft-deleted"},
        {
            (item.source_id, item.target_id)
            for item in selectors.links_at(tenant, seq, link="group.members")
        },
    )


def act(source: MemorySource, step: tuple[Any, ...]) -> None:
    """Do one thing to the directory, if it can be done to it now."""
    what, subject, *rest = step
    live, binned = source.objects["user"], source.binned["user"]
    if what == "put" and subject not in binned:
        source.put("user", subject, **rest[0])
    elif what == "soft_delete" and subject in live:
        source.soft_delete("user", subject)
    elif what == "hard_delete" and (subject in live or subject in binned):
        source.hard_delete("user", subject)
    elif what == "restore" and subject in binned:
        source.restore("user", subject)
    elif what in ("add", "remove") and rest[0] in live:
        source.link("group.members", subject, rest[0], present=what == "add")


@pytest.fixture(params=["small", "large"])
def size(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of small tenants a capture holds what was there before, of large ones it asks for it."""
    if request.param == "large":
        monkeypatch.setattr(heads, "FEW_OBJECTS", -1)
        monkeypatch.setattr(heads, "SMALL_TENANT", -1)


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=histories)
def test_the_state_at_every_snapshot_is_what_was_there(
    db: None, size: None, steps: list[tuple[Any, ...]]
) -> None:
    tenant, source = make_tenant(make_msp(str(uuid4()))), MemorySource()
    for group in GROUPS:
        source.put("group", group, displayName=group)
    expected: dict[int, State] = {}
    with tenant_scope(tenant.pk):
        for step in [*steps, ("capture", "delta"), ("capture", "full")]:
            if step[0] != "capture":
                act(source, step)
                continue
            result = services.capture(
                actor=SYSTEM, tenant=tenant, mode=step[1], reason="", source=source
            )
            if result.snapshot:
                expected[result.snapshot.seq] = state_of(source)

        assert {seq: recorded(tenant, seq) for seq in expected} == expected
        assert_differences_add_up(tenant, sorted(expected))
        assert verify(tenant).is_intact


def assert_differences_add_up(tenant: Tenant, positions: list[int]) -> None:
    """Between any two positions, exactly what differs is named."""
    states = {
        seq: {
            item.object_id: (item.state, item.digest)
            for item in selectors.state_at(tenant, seq, kinds=["user"])
        }
        for seq in positions
    }
    for low, high in pairwise(positions):
        named = {
            item.object_id for item in selectors.changed_between(tenant, low, high, kinds=["user"])
        }
        ids = states[low].keys() | states[high].keys()
        assert named == {i for i in ids if states[low].get(i) != states[high].get(i)}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=6,
)
bodies = st.dictionaries(st.sampled_from(["id", "a", "ü"]) | st.text(max_size=4), json_values)


@pytest.fixture(scope="module")
def codec() -> Callable[[bool], tuple[BodySealer, BodyOpener]]:
    key, tenant_id = b"k" * 32, uuid4()
    samples = [
        {"id": str(n), "displayName": f"User {n}" * 20, "a": n, "ü": [n]} for n in range(1000)
    ]
    dictionary = train(samples)
    assert dictionary

    def make(with_dictionary: bool) -> tuple[BodySealer, BodyOpener]:
        number, used = (1, dictionary) if with_dictionary else (0, b"")
        return (
            BodySealer(key, tenant_id, "user", 7, number=number, dictionary=used),
            BodyOpener(key, tenant_id, {("user", 1): dictionary}),
        )

    return make


@given(body=bodies, with_dictionary=st.booleans())
@example(body={"id": "u1"}, with_dictionary=False)
@example(body={"id": "u1", "displayName": "Ada"}, with_dictionary=True)
@example(body={"id": "u2"}, with_dictionary=True)
@example(body={"id": "u1", "a": "", "ü": None, "b": 1}, with_dictionary=True)
@example(body={"id": "u1", "a": "\x1f1", "ü": "\x1e"}, with_dictionary=True)
@example(body={}, with_dictionary=True)
def test_a_body_is_read_back_as_it_was(
    codec: Callable[[bool], tuple[BodySealer, BodyOpener]],
    body: dict[str, Any],
    with_dictionary: bool,
) -> None:
    sealer, opener = codec(with_dictionary)

    (stored,) = sealer.seal([("u1", body)])

    assert opener.open(Place("user", "u1", 7), stored) == body


@given(body=bodies, where=st.integers(min_value=0), flip=st.integers(1, 255))
def test_a_body_with_any_byte_changed_does_not_open(
    codec: Callable[[bool], tuple[BodySealer, BodyOpener]],
    body: dict[str, Any],
    where: int,
    flip: int,
) -> None:
    sealer, opener = codec(True)
    stored = bytearray(*sealer.seal([("u1", body)]))
    stored[where % len(stored)] ^= flip

    with pytest.raises(DamagedBody):
        opener.open(Place("user", "u1", 7), bytes(stored))


@pytest.mark.parametrize(
    "place", [Place("group", "u1", 7), Place("user", "u2", 7), Place("user", "u1", 8)]
)
def test_a_body_opens_only_in_its_own_place(
    codec: Callable[[bool], tuple[BodySealer, BodyOpener]], place: Place
) -> None:
    sealer, opener = codec(False)

    with pytest.raises(DamagedBody):
        opener.open(place, *sealer.seal([("u1", {"id": "u1"})]))
