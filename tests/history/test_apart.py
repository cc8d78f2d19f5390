"""Values that Graph gives for one object at a time: who is asked, and what is known."""

from dataclasses import replace

import pytest

from apps.core import clock
from apps.core.errors import Unavailable
from apps.entra.errors import Denied, EntraError, Throttled
from apps.entra.reading import AuditEvent
from apps.history import selectors
from apps.history.capture import apart
from apps.history.models import ApartReading, SnapshotCollection
from apps.history.selectors import latest_snapshot
from apps.history.verification import verify
from apps.tenants.models import Tenant
from tests.history.conftest import Capture
from tests.history.sources import MemorySource

ROW = "user.perUserMfaState"
SWITCHED = AuditEvent(
    event_id="switch",
    at=clock.now(),
    activity="Disable Strong Authentication",
    category="UserManagement",
    operation="Update",
    succeeded=True,
    actor_kind="user",
    actor_id="someone",
    actor_name="Someone",
)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tenant of ten users is too large to be asked for at once."""
    monkeypatch.setattr(apart, "MOST", 4)
    monkeypatch.setattr(apart, "FEW", 2)
    monkeypatch.setattr(apart, "BESIDE", 1)


@pytest.fixture
def users(source: MemorySource) -> MemorySource:
    for number in range(10):
        source.put("user", f"u{number}", displayName=f"User {number}")
        source.apart[f"u{number}"] = {"perUserMfaState": "enforced" if number < 3 else "disabled"}
    return source


def state_of(tenant: Tenant, object_id: str) -> object:
    latest = latest_snapshot(tenant)
    assert latest is not None
    body = selectors.body_at(tenant, "user", object_id, latest.seq)
    return (body or {}).get("perUserMfaState")


def row_of(tenant: Tenant) -> SnapshotCollection:
    latest = latest_snapshot(tenant)
    assert latest is not None
    return latest.collections.get(collection=ROW)


def asked_since(source: MemorySource) -> set[str]:
    asked = {object_id for chunk in source.asked for object_id in chunk}
    source.asked.clear()
    return asked


def test_every_user_of_a_small_tenant_is_asked_for_in_full_captures(
    tenant: Tenant, users: MemorySource, capture: Capture
) -> None:
    first = capture()
    assert first.counts == {"created": 10}
    assert [state_of(tenant, f"u{n}") for n in (0, 5)] == ["enforced", "disabled"]
    assert (row_of(tenant).status, row_of(tenant).count) == ("complete", 10)
    assert first.snapshot is not None
    assert first.snapshot.complete

    # when nothing tells of a change but the answer itself
    users.apart["u0"] = {"perUserMfaState": "disabled"}
    assert capture("delta").snapshot is None
    assert capture().counts == {"updated": 1}

    assert state_of(tenant, "u0") == "disabled"
    assert capture().counts == {}
    assert verify(tenant).is_intact


@pytest.mark.usefixtures("few")
def test_a_large_tenant_comes_to_be_known_little_by_little(
    tenant: Tenant, users: MemorySource, capture: Capture
) -> None:
    known = []
    for _ in range(3):
        capture()
        known.append((row_of(tenant).status, row_of(tenant).count))
    # and meanwhile a delta capture that has news asks for a few more
    assert known == [("partial", 4), ("partial", 8), ("complete", 10)]

    states = [state_of(tenant, f"u{number}") for number in range(10)]
    assert states == ["enforced"] * 3 + ["disabled"] * 7
    assert verify(tenant).is_intact


@pytest.mark.usefixtures("few")
def test_a_partial_row_says_how_much_is_known(
    tenant: Tenant, users: MemorySource, capture: Capture
) -> None:
    result = capture()

    assert "known of 4 of 10" in row_of(tenant).detail
    assert result.snapshot is not None
    assert not result.snapshot.complete
    assert result.snapshot.collections.get(collection="user").status == "complete"


@pytest.mark.usefixtures("few")
def test_a_capture_by_delta_asks_for_more_only_when_it_has_news(
    tenant: Tenant, users: MemorySource, capture: Capture
) -> None:
    capture()
    asked_since(users)
    assert capture("delta").snapshot is None
    assert asked_since(users) == set()

    users.put("user", "u10", displayName="New here")
    capture("delta")

    assert "u10" in asked_since(users)
    assert row_of(tenant).count == 6


@pytest.mark.usefixtures("few")
def test_what_is_known_stays_known_when_a_full_capture_asks_others(
    tenant: Tenant, users: MemorySource, capture: Capture
) -> None:
    for _ in range(3):
        capture()
    asked_since(users)
    users.put("user", "u0", displayName="Renamed")

    result = capture()

    assert len(asked_since(users)) == 2
    assert result.counts == {"updated": 1}
    assert state_of(tenant, "u0") == "enforced"


@pytest.mark.usefixtures("few")
def test_the_oldest_answers_are_asked_for_again(
    tenant: Tenant, users: MemorySource, capture: Capture
) -> None:
    for _ in range(3):
        capture()
    ApartReading.objects.filter(object_id__in=["u3", "u5", "u7"]).update(
        asked_at=clock.now() - apart.STALE * 2
    )
    asked_since(users)

    capture()

    assert asked_since(users) == {"u3", "u5", "u7"}
    assert row_of(tenant).read_at > clock.now() - apart.STALE


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("mode", ["full", "delta"])
def test_whom_the_audit_log_names_is_asked_first(
    tenant: Tenant, users: MemorySource, capture: Capture, mode: str
) -> None:
    for _ in range(3):
        capture()
    asked_since(users)
    users.apart["u0"] = {"perUserMfaState": "disabled"}
    users.audit.append(replace(SWITCHED, at=clock.now(), target_ids=("u0",)))

    result = capture(mode)

    assert "u0" in asked_since(users)
    assert result.counts == {"updated": 1}
    assert state_of(tenant, "u0") == "disabled"
    assert capture("delta").snapshot is None
    assert asked_since(users) == set()


def test_an_entry_about_the_attribute_tells_too_and_others_do_not(
    tenant: Tenant, users: MemorySource, capture: Capture
) -> None:
    capture()
    asked_since(users)
    for user, name in (("u1", "StrongAuthenticationRequirement"), ("u2", "Department")):
        body = {"targetResources": [{"modifiedProperties": [{"displayName": name}]}]}
        users.audit.append(
            replace(
                SWITCHED,
                event_id=name,
                at=clock.now(),
                activity="Update user",
                target_ids=(user,),
                body=body,
            )
        )

    capture("delta")

    assert asked_since(users) == {"u1"}


def test_whom_the_log_names_stays_due_until_a_capture_has_asked(
    tenant: Tenant, users: MemorySource, capture: Capture
) -> None:
    capture()
    users.audit.append(replace(SWITCHED, at=clock.now(), target_ids=("u0",)))
    users.fail_all(Throttled("busy"))
    with pytest.raises(Unavailable):
        capture()
    users.failures.clear()
    asked_since(users)

    capture("delta")

    assert asked_since(users) == {"u0"}
    assert not ApartReading.objects.filter(due=True).exists()


def test_who_comes_back_from_the_bin_is_asked(
    tenant: Tenant, users: MemorySource, capture: Capture
) -> None:
    capture()
    users.soft_delete("user", "u4")
    capture("delta")
    asked_since(users)
    users.restore("user", "u4")

    capture("delta")

    assert asked_since(users) == {"u4"}


def test_who_is_gone_for_good_is_forgotten(
    tenant: Tenant, users: MemorySource, capture: Capture
) -> None:
    capture()
    users.hard_delete("user", "u4")
    capture("delta")

    assert not ApartReading.objects.filter(object_id="u4").exists()
    assert (row_of(tenant).status, row_of(tenant).count) == ("complete", 9)


@pytest.mark.parametrize(
    ("error", "status"), [(Denied("no permission"), "denied"), (Throttled("busy"), "partial")]
)
def test_a_refusal_is_told_in_the_manifest_and_costs_nothing_else(
    tenant: Tenant, users: MemorySource, capture: Capture, error: EntraError, status: str
) -> None:
    users.failures["apart:user"] = error

    result = capture()

    assert result.counts == {"created": 10}
    assert row_of(tenant).status == status
    assert error.message in row_of(tenant).detail
    assert state_of(tenant, "u0") is None

    # and what is denied is not asked for again before the next full capture
    asked_since(users)
    users.put("user", "u0", displayName="Renamed")
    capture("delta")
    assert bool(asked_since(users)) == (status != "denied")
    users.failures.clear()
    capture()
    assert row_of(tenant).status == "complete"


def test_a_user_for_whom_graph_has_no_answer_counts_as_asked(
    tenant: Tenant, users: MemorySource, capture: Capture
) -> None:
    users.apart["u9"] = {}
    capture()

    assert row_of(tenant).status == "complete"
    assert state_of(tenant, "u9") is None
