"""Taking policies' JSON apart, whatever is missing or null in it."""

from collections.abc import Mapping
from typing import Any

from apps.entra.conditional_access.answers import MAYBE, Answer


def part(body: Mapping[str, Any], *path: str) -> Mapping[str, Any]:
    """The object at a path; an empty one where there is none."""
    found: Any = body
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def values(body: Mapping[str, Any], name: str) -> list[str]:
    """A collection of strings. Flags in one string ("a,b") are read as the same."""
    found = body.get(name)
    if isinstance(found, str):
        return [value.strip() for value in found.split(",") if value.strip()]
    return [str(value) for value in found] if isinstance(found, list) else []


def filtered(rule: Mapping[str, Any], included: Answer, excluded: Answer) -> Answer:
    """Whether something is included and not excluded, where a filter may choose it as well.

    Filters ask for custom security attributes, which no snapshot holds.
    """
    if is_filled(rule.get("rule")):
        if rule.get("mode") == "exclude":
            excluded = max(excluded, MAYBE)
        else:
            included = max(included, MAYBE)
    return min(included, ~excluded)


def is_filled(value: Any) -> bool:
    """Whether Graph gave anything that says something: no null, nothing empty all the way down."""
    if isinstance(value, Mapping):
        return any(is_filled(held) for name, held in value.items() if not name.startswith("@"))
    if isinstance(value, list):
        return bool(value)
    return value not in (None, "", "none")
