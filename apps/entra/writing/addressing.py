"""Requests that name what only Graph can tell, and tells otherwise after each change."""

from collections.abc import Mapping
from typing import Any


def addressed(value: Any, found: Mapping[str, str]) -> Any:
    """A path or a body with what was found in place of the names in braces.

    What was not found stays as it is: Graph refuses it.
    """
    if isinstance(value, str):
        for name, said in found.items():
            value = value.replace(f"{{{name}}}", said)
        return value
    if isinstance(value, Mapping):
        return {name: addressed(item, found) for name, item in value.items()}
    if isinstance(value, list):
        return [addressed(item, found) for item in value]
    return value
