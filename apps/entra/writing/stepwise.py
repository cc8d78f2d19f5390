"""App roles and scopes: switched off in one request, changed or removed in the next.

https://learn.microsoft.com/graph/api/resources/approle: an enabled role cannot be removed.
"""

from collections.abc import Mapping
from typing import Any

from apps.entra.catalogue.model import Property


def first_step(known: Property, current: Any, wanted: Any) -> Any | None:
    """The value that switches off what is about to change or go; None when nothing has to be."""
    if not known.stepwise:
        return None
    inside = known.stepwise != "."
    held = (current or {}).get(known.stepwise) if inside else current
    target = (wanted or {}).get(known.stepwise) if inside else wanted
    entries = _switched_off(held or [], target or [])
    if entries is None:
        return None
    cleaned = [{key: value for key, value in item.items() if key != "origin"} for item in entries]
    return {known.stepwise: cleaned} if inside else cleaned


def _switched_off(
    current: list[dict[str, Any]], wanted: list[dict[str, Any]]
) -> list[dict[str, Any]] | None:
    targets = {item["id"]: item for item in wanted}
    touched = {
        item["id"]
        for item in current
        if item.get("isEnabled") and _needs_it(item, targets.get(item["id"]))
    }
    if not touched:
        return None
    return [{**item, "isEnabled": False} if item["id"] in touched else item for item in current]


def _needs_it(current: Mapping[str, Any], wanted: Mapping[str, Any] | None) -> bool:
    if wanted is None:
        return True
    ignored = {"isEnabled", "origin"}
    return any(
        current.get(name) != wanted.get(name) for name in {*current, *wanted} if name not in ignored
    )
