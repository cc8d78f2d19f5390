"""A tenant told over the control door: what is held, what is refused, and who may come."""

from __future__ import annotations

import json

from apps.sandbox.load.streaming import Filling
from apps.sandbox.login.grants import granted_roles
from apps.sandbox.state.world import World
from tests.sandbox.server.inside import Inside

TENANT = "5a0c1e8e-0000-4000-8000-000000000001"
ERIN, GROUP, APP = (f"5a0c1e8e-0000-4000-8000-00000000001{number}" for number in (1, 2, 3))


def lines(*said: dict[str, object]) -> bytes:
    return b"\n".join(json.dumps(one).encode() for one in said)


def test_objects_links_bins_and_parts_are_held_under_their_ids() -> None:
    world, filling = World(), Filling(TENANT)
    refused = filling.take(
        lines(
            {"type": "user", "body": {"id": ERIN, "displayName": "Erin"}},
            {"type": "group", "deleted": True, "body": {"id": GROUP, "displayName": "Gone"}},
            {"type": "application", "body": {"id": APP, "displayName": "Portal"}},
            {
                "type": "federatedIdentityCredential",
                "body": {"id": "fic-1", "name": "deploy"},
                "parent": {"type": "application", "id": APP},
            },
            {"type": "application", "relation": "owners", "source": APP, "target": ERIN},
        )
    )
    facts, left_out = filling.settle(world)

    directory = world.directories[TENANT]
    assert (refused, left_out) == ([], [])
    assert facts["objects"] == 4
    assert directory.has_link("application.owners", APP, ERIN)
    assert directory.has_link("application.federatedIdentityCredentials", APP, "fic-1")
    assert directory.get(GROUP) is None
    assert directory.get_deleted(GROUP) is not None
    # nobody can sign in: no password, and no application that may do everything
    erin = directory.get(ERIN)
    assert erin is not None
    assert "passwordProfile" not in erin.body


def test_what_cannot_be_held_is_named() -> None:
    filling = Filling(TENANT)
    refused = filling.take(
        lines(
            {"type": "martian", "body": {"id": "1"}},
            {"type": "namedLocation", "body": {"id": "2"}},
            {"type": "user", "body": {"displayName": "No id"}},
            {"type": "user", "body": {"id": ERIN, "displayName": "Erin", "antennae": 2}},
            {"type": "user", "body": {"id": ERIN}},
            {"type": "user", "relation": "antennae", "source": ERIN, "target": GROUP},
            {"type": "user", "relation": "manager", "source": ERIN, "target": GROUP},
        )
    )
    _, left_out = filling.settle(World())

    assert [(one.type, one.property) for one in refused] == [
        ("martian", ""),
        ("namedLocation", ""),
        ("user", ""),
        ("user", "antennae"),
        ("user", ""),
        ("user", "antennae"),
    ]
    assert [(one.type, one.property) for one in left_out] == [("user", "manager")]


def test_an_owned_sandbox_opens_its_control_door_to_its_owner_alone(inside: Inside) -> None:
    inside.sandbox.control_key = "of the owner"

    assert inside.get("/_sandbox/clock").status == 403
    assert inside.get("/_sandbox/clock", x_sandbox_key="ü").status == 403
    assert inside.get("/_sandbox/clock", x_sandbox_key="of the owner").status == 200


def test_a_tenant_is_told_and_consented_to_over_the_door(inside: Inside) -> None:
    door = f"/_sandbox/tenants/{TENANT}"
    assert inside.post(f"{door}/settle", {}).status == 404
    assert inside.post(door, {}).status == 200
    assert inside.post(door, {}).status == 409
    assert inside.request("POST", f"{door}/lines", b"[]").status == 400
    told = inside.request("POST", f"{door}/lines", lines({"type": "user", "body": {"id": ERIN}}))
    assert told.data == {"refused": []}
    assert inside.post(f"{door}/settle", {}).data["objects"] == 1

    asked = {"display_name": "Ours", "home_tenant": TENANT, "roles": ["User.Read.All"]}
    made = inside.post("/_sandbox/applications", asked).data
    consent = {"client_id": made["client_id"]}
    assert inside.post(f"{door}/consents", consent).status == 200
    assert inside.post(f"{door}/consents", consent).status == 409
    directory = inside.world.directories[TENANT]
    principal = directory.find("servicePrincipal", "appId", made["client_id"])
    assert principal is not None
    assert granted_roles(directory, principal.id) == ("User.Read.All",)
