"""The sandbox as a whole: one object that answers every request and keeps every part."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from apps.sandbox.control import routes as control
from apps.sandbox.control.filling import Fillings
from apps.sandbox.graph import dispatch
from apps.sandbox.graph.context import Answer, Call
from apps.sandbox.login import routes as login
from apps.sandbox.login.keys import KeyRing
from apps.sandbox.login.session import SignIn
from apps.sandbox.login.tokens import Minter
from apps.sandbox.persistence.store import Store
from apps.sandbox.server.bearer import TokenCheck
from apps.sandbox.server.graph import GraphEndpoint
from apps.sandbox.server.messages import Request, Response, json_response
from apps.sandbox.server.requestlog import RequestLog
from apps.sandbox.state.world import World
from apps.sandbox.weather.gate import Gate
from apps.sandbox.weather.settings import Weather

log = logging.getLogger("apps.sandbox")


@dataclass
class Sandbox:
    """All parts of one running sandbox.

    `seed_state` is where a reset goes back to; `store` keeps the state in a file, if wanted.
    `control_key` is what the control door asks for, "" for nothing.
    """

    world: World
    ring: KeyRing
    seed_state: Callable[[], dict[str, Any]]
    seed: int = 0
    request_log: Path | None = None
    store: Store | None = None
    control_key: str = ""
    fillings: Fillings = field(default_factory=dict)
    weather: Weather = field(default_factory=Weather)

    def __post_init__(self) -> None:
        self.world.weather = self.weather
        self.gate = Gate(self.weather, self.seed)
        self.sign_in = SignIn(self.world, self.weather, Minter(self.ring))
        self.log = RequestLog(self.world, self.request_log)
        self.tokens = TokenCheck(self.sign_in)
        self.graph = GraphEndpoint(self.world, self.tokens, self.gate, self.log)
        dispatch.gate = self.gate.before
        dispatch.after = self._after

    def answer(self, request: Request) -> Response:
        """Answer any request; a failure of the sandbox itself is 500 and in the log."""
        try:
            response = self._route(request)
        except Exception:
            log.exception("%s %s could not be answered", request.method, request.raw_path)
            error = {"code": "InternalServerError", "message": "The sandbox failed; see its log."}
            response = json_response({"error": error}, 500)
        if self.store is not None:
            self.store.flush()
        return response

    def delay(self, request: Request) -> float:
        return self.gate.delay(request)

    def weather_changed(self, changes: dict[str, Any]) -> None:
        """Set any subset of the weather.

        Raises:
            WeatherError: a value that it cannot take; nothing is changed then.
        """
        self.weather.update(changes)
        for directory in self.world.directories.values():
            directory.history.enabled = self.weather.lag > 0
        if {"throttle", "time_scale"} & set(changes):
            self.gate.throttle.forget()

    @contextmanager
    def behind_the_scenes(self) -> Iterator[None]:
        """Within the block requests meet no weather and are not logged: no client sent them."""
        dispatch.gate = dispatch.after = None
        try:
            yield
        finally:
            dispatch.gate, dispatch.after = self.gate.before, self._after

    def reset(self) -> None:
        """Back to the seed: directories, clock, weather, counters, codes."""
        checkpoint = self.seed_state()
        self.world.rewind(checkpoint)
        self.seed_state = lambda: checkpoint
        self.world.clock.reset()
        self.gate.reset()
        self.sign_in.forget()
        if self.store is not None:
            self.store.begin_again()

    def rotate_keys(self) -> list[str]:
        """Sign with a new key from now on; return the ids of all published keys, newest first."""
        self.ring.rotate()
        if self.store is not None:
            self.store.set_meta("key", self.ring.to_pem())
        return [key.key_id for key in self.ring.keys]

    def close(self) -> None:
        """Save what is left to save."""
        if self.store is not None:
            self.store.close()
        self.log.close()

    def _route(self, request: Request) -> Response:
        path = request.raw_path
        if path.startswith(("/v1.0/", "/beta/")):
            if self.gate.drops():
                return Response(drop=True)
            return self.graph.answer(request)
        if path.startswith("/_sandbox"):
            return control.answer(self, request)
        if path in {"", "/"}:
            return Response(302, headers=[("Location", "/_sandbox/")])
        return login.answer(self.sign_in, request)

    def _after(self, call: Call, answer: Answer) -> None:
        self.gate.after(call, answer)
        self.log.answered(call, answer)
