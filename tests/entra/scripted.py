"""An HTTP server that answers with exact bytes, for faults that a well-behaved one never has.

It signs in whoever asks; every other request takes the next answer of the script.
"""

import json
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

LOGIN = "https://login.sandbox.invalid"


@dataclass(frozen=True)
class Scripted:
    """One answer. cut: send only so many bytes of the body. drop: close without an answer."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int | None = None
    drop: bool = False

    def wire(self) -> bytes:
        content = b"" if self.body is None else json.dumps(self.body).encode()
        lines = [f"HTTP/1.1 {self.status} Scripted", f"Content-Length: {len(content)}"]
        lines += ["Content-Type: application/json", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        head = "\r\n".join(lines).encode() + b"\r\n\r\n"
        return head + (content if self.cut is None else content[: self.cut])


@dataclass
class Asked:
    """A request as it came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any


class Server:
    """The server; `script` is what it says next, `asked` what it was asked."""

    def __init__(self, listener: socket.socket) -> None:
        self.script: list[Scripted] = []
        self.asked: list[Asked] = []
        self.tokens = 0
        self._listener = listener
        host, port = listener.getsockname()[:2]
        self.url = f"http://{host}:{port}"

    def serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        asked = _read(connection)
        if asked is None:
            return
        answer = self._sign_in(asked)
        if answer is None:
            self.asked.append(asked)
            answer = self.script.pop(0) if self.script else Scripted(500)
        if not answer.drop:
            connection.sendall(answer.wire())

    def _sign_in(self, asked: Asked) -> Scripted | None:
        if asked.path.endswith("/.well-known/openid-configuration"):
            tenant = asked.path.split("/")[1]
            return Scripted(
                body={
                    "issuer": f"{LOGIN}/{tenant}/v2.0",
                    "authorization_endpoint": f"{LOGIN}/{tenant}/oauth2/v2.0/authorize",
                    "token_endpoint": f"{LOGIN}/{tenant}/oauth2/v2.0/token",
                }
            )
        if asked.path.endswith("/oauth2/v2.0/token"):
            self.tokens += 1
            return Scripted(
                body={
                    "access_token": f"token-{self.tokens}",
                    "token_type": "Bearer",
                    "expires_in": 3600,
                }
            )
        return None


def _read(connection: socket.socket) -> Asked | None:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            return None
        data += piece
    head, _, content = data.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    while len(content) < int(headers.get("content-length", "0")):
        content += connection.recv(65536)
    method, path, _ = first.split(" ")
    is_json = headers.get("content-type", "").startswith("application/json")
    return Asked(method, path, headers, json.loads(content) if is_json and content else None)


@contextmanager
def serving() -> Iterator[Server]:
    """A server on a free port, until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Server(listener)
        thread = threading.Thread(target=server.serve, daemon=True)
        thread.start()
        yield server
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(timeout=5)
