"""What is measured, and how much of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from apps.demo.processes import DemoError

# The order in which they are measured; `undo` takes back what `update_1_app` did.
PARTS = ("update_1_app", "undo", "update_3_apps", "members", "conditional_access", "plan_100k")
WRITERS = 3
# How many of Graph's seconds pass in one of ours while a part is measured: what two cores keep up
# with, the sandbox's work included.
SCALES = {
    "update_1_app": 6.0,
    "undo": 6.0,
    "update_3_apps": 2.0,
    "members": 2.0,
    "conditional_access": 3.0,
}


@dataclass(frozen=True)
class Scene:
    """Parts that are measured in one tenant of so many users."""

    users: int
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Wanted:
    """updates: users whose attributes are brought back. members: links. policies: of Conditional
    Access. steps: of the plan that is only made. scale: how many of Graph's seconds pass in one of
    ours, for both sides, in place of each part's own; figures are in Graph's."""

    updates: int = 10_000
    members: int = 100_000
    policies: int = 60
    steps: int = 100_000
    scale: float | None = None
    only: tuple[str, ...] = PARTS

    @property
    def scenes(self) -> list[Scene]:
        """A tenant for each sort of work, so that none has another's objects and log in it.

        Some of a tenant's users are synced, guests or administrators, and left alone.
        """
        scenes = (
            Scene(max(self.updates * 4, 100), ("update_1_app", "undo", "update_3_apps")),
            Scene(max(self.per_group * 4, 100), ("members",)),
            Scene(100, ("conditional_access", "plan_100k")),
        )
        chosen = [
            Scene(one.users, tuple(part for part in one.parts if part in self.only))
            for one in scenes
        ]
        return [one for one in chosen if one.parts]

    @property
    def per_group(self) -> int:
        """Members of one group."""
        return max(1, min(1_000, self.members // 10))


def wanted_for(
    size: float, only: Iterable[str] | None = None, scale: float | None = None
) -> Wanted:
    """size: part of the full measure (1) that is wanted. Raises DemoError for an unknown part."""
    full = Wanted()
    chosen = tuple(only or PARTS)
    if unknown := set(chosen) - set(PARTS):
        raise DemoError(f"there is no part {', '.join(sorted(unknown))}")
    if "undo" in chosen and "update_1_app" not in chosen:
        chosen = ("update_1_app", *chosen)
    return Wanted(
        updates=max(20, int(full.updates * size)),
        members=max(40, int(full.members * size)),
        policies=max(3, int(full.policies * size)),
        steps=max(100, int(full.steps * size)),
        scale=scale,
        only=chosen,
    )
