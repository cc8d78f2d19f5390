"""Sending what a listener hears, until its time is over: with a thread, or without one."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from typing import Any, Final

from django.http import StreamingHttpResponse

from apps.api.streaming.events import STILL_HERE, beginning
from apps.api.streaming.hub import HUB
from apps.api.streaming.listeners import Listener

MEDIA_TYPE: Final = "text/event-stream"
# Seconds without an event after which a sign of life is sent: less than proxies wait.
QUIET: Final = 15.0


class EventStream(StreamingHttpResponse):
    """A stream that begins when it is sent. seconds: how long it lasts at most."""

    def __init__(self, listener: Listener, since: datetime, seconds: int) -> None:
        self.listener, self.since, self.seconds = listener, since, seconds
        super().__init__(self.parts(), content_type=MEDIA_TYPE)
        # For nginx, whose buffers would hold events back.
        self["X-Accel-Buffering"] = "no"

    def parts(self) -> Iterator[bytes]:
        """The stream, for a server that has a thread for it."""
        news = threading.Event()
        self.listener.wake = news.set
        ends = time.monotonic() + self.seconds
        HUB.add(self.listener, self.since)
        try:
            yield beginning()
            while (left := ends - time.monotonic()) > 0:
                news.clear()
                parts, over = self.listener.take()
                yield from parts
                if over:
                    return
                if not news.wait(min(left, QUIET)) and left > QUIET:
                    yield STILL_HERE
        finally:
            HUB.remove(self.listener)

    async def parts_without_a_thread(self) -> AsyncIterator[bytes]:
        """The same, for an event loop."""
        news, loop = asyncio.Event(), asyncio.get_running_loop()
        self.listener.wake = lambda: _wake(loop, news)
        ends = time.monotonic() + self.seconds
        HUB.add(self.listener, self.since)
        try:
            yield beginning()
            while (left := ends - time.monotonic()) > 0:
                news.clear()
                parts, over = self.listener.take()
                for part in parts:
                    yield part
                if over:
                    return
                if not await _heard(news, min(left, QUIET)) and left > QUIET:
                    yield STILL_HERE
        finally:
            HUB.remove(self.listener)


def _wake(loop: asyncio.AbstractEventLoop, news: asyncio.Event) -> Any:
    if not loop.is_closed():
        loop.call_soon_threadsafe(news.set)


async def _heard(news: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            return await news.wait()
    except TimeoutError:
        return False
