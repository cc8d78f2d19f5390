"""How long each part of a drill took."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from apps.recovery.drills.choices import Phase


class Stopwatch:
    """Seconds by phase. told: is given each phase as it begins."""

    def __init__(self, told: Callable[[Phase], None], seconds: dict[str, float]) -> None:
        self.seconds = seconds
        self._told = told

    @contextmanager
    def phase(self, phase: Phase) -> Iterator[None]:
        """Time the block as this phase."""
        self._told(phase)
        began = time.monotonic()
        try:
            yield
        finally:
            self.seconds[str(phase)] = round(time.monotonic() - began, 3)

    @property
    def recovery(self) -> float:
        """From seeing the damage to having verified that it is mended."""
        return round(sum(self.seconds.get(str(one), 0.0) for one in Phase.of_recovery()), 3)
