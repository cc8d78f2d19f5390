"""$search over directory objects: "property:value" clauses joined by AND and OR.

https://learn.microsoft.com/graph/search-query-parameter#using-search-on-directory-object-collections
"""

import re
from collections.abc import Callable
from typing import Any

from apps.sandbox.schema import EntityType
from apps.sandbox.state.records import Record

from .errors import bad_request, unsupported_query
from .options import Options

Test = Callable[[Record], bool]
_PART = re.compile(r'\s*(?:"(?P<clause>(?:[^"\\]|\\.)*)"|(?P<word>AND|OR|NOT|[()]))')
_WORDS = re.compile(r"[^\W_]+")


def compile_search(options: Options, entity: EntityType, version: str) -> Test:
    """A test for records. 400 without ConsistencyLevel or for a malformed clause."""
    if not entity.advanced_query:
        raise bad_request("The query parameter '$search' is not supported.")
    if not options.eventual:
        raise unsupported_query(
            "Request with $search query parameter only works through MSGraph with a special "
            "request header: 'ConsistencyLevel: eventual'"
        )
    return _Search(options.search or "", entity, version).either()


class _Search:
    def __init__(self, text: str, entity: EntityType, version: str) -> None:
        self._entity, self._version = entity, version
        self._parts: list[tuple[str, str]] = []
        position = 0
        while text[position:].strip():
            found = _PART.match(text, position)
            if found is None:
                raise bad_request(
                    f"Syntax error: character '{text[position]}' is not valid at position "
                    f"{position} in '{text}'."
                )
            kind = found.lastgroup or "word"
            self._parts.append((kind, found[kind]))
            position = found.end()

    def either(self) -> Test:
        tests = [self._both()]
        while self._take("OR"):
            tests.append(self._both())
        return lambda record: any(test(record) for test in tests)

    def _both(self) -> Test:
        tests = [self._one()]
        while self._take("AND") or (self._parts and self._parts[0] != ("word", "OR")):
            if self._parts and self._parts[0] == ("word", ")"):
                break
            tests.append(self._one())
        return lambda record: all(test(record) for test in tests)

    def _one(self) -> Test:
        if self._take("("):
            test = self.either()
            self._take(")")
            return test
        if not self._parts or self._parts[0][0] != "clause":
            raise bad_request("Syntax error in $search: a quoted clause is expected.")
        return self._clause(self._parts.pop(0)[1])

    def _clause(self, text: str) -> Test:
        name, colon, value = text.partition(":")
        declared = self._entity.property(name, self._version)
        if not colon or declared is None or not declared.searchable:
            raise unsupported_query(
                f"Property '{name}' does not exist as a declared property or extension property."
            )
        wanted = [word.casefold() for word in _WORDS.findall(value)]
        return lambda record: _matches(record.body.get(name), wanted)

    def _take(self, word: str) -> bool:
        if self._parts and self._parts[0] == ("word", word):
            self._parts.pop(0)
            return True
        return False


def _matches(value: Any, wanted: list[str]) -> bool:
    """Every word of the clause begins a word of the value (of one member of a collection)."""
    if isinstance(value, list):
        return any(_matches(item, wanted) for item in value)
    if not isinstance(value, str):
        return False
    words = [word.casefold() for word in _WORDS.findall(value)]
    return all(any(word.startswith(start) for word in words) for start in wanted)
