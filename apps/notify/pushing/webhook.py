"""Records as signed HTTP requests."""

import hmac
import http.client
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import orjson

from apps.core import clock
from apps.notify.pushing.addresses import SECONDS, Place
from apps.notify.pushing.errors import PushFailed
from apps.notify.pushing.tls import tls_context

# Each piece of an answer may take SECONDS; all of it together may not take longer than this.
_LONGEST = 20.0


class _Connection(http.client.HTTPConnection):
    """Goes to an address that was looked at, whatever the name means by now; follows nothing."""

    def __init__(self, place: Place, network_address: str) -> None:
        super().__init__(place.host, place.port, timeout=SECONDS)
        self._network_address = network_address
        self._place = place

    def connect(self) -> None:
        sock: socket.socket = socket.create_connection(
            (self._network_address, self._place.port), timeout=SECONDS
        )
        if self._place.scheme == "https":
            sock = tls_context().wrap_socket(sock, server_hostname=self._place.host)
        self.sock = sock


@dataclass(frozen=True, slots=True)
class Answer:
    """status: of the answer. retry_after: seconds for which the receiver asks to be left alone."""

    status: int
    retry_after: int = 0


def send(
    place: Place, network_address: str, secret: bytes, records: Sequence[dict[str, Any]]
) -> None:
    """Send records in one request. Raises PushFailed for any answer but 2xx, redirects included.

    X-Holdfast-Signature is "v1=" and the hexadecimal HMAC-SHA-256, under the target's secret, of
    X-Holdfast-Timestamp (seconds since 1970), a full stop, and the body as it was sent.
    """
    body = orjson.dumps({"records": list(records)})
    timestamp = str(int(clock.now().timestamp()))
    answer = post(place, network_address, body, _headers(timestamp, secret, body))
    if not 200 <= answer.status < 300:
        words = f"The receiver answered with status {answer.status}."
        raise PushFailed(words, code=f"push-status-{answer.status}")


def post(place: Place, network_address: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Send a body to exactly this network address. Raises PushFailed when nobody answers."""
    connection = _Connection(place, network_address)
    try:
        with _not_for_ever(connection):
            connection.request("POST", place.path, body, dict(headers))
            # What the receiver has to say besides is of no interest.
            answer = connection.getresponse()
            wait = answer.getheader("Retry-After", "")
    except ssl.SSLError:
        raise PushFailed("The receiver's certificate is not valid.", code="push-tls") from None
    except (OSError, http.client.HTTPException):
        raise PushFailed("The receiver did not answer.", code="push-no-answer") from None
    finally:
        connection.close()
    return Answer(answer.status, int(wait) if wait.isascii() and wait.isdigit() else 0)


@contextmanager
def _not_for_ever(connection: _Connection) -> Iterator[None]:
    """Hang up on a receiver that lets its answer drip, so that it cannot keep a worker."""

    def hang_up() -> None:
        if connection.sock is not None:
            with suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(_LONGEST, hang_up)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def signature(secret: bytes, timestamp: str, body: bytes) -> str:
    """What X-Holdfast-Signature must be."""
    return "v1=" + hmac.digest(secret, timestamp.encode() + b"." + body, "sha256").hex()


def _headers(timestamp: str, secret: bytes, body: bytes) -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "User-Agent": "Holdfast",
        "X-Holdfast-Timestamp": timestamp,
        "X-Holdfast-Signature": signature(secret, timestamp, body),
    }
