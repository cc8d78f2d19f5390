"""What travels between the HTTP server and the parts that answer: a request and a response."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, unquote

import orjson

JSON = "application/json; charset=utf-8"
HTML = "text/html; charset=utf-8"


@dataclass(slots=True)
class Request:
    """One HTTP request, read completely. Header names are in lower case."""

    method: str
    raw_path: str
    query_string: str
    headers: Mapping[str, str]
    body: bytes
    base_url: str
    started: float

    @property
    def path(self) -> str:
        """The path with percent-escapes resolved; a slash in a segment cannot be told apart."""
        return unquote(self.raw_path)

    @property
    def query(self) -> list[tuple[str, str]]:
        return parse_qsl(self.query_string, keep_blank_values=True)

    @property
    def parameters(self) -> dict[str, str]:
        """Query parameters by name; the last one wins."""
        return dict(self.query)

    @property
    def form(self) -> dict[str, str]:
        """Fields of an application/x-www-form-urlencoded body; the last one wins."""
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "").split(";")[0].strip().lower()

    def cookie(self, name: str) -> str | None:
        jar: SimpleCookie = SimpleCookie(self.headers.get("cookie", ""))
        return jar[name].value if name in jar else None


@dataclass(slots=True)
class Response:
    """One HTTP response. `promise` is a Content-Length other than the body's own (weather)."""

    status: int = 200
    body: bytes = b""
    content_type: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)
    promise: int | None = None
    drop: bool = False

    def raw_headers(self) -> Sequence[tuple[bytes, bytes]]:
        """Headers as ASGI wants them, with length and type."""
        raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in self.headers]
        if self.content_type:
            raw.append((b"content-type", self.content_type.encode()))
        if self.status not in {204, 304}:
            length = len(self.body) if self.promise is None else self.promise
            raw.append((b"content-length", str(length).encode()))
        return raw


def json_response(
    body: Any, status: int = 200, headers: Sequence[tuple[str, str]] = ()
) -> Response:
    """`body` as JSON."""
    return Response(status, orjson.dumps(body), JSON, list(headers))


def html_response(body: str, status: int = 200) -> Response:
    """A page; never cached, since forms carry state."""
    return Response(status, body.encode(), HTML, [("Cache-Control", "no-store")])


def redirect(location: str) -> Response:
    """302 to `location`, as Entra redirects."""
    return Response(302, b"", "", [("Location", location), ("Cache-Control", "no-store")])
