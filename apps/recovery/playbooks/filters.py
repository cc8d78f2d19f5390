"""What a playbook says, as it is kept, and as a plan keeps the one that it was made with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from apps.core.errors import Invalid
from apps.entra.catalogue import KINDS

KIND_NAMES = frozenset(one.name for one in KINDS)
# Everything in a tenant refers to everything else in the end.
FARTHEST = 4


@dataclass(frozen=True, slots=True)
class Filter:
    """Everything of `kinds`, or the one object `object_ids` of the kind that it `asks_for`; then,
    `steps` times, the objects of the kinds `refers_to` that what is taken refers to, and those of
    the kinds `referred_by` that refer to it.

    links: the links that what is taken has. links_to: also those that lead to it.
    """

    name: str
    kinds: frozenset[str] = frozenset()
    asks_for: str = ""
    object_ids: frozenset[str] = frozenset()
    refers_to: frozenset[str] = frozenset()
    referred_by: frozenset[str] = frozenset()
    links: bool = True
    links_to: bool = False
    steps: int = 1

    def __post_init__(self) -> None:
        named = self.kinds | self.refers_to | self.referred_by
        if unknown := (named | {self.asks_for} - {""}) - KIND_NAMES:
            raise Invalid(
                f"There is no kind {', '.join(sorted(unknown))}.",
                todo="Choose among the kinds of the coverage page.",
            )
        if bool(self.kinds) == bool(self.asks_for):
            raise Invalid("A playbook is either about kinds, or about one object of a kind.")
        if not 0 <= self.steps <= FARTHEST:
            raise Invalid(f"References can be followed 0 to {FARTHEST} times.")

    @property
    def follows(self) -> bool:
        """Whether it takes more than everything of its kinds."""
        return bool(self.asks_for or self.refers_to or self.referred_by)

    def about(self, object_ids: Iterable[str]) -> Filter:
        """The same for these objects. Raises Invalid where it is about none, or none is given."""
        wanted = frozenset(one for one in object_ids if one)
        if wanted and not self.asks_for:
            raise Invalid(f"The playbook {self.name} is about whole kinds, and asks for no object.")
        if self.asks_for and not wanted:
            raise Invalid(
                f"The playbook {self.name} asks which object it is about.",
                todo="Give the id of one.",
            )
        return replace(self, object_ids=wanted)

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "kinds": sorted(self.kinds),
            "asks_for": self.asks_for,
            "object_ids": sorted(self.object_ids),
            "refers_to": sorted(self.refers_to),
            "referred_by": sorted(self.referred_by),
            "links": self.links,
            "links_to": self.links_to,
            "steps": self.steps,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Filter:
        """Raises Invalid for what no playbook can say."""
        return cls(
            name=str(value.get("name", "")),
            kinds=frozenset(value.get("kinds", ())),
            asks_for=str(value.get("asks_for", "")),
            object_ids=frozenset(value.get("object_ids", ())),
            refers_to=frozenset(value.get("refers_to", ())),
            referred_by=frozenset(value.get("referred_by", ())),
            links=bool(value.get("links", True)),
            links_to=bool(value.get("links_to", False)),
            steps=int(value.get("steps", 1)),
        )
