"""Seeded worlds, built once and only read."""

import pytest

from apps.sandbox.seed import build
from apps.sandbox.state.directory import Directory
from apps.sandbox.state.world import World


@pytest.fixture(scope="package")
def world() -> World:
    seeded = World()
    build(seeded, users=200, tenants=4, seed=7)
    return seeded


@pytest.fixture(scope="package")
def customers(world: World) -> list[Directory]:
    return list(world.directories.values())[:4]


@pytest.fixture(scope="package")
def customer(customers: list[Directory]) -> Directory:
    return customers[0]
