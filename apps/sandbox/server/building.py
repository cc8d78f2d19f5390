"""Making the world that is served: from a state file, or from the seed and loaded exports."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from apps.sandbox import seed as seeding
from apps.sandbox.login import keys
from apps.sandbox.login.keys import KeyRing
from apps.sandbox.persistence.store import Store
from apps.sandbox.server.options import Options
from apps.sandbox.state.world import World

Checkpoint = dict[str, Any]


def build_world(options: Options, world: World) -> None:
    """Fill an empty world from seed and exports, as the command line says.

    Raises:
        OSError or ValueError: an export cannot be read.
    """
    _fill(
        world,
        users=options.users,
        tenants=options.tenants,
        seed=options.seed,
        loads=options.loads,
    )


def _fill(
    world: World,
    *,
    users: Sequence[int],
    tenants: int,
    seed: int,
    loads: Sequence[tuple[str | None, Path]],
) -> None:
    seeding.build(world, users=users, tenants=tenants, seed=seed)
    if not loads:
        return
    from apps.sandbox.load import load_directory

    for tenant, directory in loads:
        load_directory(world, directory, tenant=tenant)


@dataclass(frozen=True, slots=True)
class Opened:
    """The world to serve, with what belongs to it.

    `seed_state` gives the checkpoint that a reset goes back to; it may read the file again.
    """

    world: World
    ring: KeyRing
    store: Store | None
    seed_state: Callable[[], Checkpoint]


def open_world(options: Options) -> Opened:
    """Go on from the state file if there is one with something in it, else begin from the seed.

    Raises:
        StateFileError: the state file cannot be read, written or shared.
        OSError or ValueError: an export cannot be read.
    """
    world = World()
    if options.state is None:
        build_world(options, world)
        return _begun(world, keys.new_ring(), None)
    store = Store(world, options.state)
    if store.is_new:
        build_world(options, world)
        ring = keys.new_ring()
        store.set_meta("key", ring.to_pem())
        store.begin()
        return _begun(world, ring, store)
    store.load()
    ring = keys.read_ring(store.meta("key") or b"")
    return Opened(world, ring, store, store.beginning)


def _begun(world: World, ring: KeyRing, store: Store | None) -> Opened:
    checkpoint = world.checkpoint()
    return Opened(world, ring, store, lambda: checkpoint)
