"""The writes, for those within the sandbox's own process: scripted incidents and tests."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote

from apps.sandbox.graph.context import Answer, Call, Caller
from apps.sandbox.graph.dispatch import answer
from apps.sandbox.state.world import World

BASE_URL = "http://sandbox.invalid"


def act(
    world: World,
    tenant_id: str,
    caller: Caller,
    method: str,
    path: str,
    body: Any = None,
    *,
    headers: dict[str, str] | None = None,
) -> Answer:
    """One request as the server would answer it: permissions, rules and audit log included.

    `path` begins with the version ("/v1.0/users/{id}" or "/beta/..."); without one it is v1.0.
    Never raises for a refusal: the answer carries its status. KeyError for an unknown tenant.
    """
    directory = world.directories[tenant_id]
    bare, _, query = path.partition("?")
    segments = [unquote(segment) for segment in bare.strip("/").split("/")]
    version = segments.pop(0) if segments[0] in {"v1.0", "beta"} else "v1.0"
    call = Call(
        world=world,
        directory=directory,
        version=version,
        method=method.upper(),
        segments=tuple(segments),
        query=parse_qsl(query, keep_blank_values=True),
        headers={name.lower(): value for name, value in (headers or {}).items()},
        body=body,
        base_url=BASE_URL,
        caller=caller,
    )
    return answer(call)
