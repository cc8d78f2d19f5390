"""Parses $filter as OData 4 writes it.

https://learn.microsoft.com/graph/filter-query-parameter
"""

import re
from typing import Any

from apps.sandbox.graph.context import GraphError
from apps.sandbox.graph.errors import bad_request

from .tree import Compare, In, IsOf, Lambda, Logic, Node, Not, Path, Text, moment

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<string>'(?:[^']|'')*')
      | (?P<moment>\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d)?)?)(?![\w-])
      | (?P<guid>[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})
      | (?P<number>-?\d+(?:\.\d+)?)(?![\w-])
      | (?P<word>[A-Za-z_$@][\w.$]*)
      | (?P<mark>[(),/:])
    )""",
    re.VERBOSE,
)
_COMPARISONS = {"eq", "ne", "gt", "ge", "lt", "le"}
_TEXT_FUNCTIONS = {"startswith", "endswith", "contains"}
_WORDS = {"true": True, "false": False, "null": None}


def parse_filter(text: str) -> Node:
    """The tree of an expression. GraphError 400 if it is not one."""
    parser = _Parser(text)
    try:
        node = parser.either()
    except IndexError:
        raise parser.error("Expression expected") from None
    if not parser.at_end():
        raise parser.error("Syntax error")
    return node


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[tuple[str, str, int]] = []
        self.index = 0
        self._variables: list[str] = []
        position = 0
        while text[position:].strip():
            found = _TOKEN.match(text, position)
            if found is None:
                raise self._at(position, "Syntax error")
            kind = found.lastgroup or ""
            self.tokens.append((kind, found[kind], found.start(kind)))
            position = found.end()

    def at_end(self) -> bool:
        return self.index >= len(self.tokens)

    def error(self, what: str) -> GraphError:
        at = len(self.text) if self.at_end() else self.tokens[self.index][2]
        return self._at(at, what)

    def _at(self, position: int, what: str) -> GraphError:
        return bad_request(
            f"Invalid filter clause: {what} at position {position} in '{self.text}'."
        )

    def either(self) -> Node:
        return self._joined("or", self.both)

    def both(self) -> Node:
        return self._joined("and", self.negated)

    def _joined(self, word: str, part: Any) -> Node:
        parts = [part()]
        while self._take_word(word):
            parts.append(part())
        return parts[0] if len(parts) == 1 else Logic(word, tuple(parts))

    def negated(self) -> Node:
        if self._take_word("not"):
            return Not(self.negated())
        return self.primary()

    def primary(self) -> Node:
        if self._take("("):
            node = self.either()
            self._expect(")")
            return node
        kind, word, _at = self.tokens[self.index]
        if kind != "word":
            raise self.error("Syntax error")
        if word.lower() in _TEXT_FUNCTIONS and self._peek(1) == "(":
            return self._is_true(self._text_function())
        if word.lower() == "isof":
            return self._isof()
        return self._comparison()

    def _is_true(self, node: Node) -> Node:
        if self._take_word("eq"):
            value = self._literal()
            return node if value is True else Not(node)
        return node

    def _text_function(self) -> Node:
        function = self._next().lower()
        self._expect("(")
        path = self._path()
        self._expect(",")
        value = self._literal()
        self._expect(")")
        return Text(function, path, str(value))

    def _isof(self) -> Node:
        self._next()
        self._expect("(")
        name = str(self._literal())
        self._expect(")")
        return IsOf(name.rpartition(".")[2])

    def _comparison(self) -> Node:
        path = self._path()
        if path.names and path.names[-1] in ("any", "all") and self._peek(0) == "(":
            return self._lambda(path)
        if self._take_word("in"):
            return In(path, self._list())
        if self.at_end() or self.tokens[self.index][1].lower() not in _COMPARISONS:
            return Compare(path, "eq", True)
        operator = self._next().lower()
        return Compare(path, operator, self._literal())

    def _lambda(self, path: Path) -> Node:
        self._expect("(")
        inner = Path(path.names[:-1], path.variable)
        if self._take(")"):
            return Lambda(path.names[-1], inner, "", None)
        variable = self._next()
        self._expect(":")
        self._variables.append(variable)
        node = self.either()
        self._variables.pop()
        self._expect(")")
        return Lambda(path.names[-1], inner, variable, node)

    def _path(self) -> Path:
        names = [self._word()]
        while self._take("/"):
            names.append(self._word())
        variable = names.pop(0) if names[0] in self._variables else ""
        counted = bool(names) and names[-1] == "$count"
        return Path(tuple(names[:-1] if counted else names), variable, counted)

    def _list(self) -> tuple[Any, ...]:
        self._expect("(")
        values = [self._literal()]
        while self._take(","):
            values.append(self._literal())
        self._expect(")")
        return tuple(values)

    def _literal(self) -> Any:
        kind, text, _at = self.tokens[self.index]
        self.index += 1
        if kind == "string":
            return text[1:-1].replace("''", "'")
        if kind == "guid":
            return text
        if kind == "moment":
            return moment(text if "T" in text else f"{text}T00:00:00Z")
        if kind == "number":
            return float(text) if "." in text else int(text)
        if kind == "word" and text.lower() in _WORDS:
            return _WORDS[text.lower()]
        self.index -= 1
        raise self.error("Syntax error")

    def _word(self) -> str:
        if self.tokens[self.index][0] != "word":
            raise self.error("Syntax error")
        return self._next()

    def _next(self) -> str:
        self.index += 1
        return self.tokens[self.index - 1][1]

    def _peek(self, ahead: int) -> str:
        at = self.index + ahead
        return self.tokens[at][1] if at < len(self.tokens) else ""

    def _take(self, mark: str) -> bool:
        if self._peek(0) != mark:
            return False
        self.index += 1
        return True

    def _take_word(self, word: str) -> bool:
        if self._peek(0).lower() != word:
            return False
        self.index += 1
        return True

    def _expect(self, mark: str) -> None:
        if not self._take(mark):
            raise self.error(f"'{mark}' expected")
