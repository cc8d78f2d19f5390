"""How often a token, and an address, may ask. Counted in the database, for all processes together.

One statement a count, and none of two requests at once is lost: a cache that reads, adds and
writes would let a burst through.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from uuid import UUID

from django.conf import settings
from django.db import connection
from rest_framework.exceptions import Throttled

from apps.api.models import RequestCount
from apps.core import clock

WINDOW = timedelta(minutes=1)
# All that one holder of an IPv6 line can choose from counts as one.
IPV6_PREFIX = 64

_COUNT = """
insert into api_requestcount as known (key, "window", count) values (%(key)s, %(now)s, 1)
on conflict (key) do update set
    count = case when known."window" > %(over)s then known.count + 1 else 1 end,
    "window" = case when known."window" > %(over)s then known."window" else %(now)s end
returning count, "window"
"""


@dataclass(frozen=True, slots=True)
class Usage:
    """name: of what is counted by. limit: requests a window. remaining: of these. reset: seconds
    until the window is over."""

    name: str
    limit: int
    remaining: int
    reset: int

    def headers(self) -> dict[str, str]:
        """RateLimit and RateLimit-Policy are those of draft-ietf-httpapi-ratelimit-headers-10, the
        next three those of its draft 05; X-RateLimit-Reset is in seconds since 1970, as GitHub's.
        """
        limit, remaining, reset = str(self.limit), str(self.remaining), str(self.reset)
        return {
            "RateLimit": f'"{self.name}";r={remaining};t={reset}',
            "RateLimit-Policy": f'"{self.name}";q={limit};w={WINDOW.total_seconds():.0f}',
            "RateLimit-Limit": limit,
            "RateLimit-Remaining": remaining,
            "RateLimit-Reset": reset,
            "X-RateLimit-Limit": limit,
            "X-RateLimit-Remaining": remaining,
            "X-RateLimit-Reset": f"{clock.now().timestamp() + self.reset:.0f}",
        }


class TooMany(Throttled):
    """More requests than the limit. usage: for the headers."""

    def __init__(self, usage: Usage) -> None:
        super().__init__(usage.reset, f"At most {usage.limit} requests a minute are answered.")
        self.usage = usage


def spend_address(address: str) -> Usage:
    """Count a request from an address, before anything is believed of it. Raises TooMany."""
    return _spend(f"address:{_line(address)}", settings.HOLDFAST_API_REQUESTS_PER_ADDRESS)


def spend_token(token_id: UUID) -> Usage:
    """Count a request by a token. Raises TooMany."""
    return _spend(f"token:{token_id}", settings.HOLDFAST_API_REQUESTS_PER_TOKEN)


def forget_old() -> int:
    """Remove the counts of windows that are over; how many."""
    return RequestCount.objects.filter(window__lt=clock.now() - WINDOW).delete()[0]


def _spend(key: str, limit: int) -> Usage:
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"key": key, "now": now, "over": now - WINDOW})
        count, began = cursor.fetchone()
    usage = Usage(key.partition(":")[0], limit, max(0, limit - count), _seconds_left(began, now))
    if count > limit:
        raise TooMany(usage)
    return usage


def _seconds_left(began: datetime, now: datetime) -> int:
    return max(1, round((began + WINDOW - now).total_seconds()))


def _line(address: str) -> str:
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, IPv6Address) and found.ipv4_mapped is None:
        return str(ip_network((found, IPV6_PREFIX), strict=False))
    return str(getattr(found, "ipv4_mapped", None) or found)
