"""What a rehearsal could not be true to, counted: no names and no values, ids of a few examples."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

EXAMPLES: Final = 5

# Codes and their words. {kind} and {name} are of the catalogue.
WORDS: Final[Mapping[str, str]] = {
    "incomplete": "The snapshot did not hold all of {kind}: {name}.",
    "not-held": "The sandbox cannot hold these objects of {kind}: {name}",
    "property-not-held": "The sandbox does not know {name} of {kind}.",
    "link-not-held": "The sandbox could not hold links {kind}.{name}.",
    "differs": "The sandbox gives {name} of {kind} otherwise than the snapshot has it.",
    "missing": "Objects of {kind} were not found in the sandbox as the snapshot has them.",
    "link-missing": "Links {name} were not found in the sandbox as the snapshot has them.",
    "left-out": "The plan left out references that could not be resolved: {kind}.",
    "step-failed": "A step failed on {kind}: {name}.",
    "step-not-confirmed": "A write to {kind} could not be confirmed by reading back.",
    "came-back": "Objects of {kind} came back that the snapshot does not have.",
    "unexpected": "{kind} was not as in the snapshot at the end, and nothing had announced it: "
    "{name}.",
}


@dataclass
class Issue:
    """One sort of issue. loss: something was not recovered and nothing had announced it."""

    code: str
    kind: str
    name: str
    count: int = 0
    examples: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        return WORDS[self.code].format(kind=self.kind, name=self.name)

    def plain(self) -> dict[str, Any]:
        """As the evidence has it."""
        return {
            "code": self.code,
            "kind": self.kind,
            "name": self.name,
            "count": self.count,
            "examples": self.examples,
            "words": self.words,
        }


class Issues:
    """The issues of one rehearsal, each sort once."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str, str], Issue] = {}

    def note(self, code: str, kind: str, name: str = "", object_id: str = "") -> None:
        """Count one more."""
        issue = self._found.setdefault((code, kind, name), Issue(code, kind, name))
        issue.count += 1
        if object_id and len(issue.examples) < EXAMPLES:
            issue.examples.append(object_id)

    def note_all(self, code: str, kind: str, name: str, object_ids: Iterable[str]) -> None:
        """Count one for each of them."""
        for object_id in object_ids:
            self.note(code, kind, name, object_id)

    def forget_moot(self) -> None:
        """Leave out what the sandbox said not to know and yet gives as the snapshot has it."""
        seen = {(kind, name) for code, kind, name in self._found if code == "differs"}
        for code, kind, name in list(self._found):
            if code == "property-not-held" and (kind, name) not in seen:
                del self._found[code, kind, name]

    def __len__(self) -> int:
        return len(self._found)

    def count(self, *codes: str) -> int:
        """How many there are of these sorts."""
        return sum(one.count for one in self._found.values() if one.code in codes)

    def plain(self) -> list[dict[str, Any]]:
        """As the evidence has them: the most frequent first."""
        rows = sorted(self._found.values(), key=lambda one: (-one.count, one.code, one.kind))
        return [one.plain() for one in rows]
