"""What the weather is: one small set of values, read and changed by the control endpoint."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

from apps.sandbox.login.id_faults import FAULTS


class WeatherError(ValueError):
    """A value that the weather cannot take; the text says which and why."""


@dataclass(slots=True)
class Weather:
    """Everything is off by default. Times are seconds unless the name says otherwise."""

    lag: float = 0.0
    """Replica lag: how long reads keep showing what was before a write."""
    throttle: Literal["off", "documented"] = "off"
    time_scale: float = 1.0
    """Documented seconds that pass in one real second, for limits, their windows and Retry-After"""
    fault_rate: float = 0.0
    """Share of Graph requests answered 429, 503 or 504 (`fault_statuses`) by chance."""
    fault_statuses: tuple[int, ...] = (429, 503, 504)
    fault_retry_after: int | None = 1
    drop_rate: float = 0.0
    """Share of Graph requests whose connection is closed without an answer, before any effect."""
    drop_after_rate: float = 0.0
    """The same, after the request has taken effect: the client cannot know."""
    half_body_rate: float = 0.0
    """Share of Graph answers that stop in the middle of the body."""
    slow_ms: int = 0
    slow_rate: float = 1.0
    revoked_consent: tuple[str, ...] = ()
    """Applications (client ids, or "*") that get AADSTS65001 or 700016 and lose their tokens."""
    expired_secret: tuple[str, ...] = ()
    """Applications (client ids, or "*") whose secrets and certificates count as expired."""
    expire_delta_tokens: int = 0
    """How many of the next requests with a delta token find it expired; -1 is all of them."""
    expire_skip_tokens: int = 0
    """The same for page tokens."""
    empty_collections: tuple[str, ...] = ()
    """Paths without version ("users", "identity/conditionalAccess/policies") whose lists and delta
    answers come back with nothing in them, as Graph's have when its stores were unwell."""
    token_lifetime: int = 3599
    """Lifetime of access tokens."""
    id_token_fault: str = ""
    """A fault that every id token has, by name (see the sign-in service's list), or "" for none."""

    def update(self, changes: dict[str, Any]) -> None:
        """Set any subset of the values; a wrong one refuses them all."""
        checked = {name: _checked(name, value) for name, value in changes.items()}
        for name, value in checked.items():
            setattr(self, name, value)

    def clear(self) -> None:
        calm = Weather()
        for name in NAMES:
            setattr(self, name, getattr(calm, name))

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    def revoked(self, client_id: str) -> bool:
        return client_id in self.revoked_consent or "*" in self.revoked_consent

    def secret_expired(self, client_id: str) -> bool:
        return client_id in self.expired_secret or "*" in self.expired_secret


NAMES = tuple(field.name for field in fields(Weather))
_RATES = {"fault_rate", "drop_rate", "drop_after_rate", "half_body_rate", "slow_rate"}
_COUNTS = {"slow_ms", "token_lifetime"}
_LISTS = {"revoked_consent", "expired_secret"}
_PATHS = {"empty_collections"}
_EXPIRIES = {"expire_delta_tokens", "expire_skip_tokens"}


def _checked(name: str, value: Any) -> Any:
    if name not in NAMES:
        raise WeatherError(f"there is no weather called '{name}'; there are {', '.join(NAMES)}")
    if name in _LISTS:
        return _client_ids(name, value)
    if name in _PATHS:
        return _paths(name, value)
    if name == "throttle":
        return _one_of(name, value, ("off", "documented"))
    if name == "id_token_fault":
        return _one_of(name, value, ("", *FAULTS))
    if name == "fault_statuses":
        if not isinstance(value, list | tuple) or not value:
            raise WeatherError("'fault_statuses' must be a list of HTTP statuses")
        return tuple(_number(name, status, low=400, high=599, whole=True) for status in value)
    if name == "fault_retry_after" and value is None:
        return None
    return _checked_number(name, value)


def _checked_number(name: str, value: Any) -> float | int:
    if name in _RATES:
        return _number(name, value, low=0, high=1)
    if name in _EXPIRIES:
        return _number(name, value, low=-1, whole=True)
    if name == "time_scale":
        return _number(name, value, low=0.001)
    return _number(name, value, low=0, whole=name in _COUNTS or name == "fault_retry_after")


def _number(
    name: str, value: Any, *, low: float, high: float = 1e9, whole: bool = False
) -> float | int:
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise WeatherError(f"'{name}' must be a number from {low:g} to {high:g}")
    return int(value) if whole else float(value)


def _one_of(name: str, value: Any, choices: tuple[str, ...]) -> str:
    if value not in choices:
        raise WeatherError(f"'{name}' must be one of {', '.join(choices)}")
    return str(value)


def _client_ids(name: str, value: Any) -> tuple[str, ...]:
    if value is True:
        return ("*",)
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        raise WeatherError(
            f"'{name}' must be a list of client ids, or [\"*\"] for every application"
        )
    return tuple(value)


def _paths(name: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        raise WeatherError(f"'{name}' must be a list of paths, such as [\"users\"]")
    return tuple(item.strip("/") for item in value)
