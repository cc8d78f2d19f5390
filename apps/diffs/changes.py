"""What travels out of a comparison: one frozen value per changed object or link."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from apps.diffs.choices import ChangedBy, ChangeType, Native, Recoverable, Risk, Subject


@dataclass(frozen=True, slots=True)
class Scope:
    """Which part of a tenant is compared; an empty set means everything.

    With both given, an object must be of one of the kinds and have one of the ids. A link is in the
    scope when its source is of one of the kinds and either of its ends has one of the ids.
    """

    kinds: frozenset[str] = frozenset()
    object_ids: frozenset[str] = frozenset()

    def as_json(self) -> dict[str, list[str]]:
        return {"kinds": sorted(self.kinds), "object_ids": sorted(self.object_ids)}

    @classmethod
    def from_json(cls, value: dict[str, list[str]]) -> Scope:
        return cls(frozenset(value.get("kinds", ())), frozenset(value.get("object_ids", ())))


EVERYTHING = Scope()


@dataclass(frozen=True, slots=True)
class AttributeChange:
    """One attribute before and after; None where it had no value."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a change can be brought back; `reason` is a code of `apps.diffs.reasons`."""

    recoverable: Recoverable
    reason: str = ""
    native: Native = Native.NO
    # Of an updated object: the attributes that cannot be written back.
    lost: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who made a change; `event_id` finds the copied audit event that says so."""

    changed_by: ChangedBy = ChangedBy.UNKNOWN
    actor_id: str = ""
    event_id: str = ""
    at: datetime | None = None


UNKNOWN = Attribution()


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: an object (`link` and `target_id` empty), or a link of `object_id`."""

    subject: Subject
    change: ChangeType
    kind: str
    object_id: str
    verdict: Verdict
    risk: Risk
    link: str = ""
    target_id: str = ""
    # Of an object without a bin that was set aside: the deleted object that it comes back with.
    returns_with: str = ""
    attributes: tuple[str, ...] = ()
    attribution: Attribution = field(default=UNKNOWN)
