"""Runs a parsed filter over records: compiled to closures once, then called per object."""

import operator
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from apps.sandbox.schema import TYPES
from apps.sandbox.state.clock import graph_time
from apps.sandbox.state.indexes import index_key
from apps.sandbox.state.records import Record

from .tree import Compare, In, IsOf, Lambda, Logic, Node, Not, Path, Text, moment

Scope = Mapping[str, Any]
Test = Callable[[Scope], bool]
#: Counts the links of a navigation property: (record, name) -> number, None if it is not one.
Counter = Callable[[Record, str], int | None]

_ORDERINGS: dict[str, Callable[[Any, Any], bool]] = {
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}


def compile_filter(node: Node, counter: Counter) -> Callable[[Record], bool]:
    """A test for records."""
    test = _compile(node, counter)
    return lambda record: test({"": record.body, "$record": record})


def _compile(node: Node, counter: Counter) -> Test:
    if isinstance(node, Logic):
        parts = [_compile(part, counter) for part in node.parts]
        if node.operator == "and":
            return lambda scope: all(part(scope) for part in parts)
        return lambda scope: any(part(scope) for part in parts)
    if isinstance(node, Not):
        part = _compile(node.part, counter)
        return lambda scope: not part(scope)
    if isinstance(node, Compare):
        return _compare(node, counter)
    if isinstance(node, In):
        return _membership(node)
    if isinstance(node, Text):
        return _text(node)
    if isinstance(node, Lambda):
        return _lambda(node, counter)
    return _is_of(node)


def _compare(node: Compare, counter: Counter) -> Test:
    if node.path.counted:
        return _compare_count(node, counter)
    read = _reader(node.path)
    wanted = index_key(node.value)
    if node.operator in ("eq", "ne"):
        positive = node.operator == "eq"
        return lambda scope: _equal(read(scope), wanted) is positive
    order = _ORDERINGS[node.operator]

    def test(scope: Scope) -> bool:
        value = _comparable(read(scope), wanted)
        return value is not None and order(value, wanted)

    return test


def _compare_count(node: Compare, counter: Counter) -> Test:
    read = _reader(node.path)
    name = node.path.names[-1]

    def test(scope: Scope) -> bool:
        links = counter(scope["$record"], name)
        size = links if links is not None else len(read(scope) or ())
        if node.operator in _ORDERINGS:
            return _ORDERINGS[node.operator](size, node.value)
        return (size == node.value) is (node.operator == "eq")

    return test


def _membership(node: In) -> Test:
    read = _reader(node.path)
    wanted = [index_key(value) for value in node.values]
    return lambda scope: any(_equal(read(scope), value) for value in wanted)


def _text(node: Text) -> Test:
    read = _reader(node.path)
    wanted = node.value.casefold()
    match: Callable[[str], bool] = {
        "startswith": lambda value: value.startswith(wanted),
        "endswith": lambda value: value.endswith(wanted),
        "contains": lambda value: wanted in value,
    }[node.function]

    def test(scope: Scope) -> bool:
        value = read(scope)
        return isinstance(value, str) and match(value.casefold())

    return test


def _lambda(node: Lambda, counter: Counter) -> Test:
    read = _reader(node.path)
    if node.part is None:
        return lambda scope: bool(read(scope))
    part = _compile(node.part, counter)
    over = any if node.function == "any" else all

    def test(scope: Scope) -> bool:
        items = read(scope) or ()
        return over(part({**scope, node.variable: item}) for item in items)

    return test


def _is_of(node: IsOf) -> Test:
    def test(scope: Scope) -> bool:
        return TYPES[scope["$record"].type].is_a(node.type_name)

    return test


def _reader(path: Path) -> Callable[[Scope], Any]:
    variable, names = path.variable, path.names
    if not variable and names == ("deletedDateTime",):
        return _deleted_time
    if len(names) == 1:
        name = names[0]
        return lambda scope: _step(scope[variable], name)

    def read(scope: Scope) -> Any:
        value = scope[variable]
        for name in names:
            value = _step(value, name)
        return value

    return read


def _deleted_time(scope: Scope) -> str | None:
    at = scope["$record"].deleted_at
    return graph_time(at) if at else None


def _step(value: Any, name: str) -> Any:
    if name.startswith("microsoft.graph."):
        return value
    return value.get(name) if isinstance(value, dict) else None


def _equal(value: Any, wanted: Any) -> bool:
    if isinstance(wanted, datetime):
        return bool(_comparable(value, wanted) == wanted)
    return bool(index_key(value) == wanted)


def _comparable(value: Any, wanted: Any) -> Any:
    """The value in the literal's type, None where there is nothing to compare."""
    if value is None or wanted is None:
        return None
    if isinstance(wanted, datetime):
        return moment(value) if isinstance(value, str) else None
    if isinstance(wanted, str):
        return value.casefold() if isinstance(value, str) else None
    return value if isinstance(value, int | float) else None
