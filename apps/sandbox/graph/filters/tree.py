"""The parsed form of a $filter expression."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Path:
    """A property path such as assignedLicenses/skuId. ``counted`` marks a trailing /$count;
    ``variable`` is the lambda variable it starts from, "" for the object itself."""

    names: tuple[str, ...]
    variable: str = ""
    counted: bool = False


@dataclass(frozen=True, slots=True)
class Logic:
    """``operator`` is "and" or "or"."""

    operator: str
    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Not:
    """Negation."""

    part: "Node"


@dataclass(frozen=True, slots=True)
class Compare:
    """``operator`` is eq, ne, gt, ge, lt or le; ``value`` a Python value (None for null)."""

    path: Path
    operator: str
    value: Any


@dataclass(frozen=True, slots=True)
class In:
    """Membership in a list of literals."""

    path: Path
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A string function: startswith, endswith or contains."""

    function: str
    path: Path
    value: str


@dataclass(frozen=True, slots=True)
class Lambda:
    """any / all over a collection; ``part`` None is any()."""

    function: str
    path: Path
    variable: str
    part: "Node | None"


@dataclass(frozen=True, slots=True)
class IsOf:
    """isof('microsoft.graph.user')."""

    type_name: str


Node = Logic | Not | Compare | In | Text | Lambda | IsOf


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it."""
    yield node
    for part in _below(node):
        yield from walk(part)


def _below(node: Node) -> tuple[Node, ...]:
    if isinstance(node, Logic):
        return node.parts
    if isinstance(node, Not):
        return (node.part,)
    if isinstance(node, Lambda) and node.part is not None:
        return (node.part,)
    return ()


def moment(text: str) -> datetime:
    """An Edm.DateTimeOffset literal or value as a datetime."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
