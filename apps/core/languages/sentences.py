"""Sentences that were put together in English, told again in the reader's language.

A reason, a rule or a problem is kept as it was said, in English: it may be signed, compared or
part of a chain. How such a sentence was put together stands in the code ("The plan removes {n}."),
from where `manage.py texts` collects the patterns. Here the pattern that a sentence was made from
is found again, and with it the catalogue's translation and what has to be filled in.

Nothing is guessed: a sentence that no pattern fits to the letter stays English.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.formats import number_format
from django.utils.translation import gettext, pgettext

CONTEXT = "sentence"
# What is filled in under one of these is somebody's own word for something.
OWN_WORDS = frozenset(
    {"actor", "subject", "reason", "group", "playbook", "route"}
    | {"name", "label", "domain", "email", "comment", "description", "note"}
)
# Under one of these stands a number and nothing else.
NUMBERS = frozenset({"count", "number", "of", "seats", "limit", "hours", "minutes", "seq"})
_PLACE = re.compile(r"\{(\w+)\}")
_NUMBER = re.compile(r"-?\d{1,3}(,\d{3})+")
_DIGITS = re.compile(r"[\d.,]+")
_DAY = re.compile(r"(?:\b([A-Z][a-z]+day) )?\b(\d{1,2}) ([A-Z][a-z]+)(?: (\d{4}))?\b")
_IN_A_ROW = re.compile(r"(, and |, | and | or | to |; )")
_WORD = re.compile(r"\w+")
_STOP = re.compile(r"(?<=[.!?:]) (?=[A-Z“\d])")
_MONTHS = frozenset(
    {"January", "February", "March", "April", "May", "June"}
    | {"July", "August", "September", "October", "November", "December"}
)
# Nothing that is longer was put together by us.
_LONGEST = 2000
_DEEPEST = 4
_FEW_WORDS = 4


@dataclass(frozen=True, slots=True)
class Pattern:
    """A sentence with places in it. literals: what stands before, between and after the places."""

    text: str
    literals: tuple[str, ...]
    places: tuple[str, ...]

    @property
    def said(self) -> int:
        """How many characters are its own: of two that fit, the one that says more is right."""
        return sum(map(len, self.literals))

    @property
    def words(self) -> frozenset[str]:
        """The words that every sentence made from it has: none that a place could run into."""
        last = len(self.literals) - 1
        return frozenset(
            word[0]
            for at, literal in enumerate(self.literals)
            for word in _WORD.finditer(literal)
            if (word.start() or not at) and (word.end() < len(literal) or at == last)
        )

    def values(self, sentence: str) -> dict[str, str] | None:
        """What was filled in, or None when the sentence was not made from this pattern.

        Each literal is taken where it comes first, so that no sentence takes long to look at.
        """
        first, *between, last = self.literals
        end = len(sentence) - len(last)
        if end < len(first) or not sentence.startswith(first) or not sentence.endswith(last):
            return None
        found, at = [], len(first)
        for literal in between:
            start = sentence.find(literal, at, end)
            if start < 0:
                return None
            found.append(sentence[at:start])
            at = start + len(literal)
        if at > end:
            return None
        values = dict(zip(self.places, [*found, sentence[at:end]], strict=True))
        return values if all(_may_be(*one) for one in values.items()) else None


def pattern(text: str) -> Pattern:
    """The pattern of a text with places: "{count} groups of {name}"."""
    literals = _PLACE.split(text)
    return Pattern(text, tuple(literals[::2]), tuple(literals[1::2]))


def path() -> Path:
    """Where the patterns are kept, beside the catalogues."""
    return Path(settings.LOCALE_PATHS[0]) / "sentences.json"


def kept(texts: Iterable[str]) -> str:
    """The file of patterns with these in it."""
    return json.dumps(sorted(set(texts)), indent=1, ensure_ascii=False) + "\n"


@cache
def patterns() -> tuple[Pattern, ...]:
    """All patterns, those first that say most."""
    known = [pattern(text) for text in json.loads(path().read_text())]
    return tuple(sorted(known, key=lambda one: one.said, reverse=True))


@cache
def _by_word() -> Mapping[str, tuple[int, ...]]:
    """Where each pattern stands among all, by the rarest of its words; "" for those without any.

    Most texts have no such word, so that few patterns or none are tried on them.
    """
    words = [one.words for one in patterns()]
    common = Counter(word for some in words for word in some)
    found: dict[str, list[int]] = defaultdict(list)
    for at, some in enumerate(words):
        found[min(some, key=lambda word: (common[word], word), default="")].append(at)
    return {word: tuple(places) for word, places in found.items()}


def told(text: str, deep: int = 0) -> str:
    """A sentence, or some in a row, in the reader's language; as it is where one is not known."""
    if not text or len(text) > _LONGEST or deep > _DEEPEST:
        return text
    core = text.strip()
    said = (
        _exactly(core) or _one_by_one(core, deep) or _listed(core, deep) or _filled(core, deep)
        if core
        else ""
    )
    return text.replace(core, said, 1) if said else text


def _whole(text: str, deep: int) -> str:
    return (_exactly(text) or _filled(text, deep)) if text else ""


def _one_by_one(text: str, deep: int) -> str:
    """Several sentences, all of them known."""
    parts = _STOP.split(text)
    said = [_whole(part, deep) for part in parts] if len(parts) > 1 else []
    return " ".join(said) if said and all(said) else ""


def _exactly(text: str) -> str:
    said = gettext(text)
    return said if said != text else ""


def _filled(text: str, deep: int) -> str:
    for one, values in _fitting(text):
        translated = pgettext(CONTEXT, one.text)
        there = {name: _value(name, value, deep) for name, value in values.items()}
        if translated != one.text and not _is_mixed(one, values, there):
            return translated.format(**there)
    return ""


def _is_mixed(one: Pattern, values: dict[str, str], there: dict[str, str]) -> bool:
    """Whether more of it would stay English than the pattern itself says."""
    return any(
        there[name] == value and len(value) > one.said and len(value.split()) > _FEW_WORDS
        for name, value in values.items()
        if name.rstrip("0123456789") not in OWN_WORDS
    )


def _fitting(text: str) -> Iterator[tuple[Pattern, dict[str, str]]]:
    known, by_word = patterns(), _by_word()
    for at in sorted(at for word in {"", *_WORD.findall(text)} for at in by_word.get(word, ())):
        if (values := known[at].values(text)) is not None:
            yield known[at], values


def _may_be(name: str, value: str) -> bool:
    """Whether a value can have been filled in under this name."""
    return bool(_DIGITS.fullmatch(value)) if name.rpartition("_")[2] in NUMBERS else True


def _value(name: str, value: str, deep: int) -> str:
    """What is filled in, in the reader's language as far as it is not somebody's own word."""
    if name.rstrip("0123456789") in OWN_WORDS or not value.strip():
        return value
    if _NUMBER.fullmatch(value):
        return number_format(int(value.replace(",", "")), force_grouping=True)
    said = told(value, deep + 1)
    if said == value and name == "plural":
        return _exactly(_singular(value)) or value
    return said if said != value else _DAY.sub(_day, value)


def _singular(title: str) -> str:
    """The title of a kind from its plural amid a sentence."""
    one = title[:-3] + "y" if title.endswith("ies") else title.removesuffix("s")
    return one[:1].upper() + one[1:]


def _listed(text: str, deep: int) -> str:
    """Texts in a row, each by itself; nothing when one of them is not known."""
    pieces = _IN_A_ROW.split(text)
    if len(pieces) == 1 or deep > _DEEPEST:
        return ""
    said = [
        _whole(piece, deep + 1) or (piece if _DIGITS.fullmatch(piece) else "")
        for piece in pieces[::2]
    ]
    if not all(said):
        return ""
    between = [_between(one) for one in pieces[1::2]]
    return "".join(part for pair in zip(said, [*between, ""], strict=True) for part in pair)


def _between(text: str) -> str:
    core = text.strip(" ,;")
    return text.replace(core, gettext(core)) if core else text


def _day(found: re.Match[str]) -> str:
    weekday, day, month, year = found.groups()
    if month not in _MONTHS:
        return found[0]
    said = gettext("{day} {month}").format(day=day, month=gettext(month))
    return " ".join(part for part in (weekday and gettext(weekday) + ",", said, year) if part)
