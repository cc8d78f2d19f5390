from __future__ import annotations

import pytest

from apps.sandbox.graph.context import Route
from apps.sandbox.writes.routes import ROUTES
from tests.sandbox.writes.conftest import Lab


def test_no_write_is_listed_twice() -> None:
    rows = [(r.method, r.pattern, version) for r in ROUTES for version in r.versions]
    assert len(rows) == len(set(rows))


@pytest.mark.parametrize("route", ROUTES, ids=lambda r: f"{r.method} {r.pattern}")
def test_every_write_asks_for_a_permission(lab: Lab, route: Route) -> None:
    version = "v1.0" if "v1.0" in route.versions else "beta"
    path = route.pattern.replace("{cast}", _cast(route.pattern)).replace("{", "").replace("}", "")
    reader = lab.with_roles("Directory.Read.All", "Policy.Read.All", "Application.Read.All")
    assert reader.refused(route.method, f"/{version}{path}", {})[0] == 403


def _cast(pattern: str) -> str:
    kinds = {"users": "agentUser", "applications": "agentIdentityBlueprint"}
    return f"microsoft.graph.{kinds.get(pattern.split('/')[1], 'agentIdentity')}"


@pytest.mark.parametrize("body", [None, [], "text", 3])
def test_a_body_that_is_no_object_is_refused(lab: Lab, body: object) -> None:
    for path in ("/users", "/groups", "/identity/conditionalAccess/policies"):
        assert lab.refused("POST", path, body)[0] == 400
