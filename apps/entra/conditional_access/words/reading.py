"""A policy taken apart by the grammar: line by line, and what the grammar does not know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from apps.entra.catalogue.conditional_access import CONDITIONAL_ACCESS_POLICY
from apps.entra.conditional_access.reading import values
from apps.entra.conditional_access.words import terms
from apps.entra.conditional_access.words.grammar import FRAME, FREQUENCY, PLACES, Part, Place, Shape
from apps.entra.conditional_access.words.terms import Item

_RULE_MODES: Final = ("include", "exclude")


@dataclass(frozen=True, slots=True)
class Line:
    """What stands at one place of a policy. excludes: what it names is let off."""

    place: Place
    items: tuple[Item, ...]
    excludes: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something in a policy that the grammar has no place for, as it stands there."""

    path: str
    value: Any


@dataclass(frozen=True, slots=True)
class Told:
    """A policy in words. state: as Graph names it."""

    state: str
    lines: tuple[Line, ...]
    unknown: tuple[Unknown, ...]

    @property
    def state_words(self) -> str:
        return terms.STATES.get(self.state, self.state or "not known")

    @property
    def state_means(self) -> str:
        return terms.STATE_MEANS.get(
            self.state, "This version of Holdfast does not know the state."
        )

    @property
    def items(self) -> Iterator[Item]:
        return (item for line in self.lines for item in line.items)

    def of(self, part: Part) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.place.part == part)


def read(policy: Mapping[str, Any]) -> Told:
    """A policy, or the body of a write to one. Nothing that says something is left out."""
    lines = tuple(line for place in PLACES if (line := _line(place, policy)) is not None)
    return Told(
        state=str(policy.get("state") or ""),
        lines=lines,
        unknown=tuple(_unknown("", policy)),
    )


def _line(place: Place, policy: Mapping[str, Any]) -> Line | None:
    value = _at(policy, place.path)
    if says_nothing(value):
        return None
    items, excludes = tuple(_items(place, value)), place.excludes
    if place.shape == Shape.RULE and isinstance(value, Mapping):
        excludes = value.get("mode") == "exclude"
    return Line(place, items, excludes) if items else None


def _items(place: Place, value: Any) -> Iterator[Item]:
    if place.shape == Shape.SWITCH:
        yield _switch(value)
    elif place.shape == Shape.VALUES:
        if isinstance(value, str | list):
            yield from (_value(place, one) for one in values({"": value}, ""))
    elif not isinstance(value, Mapping):
        return
    elif place.shape == Shape.RULE:
        yield from _rule(value)
    elif place.shape == Shape.STRENGTH:
        if value.get("id"):
            name = str(value.get("displayName") or "")
            yield Item(str(value["id"]), name, *_refers_to(place), is_id=True)
    else:
        yield from _control(place, value)


def _value(place: Place, raw: str) -> Item:
    if raw in place.terms:
        return Item(raw, place.terms[raw])
    if not place.refers:
        return Item(raw, raw, is_known=not place.terms)
    return Item(raw, "", *_refers_to(place), is_id=True)


def _switch(value: Any) -> Item:
    """disableResilienceDefaults: true takes them off."""
    if isinstance(value, bool):
        return Item(str(value), "switched off" if value else "as Entra has them")
    return Item(str(value), str(value), is_known=False)


def _rule(value: Mapping[str, Any]) -> Iterator[Item]:
    if value.get("rule"):
        yield Item(str(value["rule"]), str(value["rule"]), is_code=True)
    if (mode := value.get("mode")) and mode not in _RULE_MODES:
        yield Item(str(mode), str(mode), is_known=False)


def _control(place: Place, value: Mapping[str, Any]) -> Iterator[Item]:
    """One item: on, off, or how it is set; what it is set to is in its words."""
    said = list(_frequency(value) if place.path == FREQUENCY else _settings(place, value))
    raw = ", ".join(f"{name}={value[name]}" for name in sorted(value) if name[:1] != "@")
    known = all(is_known for _, is_known in said)
    if value.get("isEnabled") is False:
        said.insert(0, ("switched off", True))
    elif not said:
        said = [("on", True)]
    yield Item(raw, ", ".join(text for text, _ in said), is_known=known)


def _settings(place: Place, value: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    for name, words in place.parts:
        if not says_nothing(found := value.get(name)):
            yield words.get(str(found), str(found)), not words or str(found) in words


def _frequency(value: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    """How often somebody has to sign in anew, and with what."""
    interval, number, unit = (value.get(one) for one in ("frequencyInterval", "value", "type"))
    if interval == "everyTime":
        yield "every time", True
    elif interval not in (None, "timeBased"):
        yield str(interval), False
    if number is not None:
        unit = str(unit or "")
        yield f"every {unit.removesuffix('s')}" if number == 1 else f"every {number} {unit}", True
    elif unit:
        yield str(unit), True
    if found := value.get("authenticationType"):
        yield terms.AUTHENTICATIONS.get(found, str(found)), found in terms.AUTHENTICATIONS


@cache
def _references() -> Mapping[str, tuple[str, str]]:
    """Kind and naming property of what stands at a path, by the path without array brackets."""
    return {
        one.path.removesuffix("[]").removesuffix(".id"): (one.kind, one.by)
        for one in CONDITIONAL_ACCESS_POLICY.references
        if not one.pattern
    }


def _refers_to(place: Place) -> tuple[str, str]:
    return _references().get(place.path, ("", "id"))


@cache
def _told_by_lines() -> frozenset[str]:
    """The paths of all leaves that some line tells."""
    return frozenset(path for place in PLACES for path in _leaves(place))


def _leaves(place: Place) -> Iterator[str]:
    if place.shape in (Shape.VALUES, Shape.SWITCH):
        yield place.path
    elif place.shape == Shape.RULE:
        yield from (f"{place.path}.mode", f"{place.path}.rule")
    elif place.shape == Shape.CONTROL:
        yield from (f"{place.path}.{name}" for name, _ in (("isEnabled", {}), *place.parts))


def _unknown(path: str, thing: Any) -> Iterator[Unknown]:
    """Every leaf that no line tells. Annotations say nothing that other properties do not."""
    if isinstance(thing, Mapping):
        if _is_strength(path):
            return
        for name, value in thing.items():
            if name[:1] != "@" and (path or name not in FRAME):
                yield from _unknown(f"{path}.{name}" if path else name, value)
    elif path not in _told_by_lines() and not says_nothing(thing):
        yield Unknown(path, thing)


def _is_strength(path: str) -> bool:
    """A strength's own properties, which Graph copies into the policy; its id is told."""
    return any(place.shape == Shape.STRENGTH and place.path == path for place in PLACES)


def _at(body: Mapping[str, Any], path: str) -> Any:
    found: Any = body
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def says_nothing(value: Any) -> bool:
    """Whether Graph gave nothing there: null, or empty all the way down."""
    if isinstance(value, Mapping):
        return all(says_nothing(held) for name, held in value.items() if name[:1] != "@")
    return value is None or value in ("", [])
