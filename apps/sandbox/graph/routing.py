"""Finds the route of a path: a tree of segments, walked once.

Clients write the same path in several ways, all of which Graph takes: ``/users/{id}`` and
``/users('{id}')``, ``/users/delta`` and ``/users/delta()`` and ``/users/microsoft.graph.delta()``,
``/members/graph.user`` and ``/members/microsoft.graph.user``. Names of segments are not
case-sensitive; ids are left alone.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from apps.sandbox.schema import TYPES

from .context import Route
from .errors import method_not_allowed, unknown_segment

_KEYED = re.compile(r"(?P<name>[^()]+)\((?P<key>.*)\)\Z", re.DOTALL)
_PREFIX = re.compile(r"(?:microsoft\.)?graph\.", re.IGNORECASE)
_TYPE_NAMES = {entity.metadata_name.lower(): entity.name for entity in TYPES.values()}


def normalise(segments: Sequence[str]) -> tuple[str, ...]:
    """One spelling for all: a key in brackets becomes a segment of its own.

    ``applications(appId='x')`` gives ("applications", "(appId='x')"), ``users('x')`` gives
    ("users", "x"), ``graph.user`` gives "microsoft.graph.user" and ``delta()`` gives "delta".
    """
    found: list[str] = []
    for segment in segments:
        keyed = _KEYED.match(segment)
        name = keyed["name"] if keyed else segment
        found.append(_typed(name))
        key = keyed["key"] if keyed else ""
        if key and "=" in key and not key.startswith("'"):
            found.append(f"({key})")
        elif key:
            found.append(key.strip("'").replace("''", "'"))
    return tuple(found)


def cast_of(segment: str) -> str | None:
    """The type name of a cast segment such as "microsoft.graph.user", else None."""
    bare = _PREFIX.match(segment)
    return _TYPE_NAMES.get(segment[bare.end() :].lower()) if bare else None


def _typed(name: str) -> str:
    bare = _PREFIX.match(name)
    if not bare:
        return name
    rest = name[bare.end() :]
    known = _TYPE_NAMES.get(rest.lower())
    return f"microsoft.graph.{known}" if known else rest


@dataclass(slots=True)
class _Node:
    exact: dict[str, "_Node"] = field(default_factory=dict)
    cast: "_Node | None" = None
    variable: "_Node | None" = None
    routes: list[Route] = field(default_factory=list)

    def children(self, segment: str) -> "Iterator[tuple[_Node, bool]]":
        """Where a segment can lead, the most exact first, and whether it fills a variable."""
        exact = self.exact.get(segment.lower())
        if exact is not None:
            yield exact, False
        if self.cast is not None and cast_of(segment):
            yield self.cast, True
        if self.variable is not None:
            yield self.variable, True

    def grow(self, segment: str) -> "_Node":
        if segment == "{cast}":
            self.cast = self.cast or _Node()
            return self.cast
        if segment.startswith("{"):
            self.variable = self.variable or _Node()
            return self.variable
        return self.exact.setdefault(segment.lower(), _Node())


class Router:
    """The routing table, ready to be asked."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._root = _Node()
        for route in routes:
            node = self._root
            for segment in route.pattern.strip("/").split("/"):
                node = node.grow(segment)
            node.routes.append(route)

    def find(
        self, method: str, version: str, segments: Sequence[str]
    ) -> tuple[Route, dict[str, str]]:
        """The route and the values of its variables.

        Raises GraphError 400 for an unknown segment, 405 for an unknown method.
        """
        ends = list(_ends(self._root, tuple(segments), ()))
        known = [
            (route, values)
            for node, values in ends
            for route in node.routes
            if version in route.versions
        ]
        if not known:
            raise unknown_segment(segments[_depth(self._root, segments)] if segments else "")
        for route, values in known:
            if route.method == method:
                return route, dict(zip(_names(route.pattern), values, strict=True))
        raise method_not_allowed()


def _ends(
    node: _Node, segments: tuple[str, ...], values: tuple[str, ...]
) -> Iterator[tuple[_Node, tuple[str, ...]]]:
    """Every node the whole path leads to, with the values of its variables."""
    if not segments:
        yield node, values
        return
    head, rest = segments[0], segments[1:]
    for child, fills in node.children(head):
        yield from _ends(child, rest, (*values, head) if fills else values)


def _depth(node: _Node, segments: Sequence[str]) -> int:
    """Index of the first segment that leads nowhere; the last one if all lead somewhere."""
    edge = [node]
    for index, segment in enumerate(segments):
        edge = [child for near in edge for child, _fills in near.children(segment)]
        if not edge:
            return index
    return len(segments) - 1


def _names(pattern: str) -> list[str]:
    return re.findall(r"\{(\w+)\}", pattern)
