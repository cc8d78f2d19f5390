"""Reading a tenant: what moved, in any weather, with no more permission than is asked for."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from apps.core import clock
from apps.entra import reading, writing
from apps.entra.catalogue import KINDS, Kind, digest, kind, link
from apps.entra.catalogue.permissions import BACKUP_PERMISSIONS
from apps.entra.client import GraphClient
from apps.entra.errors import ResyncRequired
from tests.entra.observing import digests, links, objects
from tests.entra.support import client_of, registered
from tests.support.sandboxes import Sandbox

delta_kinds = pytest.mark.parametrize(
    "entry", [item for item in KINDS if item.delta_path], ids=lambda entry: entry.name
)


def test_the_permissions_asked_for_are_enough_to_read_everything(sandbox: Sandbox) -> None:
    client = client_of(sandbox, registered(sandbox, BACKUP_PERMISSIONS))
    for entry in KINDS:
        batches = list(reading.read(client, entry, first_read=True))
        assert reading.left_out(client, entry) == ()
        if cursor := batches[-1].cursor:
            list(reading.read(client, entry, cursor=cursor, first_read=False))
        list(reading.read(client, entry, first_read=False))
    list(reading.read_audit(client, since=clock.now() - timedelta(days=1)))
    for entry in KINDS:
        list(reading.read_bin(client, entry))


def test_a_property_without_its_permission_is_left_out(sandbox: Sandbox) -> None:
    client = client_of(sandbox, registered(sandbox, ["User.Read.All"]))
    user = kind("user")
    assert reading.left_out(client, user) == ("employeeLeaveDateTime",)
    assert objects(list(reading.read(client, user, first_read=True)))


def test_a_change_comes_through_delta(sandbox: Sandbox) -> None:
    # given a tenant that has been read
    client = client_of(sandbox)
    user = kind("user")
    before = list(reading.read(client, user, first_read=True))
    target = next(
        body for body in objects(before).values() if body.get("department") and body.get("city")
    )

    # when one value changes and another is emptied
    sandbox.graph(
        "PATCH", f"/users/{target['id']}", {"department": "Elsewhere", "city": None}
    ).raise_for_status()

    # then delta tells of both, and only of that object
    batches = list(reading.read(client, user, cursor=before[-1].cursor, first_read=False))
    (seen,) = {item.object_id: item for batch in batches for item in batch.objects}.values()
    assert seen.partial
    assert seen.object_id == target["id"]
    assert seen.body["department"] == "Elsewhere"
    assert seen.body["city"] is None


def test_links_that_come_and_go_are_told_of(sandbox: Sandbox) -> None:
    # given a static group with a member
    client = client_of(sandbox)
    group = kind("group")
    before = list(reading.read(client, group, first_read=True))
    source, gone = next(
        (source, target)
        for name, source, target in sorted(links(before))
        if name == "group.members" and not writing.link_locked(link(name), objects(before)[source])
    )
    held = {target for name, at, target in links(before) if (name, at) == ("group.members", source)}
    users = objects(list(reading.read(client, kind("user"), first_read=True)))
    added = next(object_id for object_id in users if object_id not in held)

    # when the member is replaced
    address = f"https://graph.microsoft.com/v1.0/directoryObjects/{added}"
    sandbox.graph(
        "POST", f"/groups/{source}/members/$ref", {"@odata.id": address}
    ).raise_for_status()
    sandbox.graph("DELETE", f"/groups/{source}/members/{gone}/$ref").raise_for_status()

    # then delta gives the one and takes the other
    batches = list(reading.read(client, group, cursor=before[-1].cursor, first_read=False))
    seen = {
        item.target_id: item.present
        for batch in batches
        for item in batch.links
        if (item.link, item.source_id) == ("group.members", source)
    }
    assert seen[added] is True
    assert seen[gone] is False
    assert reading.read_links(client, link("group.members"), [source]) == {
        source: (held - {gone}) | {added}
    }


@delta_kinds
def test_an_expired_cursor_asks_for_a_full_read(sandbox: Sandbox, entry: Kind) -> None:
    client = client_of(sandbox)
    cursor = list(reading.read(client, entry, first_read=True))[-1].cursor
    sandbox.control("POST", "/weather", {"expire_delta_tokens": 1})
    with pytest.raises(ResyncRequired):
        list(reading.read(client, entry, cursor=cursor, first_read=False))


def test_a_deleted_user_is_removed_softly_and_waits_in_the_bin(sandbox: Sandbox) -> None:
    client = client_of(sandbox)
    user = kind("user")
    before = list(reading.read(client, user, first_read=True))
    chosen = next(iter(objects(before)))
    sandbox.graph("DELETE", f"/users/{chosen}").raise_for_status()

    batches = list(reading.read(client, user, cursor=before[-1].cursor, first_read=False))
    removed = [item for batch in batches for item in batch.removed]
    waiting = objects(list(reading.read_bin(client, user)))

    assert [(item.object_id, item.soft) for item in removed] == [(chosen, True)]
    assert "deletedDateTime" in waiting[chosen]
    assert digest(user, waiting[chosen]) == digest(user, objects(before)[chosen])
    assert reading.read_objects(client, user, [chosen]) == {chosen: None}


def test_the_audit_log_says_who_and_what(sandbox: Sandbox) -> None:
    client = client_of(sandbox)
    user = next(iter(objects(list(reading.read(client, kind("user"), first_read=True)))))
    before = datetime.now(UTC) - timedelta(minutes=1)
    sandbox.graph("PATCH", f"/users/{user}", {"jobTitle": "Changed"}).raise_for_status()

    events = [
        event for event in reading.read_audit(client, since=before) if user in event.target_ids
    ]
    assert events[-1].succeeded
    assert events[-1].actor_kind == "app"
    assert events[-1].activity == "Update user"


@pytest.fixture
def stormy(sandbox: Sandbox) -> Iterator[GraphClient]:
    sandbox.control(
        "POST",
        "/weather",
        {
            "fault_rate": 0.15,
            "fault_retry_after": None,
            "drop_rate": 0.05,
            "half_body_rate": 0.05,
        },
    )
    yield client_of(sandbox)
    sandbox.control("POST", "/weather", {"fault_rate": 0, "drop_rate": 0, "half_body_rate": 0})


@pytest.mark.parametrize("name", ["user", "group", "appRoleAssignment", "namedLocation"])
def test_bad_weather_changes_nothing_of_what_is_read(
    sandbox: Sandbox, stormy: GraphClient, name: str
) -> None:
    entry = kind(name)
    seen = [list(reading.read(stormy, entry, first_read=way)) for way in (True, False)]
    sandbox.control("POST", "/weather", {"fault_rate": 0, "drop_rate": 0, "half_body_rate": 0})
    calm = list(reading.read(client_of(sandbox), entry, first_read=False))
    for batches in seen:
        assert digests(entry, objects(batches)) == digests(entry, objects(calm))
        assert links(batches) == links(calm)
