"""How fast writes went, beside what Graph allows an application in a tenant.

3,000 writes in any 150 seconds: https://learn.microsoft.com/graph/throttling-limits. That is 20 a
second in the long run, but the first 3,000 may come at once. A short run is therefore faster than
20 a second and never meets the limit; a long one is bound by it, and only there a share says
something: of the whole windows in which there was still work to do, how much was used.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WRITES = 3_000
WINDOW_SECONDS = 150.0
PER_SECOND = WRITES / WINDOW_SECONDS


@dataclass(frozen=True)
class Pace:
    """seconds: from the first write to the last, as Graph counts them. share: see `pace_of`."""

    writes: int
    seconds: float
    per_second: float
    share: float
    windows: int


def pace_of(writes: Sequence[float], *, scale: float = 1.0, apps: int = 1) -> Pace:
    """Judge the moments of writes, oldest first, in real seconds.

    scale: how many of Graph's seconds pass in one of them. apps: writer applications, each with an
    allowance of its own. Where there is at least one whole
    window before the last write, share is the part of the writes allowed in whole windows that was
    used; else it is the rate beside 20 a second, which a short run may exceed.
    """
    if len(writes) < 2:
        return Pace(len(writes), 0.0, 0.0, 0.0, 0)
    moments = [(moment - writes[0]) * scale for moment in writes]
    seconds = moments[-1]
    per_second = len(writes) / seconds if seconds else 0.0
    windows = int(seconds // WINDOW_SECONDS)
    if windows:
        used = sum(moment < windows * WINDOW_SECONDS for moment in moments)
        share = used / (windows * WRITES * apps)
    else:
        share = per_second / (PER_SECOND * apps)
    return Pace(len(writes), seconds, per_second, share, windows)
