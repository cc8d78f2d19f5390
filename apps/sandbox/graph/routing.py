"""Finds the route of a path: a tree of segments, walked once.

Clients write the same path in several ways, all of which Graph takes: ``/users/{id}`` and
``/users('{id}')``, ``/users/delta`` and ``/users/delta()`` and ``/users/microsoft.graph.delta()``,
``/members/graph.user`` and ``/members/microsoft.graph.user``. Names of segments are not
case-sensitive; ids are left alone.
"""

import re
from collections.abc import Iterable, Sequence
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

    def child(self, segment: str, values: list[str]) -> "_Node | None":
        found = self.exact.get(segment.lower())
        if found is not None:
            return found
        other = self.cast if cast_of(segment) else None
        other = other or self.variable
        if other is not None:
            values.append(segment)
        return other

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
        node, values = self._root, list[str]()
        for segment in segments:
            child = node.child(segment, values)
            if child is None:
                raise unknown_segment(segment)
            node = child
        known = [route for route in node.routes if version in route.versions]
        if not known:
            raise unknown_segment(segments[-1] if segments else "")
        for route in known:
            if route.method == method:
                return route, dict(zip(_names(route.pattern), values, strict=True))
        raise method_not_allowed()


def _names(pattern: str) -> list[str]:
    return re.findall(r"\{(\w+)\}", pattern)
