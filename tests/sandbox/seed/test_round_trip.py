"""Graph takes back what the seed holds: every object can be written as it was read."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from apps.sandbox.graph.context import Caller
from apps.sandbox.schema import TYPES
from apps.sandbox.seed import build
from apps.sandbox.seed.resources import graph_roles
from apps.sandbox.state.directory import Directory
from apps.sandbox.state.records import Record
from apps.sandbox.state.world import World
from apps.sandbox.writes.api import act

PATHS = {
    "user": "/users",
    "group": "/groups",
    "application": "/applications",
    "servicePrincipal": "/servicePrincipals",
    "conditionalAccessPolicy": "/identity/conditionalAccess/policies",
    "namedLocation": "/identity/conditionalAccess/namedLocations",
    "authenticationStrengthPolicy": "/policies/authenticationStrengthPolicies",
    "authenticationMethodConfiguration": (
        "/policies/authenticationMethodsPolicy/authenticationMethodConfigurations"
    ),
    "administrativeUnit": "/directory/administrativeUnits",
    "oauth2PermissionGrant": "/oauth2PermissionGrants",
}
POLYMORPHIC = ("namedLocation", "authenticationMethodConfiguration")
OWN_WAYS = {
    "passwordProfile", "keyCredentials", "passwordCredentials", "assignedLicenses",
    "servicePrincipalType", "clientId", "resourceId", "consentType", "principalId",
}  # fmt: skip
"""Properties that Graph lets nobody send back in a PATCH: they have actions, or none at all."""


@pytest.fixture(params=[0, 3])
def tenant(request: pytest.FixtureRequest) -> tuple[World, Directory]:
    world = World()
    build(world, users=40, tenants=4, seed=12)
    return world, list(world.directories.values())[request.param]


def administrator(directory: Directory) -> Caller:
    """The tenant's Global Administrator with every delegated permission."""
    person = next(each for each in directory.of_type("user") if "identities" in each.body)
    holders = directory.find_all(
        "unifiedRoleAssignment", "roleDefinitionId", "62e90394-69f5-4237-9190-012177145e10"
    )
    scopes = frozenset({*graph_roles(), "Directory.AccessAsUser.All"})
    user_id = holders[-1].body["principalId"] if holders else person.id
    return Caller(app_id="portal", user_id=user_id, scopes=scopes, user_name="administrator")


def writable(record: Record) -> dict[str, Any]:
    properties = TYPES[record.type].properties
    return {
        name: value
        for name, value in record.body.items()
        if name != "id"
        and name not in OWN_WAYS
        and properties[name].versions
        and not (properties[name].read_only or properties[name].create_only)
    }


def mastered_elsewhere(record: Record) -> bool:
    """Synchronised, owned by Exchange, built in or a managed identity: refused by design."""
    body = record.body
    return (
        bool(body.get("onPremisesSyncEnabled"))
        or (bool(body.get("mailEnabled")) and not body.get("groupTypes"))
        or body.get("policyType") == "builtIn"
        or body.get("servicePrincipalType") == "ManagedIdentity"
    )


def requests(directory: Directory) -> Iterator[tuple[str, dict[str, Any]]]:
    for type_name, path in PATHS.items():
        for record in directory.of_type(type_name):
            if not mastered_elsewhere(record):
                body = writable(record)
                if type_name in POLYMORPHIC:
                    body["@odata.type"] = f"#microsoft.graph.{record.type}"
                version = "v1.0" if "v1.0" in TYPES[record.type].versions else "beta"
                yield f"/{version}{path}/{record.id}", body


def states(directory: Directory) -> dict[str, Mapping[str, Any]]:
    return {
        record.id: {n: v for n, v in record.body.items() if n != "modifiedDateTime"}
        for type_name in PATHS
        for record in directory.of_type(type_name)
    }


def test_everything_can_be_written_back_as_it_is(tenant: tuple[World, Directory]) -> None:
    world, directory = tenant
    caller, before = administrator(directory), states(directory)

    refused = []
    for path, body in list(requests(directory)):
        answer = act(world, directory.tenant_id, caller, "PATCH", path, body)
        if answer.status >= 400:
            refused.append((path, answer.body["error"]["message"]))

    assert refused == []
    assert states(directory) == before


def test_policies_and_locations_can_be_created_again(tenant: tuple[World, Directory]) -> None:
    world, directory = tenant
    caller = administrator(directory)

    refused = []
    for path, body in list(requests(directory)):
        if "/conditionalAccess/" in path:
            collection = path.rpartition("/")[0]
            answer = act(world, directory.tenant_id, caller, "POST", collection, body)
            if answer.status != 201:
                refused.append((path, answer.body))

    assert refused == []
