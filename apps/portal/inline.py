"""What differs within two texts, word by word: what was taken out of one and put into the other.

Long texts are compared clause by clause, and what both share is cut short between the differences.
Every piece of text is escaped here. Marks are <del> and <ins>, which style sheets give a sign too,
so that nobody has to tell them apart by colour.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final, NamedTuple

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

# Texts that share less than this are shown as two texts, not as one with many small marks.
LEAST_ALIKE: Final = 0.4
# Up to here word by word; up to there clause by clause; beyond, as two texts.
BY_WORD: Final = 4_000
LONGEST: Final = 100_000
# So much of what is alike stays on either side of a difference in a long text.
_AROUND: Final = 80
_LONG: Final = 600
_WORDS: Final = re.compile(r"\w+|\W")
_CLAUSES: Final = re.compile(r"[^\n,;{}()]*[\n,;{}()]|[^\n,;{}()]+")
# Beyond so many items a list's are not looked through for ones that are alike.
_MOST_PAIRED: Final = 40


class Marked(NamedTuple):
    """The two texts with what differs marked."""

    before: SafeString
    after: SafeString


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of a text. is_same: the other text has it too."""

    text: str
    is_same: bool


def compare_texts(before: str, after: str) -> Marked | None:
    """Both texts with marks; None where they have too little in common, or are too long."""
    if not before or not after or max(len(before), len(after)) > LONGEST:
        return None
    tokens = _WORDS if max(len(before), len(after)) <= BY_WORD else _CLAUSES
    old, new = tokens.findall(before), tokens.findall(after)
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    if matcher.quick_ratio() < LEAST_ALIKE or _alike(matcher, old, new) < LEAST_ALIKE:
        return None
    codes = matcher.get_opcodes()
    left = (Run("".join(old[a:b]), tag == "equal") for tag, a, b, _, _ in codes)
    right = (Run("".join(new[a:b]), tag == "equal") for tag, _, _, a, b in codes)
    return Marked(_markup(left, "del", len(before)), _markup(right, "ins", len(after)))


def alike_items(gone: Sequence[str], come: Sequence[str]) -> dict[str, str]:
    """Of items that left a list and that came into it, those that are one changed: old to new."""
    if max(len(gone), len(come)) > _MOST_PAIRED:
        return {}
    found: dict[str, str] = {}
    for item in gone:
        free = [one for one in come if one not in found.values()]
        close = difflib.get_close_matches(item[:_LONG], [one[:_LONG] for one in free], 1)
        if close:
            found[item] = next(one for one in free if one[:_LONG] == close[0])
    return found


def _alike(matcher: difflib.SequenceMatcher[str], old: Sequence[str], new: Sequence[str]) -> float:
    """The share of letters that both have, in the order in which both have them."""
    same = sum(len("".join(old[one.a : one.a + one.size])) for one in matcher.get_matching_blocks())
    return 2 * same / (sum(map(len, old)) + sum(map(len, new)))


def _markup(runs: Iterator[Run], element: str, length: int) -> SafeString:
    kept = [run for run in runs if run.text]
    parts = (
        _same(run.text, number == 0, number == len(kept) - 1, length)
        if run.is_same
        else f"<{element}>{escape(run.text)}</{element}>"
        for number, run in enumerate(kept)
    )
    return mark_safe("".join(parts))  # noqa: S308 - every piece is escaped


def _same(text: str, is_first: bool, is_last: bool, length: int) -> str:
    """What both have, as markup; of a long text only what is next to a difference."""
    head, tail = 0 if is_first else _AROUND, 0 if is_last else _AROUND
    left_out = len(text) - head - tail
    if length <= _LONG or left_out <= _AROUND:
        return escape(text)
    return format_html(
        '{}<span class="none" title="the same on both sides">… {} characters …</span>{}',
        text[:head],
        left_out,
        text[len(text) - tail :],
    )
