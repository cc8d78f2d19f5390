"""The one thread of a process that looks for everybody who listens there."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import DatabaseError, connection

from apps.access.roles import VIEW_BACKUPS
from apps.access.selectors import tenants_of
from apps.access.tokens import TokenActor, believed_before
from apps.api.streaming.events import Event, event_of, sign_of
from apps.api.streaming.listeners import Listener
from apps.core import clock
from apps.core.scope import person, tenant_scope
from apps.jobs.selectors import moved_since

logger = logging.getLogger(__name__)

# Seconds between two looks at the jobs, and looks between two looks at everybody's rights.
EVERY: Final = 1.0
RIGHTS_EVERY: Final = 5
# A transaction that began before and ends after a look writes what is older than the look.
OVERLAP: Final = timedelta(seconds=15)
MOST_AT_ONCE: Final = 1000


class Hub:
    """Begins to look when somebody listens and stops when nobody does."""

    def __init__(self) -> None:
        self._listeners: set[Listener] = set()
        self._lock = threading.Lock()
        self._running = False
        self._recent: dict[UUID, Event] = {}

    def __len__(self) -> int:
        return len(self._listeners)

    def of_token(self, token_id: UUID) -> int:
        """How many streams a token has here."""
        return sum(one.token_id == token_id for one in list(self._listeners))

    def add(self, listener: Listener, since: datetime) -> None:
        """Tell from now on, and what was seen since a moment."""
        with self._lock:
            self._listeners.add(listener)
            recent = [one for one in self._recent.values() if one.moved_at > since]
            if not self._running:
                self._running = True
                threading.Thread(target=self._look, name="events", daemon=True).start()
        for event in recent:
            listener.offer(event)

    def remove(self, listener: Listener) -> None:
        with self._lock:
            self._listeners.discard(listener)

    def look(self, since: datetime) -> datetime:
        """Tell everybody what moved; the moment from which to look next time."""
        listeners = list(self._listeners)
        told = since
        for job in moved_in(_union(one.tenant_ids for one in listeners), since - OVERLAP):
            told = job.moved_at if job.moved_at > told else told
            known = self._recent.get(job.pk)
            if known is None or known.sign != sign_of(job):
                event = event_of(job)
                self._recent[job.pk] = event
                for listener in listeners:
                    listener.offer(event)
        self._recent = {
            key: event for key, event in self._recent.items() if event.moved_at > told - 2 * OVERLAP
        }
        return told

    def look_at_rights(self) -> None:
        """End the streams of tokens that count no more, and take away what is not seen any more."""
        known: dict[tuple[UUID, str], frozenset[UUID] | None] = {}
        for listener in list(self._listeners):
            caller = (listener.token_id, listener.address)
            if caller not in known:
                known[caller] = _reached_still(*caller)
            reached = known[caller]
            listener.tenant_ids &= reached or frozenset()
            if reached is None:
                listener.end("token-invalid")
            elif not listener.tenant_ids:
                listener.end("no-tenants")

    def _look(self) -> None:
        since, looks, stop = clock.now(), 0, threading.Event()
        try:
            while self._goes_on():
                looks += 1
                try:
                    if looks % RIGHTS_EVERY == 0:
                        self.look_at_rights()
                    since = self.look(since)
                except DatabaseError as error:
                    # The next look catches up with what this one missed.
                    logger.warning("events: %s", type(error).__name__)
                    connection.close()
                stop.wait(EVERY)
        finally:
            connection.close()
            self._give_up()

    def _goes_on(self) -> bool:
        with self._lock:
            self._running = bool(self._listeners)
            if not self._running:
                self._recent.clear()
            return self._running

    def _give_up(self) -> None:
        """Nobody waits for a thread that is gone: whoever listens comes back to another one."""
        with self._lock:
            self._running = False
            for listener in self._listeners:
                listener.end("stream-broken")


def moved_in(tenant_ids: frozenset[UUID], since: datetime) -> Iterator[Any]:
    """The jobs of some tenants about which something was written since, oldest first."""
    while True:
        with tenant_scope(*tenant_ids):
            found: list[Any] = list(moved_since(since)[:MOST_AT_ONCE])
        yield from found
        if len(found) < MOST_AT_ONCE:
            return
        since = found[-1].moved_at


def reached_by(caller: TokenActor) -> frozenset[UUID]:
    """The tenants whose jobs a token may see."""
    with person(caller.user.pk):
        found = tenants_of(caller.user, VIEW_BACKUPS, limits=caller.limits)
        return frozenset(found.values_list("pk", flat=True))


def _reached_still(token_id: UUID, address: str) -> frozenset[UUID] | None:
    """None when the token counts no more. Two queries."""
    caller = believed_before(token_id, address)
    return reached_by(caller) if caller else None


def _union(parts: Iterable[frozenset[UUID]]) -> frozenset[UUID]:
    return frozenset().union(*parts)


HUB: Final = Hub()
