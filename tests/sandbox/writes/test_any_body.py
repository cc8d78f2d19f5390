"""Whatever a client sends, the answer is one that Graph could give."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.sandbox.schema import COMPLEX, ENUMS, TYPES, Property
from tests.sandbox.writes.conftest import Lab

ANY = st.one_of(st.none(), st.booleans(), st.integers(-5, 5), st.text(max_size=5))
TEXTS = st.sampled_from(
    ["", "x", "All", "a@b.example", "https://a.example/b", "2026-01-01T00:00:00Z"]
)
GUIDS = st.uuids().map(str)


def value_of(declared: Property, depth: int) -> st.SearchStrategy[Any]:
    one = single(declared.type, depth)
    return st.one_of(ANY, st.lists(one, max_size=2) if declared.collection else one)


def single(type_name: str, depth: int) -> st.SearchStrategy[Any]:
    kind, _, name = type_name.rpartition(":")
    if kind == "enum":
        return st.sampled_from(ENUMS[name].members)
    if kind == "complex":
        properties = COMPLEX[name].properties
        return fields(properties, depth - 1) if depth and properties else st.just({})
    simple: dict[str, st.SearchStrategy[Any]] = {"Boolean": st.booleans(), "Guid": GUIDS}
    return simple.get(name, st.one_of(TEXTS, st.integers(0, 9)))


@st.composite
def fields(draw: st.DrawFn, properties: Mapping[str, Property], depth: int) -> dict[str, Any]:
    """A few properties with values of their type, and now and then of another."""
    names = st.lists(st.sampled_from(sorted(properties)), max_size=3, unique=True)
    return {name: draw(value_of(properties[name], depth)) for name in draw(names)}


PATHS = {
    "user": "/users",
    "group": "/groups",
    "application": "/applications",
    "servicePrincipal": "/servicePrincipals",
    "oauth2PermissionGrant": "/oauth2PermissionGrants",
    "conditionalAccessPolicy": "/identity/conditionalAccess/policies",
    "ipNamedLocation": "/identity/conditionalAccess/namedLocations",
    "authenticationStrengthPolicy": "/policies/authenticationStrengthPolicies",
    "administrativeUnit": "/directory/administrativeUnits",
    "unifiedRoleDefinition": "/roleManagement/directory/roleDefinitions",
    "unifiedRoleAssignment": "/roleManagement/directory/roleAssignments",
}


COMPLETE: dict[str, dict[str, Any]] = {
    "user": {
        "accountEnabled": True,
        "displayName": "A",
        "mailNickname": "a",
        "userPrincipalName": "a@alderfinch.example",
        "passwordProfile": {"password": "Blue-Kettle-42"},
    },
    "group": {
        "displayName": "g",
        "mailEnabled": False,
        "mailNickname": "g",
        "securityEnabled": True,
    },
    "application": {"displayName": "A"},
    "administrativeUnit": {"displayName": "A"},
    "authenticationStrengthPolicy": {"displayName": "A", "allowedCombinations": ["fido2"]},
    "conditionalAccessPolicy": {
        "displayName": "A",
        "state": "disabled",
        "conditions": {
            "clientAppTypes": ["all"],
            "applications": {"includeApplications": ["All"]},
            "users": {"includeUsers": ["All"]},
        },
        "grantControls": {"operator": "OR", "builtInControls": ["mfa"]},
    },
}


@pytest.mark.parametrize("type_name", sorted(PATHS))
@given(data=st.data())
@settings(max_examples=12, suppress_health_check=list(HealthCheck), deadline=None)
def test_any_body_is_taken_or_refused(lab: Lab, type_name: str, data: st.DataObject) -> None:
    entity = TYPES[type_name]
    writable = {n: p for n, p in entity.properties.items() if not p.read_only}
    body = data.draw(fields(writable, 3))
    if data.draw(st.booleans()):
        body["@odata.type"] = entity.odata_type
    index = data.draw(st.integers(0, 20))
    checkpoint = lab.world.checkpoint()
    records = list(lab.directory.of_type(entity.family))
    path = PATHS[type_name]
    one = f"{path}/{records[index % len(records)].id}"
    try:
        complete = COMPLETE.get(type_name, {}) | body
        assert lab.do("POST", path, complete).status in {201, 400, 403, 404, 409}
        assert lab.do("PATCH", one, body).status in {204, 400, 403, 404, 405, 409}
        assert lab.do("GET", one).status == 200
    finally:
        lab.world.rewind(checkpoint)
