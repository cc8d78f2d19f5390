"""A small seeded world in this process, as it was before every test."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from apps.sandbox.graph import dispatch, routes_read
from apps.sandbox.graph.context import Answer, Caller
from apps.sandbox.seed import build
from apps.sandbox.state.directory import Directory
from apps.sandbox.state.records import Record
from apps.sandbox.state.world import World
from apps.sandbox.writes.api import act
from apps.sandbox.writes.routes import ROUTES

ALL_ROLES = frozenset(
    permission
    for route in (*ROUTES, *routes_read.ROUTES)
    for alternative in route.application
    for permission in alternative
)


@dataclass
class Lab:
    """An application with every permission in one tenant of the world."""

    world: World
    directory: Directory
    caller: Caller

    def do(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        tenant = self.directory.tenant_id
        return act(self.world, tenant, self.caller, method, path, body, headers=sent)

    def created(self, path: str, body: Any) -> dict[str, Any]:
        answer = self.do("POST", path, body)
        assert answer.status == 201, answer.body
        assert isinstance(answer.body, dict)
        return answer.body

    def refused(
        self, method: str, path: str, body: Any = None, **headers: str
    ) -> tuple[int, str, str]:
        """(status, code, message); a refusal changes nothing and logs no success."""
        before = self.directory.changes.sequence, self.successes
        answer = self.do(method, path, body, **headers)
        assert answer.status >= 400, answer
        assert isinstance(answer.body, dict)
        assert before == (self.directory.changes.sequence, self.successes)
        error = answer.body["error"]
        return answer.status, error["code"], error["message"]

    @property
    def successes(self) -> int:
        """How many audit records say that something was done."""
        return sum(record["result"] == "success" for record in self.directory.audit)

    def one(self, family: str, name: str) -> Record:
        found = self.directory.find(family, "displayName", name)
        assert found is not None
        return found

    def with_roles(self, *roles: str) -> Lab:
        return replace(self, caller=replace(self.caller, roles=frozenset(roles)))

    def as_user(self, user_id: str, *scopes: str) -> Lab:
        given = frozenset(scopes) or ALL_ROLES | {"Directory.AccessAsUser.All"}
        return replace(self, caller=replace(self.caller, user_id=user_id, scopes=given))

    @property
    def domain(self) -> str:
        return next(d["id"] for d in self.directory.domains if d.get("isDefault"))

    def new_user(self, name: str = "robin", **more: Any) -> dict[str, Any]:
        body = {
            "accountEnabled": True,
            "displayName": name.title(),
            "mailNickname": name,
            "userPrincipalName": f"{name}@{self.domain}",
            "passwordProfile": {"password": "Blue-Kettle-42"},
        }
        return self.created("/users", body | more)

    def new_group(self, name: str = "crew", **more: Any) -> dict[str, Any]:
        body = {
            "displayName": name,
            "mailEnabled": False,
            "mailNickname": name,
            "securityEnabled": True,
        }
        return self.created("/groups", body | more)


@pytest.fixture(scope="module")
def seeded() -> World:
    world = World()
    build(world, users=30, tenants=2, seed=7)
    return world


@pytest.fixture
def lab(seeded: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    monkeypatch.setattr(dispatch, "gate", None)
    monkeypatch.setattr(dispatch, "after", None)
    checkpoint = seeded.checkpoint()
    directory = next(d for d in seeded.directories.values() if "AAD_PREMIUM_P2" in d.licences)
    caller = Caller(
        app_id="10000000-0000-0000-0000-000000000001",
        service_principal_id="20000000-0000-0000-0000-000000000001",
        roles=ALL_ROLES,
        app_name="Lab",
    )
    yield Lab(seeded, directory, caller)
    seeded.rewind(checkpoint)
    seeded.weather.lag = 0
    seeded.clock.reset()
