"""Rules of dynamic groups: a parser and evaluator of the part of the grammar that tenants use.

`(user.department -eq "Sales") -and (user.accountEnabled -eq true)`, `-or`, `-not`, `-in [..]`,
`-startsWith`, `-contains`, `-match` and their negations, `null`, over single and multi-valued
properties. https://learn.microsoft.com/entra/identity/users/groups-dynamic-membership
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

_TOKEN = re.compile(
    r"""\s*(?:(?P<open>\()|(?P<close>\))|(?P<list>\[[^\]]*\])
        |"(?P<string>(?:[^"]|"")*)"|'(?P<single>[^']*)'
        |(?P<operator>-[A-Za-z]+)|(?P<word>[A-Za-z_][\w.]*))""",
    re.VERBOSE,
)
_ITEM = re.compile(r"""["']([^"']*)["']""")

Test = Callable[[Mapping[str, Any]], bool]


class RuleError(ValueError):
    """The rule is not one that the service can read."""


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a rule: what it is and its text or value."""

    kind: str
    value: Any


def parse(rule: str) -> Test:
    """The test that a rule makes of a user's body. Raises RuleError."""
    parser = _Parser(_tokens(rule))
    test = parser.either()
    if parser.position != len(parser.tokens):
        raise RuleError("The rule goes on after its end.")
    return test


def _tokens(rule: str) -> list[Token]:
    tokens: list[Token] = []
    position = 0
    text = rule.strip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None or match.end() == position:
            raise RuleError(f"Unreadable at position {position}.")
        tokens.append(_token(match))
        position = match.end()
    return tokens


def _token(match: re.Match[str]) -> Token:
    kind = match.lastgroup or ""
    value: Any = match.group(kind)
    if kind == "string":
        return Token("value", value.replace('""', '"'))
    if kind == "single":
        return Token("value", value)
    if kind == "list":
        return Token("value", _ITEM.findall(value))
    if kind == "operator":
        return Token("operator", value[1:].lower())
    if kind == "word":
        return _word(value)
    return Token(kind, value)


def _word(text: str) -> Token:
    lowered = text.lower()
    if lowered in {"true", "false"}:
        return Token("value", lowered == "true")
    if lowered in {"null", "$null"}:
        return Token("value", None)
    if lowered in {"and", "or", "not"}:
        return Token("operator", lowered)
    if lowered.startswith("user."):
        return Token("property", text[5:])
    raise RuleError(f"'{text}' is not a property of a user.")


class _Parser:
    """Recursive descent; `-or` binds weakest, then `-and`, then `-not`."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.position = 0

    def either(self) -> Test:
        tests = [self.both()]
        while self.take("operator", "or"):
            tests.append(self.both())
        return (lambda body: any(test(body) for test in tests)) if len(tests) > 1 else tests[0]

    def both(self) -> Test:
        tests = [self.negation()]
        while self.take("operator", "and"):
            tests.append(self.negation())
        return (lambda body: all(test(body) for test in tests)) if len(tests) > 1 else tests[0]

    def negation(self) -> Test:
        if self.take("operator", "not"):
            test = self.negation()
            return lambda body: not test(body)
        if self.take("open"):
            inner = self.either()
            if not self.take("close"):
                raise RuleError("A parenthesis is not closed.")
            return inner
        return self.comparison()

    def comparison(self) -> Test:
        name = self.expect("property").value
        operator = self.expect("operator").value
        value = self.expect("value").value
        compare = OPERATORS.get(operator)
        if compare is None:
            raise RuleError(f"'-{operator}' is not an operator.")
        return lambda body: compare(_property(body, name), value)

    def take(self, kind: str, value: Any = None) -> bool:
        if self.position < len(self.tokens):
            token = self.tokens[self.position]
            if token.kind == kind and (value is None or token.value == value):
                self.position += 1
                return True
        return False

    def expect(self, kind: str) -> Token:
        if self.position >= len(self.tokens) or self.tokens[self.position].kind != kind:
            raise RuleError(f"A {kind} is missing.")
        self.position += 1
        return self.tokens[self.position - 1]


def _property(body: Mapping[str, Any], name: str) -> Any:
    wanted = name.lower()
    source: Mapping[str, Any] = body
    if wanted.startswith("extensionattribute"):
        source = body.get("onPremisesExtensionAttributes") or {}
    return next((value for key, value in source.items() if key.lower() == wanted), None)


def _fold(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _equal(held: Any, wanted: Any) -> bool:
    if isinstance(held, list):
        return any(_fold(item) == _fold(wanted) for item in held)
    if isinstance(held, bool) and isinstance(wanted, str):
        return str(held).lower() == wanted.lower()
    return bool(_fold(held) == _fold(wanted))


def _starts(held: Any, wanted: Any) -> bool:
    return _each(held, lambda text: text.startswith(str(wanted).lower()))


def _contains(held: Any, wanted: Any) -> bool:
    return _each(held, lambda text: str(wanted).lower() in text)


def _matches(held: Any, wanted: Any) -> bool:
    return _each(held, lambda text: re.search(str(wanted), text, re.IGNORECASE) is not None)


def _within(held: Any, wanted: Any) -> bool:
    values = wanted if isinstance(wanted, list) else [wanted]
    return any(_equal(held, value) for value in values)


def _each(held: Any, test: Callable[[str], bool]) -> bool:
    values = held if isinstance(held, list) else [held]
    return any(test(str(value).lower()) for value in values if value is not None)


OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": _equal,
    "ne": lambda held, wanted: not _equal(held, wanted),
    "startswith": _starts,
    "notstartswith": lambda held, wanted: not _starts(held, wanted),
    "contains": _contains,
    "notcontains": lambda held, wanted: not _contains(held, wanted),
    "match": _matches,
    "notmatch": lambda held, wanted: not _matches(held, wanted),
    "in": _within,
    "notin": lambda held, wanted: not _within(held, wanted),
}
