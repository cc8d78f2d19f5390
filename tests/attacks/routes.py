"""Every address of the portal, from the URLconf itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver, reverse

# Parts that name nobody's things: numbers of one's own second factors, links that were mailed, and
# a colour, whose stylesheet is the same for everybody.
NOBODYS = frozenset({"pk", "uidb36", "key", "token", "colour"})


@dataclass(frozen=True)
class Route:
    """An address by name. parts: what it holds, as the URLconf calls it."""

    name: str
    parts: tuple[str, ...]

    @property
    def is_of_somebody(self) -> bool:
        return bool(set(self.parts) - NOBODYS)

    def address(self, ids: dict[str, object]) -> str:
        return reverse(self.name, kwargs={part: ids[part] for part in self.parts})


def portal_routes() -> list[Route]:
    """All but the API's, which its schema describes."""
    return [route for route in _routes(get_resolver()) if not route.name.startswith("api:")]


def _routes(resolver: URLResolver, namespace: str = "") -> Iterator[Route]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from _routes(entry, f"{entry.namespace}:" if entry.namespace else namespace)
        elif isinstance(entry, URLPattern):
            yield Route(f"{namespace}{entry.name}", tuple(entry.pattern.regex.groupindex))
