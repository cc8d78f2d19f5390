"""What counts as found: texts and questions brought into one spelling, and compared.

Names and addresses are found by any part of them, without regard to case and accents. Ids are
found by their beginning: a part from the middle of an id means nothing to people, and three hex
digits from somewhere inside turn up in every hundredth id.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

LONGEST_QUESTION = 256
_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_PART_OF_GUID = re.compile(r"[0-9a-f-]+")


def fold(text: str) -> str:
    """The spelling that texts are compared in: no case, no accents, one form for each letter."""
    if text.isascii():
        return text.lower()
    bare = _marks().sub("", unicodedata.normalize("NFKD", text))
    return unicodedata.normalize("NFKD", bare.casefold())


@cache
def _marks() -> re.Pattern[str]:
    """Accents and the like, as they stand after their letters when those are taken apart."""
    marks = filter(unicodedata.combining, map(chr, range(0x300, 0x1F000)))
    return re.compile(f"[{''.join(marks)}]+")


def tidy(text: str) -> str:
    """A text as it is kept: on one line, one space between words."""
    if text.isprintable() and "  " not in text:
        return text.strip()
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def is_guid(folded: str) -> bool:
    """Whether a folded text is an id and nothing else."""
    return len(folded) == 36 and _GUID.fullmatch(folded) is not None


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for. text: folded. raw: as typed, for ids whose case counts."""

    text: str
    raw: str = ""

    @classmethod
    def of(cls, typed: str) -> Question:
        """The question that a person typed; empty when he typed nothing."""
        raw = tidy(typed)[:LONGEST_QUESTION]
        return cls(fold(raw).strip(), raw)

    def __bool__(self) -> bool:
        return bool(self.text)

    @property
    def beginnings(self) -> tuple[str, ...]:
        """What an object id may begin with to be found."""
        return tuple(dict.fromkeys((self.text, self.raw)))

    @property
    def could_be_guid(self) -> bool:
        """Whether a text that is an id and nothing else may begin with it."""
        return len(self.text) <= 36 and _PART_OF_GUID.fullmatch(self.text) is not None

    def matches(self, object_id: str, texts: Iterable[str]) -> bool:
        """Whether an object with this id and these texts is what is looked for."""
        if object_id.startswith(self.beginnings):
            return True
        return any(self._is_in(fold(text)) for text in texts)

    def _is_in(self, folded: str) -> bool:
        return folded.startswith(self.text) if is_guid(folded) else self.text in folded
