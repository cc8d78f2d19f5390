"""The command line: what can be asked for, and what is refused in one clear line."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from apps.sandbox.weather.settings import Weather, WeatherError

DESCRIPTION = "A strict stand-in for Microsoft Entra: sign-in and Graph on one port."
EPILOG = (
    "GET /_sandbox/ lists tenants, applications and users; POST /_sandbox/weather changes the "
    "weather while it runs."
)
LARGEST = 1_000_000


@dataclass(frozen=True, slots=True)
class Options:
    """Everything the command line says."""

    host: str
    port: int
    users: tuple[int, ...]
    tenants: int
    seed: int
    state: Path | None
    loads: tuple[tuple[str | None, Path], ...]
    request_log: Path | None
    ready_file: Path | None
    owned: bool
    weather: dict[str, Any]


def parse(arguments: Sequence[str] | None = None) -> Options:
    """Read the command line; a wrong one ends the process with status 2 and a line why."""
    parser = _parser()
    given = parser.parse_args(arguments)
    weather = {name: getattr(given, name) for name in _WEATHER if getattr(given, name) is not None}
    try:
        Weather().update(weather)
    except WeatherError as problem:
        parser.error(str(problem))
    return Options(
        host=given.host,
        port=given.port,
        users=given.users,
        tenants=given.tenants,
        seed=given.seed,
        state=given.state,
        loads=tuple(given.load or ()),
        request_log=given.request_log,
        ready_file=given.ready_file,
        owned=given.owned,
        weather=weather,
    )


_WEATHER = (
    "lag",
    "throttle",
    "time_scale",
    "fault_rate",
    "drop_rate",
    "drop_after_rate",
    "half_body_rate",
    "slow_ms",
    "slow_rate",
    "token_lifetime",
)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m apps.sandbox", None, DESCRIPTION, EPILOG)
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="address to listen on (default %(default)s)")
    add(
        "--port",
        type=_whole(0, 65_535),
        default=8_400,
        help="port; 0 takes a free one (default %(default)s)",
    )
    add(
        "--users",
        type=_sizes,
        default=(20,),
        metavar="N",
        help="users in each tenant (default 20); N,N,N for the first ones, the last for the others",
    )
    add(
        "--tenants",
        type=_whole(1, 1_000),
        default=1,
        metavar="T",
        help="tenants (default %(default)s)",
    )
    add(
        "--seed",
        type=_whole(0, 2**62),
        default=1,
        metavar="S",
        help="the same seed gives the same tenants (default %(default)s)",
    )
    add(
        "--state",
        type=Path,
        metavar="FILE",
        help="keep the state in FILE; if it exists, go on from it",
    )
    add(
        "--load",
        type=_load,
        action="append",
        metavar="[TENANT=]DIR",
        help="load Graph JSON files of a real export; repeatable",
    )
    add(
        "--request-log",
        type=Path,
        metavar="FILE",
        help="append one JSON line for each Graph request",
    )
    add(
        "--ready-file",
        type=Path,
        metavar="FILE",
        help="write address and lab application there when ready",
    )
    add(
        "--owned",
        action="store_true",
        help="read a key for the control door from standard input, say nothing but the address "
        "as JSON, and end when standard input ends, with whoever holds it",
    )
    _add_weather(parser)
    return parser


def _add_weather(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument_group("weather (off by default)").add_argument
    add("--lag", type=float, metavar="SECONDS", help="replica lag: reads show the past")
    add("--throttle", choices=["off", "documented"], help="documented limits of Graph")
    add("--time-scale", type=float, metavar="F", help="documented seconds per real second")
    add("--fault-rate", type=float, metavar="R", help="share of requests answered 429, 503 or 504")
    add(
        "--drop-rate",
        type=float,
        metavar="R",
        help="share of connections dropped before any effect",
    )
    add(
        "--drop-after-rate",
        type=float,
        metavar="R",
        help="share of connections dropped after the effect",
    )
    add("--half-body-rate", type=float, metavar="R", help="share of answers that stop half-way")
    add("--slow", dest="slow_ms", type=int, metavar="MS", help="delay before each answer")
    add(
        "--slow-rate",
        type=float,
        metavar="R",
        help="share of answers delayed by --slow (default 1)",
    )
    add(
        "--token-lifetime",
        type=int,
        metavar="SECONDS",
        help="lifetime of access tokens (default 3599)",
    )


class _whole:  # noqa: N801 (reads as a function in the table above)
    """A whole number within bounds, as an argument type."""

    def __init__(self, low: int, high: int) -> None:
        self.low, self.high = low, high

    def __call__(self, text: str) -> int:
        try:
            number = int(text.replace("_", ""))
        except ValueError:
            number = self.low - 1
        if not self.low <= number <= self.high:
            message = f"'{text}' is not a whole number from {self.low} to {self.high}"
            raise argparse.ArgumentTypeError(message)
        return number


def _sizes(text: str) -> tuple[int, ...]:
    """N, or N,N,N."""
    return tuple(_whole(20, LARGEST)(part) for part in text.split(","))


def _load(text: str) -> tuple[str | None, Path]:
    """DIR, or TENANT=DIR."""
    tenant, separator, directory = text.partition("=")
    path = Path(directory if separator else tenant)
    if not path.is_dir():
        raise argparse.ArgumentTypeError(f"'{path}' is not a directory")
    return (tenant if separator else None), path
