"""A sandbox inside the test's own process: fast, and its parts can be looked at."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any
from urllib.parse import urlencode, urlsplit

import orjson

from apps.sandbox.login import keys
from apps.sandbox.seed import build
from apps.sandbox.server.messages import Request, Response
from apps.sandbox.server.sandbox import Sandbox
from apps.sandbox.state.directory import Directory
from apps.sandbox.state.world import World

HOST = "login.sandbox.test"
FORM = "application/x-www-form-urlencoded"
GRAPH_SCOPE = "https://graph.microsoft.com/.default"


@dataclass
class Inside:
    """A client of a sandbox in this process."""

    sandbox: Sandbox
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def world(self) -> World:
        return self.sandbox.world

    @property
    def customers(self) -> list[Directory]:
        """Workforce tenants, the provider's own last."""
        return [each for each in self.world.directories.values() if each.category == "workforce"]

    @cached_property
    def lab(self) -> dict[str, Any]:
        return dict(self.get("/_sandbox/").data["applications"][0])

    def get(self, address: str, **headers: str) -> Answered:
        return self.request("GET", address, **headers)

    def post(self, address: str, json: Any = None, **headers: str) -> Answered:
        return self.request(
            "POST", address, orjson.dumps(json), content_type="application/json", **headers
        )

    def submit(self, address: str, fields: dict[str, str], **headers: str) -> Answered:
        """Send a form."""
        return self.request(
            "POST", address, urlencode(fields).encode(), content_type=FORM, **headers
        )

    def request(self, method: str, address: str, body: bytes = b"", **headers: str) -> Answered:
        parts = urlsplit(address)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return Answered(
            self.sandbox.answer(
                Request(
                    method=method,
                    raw_path=parts.path,
                    query_string=parts.query,
                    headers={"host": HOST, **self.headers, **sent},
                    body=body,
                    base_url=f"https://{HOST}",
                    started=time.perf_counter(),
                )
            )
        )

    def token(self, tenant: str, **form: str) -> Answered:
        """Ask for an app-only token, as the lab application unless the form says otherwise."""
        lab = self.lab
        fields = {
            "grant_type": "client_credentials",
            "client_id": lab["client_id"],
            "client_secret": lab["client_secret"],
            "scope": GRAPH_SCOPE,
        } | form
        wanted = {name: value for name, value in fields.items() if value}
        return self.submit(f"/{tenant}/oauth2/v2.0/token", wanted)

    def graph(
        self, method: str, path: str, json: Any = None, *, tenant: str = "", **headers: str
    ) -> Answered:
        """Call Graph v1.0 as the lab application."""
        token = self.token(tenant or self.customers[0].tenant_id).data["access_token"]
        body = b"" if json is None else orjson.dumps(json)
        sent = {"authorization": f"Bearer {token}", "content_type": "application/json"} | headers
        return self.request(method, f"/v1.0{path}", body, **sent)


@dataclass
class Answered:
    """A response, with what a client looks at."""

    response: Response

    @property
    def status(self) -> int:
        return self.response.status

    @property
    def text(self) -> str:
        return self.response.body.decode()

    @property
    def data(self) -> Any:
        return orjson.loads(self.response.body)

    @property
    def headers(self) -> dict[str, str]:
        return {name.lower(): value for name, value in self.response.headers}

    @property
    def code(self) -> int:
        """The AADSTS code of a refused token request."""
        return int(self.data["error_codes"][0])

    @property
    def location(self) -> str:
        return self.headers["location"]


@cache
def _seeded() -> tuple[World, dict[str, Any]]:
    world = World()
    build(world, users=20, tenants=2, seed=1)
    return world, world.checkpoint()


def sandbox_inside() -> Inside:
    """A sandbox as the seed leaves it; the world is shared and rewound, so one at a time."""
    world, checkpoint = _seeded()
    world.rewind(checkpoint)
    world.clock.reset()
    world.listeners.clear()
    current, consumers, unpublished = _keys()
    ring = keys.KeyRing([current])
    ring.__dict__ |= {"consumers": consumers, "unpublished": unpublished}
    return Inside(Sandbox(world, ring, lambda: checkpoint, seed=1))


@cache
def _keys() -> tuple[keys.SigningKey, keys.SigningKey, keys.SigningKey]:
    """Of tests' few keys three that differ, so made one right after the other."""
    return keys.generate(), keys.generate(), keys.generate()
