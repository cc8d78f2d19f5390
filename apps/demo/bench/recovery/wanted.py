"""What is measured, and how much of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from apps.demo.processes import DemoError

# The order in which they are measured; `undo` takes back what `update_1_app` did.
PARTS = ("update_1_app", "undo", "update_3_apps", "members", "conditional_access", "plan_100k")
WRITERS = 3


@dataclass(frozen=True)
class Wanted:
    """updates: users whose attributes are brought back. members: links. policies: of Conditional
    Access. steps: of the plan that is only made. scale: how many of Graph's seconds pass in one of
    ours, for both sides; figures are in Graph's."""

    updates: int = 10_000
    members: int = 100_000
    policies: int = 60
    steps: int = 100_000
    scale: float = 3.0
    only: tuple[str, ...] = PARTS

    @property
    def users(self) -> int:
        """Some of a tenant's users are synced, guests or administrators, and left alone."""
        return max(self.updates * 4, 4 * self.per_group, 100)

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
        scale=scale or full.scale,
        only=chosen,
    )
