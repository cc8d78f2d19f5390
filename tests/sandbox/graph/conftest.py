"""A small tenant, made by hand so that every test can see what is in it."""

from datetime import UTC, datetime

import pytest

from apps.sandbox.graph import dispatch
from apps.sandbox.state.directory import Directory
from apps.sandbox.state.world import World

from .client import GraphClient

TENANT = "7d0c1c5c-0000-4000-8000-000000000001"
START = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)


@pytest.fixture
def world() -> World:
    world = World()
    world.clock.set(START)
    return world


@pytest.fixture
def directory(world: World) -> Directory:
    return world.add_directory(
        Directory(
            TENANT,
            "Contoso",
            domains=[{"id": "contoso.com", "isVerified": True}],
            licences={"AAD_PREMIUM"},
        )
    )


@pytest.fixture
def graph(world: World, directory: Directory, monkeypatch: pytest.MonkeyPatch) -> GraphClient:
    """A client in calm weather, whatever a sandbox in this process met before."""
    monkeypatch.setattr(dispatch, "gate", None)
    monkeypatch.setattr(dispatch, "after", None)
    return GraphClient(world, directory)


def add_user(directory: Directory, name: str, **properties: object) -> str:
    """A user called ``name``."""
    body = {
        "displayName": name,
        "userPrincipalName": f"{name.lower()}@contoso.com",
        "mailNickname": name.lower(),
        "accountEnabled": True,
        "userType": "Member",
        **properties,
    }
    return directory.add("user", body)


def add_group(directory: Directory, name: str, members: tuple[str, ...] = ()) -> str:
    """A security group with members."""
    body = {"displayName": name, "securityEnabled": True, "mailEnabled": False, "groupTypes": []}
    group_id = directory.add("group", body)
    for member_id in members:
        directory.link("group.members", group_id, member_id)
    return group_id


def add_application(directory: Directory, name: str) -> tuple[str, str]:
    """An application and its service principal: their object ids."""
    app_id = f"11111111-0000-4000-8000-{len(name):012d}"
    application = directory.add("application", {"displayName": name, "appId": app_id})
    principal = directory.add("servicePrincipal", {"displayName": name, "appId": app_id})
    return application, principal
