"""What a plan says of itself, in words for people: `Plan.estimate` with names instead of ids."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from apps.diffs.selectors import labels
from apps.entra.catalogue import kind
from apps.recovery import reasons
from apps.recovery.models import Plan
from apps.recovery.planning import telling

SOURCES = {
    "measured": "measured in this tenant's last recoveries",
    "documented": "Microsoft's documented limit; nothing was measured in this tenant yet",
}
WORDS: dict[str, str] = {
    telling.FIRST_PASSWORD: (
        "gets a new first password, and signs up for a second factor again: hand both over in "
        "person or by telephone."
    ),
    telling.NEW_APP_ID: (
        "gets another application (client) id. Everything that signs in as it or asks for its "
        "tokens has to be told the new one."
    ),
    telling.SECRET: (
        "had client secrets that nobody can bring back. Whoever runs it needs a new one."
    ),
    telling.CERTIFICATE: (
        "had certificates. Nobody but the holder of the private key can put one back: he has to "
        "upload it again."
    ),
}


@dataclass(frozen=True, slots=True)
class LaneView:
    name: str
    requests: int
    links: int
    per_second: float
    time: timedelta
    source: str


@dataclass(frozen=True, slots=True)
class SeatView:
    """free: None where no capture knows."""

    name: str
    needed: int
    free: int | None

    @property
    def is_short(self) -> bool:
        return self.free is not None and self.free < self.needed


@dataclass(frozen=True, slots=True)
class LostView:
    """what: the property, or the link's name; empty where it is the object itself."""

    kind: str
    what: str
    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class ToldView:
    """Somebody has to be told: words about `label`; people: names of owners or of the manager."""

    kind: str
    object_id: str
    label: str
    words: str
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EstimateView:
    """told: the first of those that `told_count` counts."""

    time: timedelta
    requests: int
    lanes: tuple[LaneView, ...]
    seats: tuple[SeatView, ...]
    lost: tuple[LostView, ...]
    told: tuple[ToldView, ...]
    told_count: int


def ids_told(plan: Plan) -> set[str]:
    """What estimate_view() names."""
    named = plan.estimate["told"]["named"] if plan.estimate else []
    return {one for row in named for one in (row["object_id"], *row["people"])}


def estimate_view(plan: Plan, names: Mapping[str, str] | None = None) -> EstimateView | None:
    """The plan's estimate; None for plans from before there was one.

    names: of ids_told() at the snapshot that is gone back to, where they are known; else one query.
    What is gone has its name there, and a person may have come back under another since.
    """
    said = plan.estimate
    if not said:
        return None
    if names is None:
        names = labels(plan.tenant, ids_told(plan), plan.base_seq)
    return EstimateView(
        time=timedelta(seconds=said["seconds"]),
        requests=said["requests"],
        lanes=tuple(_lane(name, lane) for name, lane in said["lanes"].items()),
        seats=tuple(
            SeatView(one["name"] or one["sku"], one["needed"], one["free"]) for one in said["seats"]
        ),
        lost=tuple(_lost(one) for one in said["lost"]),
        told=_told(said["told"]["named"], names),
        told_count=sum(said["told"]["counts"].values()),
    )


def _lane(name: str, lane: Mapping[str, Any]) -> LaneView:
    return LaneView(
        name=name,
        requests=lane["requests"],
        links=lane["links"],
        per_second=lane["per_second"],
        time=timedelta(seconds=lane["seconds"]),
        source=SOURCES[lane["source"]],
    )


def _lost(one: Mapping[str, Any]) -> LostView:
    return LostView(
        kind=kind(one["kind"]).title,
        what=one["what"] or one["link"],
        reason=reasons.explain(one["reason"]),
        count=one["count"],
    )


def _told(named: list[dict[str, Any]], names: Mapping[str, str]) -> tuple[ToldView, ...]:
    return tuple(
        ToldView(
            kind=kind(one["kind"]).title,
            object_id=one["object_id"],
            label=names.get(one["object_id"], one["object_id"]),
            words=WORDS[one["code"]],
            people=tuple(names.get(person, person) for person in one["people"]),
        )
        for one in named
    )
