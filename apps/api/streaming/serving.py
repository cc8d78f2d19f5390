"""Streams under an ASGI server: opened by a few threads, sent by the event loop.

Django's own ASGI handler keeps a thread for each request until it has been answered, and with it a
connection to the database: for a stream, minutes.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from io import BytesIO
from typing import Any, Final

from django.core.handlers.asgi import ASGIRequest
from django.core.handlers.base import BaseHandler
from django.core.signals import request_finished, request_started
from django.http import HttpResponseBase
from django.urls import set_script_prefix

from apps.api.streaming.sending import EventStream

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

_STREAMS: Final = re.compile(r"/api/v1/(events|jobs/[0-9a-f-]{36}/events)")
_OPENING_AT_ONCE: Final = 4


class Streams:
    """An ASGI application: streams are its own, all else is another's."""

    def __init__(self, others: Application) -> None:
        self._others = others
        self._handler = BaseHandler()
        self._handler.load_middleware()
        self._threads = ThreadPoolExecutor(_OPENING_AT_ONCE, thread_name_prefix="opening")

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        is_stream = scope["type"] == "http" and _STREAMS.fullmatch(scope["path"])
        if not is_stream or scope["method"] != "GET":
            await self._others(scope, receive, send)
            return
        loop = asyncio.get_running_loop()
        response = await loop.run_in_executor(self._threads, self._open, scope)
        if not isinstance(response, EventStream):
            await _send_all(response, send)
            return
        sending = asyncio.create_task(_send_stream(response, send))
        leaving = asyncio.create_task(_gone(receive))
        _, late = await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
        for task in late:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    def _open(self, scope: Message) -> HttpResponseBase:
        """What the view answers, in a thread that keeps its connection to the database."""
        set_script_prefix(scope.get("root_path") or "/")
        request_started.send(sender=type(self), scope=scope)
        try:
            return self._handler.get_response(ASGIRequest(scope, BytesIO()))
        finally:
            request_finished.send(sender=type(self))


async def _send_stream(stream: EventStream, send: Send) -> None:
    await send(_start(stream))
    parts = stream.parts_without_a_thread()
    try:
        async for part in parts:
            await send({"type": "http.response.body", "body": part, "more_body": True})
    finally:
        await parts.aclose()  # type: ignore[attr-defined]
    await send({"type": "http.response.body", "body": b""})


async def _send_all(response: Any, send: Send) -> None:
    await send(_start(response))
    await send({"type": "http.response.body", "body": response.content})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _start(response: HttpResponseBase) -> Message:
    headers = [(name.lower().encode(), value.encode()) for name, value in response.items()]
    # No cookies: nothing of the API sets any.
    return {
        "type": "http.response.start",
        "status": response.status_code,
        "headers": headers,
    }
