"""Paths that name what only the object itself tells, and tells otherwise after each change."""

import re
from collections.abc import Mapping
from typing import Any, Final

_ASKED: Final = re.compile(r"\{(\w+)\}")


def is_addressed(path: str) -> bool:
    """Whether a request with this path can be sent as it is."""
    return _ASKED.search(path) is None


def addressed(path: str, body: Mapping[str, Any]) -> str:
    """The path with the properties of the object in place of their names in braces.

    body: the object as it is at this moment.
    """
    return _ASKED.sub(lambda name: str(body[name[1]]), path)
