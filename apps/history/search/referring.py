"""The ids inside an object's body, and where in it they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from apps.entra.catalogue import Kind

_GUID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", re.IGNORECASE)


class Mention(NamedTuple):
    """A place in a body where an id stands. path: dotted, "[]" for the items of an array."""

    path: str
    value: str


def mentions(kind: Kind, body: Mapping[str, Any]) -> Iterator[Mention]:
    """Every id inside a body: what the catalogue calls a reference, and whatever looks like an id.

    The object's own id is none; an appId is one where the catalogue says so.
    """
    references = {reference.path: reference for reference in kind.references}
    for path, value in _texts("", body):
        if path == "id":
            continue
        reference = references.get(path)
        if reference is not None and not reference.pattern:
            if named := reference.named_in(value):
                yield Mention(path, named)
        elif path not in kind.identity:
            for found in _GUID.findall(value):
                yield Mention(path, found)


def ids_in_body(kind: Kind, body: Mapping[str, Any]) -> tuple[str, ...]:
    """The ids that mentions() finds, each once, sorted."""
    return tuple(sorted({mention.value for mention in mentions(kind, body)}))


def _texts(path: str, thing: Any) -> Iterator[tuple[str, str]]:
    if isinstance(thing, str):
        yield path, thing
    elif isinstance(thing, Mapping):
        for name, value in thing.items():
            yield from _texts(f"{path}.{name}" if path else name, value)
    elif isinstance(thing, list):
        for value in thing:
            yield from _texts(f"{path}[]", value)
