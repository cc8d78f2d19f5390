"""The time zones that this machine knows, looked up once: finding them reads hundreds of files."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones


@cache
def known_zones() -> frozenset[str]:
    """Their names, like "Europe/Zurich"."""
    return frozenset(available_timezones())
