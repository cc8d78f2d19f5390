"""Ids of the directory inside values: people are shown names beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

ID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", re.IGNORECASE)


def ids_in(thing: Any) -> Iterator[str]:
    """Every directory id inside a value, however deep."""
    if isinstance(thing, str):
        yield from ID.findall(thing)
    elif isinstance(thing, Mapping):
        for part in thing.values():
            yield from ids_in(part)
    elif isinstance(thing, list | tuple):
        for part in thing:
            yield from ids_in(part)
