"""The API as its own schema describes it: every operation, with its path, parameters and body."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from apps.api.schema import as_yaml

Schema = dict[str, Any]
Choose = Callable[[str, Schema], Any]


@dataclass(frozen=True)
class Operation:
    """One operation. query: the names it takes. body: the schema of what it takes, {} for none."""

    name: str
    method: str
    path: str
    query: tuple[str, ...]
    body: Schema

    @property
    def changes(self) -> bool:
        return self.method != "get"


@cache
def operations() -> tuple[Operation, ...]:
    """Every operation, in the schema's order."""
    return tuple(_operations(document()))


@cache
def document() -> Schema:
    # The same loader in C: in Python it takes seconds, and every process of a run reads it.
    return dict(yaml.load(as_yaml(), Loader=yaml.CSafeLoader))


def sample(schema: Schema, choose: Choose, name: str = "") -> Any:
    """A body that a schema describes, with every field; `choose` gives what is no object or list.

    Each field is given under its own name, what stands in a list under the list's.
    """
    schema = _resolved(schema)
    if "properties" in schema:
        return {key: sample(part, choose, key) for key, part in schema["properties"].items()}
    if "items" in schema:
        return [sample(schema["items"], choose, name)]
    if isinstance(schema.get("additionalProperties"), dict):
        return {"key": sample(schema["additionalProperties"], choose, name)}
    return choose(name, schema)


def _operations(document: Schema) -> Iterator[Operation]:
    for path, methods in document["paths"].items():
        for method, said in methods.items():
            content = said.get("requestBody", {}).get("content", {})
            yield Operation(
                name=said["operationId"],
                method=method,
                path=path,
                query=tuple(
                    p["name"] for p in said.get("parameters", []) if p.get("in") == "query"
                ),
                body=content.get("application/json", {}).get("schema", {}),
            )


def _resolved(schema: Schema) -> Schema:
    for part in ("allOf", "oneOf"):
        if len(schema.get(part, ())) >= 1:
            return _resolved(schema[part][0])
    if reference := schema.get("$ref"):
        return _resolved(document()["components"]["schemas"][reference.rsplit("/", 1)[1]])
    return schema
