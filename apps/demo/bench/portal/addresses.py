"""Every address of the portal and of the API that can be looked at with what the scene has."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

# A list of the API is asked for so many rows.
ROWS = 100


def pages(ids: Mapping[str, Any]) -> dict[str, str]:
    """The portal's addresses by name; those that need a part the scene lacks are left out."""
    return {
        name: reverse(f"portal:{name}", kwargs={part: ids[part] for part in parts})
        for name, parts in _named("portal")
        if ids.keys() >= set(parts)
    }


def operations(ids: Mapping[str, Any]) -> dict[str, str]:
    """The API's; a list has a hundred rows a page, and what is no list takes no such number."""
    found = {}
    for name, parts in _named("api"):
        if ids.keys() >= set(parts):
            address = reverse(f"api:{name}", kwargs={part: ids[part] for part in parts})
            found[name] = f"{address}?limit={ROWS}"
            found[f"{name} (one)"] = address
    return found


def only(names: Collection[str], found: Mapping[str, str]) -> dict[str, str]:
    """Those with one of the names; all where no name is given."""
    return {name: address for name, address in found.items() if not names or name in names}


def _named(namespace: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for entry in get_resolver().url_patterns:
        if isinstance(entry, URLResolver) and entry.namespace == namespace:
            yield from _patterns(entry)


def _patterns(resolver: URLResolver) -> Iterator[tuple[str, tuple[str, ...]]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from _patterns(entry)
        elif isinstance(entry, URLPattern) and entry.name:
            yield entry.name, tuple(entry.pattern.regex.groupindex)
