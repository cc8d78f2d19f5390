"""Delta, list and single reads: the same state by every way."""

import pytest

from apps.entra import reading
from apps.entra.catalogue import KINDS, Kind, digest, kind
from apps.entra.client import GraphClient
from tests.entra.observing import digests, links, objects
from tests.entra.support import client_of
from tests.support.sandboxes import Sandbox


@pytest.mark.parametrize("entry", KINDS, ids=lambda entry: entry.name)
def test_delta_list_and_single_reads_agree(kept_sandbox: Sandbox, entry: Kind) -> None:
    client = client_of(kept_sandbox)
    first = list(reading.read(client, entry, first_read=True))
    again = list(reading.read(client, entry, first_read=False))
    listed = objects(again)
    parents = {object_id: body.get("@parent", "") for object_id, body in listed.items()}
    chosen = list(listed)[:25]
    single = reading.read_objects(client, entry, chosen, parents=parents)

    assert listed
    assert digests(entry, objects(first)) == digests(entry, listed)
    assert links(first) == links(again)
    for object_id in chosen:
        body = single[object_id]
        assert body is not None
        assert digest(entry, body) == digest(entry, listed[object_id])
    assert first[-1].whole
    assert again[-1].whole
    assert bool(first[-1].cursor) == bool(entry.delta_path)


def _cost(client: GraphClient, name: str) -> int:
    before = client.stats.requests
    list(reading.read(client, kind(name), first_read=False))
    return client.stats.requests - before


def test_two_kinds_in_one_answer_cost_one_request(kept_sandbox: Sandbox) -> None:
    client = client_of(kept_sandbox)
    assert _cost(client, "authenticationMethodsPolicy") == 1
    assert _cost(client, "authenticationMethodConfiguration") == 0

    # but whoever reads again, asks again
    assert _cost(client, "authenticationMethodConfiguration") == 1
    assert _cost(client, "authenticationMethodsPolicy") == 0


def test_a_list_brings_a_relation_along(kept_sandbox: Sandbox) -> None:
    # one for the place in delta, one for the users with their managers, one for their sponsors
    assert _cost(client_of(kept_sandbox), "user") == 3
