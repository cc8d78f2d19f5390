"""One who listens: what he wants to hear, what waits for him, and when it is over."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from apps.api.streaming.events import Event, goodbye


@dataclass(eq=False)
class Listener:
    """job_id: this job alone. tenant_ids: those he may see, taken away as his rights are.

    What waits is the newest of each job, so a slow reader costs no more than its tenants have jobs.
    """

    token_id: UUID
    address: str
    tenant_ids: frozenset[UUID]
    chosen: frozenset[UUID] = frozenset()
    kinds: frozenset[str] = frozenset()
    job_id: UUID | None = None
    wake: Callable[[], Any] = lambda: None
    _waiting: dict[UUID, Event] = field(default_factory=dict)
    _told: dict[UUID, tuple[Any, ...]] = field(default_factory=dict)
    _over: str = ""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def offer(self, event: Event) -> None:
        """Tell of a job, if it is wanted and news."""
        if not self._wants(event):
            return
        with self._lock:
            if self._told.get(event.job_id) == event.sign:
                return
            self._told[event.job_id] = event.sign
            self._waiting.pop(event.job_id, None)
            self._waiting[event.job_id] = event
        self.wake()

    def end(self, code: str) -> None:
        """Have the stream end. code: why."""
        self._over = self._over or code
        self.wake()

    def take(self) -> tuple[list[bytes], bool]:
        """What is to be sent, and whether that is the end."""
        with self._lock:
            events = list(self._waiting.values())
            self._waiting.clear()
        parts = [event.content for event in events]
        if self._over:
            return [*parts, goodbye(self._over)], True
        return parts, self.job_id is not None and any(event.last for event in events)

    def _wants(self, event: Event) -> bool:
        if event.tenant_id not in self.tenant_ids:
            return False
        if self.job_id is not None:
            return event.job_id == self.job_id
        in_chosen = not self.chosen or event.tenant_id in self.chosen
        return in_chosen and (not self.kinds or event.kind in self.kinds)
