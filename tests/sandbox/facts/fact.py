"""A documented fact as one call and what Graph answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest

from apps.sandbox.graph.context import Answer, Call
from apps.sandbox.graph.dispatch import answer
from tests.sandbox.writes.conftest import Lab

EVENTUAL = {"consistencylevel": "eventual"}
BAD = "Request_BadRequest"
UNSUPPORTED = "Request_UnsupportedQuery"
DENIED = "Authorization_RequestDenied"
MISSING = "Request_ResourceNotFound"


@dataclass(frozen=True, slots=True)
class Fact:
    """``says`` is the fact in words; names in braces in path, body and text are ids of the cast.

    ``shows`` are parts of a successful answer, by dotted path ("value.0.id"); None for absent or
    null. ``roles`` are the caller's permissions where not all.
    """

    says: str
    call: str
    status: int
    code: str = ""
    text: str = ""
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    shows: Mapping[str, Any] = field(default_factory=dict)
    roles: tuple[str, ...] | None = None


@dataclass
class Cast:
    """The lab and the ids of its objects by the names that facts use."""

    lab: Lab
    ids: dict[str, str]

    def named(self, value: Any) -> Any:
        """The same with ids in the place of names."""
        if isinstance(value, str):
            for name, object_id in self.ids.items():
                value = value.replace(f"{{{name}}}", object_id)
            return value
        if isinstance(value, list):
            return [self.named(item) for item in value]
        if isinstance(value, Mapping):
            return {name: self.named(item) for name, item in value.items()}
        return value

    def send(self, fact: Fact) -> Answer:
        """What the sandbox answers; the path of a fact begins with its version if not v1.0."""
        method, _, address = self.named(fact.call).partition(" ")
        parts = urlsplit(address)
        segments = [unquote(part) for part in parts.path.split("/") if part]
        version = segments.pop(0) if segments[0] == "beta" else "v1.0"
        lab = self.lab if fact.roles is None else self.lab.with_roles(*fact.roles)
        return answer(
            Call(
                world=lab.world,
                directory=lab.directory,
                version=version,
                method=method,
                segments=tuple(segments),
                query=parse_qsl(parts.query, keep_blank_values=True),
                headers=dict(fact.headers),
                body=self.named(fact.body),
                base_url="https://graph.microsoft.com",
                caller=lab.caller,
            )
        )


def check(cast: Cast, fact: Fact) -> None:
    """The answer is the documented one, and a refusal has changed nothing."""
    before = cast.lab.directory.changes.sequence
    given = cast.send(fact)
    assert given.status == fact.status, given.body
    if fact.status >= 400:
        assert isinstance(given.body, dict)
        error = given.body["error"]
        assert error["code"] == fact.code, error
        if fact.text:
            assert error["message"] == cast.named(fact.text)
        assert cast.lab.directory.changes.sequence == before
    for path, wanted in fact.shows.items():
        assert _at(given.body, path) == cast.named(wanted), (path, given.body)


def _at(value: Any, path: str) -> Any:
    for step in path.split("/"):
        if isinstance(value, list):
            value = len(value) if step == "length" else value[int(step)]
        else:
            value = value.get(step)
    return value


def by_name(*facts: Fact) -> pytest.MarkDecorator:
    """Run a test for every fact, under its words."""
    return pytest.mark.parametrize("fact", [pytest.param(fact, id=fact.says) for fact in facts])
