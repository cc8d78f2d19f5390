"""The ASGI application: reads a request, has it answered without awaiting, sends the response."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Protocol

from apps.sandbox.server.messages import Request, Response, json_response

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

# Graph refuses request bodies above 4 MB; only uploads in sessions may be larger.
# https://learn.microsoft.com/graph/sdks/large-file-upload
BODY_LIMIT = 4 * 1024 * 1024


class Answerer(Protocol):
    """Whatever answers requests: the sandbox."""

    def answer(self, request: Request) -> Response: ...

    def delay(self, request: Request) -> float:
        """Seconds to wait before answering (slow weather)."""
        ...

    def close(self) -> None: ...


class Application:
    """The callable that uvicorn runs."""

    def __init__(self, sandbox: Answerer) -> None:
        self.sandbox = sandbox

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await send({"type": "lifespan.startup.complete"})
            else:
                self.sandbox.close()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _http(self, scope: Message, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        body = await _read_body(receive)
        if body is None:
            await _send(scope, receive, send, _too_large())
            return
        request = _request(scope, body, started)
        delay = self.sandbox.delay(request)
        if delay > 0:
            await asyncio.sleep(delay)
        response = self.sandbox.answer(request)
        await _send(scope, receive, send, response)


async def _read_body(receive: Receive) -> bytes | None:
    """The whole body, or None if it is longer than Graph takes."""
    message = await receive()
    body: bytes = message.get("body", b"")
    if not message.get("more_body"):
        return body
    parts, size = [body], len(body)
    while message.get("more_body"):
        message = await receive()
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > BODY_LIMIT:
            return None
    return b"".join(parts)


def _request(scope: Message, body: bytes, started: float) -> Request:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    scheme = headers.get("x-forwarded-proto", "http").split(",")[0].strip() or "http"
    server = scope.get("server") or ("127.0.0.1", 80)
    host = headers.get("host") or f"{server[0]}:{server[1]}"
    return Request(
        method=scope["method"],
        raw_path=scope["raw_path"].decode("latin-1"),
        query_string=scope["query_string"].decode("latin-1"),
        headers=headers,
        body=body,
        base_url=f"{scheme}://{host}",
        started=started,
    )


async def _send(scope: Message, receive: Receive, send: Send, response: Response) -> None:
    if response.drop:
        await _drop(scope, receive)
        return
    start = {"type": "http.response.start", "status": response.status}
    await send({**start, "headers": response.raw_headers()})
    body = b"" if scope["method"] == "HEAD" else response.body
    if response.promise is None:
        await send({"type": "http.response.body", "body": body})
        return
    await send({"type": "http.response.body", "body": body, "more_body": True})
    await _drop(scope, receive, gently=True)


async def _drop(scope: Message, receive: Receive, *, gently: bool = False) -> None:
    """Close the connection without (the rest of) an answer, and wait until it is closed."""
    transport = scope["extensions"]["sandbox.connection"]["transport"]
    if gently:
        transport.close()  # what was written is still sent
    else:
        transport.abort()
    while (await receive())["type"] != "http.disconnect":
        pass


def _too_large() -> Response:
    error = {"code": "RequestEntityTooLarge", "message": "The request body is larger than 4 MB."}
    return json_response({"error": error}, 413, [("Connection", "close")])
