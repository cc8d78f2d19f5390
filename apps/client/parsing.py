"""How commands are declared, and what people may write for numbers and moments."""

from __future__ import annotations

import re
from argparse import (
    ArgumentParser,
    ArgumentTypeError,
    Namespace,
    RawDescriptionHelpFormatter,
    _SubParsersAction,
)
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from apps.client.context import Context
from apps.client.errors import Exit

Command = Callable[[Context], Exit]

RISKS = ("low", "medium", "high")
_AGO = re.compile(r"(\d{1,5})([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_POSITIONS = re.compile(r"(\d{1,10})(?:-(\d{1,10}))?")
MOST_POSITIONS = 1000


@dataclass(frozen=True, slots=True)
class Commands:
    """Where commands are added to."""

    group: _SubParsersAction[ArgumentParser]
    common: ArgumentParser

    def add(
        self,
        name: str,
        words: str,
        command: Command,
        *,
        tenant: bool = True,
        waits: bool = False,
        lists: bool = False,
    ) -> ArgumentParser:
        """A command. words: what it does. tenant: it is about one. waits: it takes --timeout.
        lists: it takes --limit."""
        made = self.group.add_parser(
            name,
            help=words,
            description=words,
            parents=[self.common],
            formatter_class=RawDescriptionHelpFormatter,
        )
        made.set_defaults(command=command, timeout=0)
        if tenant:
            made.add_argument(
                "tenant", metavar="TENANT", help="id, Entra tenant id, domain or name"
            )
        if waits:
            made.add_argument(
                "--timeout",
                type=positive,
                default=0,
                metavar="SECONDS",
                help="wait so long at most",
            )
        if lists:
            made.add_argument(
                "--limit", type=positive, default=50, metavar="N", help="so many at most (50)"
            )
        return made

    def several(self, name: str, words: str) -> Commands:
        """A command whose next word says what of it."""
        made = self.group.add_parser(name, help=words, description=words)
        return Commands(made.add_subparsers(metavar="WHAT", required=True), self.common)


def positive(text: str) -> int:
    """A whole number from 1."""
    if not (text.isascii() and text.isdigit() and int(text[:10]) > 0):
        raise ArgumentTypeError("a whole number from 1 is needed")
    return int(text[:10])


def moment(text: str) -> str:
    """A point in time as ISO 8601 with its offset, from that or from "90m", "2h", "3d" ago.

    Without an offset it is the machine's own time.
    """
    if ago := _AGO.fullmatch(text):
        found = datetime.now(UTC) - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
    else:
        try:
            found = datetime.fromisoformat(text).astimezone()
        except (ValueError, OverflowError):
            raise ArgumentTypeError("write it as 2026-11-23T02:00, or as 90m, 2h, 3d ago") from None
    return found.isoformat()


def positions(text: str) -> list[int]:
    """ "1,3,5-9" as numbers."""
    found: list[int] = []
    for part in text.split(","):
        match = _POSITIONS.fullmatch(part.strip())
        if match is None:
            raise ArgumentTypeError("write positions as 1,3,5-9")
        first, last = int(match[1]), int(match[2] or match[1])
        if not 1 <= first <= last or last - first >= MOST_POSITIONS:
            raise ArgumentTypeError("write positions as 1,3,5-9")
        found += range(first, last + 1)
    return found


def snapshot_or_now(text: str) -> int | None:
    """A snapshot's number; None for "now"."""
    return None if text == "now" else positive(text)


def several_of(args: Namespace, *names: str) -> dict[str, list[str]]:
    """Filters that were given, for a query."""
    return {name: getattr(args, name) for name in names if getattr(args, name)}
