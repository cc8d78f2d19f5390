"""How long Microsoft's recovery takes, by its own figures.

https://learn.microsoft.com/entra/backup/backup-difference-report-recovery-model
"""

from __future__ import annotations

import math
from datetime import timedelta

# Up to so many objects -> seconds until the data of a point is loaded; once for each point.
_LOADING = ((50_000, 3600), (300_000, 5400), (1_000_000, 7200))
_LOADING_MOST = 9000
_FOUND_PER_SECOND = 100_000 / (45 * 60)
# "Up to 30 hours" for 500,000 changes: 4.6 a second.
CHANGES_PER_SECOND = 500_000 / (30 * 3600)


# Between two looks at a job of Microsoft's, which takes an hour at the least.
LOOK_EVERY = timedelta(minutes=1)


def seconds_for(changes: int, objects: int, *, jobs: int = 1) -> int:
    """Of a recovery of so many objects and links, in a tenant with so many objects. Its data is
    loaded for the first of the jobs alone; the end of each is seen at the next look."""
    loading = next((seconds for most, seconds in _LOADING if objects <= most), _LOADING_MOST)
    waiting = (jobs - 1) * LOOK_EVERY.total_seconds()
    worked = changes / _FOUND_PER_SECOND + changes / CHANGES_PER_SECOND
    return math.ceil(loading + worked + waiting)
