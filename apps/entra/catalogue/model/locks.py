"""States of an object that say what can be done to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

# Stands in a lock for whatever value a property has.
ANYTHING: Final = object()


@dataclass(frozen=True, slots=True)
class Lock:
    """A state of an object in which nobody can write to it, or to one of its links.

    when: every property has this value (an array: holds it; ANYTHING: has one at all). unless:
    lifts the lock when one does. begins: every property's text begins with this one.
    """

    reason: str
    when: tuple[tuple[str, object], ...] = ()
    unless: tuple[tuple[str, object], ...] = ()
    begins: tuple[tuple[str, str], ...] = ()

    def holds(self, body: Mapping[str, Any]) -> bool:
        """Whether an object with this body is locked."""
        return (
            all(has_value(body, *pair) for pair in self.when)
            and all(str(body.get(name, "")).startswith(text) for name, text in self.begins)
            and not any(has_value(body, *pair) for pair in self.unless)
        )


def has_value(body: Mapping[str, Any], name: str, value: object) -> bool:
    """Whether a property has this value (an array: holds it; ANYTHING: has one at all)."""
    held = body.get(name)
    if value is ANYTHING:
        return held is not None
    return value in held if isinstance(held, list) else held == value


@dataclass(frozen=True, slots=True)
class Held:
    """How an undeleted object is kept from taking effect until it is as wanted.

    It comes out of the bin as it went there; where `property` then has one of the values
    `in_force`, it is set to `value` at once. trial: the value with which it only reports what it
    would do.
    """

    property: str
    in_force: tuple[str, ...]
    value: str
    trial: str = ""
