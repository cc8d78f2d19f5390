"""What the bins hold is told as an undelete brings it back."""

from collections.abc import Iterator
from typing import Any

import pytest

from apps.entra import reading
from apps.entra.catalogue import kind
from apps.entra.client import GraphClient
from apps.entra.client.limits import Limits
from apps.entra.clouds import cloud
from apps.entra.credentials import Credential
from apps.entra.reading import ObservedObject
from tests.entra.scripted import Scripted, Server, serving
from tests.entra.support import FakeTime, client_of
from tests.support.sandboxes import Sandbox


def in_bin(client: GraphClient, name: str) -> dict[str, ObservedObject]:
    batches = reading.read_bin(client, kind(name))
    return {item.object_id: item for batch in batches for item in batch.objects}


def test_a_sign_in_name_is_told_without_the_id_that_the_bin_puts_before_it(
    sandbox: Sandbox,
) -> None:
    user = sandbox.graph("GET", "/users?$top=1&$select=id,userPrincipalName").json()["value"][0]
    name = user["userPrincipalName"]
    in_the_way = {"userPrincipalName": user["id"].replace("-", "") + name}
    sandbox.graph("PATCH", f"/users/{user['id']}", in_the_way).raise_for_status()
    sandbox.graph("DELETE", f"/users/{user['id']}").raise_for_status()

    found = in_bin(client_of(sandbox), "user")[user["id"]]

    assert found.partial
    assert found.body["userPrincipalName"] == name
    assert found.body["deletedDateTime"]


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    with serving() as server:
        settings.HOLDFAST_SANDBOX_URL = server.url
        yield server


def test_a_location_comes_back_without_its_trust(server: Server) -> None:
    trusted = {"@odata.type": "#microsoft.graph.ipNamedLocation", "id": "l1", "isTrusted": True}
    of_countries = {"@odata.type": "#microsoft.graph.countryNamedLocation", "id": "l2"}
    server.script = [Scripted(200, {"value": [trusted, of_countries]})]
    credential = Credential("client", secret="secret")
    tenant = "7a3c1d52-9b1e-4c0a-8f57-2f9d5b1c0e11"
    client = GraphClient(
        cloud("sandbox"), tenant, credential, limits=Limits(), time_source=FakeTime()
    )

    found = in_bin(client, "namedLocation")

    assert found["l1"].body["isTrusted"] is False
    assert "isTrusted" not in found["l2"].body
