"""What the sign-in service remembers: values that may be used once, and sign-in cookies."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from apps.sandbox.login.tokens import Minter
from apps.sandbox.state.world import World
from apps.sandbox.weather.settings import Weather


@dataclass(slots=True)
class DeviceCode:
    """A code that was shown on a device, and what became of it. Times are Unix seconds."""

    client_id: str
    tenant: str
    """Of the request; "" for /organizations and /common."""
    scope: str
    expires: int
    grant: dict[str, Any] | None = None
    declined: bool = False


@dataclass(slots=True)
class SignIn:
    """The sign-in service: the world it signs in to, its key, and what has been used up."""

    world: World
    weather: Weather
    minter: Minter
    used: dict[str, int] = field(default_factory=dict)
    device_codes: dict[str, DeviceCode] = field(default_factory=dict)
    """By the code that the person enters; a restart forgets them."""

    def now(self) -> dt.datetime:
        return self.world.clock.now()

    def timestamp(self) -> int:
        return int(self.now().timestamp())

    def use_once(self, value: str, expires: int) -> bool:
        """Mark a code or assertion as used; False if it was used before."""
        if value in self.used:
            return False
        now = self.timestamp()
        if len(self.used) > 10_000:
            self.used = {name: until for name, until in self.used.items() if until > now - 900}
        self.used[value] = expires
        return True

    def forget(self) -> None:
        self.used.clear()
        self.device_codes.clear()
