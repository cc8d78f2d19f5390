"""The same arguments give the same world, to the last value."""

import hashlib

import orjson
import pytest

from apps.sandbox.seed import build, lab_client_id, lab_client_secret
from apps.sandbox.state.world import World


def fingerprint(*, users: int, tenants: int, seed: int) -> str:
    world = World()
    build(world, users=users, tenants=tenants, seed=seed)
    digest = hashlib.sha256()
    for directory in world.directories.values():
        digest.update(orjson.dumps([directory.tenant_id, directory.domains]))
        for records in directory._shelves.values():
            for record in records:
                body = orjson.dumps(record.body, option=orjson.OPT_SORT_KEYS)
                digest.update(orjson.dumps([record.id, record.type]) + body)
        for relation, table in directory.relations():
            digest.update(orjson.dumps([relation, list(table.pairs())]))
    return digest.hexdigest()


def test_same_arguments_give_the_same_world() -> None:
    first = fingerprint(users=40, tenants=3, seed=5)

    assert fingerprint(users=40, tenants=3, seed=5) == first


def test_another_seed_gives_another_world() -> None:
    first = fingerprint(users=20, tenants=1, seed=5)

    assert fingerprint(users=20, tenants=1, seed=6) != first


def test_a_tenant_does_not_depend_on_how_many_stand_beside_it() -> None:
    alone, crowd = World(), World()
    build(alone, users=25, tenants=1, seed=3)
    build(crowd, users=25, tenants=5, seed=3)
    tenant = next(iter(alone.directories))

    for type_name in ("user", "group", "application", "conditionalAccessPolicy"):
        bodies = [record.body for record in alone.directories[tenant].of_type(type_name)]
        assert bodies == [r.body for r in crowd.directories[tenant].of_type(type_name)]


def test_the_lab_application_is_known_without_looking() -> None:
    world = World()
    build(world, users=20, tenants=2, seed=11)

    home, application = world.find_application(lab_client_id(11)) or pytest.fail("no lab")

    assert home.display_name == "MSP North"
    assert application.body["passwordCredentials"][0]["secretText"] == lab_client_secret(11)


@pytest.mark.parametrize(("users", "tenants"), [(19, 1), (20, 0)])
def test_too_small_a_world_is_refused(users: int, tenants: int) -> None:
    with pytest.raises(ValueError, match="at least 20 users"):
        build(World(), users=users, tenants=tenants, seed=1)
