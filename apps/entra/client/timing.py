"""Time as Graph counts it, so that a sandbox whose clock runs fast can be kept pace with."""

import threading
import time
from collections import deque
from typing import Protocol

from django.conf import settings


class TimeSource(Protocol):
    """Seconds that pass, and waiting for them. scale: how many pass in one second of the wire,
    in which `Retry-After` is given."""

    scale: float

    def now(self) -> float:
        """Seconds since some fixed moment."""

    def sleep(self, seconds: float) -> None:
        """Wait so many of these seconds."""


class GraphTime:
    """Graph's seconds. scale: how many of them pass in one of ours (1 outside the sandbox)."""

    def __init__(self, scale: float | None = None) -> None:
        chosen = scale or getattr(settings, "HOLDFAST_GRAPH_TIME_SCALE", 1.0) or 1.0
        self.scale = float(chosen)

    def now(self) -> float:
        """Seconds since some fixed moment."""
        return time.monotonic() * self.scale

    def sleep(self, seconds: float) -> None:
        """Wait so many of Graph's seconds."""
        if seconds > 0:
            time.sleep(seconds / self.scale)


class Window:
    """At most `amount` within any `seconds`: what was taken is remembered until it falls out."""

    def __init__(self, amount: float, seconds: float) -> None:
        self.amount = amount
        self.seconds = seconds
        self._taken: deque[tuple[float, float]] = deque()
        self._sum = 0.0

    def wait(self, cost: float, now: float) -> float:
        """Seconds until `cost` more fits; a cost above the amount fits when nothing is taken."""
        self._forget(now)
        excess = self._sum + min(cost, self.amount) - self.amount
        if excess <= 0:
            return 0.0
        for at, taken in self._taken:
            excess -= taken
            if excess <= 0:
                return max(0.0, at + self.seconds - now)
        return 0.0

    def take(self, cost: float, now: float) -> None:
        """Count `cost` as spent at this moment."""
        if cost > 0:
            self._taken.append((now, cost))
            self._sum += cost

    def landed(self, cost: float, taken_at: float, now: float) -> None:
        """Count from now what was taken at an earlier moment: by now it has arrived, and when it
        did nobody here knows."""
        for index in range(len(self._taken) - 1, -1, -1):
            if self._taken[index] == (taken_at, cost):
                del self._taken[index]
                self._taken.append((now, cost))
                return

    def _forget(self, now: float) -> None:
        while self._taken and self._taken[0][0] <= now - self.seconds:
            self._sum -= self._taken.popleft()[1]


class Pause:
    """A moment before which nothing is sent, moved by answers that ask for patience."""

    def __init__(self) -> None:
        self.until = 0.0
        self.lock = threading.Lock()

    def extend(self, until: float) -> None:
        """Send nothing before this moment; an earlier one than already set changes nothing."""
        with self.lock:
            self.until = max(self.until, until)
