"""What the scripted incidents do, and what the audit log says of it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from apps.sandbox.incidents import NAMES, IncidentError, run
from apps.sandbox.seed import build
from apps.sandbox.state.clock import graph_time
from apps.sandbox.state.directory import Directory
from apps.sandbox.state.world import World

THE_SERVICE = "Microsoft Approval Management"
"""Who computes the members of dynamic groups afterwards."""


@pytest.fixture
def world() -> World:
    return seeded(60)


def seeded(users: int, tenants: int = 1) -> World:
    world = World()
    build(world, users=users, tenants=tenants, seed=3)
    return world


def first(world: World) -> Directory:
    return next(iter(world.directories.values()))


def user_named(directory: Directory, name: str) -> str:
    record = directory.find("user", "userPrincipalName", name)
    assert record is not None
    return record.id


def initiators(directory: Directory) -> set[str]:
    found = set()
    for entry in directory.audit:
        who = entry["initiatedBy"]
        user, app = who.get("user") or {}, who.get("app") or {}
        found.add(user.get("userPrincipalName") or app.get("displayName"))
    return found


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("users", [20, 47])
def test_every_incident_works_at_any_size(name: str, users: int) -> None:
    world = seeded(users, tenants=3)

    for directory in list(world.directories.values())[:3]:
        result = run(world, name, directory.tenant_id)

        assert result["tenant"] == directory.tenant_id
        assert sum(result["counts"].values()) >= 5
        assert directory.audit


@pytest.mark.parametrize("name", NAMES)
def test_the_audit_log_names_the_actor_and_nobody_else(name: str, world: World) -> None:
    result = run(world, name)

    assert initiators(first(world)) - {THE_SERVICE} == {result["actor"]["name"]}


@pytest.mark.parametrize("name", NAMES)
def test_an_incident_touches_one_tenant(name: str, world: World) -> None:
    run(world, name)

    assert [bool(each.audit) for each in world.directories.values()].count(True) == 1


def without_created(result: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in result.items() if key != "created"}


@pytest.mark.parametrize("name", NAMES)
def test_an_incident_is_the_same_each_time(name: str) -> None:
    once, again = run(seeded(40), name), run(seeded(40), name)

    assert without_created(once) == without_created(again)


def test_nobody_gets_past_the_lock_out(world: World) -> None:
    directory = first(world)
    emergency = directory.find("group", "displayName", "CA Exclude - Emergency access")
    assert emergency is not None
    policies = directory.count("conditionalAccessPolicy")
    locations = directory.count("namedLocation")

    run(world, "ca-lockout")

    enforced = [
        policy.body
        for policy in directory.of_type("conditionalAccessPolicy")
        if policy.body["state"] == "enabled"
    ]
    assert all(emergency.id not in p["conditions"]["users"]["excludeGroups"] for p in enforced)
    assert any(blocks_everyone_everywhere(policy) for policy in enforced)
    assert directory.count("conditionalAccessPolicy") == policies - 1
    assert directory.count("namedLocation") == locations - 1
    assert len(directory.deleted("conditionalAccessPolicy")) == 1
    assert len(directory.deleted("namedLocation")) == 1


def blocks_everyone_everywhere(policy: dict[str, Any]) -> bool:
    conditions, grant = policy["conditions"], policy.get("grantControls") or {}
    users, places = conditions["users"], conditions.get("locations") or {}
    return (
        grant.get("builtInControls") == ["block"]
        and users["includeUsers"] == ["All"]
        and not any(users[f"exclude{sort}"] for sort in ("Users", "Groups", "Roles"))
        and conditions["applications"]["includeApplications"] == ["All"]
        and places.get("includeLocations") == ["All"]
        and not places.get("excludeLocations")
    )


def test_the_feed_overwrites_posts_and_managers(world: World) -> None:
    directory = first(world)

    result = run(world, "hr-corruption")

    assert result["actor"]["name"] == "HR Provisioning Connector"
    touched = {each["id"] for each in result["updated"]}
    (manager,) = {each["target"] for each in result["linked"]}
    for user in directory.of_type("user"):
        corrupted = user.body.get("department") == "0000 - Default"
        assert corrupted == (user.id in touched)
        if corrupted:
            assert not user.body.get("onPremisesSyncEnabled")
            assert list(directory.targets("user.manager", user.id)) == [manager]


def test_the_feed_corrupts_a_share_of_a_large_tenant() -> None:
    world = seeded(2000)

    result = run(world, "hr-corruption")

    assert 150 < result["counts"]["updated"] < 800


def test_the_takeover_leaves_four_kinds_of_foothold(world: World) -> None:
    directory = first(world)
    before = world.clock.now()

    result = run(world, "quiet-takeover")

    links = {each["link"]: each["target"] for each in result["linked"]}
    accomplice = links["group.members"]
    application = directory.find("application", "displayName", "Customer Portal API")
    assert application is not None
    assert links["application.owners"] == accomplice
    assert len(application.body["passwordCredentials"]) == 1
    excluding = [
        policy
        for policy in directory.of_type("conditionalAccessPolicy")
        if accomplice in policy.body["conditions"]["users"]["excludeUsers"]
    ]
    assert len(excluding) == 1
    grant = directory.get(result["created"][0]["id"])
    assert grant is not None
    assert "Directory.ReadWrite.All" in grant.body["scope"]
    assert_spread_over_minutes(directory, before)


def assert_spread_over_minutes(directory: Directory, before: Any) -> None:
    moments = [entry["activityDateTime"][:19] for entry in directory.audit]
    assert moments == sorted(moments)
    assert len(set(moments)) == 6
    assert moments[0] < graph_time(before - timedelta(minutes=3))
    assert moments[-1] <= graph_time(before)


def test_the_takeover_gives_the_clock_back(world: World) -> None:
    offset = world.clock.offset

    run(world, "quiet-takeover")

    assert abs(world.clock.offset - offset) < timedelta(seconds=1)


def test_the_clean_up_fills_the_bin_and_empties_a_part_of_it(world: World) -> None:
    directory = first(world)

    result = run(world, "mass-delete")

    purged = {each["id"] for each in result["purged"]}
    for kind in ("user", "group", "application"):
        deleted = {each["id"] for each in result["deleted"] if each["kind"] == kind}
        binned = {record.id for record in directory.deleted(kind)}
        assert deleted - purged == binned
        assert deleted & purged
        assert not any(directory.get(each) for each in deleted)


def no_tenant(world: World) -> None:
    run(world, "ca-lockout", "no-such-tenant")


def no_incident(world: World) -> None:
    run(world, "earthquake")


def no_policies(world: World) -> None:
    unlicensed = list(world.directories)[-1]
    run(world, "ca-lockout", unlicensed)


@pytest.mark.parametrize("attempt", [no_tenant, no_incident, no_policies])
def test_what_cannot_happen_is_refused_and_nothing_changes(
    attempt: Callable[[World], None], world: World
) -> None:
    with pytest.raises(IncidentError):
        attempt(world)

    assert not any(directory.audit for directory in world.directories.values())
