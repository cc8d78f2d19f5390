"""The gate before every Graph request: limits, and the faults that the weather asks for."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from apps.sandbox.graph.context import Answer, Call
from apps.sandbox.server.messages import Request, Response
from apps.sandbox.weather import faults
from apps.sandbox.weather.settings import Weather
from apps.sandbox.weather.throttle import Throttle


@dataclass(slots=True)
class Gate:
    """Decides, request by request and item by item, whether Graph answers at all."""

    weather: Weather
    seed: int
    throttle: Throttle = field(init=False)
    dice: random.Random = field(init=False)
    monotonic: Callable[[], float] = time.monotonic
    """Seconds by which the limits drain."""

    def __post_init__(self) -> None:
        self.throttle = Throttle(self.weather)
        self.dice = random.Random(self.seed)

    def reset(self) -> None:
        """Calm weather, empty counters, the dice as at the start."""
        self.weather.clear()
        self.throttle.forget()
        self.dice = random.Random(self.seed)

    def before(self, call: Call) -> Answer | None:
        """A refusal in place of the answer, or None to go on."""
        if call.segments == ("$batch",):
            return None
        expired = faults.expired_token(self.weather, call)
        if expired is not None:
            return expired
        if self.weather.throttle == "documented":
            refusal = self.throttle.refuse(call, self.monotonic())
            if refusal is not None:
                return refusal
        if self.weather.fault_rate and self.dice.random() < self.weather.fault_rate:
            return faults.fault(self.weather, self.dice, call)
        return None

    def after(self, call: Call, answer: Answer) -> None:
        """Empty it if need be, charge what it cost and put the throttling headers on it."""
        if call.segments == ("$batch",):
            return
        faults.emptied(self.weather, call, answer)
        if self.weather.throttle == "documented":
            self.throttle.charge(call, answer, self.monotonic())

    def delay(self, request: Request) -> float:
        """Seconds that a Graph request waits for its answer."""
        if not self.weather.slow_ms or not request.raw_path.startswith(("/v1.0/", "/beta/")):
            return 0.0
        return self.weather.slow_ms / 1000 if self.dice.random() < self.weather.slow_rate else 0.0

    def drops(self) -> bool:
        """Whether the connection breaks before the request has any effect."""
        return bool(self.weather.drop_rate) and self.dice.random() < self.weather.drop_rate

    def spoil(self, response: Response) -> None:
        """Break the connection after the effect, or in the middle of the body."""
        weather = self.weather
        if weather.drop_after_rate and self.dice.random() < weather.drop_after_rate:
            response.drop = True
        elif (
            weather.half_body_rate and response.body and self.dice.random() < weather.half_body_rate
        ):
            response.promise = len(response.body)
            response.body = response.body[: len(response.body) // 2]
