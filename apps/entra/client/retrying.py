"""When a request is sent again, and after how long.

https://learn.microsoft.com/graph/throttling and https://learn.microsoft.com/graph/errors
"""

import random
from collections.abc import Mapping
from typing import Any

from apps.entra import refusals
from apps.entra.client.responses import BatchItem

MAX_TRIES = 8
FIRST_WAIT = 1.0
LONGEST_WAIT = 60.0
# Graph says that it did not do the work.
NOT_DONE = frozenset({429, 503, 509})
# It may or may not have done the work.
PERHAPS_DONE = frozenset({500, 502, 504})
_CONCURRENCY = "Directory_ConcurrencyViolation"
_CONCURRENCY_WAIT = 5.0
_DICE = random.Random()  # noqa: S311 - spreads waits, keeps no secret


def patience(
    status: int,
    headers: Mapping[str, str],
    body: Mapping[str, Any],
    attempt: int,
    item: BatchItem,
    scale: float = 1.0,
) -> float | None:
    """Seconds to wait before the request is sent again; None when the answer is final.

    scale: see TimeSource.

    Raises OutcomeUnknown for a request that Graph may have carried out and that must not be
    repeated.
    """
    if status in PERHAPS_DONE and not item.may_repeat:
        raise refusals.outcome_unknown()
    if attempt >= MAX_TRIES - 1:
        return None
    if status in PERHAPS_DONE | NOT_DONE:
        return number(headers.get("retry-after"), 0.0) * scale or back_off(attempt)
    error = body.get("error")
    if status == 409 and isinstance(error, Mapping) and error.get("code") == _CONCURRENCY:
        return _CONCURRENCY_WAIT + _DICE.random()
    return None


def back_off(attempt: int) -> float:
    """Seconds before the next try: doubling, with half of it left to chance."""
    longest = min(LONGEST_WAIT, FIRST_WAIT * 2.0**attempt)
    return longest / 2 + _DICE.random() * longest / 2


def number(text: str | None, default: float) -> float:
    """A header's number; the default for a header that is missing or holds none."""
    try:
        return float(text) if text else default
    except ValueError:
        return default
