"""What an object looks like after a request that only prepares another one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apps.entra.catalogue import Kind, normalise
from apps.entra.writing import WriteRequest

Body = Mapping[str, Any]


def attributes_of(request: WriteRequest) -> tuple[str, ...]:
    """The top-level properties that a request writes."""
    if request.properties:
        return request.properties
    return tuple(name for name in request.body or () if not name.startswith("@"))


def prepared(of: Kind, live: Body, request: WriteRequest) -> dict[str, Any]:
    """`live` after a preparing request: what a PATCH names is overlaid, entries of lists by their
    id; what is deleted is gone."""
    sent = {name: (request.body or {}).get(name) for name in attributes_of(request)}
    body = {**live, **{name: _overlaid(live.get(name), value) for name, value in sent.items()}}
    return normalise(of, body, version=of.version)


def _overlaid(held: Any, sent: Any) -> Any:
    if isinstance(held, Mapping) and isinstance(sent, Mapping):
        return {**held, **{name: _overlaid(held.get(name), sent[name]) for name in sent}}
    if isinstance(held, list) and isinstance(sent, list):
        by_id = {one["id"]: one for one in held if isinstance(one, Mapping) and "id" in one}
        return [_entry(by_id, one) for one in sent]
    return sent


def _entry(held: Mapping[str, Any], sent: Any) -> Any:
    if not isinstance(sent, Mapping):
        return sent
    return {**held.get(sent.get("id", ""), {}), **sent}
