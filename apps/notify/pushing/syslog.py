"""Records as syslog messages (RFC 5424) over UDP (RFC 5426), TCP (RFC 6587) and TLS (RFC 5425)."""

import json
import socket
import ssl
from collections.abc import Sequence
from contextlib import closing, suppress
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from apps.audit.choices import Severity
from apps.notify.pushing.addresses import SECONDS, Place
from apps.notify.pushing.errors import PushFailed
from apps.notify.pushing.tls import tls_context

# "log audit": https://www.rfc-editor.org/rfc/rfc5424#section-6.2.1
FACILITY = 13
# The number of an enterprise that RFC 5612 keeps free for uses like this one.
SD_ID = "holdfast@32473"
# What every receiver of datagrams must be able to take is 480 bytes, and what most take is this.
LONGEST_DATAGRAM = 8000
# How long a receiver may take to hang up after the last byte.
_GOODBYE = 3.0
_LONG = ("before", "after", "data")


def message(record: dict[str, Any], *, longest: int = 0) -> bytes:
    """One record as one message; its text is the record as JSON, in ASCII.

    longest: where more bytes than that are lost, values give way and `"shortened": true` says so.
    """
    priority = FACILITY * 8 + Severity[record["severity"].upper()]
    host = urlsplit(settings.HOLDFAST_BASE_URL).hostname or "-"
    at = record["at"].replace("+00:00", "Z")
    event = _ascii(record["event"])[:32] or "-"
    head = f"<{priority}>1 {at} {_ascii(host)[:255]} holdfast - {event} {_structured(record)} "
    said = head.encode() + json.dumps(record).encode()
    if longest and len(said) > longest:
        short = {name: value for name, value in record.items() if name not in _LONG}
        short["text"] = str(short["text"])[:1000]
        short["subject"] = str(short["subject"])[:500]
        short["reason"] = str(short["reason"])[:500]
        said = head.encode() + json.dumps(short | {"shortened": True}).encode()
    return said


def send(place: Place, network_address: str, records: Sequence[dict[str, Any]]) -> None:
    """Send records in order. Raises PushFailed.

    Syslog has no receipt. Over TCP and TLS it is sure that the receiver's system took every byte;
    over UDP nothing is.
    """
    try:
        if place.scheme == "syslog+udp":
            _datagrams(place, network_address, records)
        else:
            _stream(place, network_address, records)
    except ssl.SSLError:
        raise PushFailed("The receiver's certificate is not valid.", code="push-tls") from None
    except OSError:
        raise PushFailed("The receiver did not take it.", code="push-no-answer") from None


def _datagrams(place: Place, network_address: str, records: Sequence[dict[str, Any]]) -> None:
    family = socket.AF_INET6 if ":" in network_address else socket.AF_INET
    with closing(socket.socket(family, socket.SOCK_DGRAM)) as sock:
        sock.settimeout(SECONDS)
        sock.connect((network_address, place.port))
        for record in records:
            sock.send(message(record, longest=LONGEST_DATAGRAM))


def _stream(place: Place, network_address: str, records: Sequence[dict[str, Any]]) -> None:
    said = b"".join(framed(message(record)) for record in records)
    sock = socket.create_connection((network_address, place.port), timeout=SECONDS)
    if place.scheme == "syslog+tls":
        sock = tls_context().wrap_socket(sock, server_hostname=place.host)
    with closing(sock):
        sock.sendall(said)
        sock.settimeout(_GOODBYE)
        _say_goodbye(sock)


def _say_goodbye(sock: socket.socket) -> None:
    """Wait until the receiver has read everything and hung up, if it does; a reset is an error."""
    with suppress(TimeoutError, ssl.SSLEOFError, ssl.SSLZeroReturnError):
        if isinstance(sock, ssl.SSLSocket):
            sock.unwrap()
            return
        sock.shutdown(socket.SHUT_WR)
        while sock.recv(1024):
            pass


def framed(said: bytes) -> bytes:
    """A message with its length before it (octet counting, RFC 6587 section 3.4.1)."""
    return str(len(said)).encode() + b" " + said


def _structured(record: dict[str, Any]) -> str:
    names = ("number", "tenant_id", "msp_id", "request_id", "digest")
    said = [f'{name}="{_escaped(str(record[name]))}"' for name in names if record.get(name)]
    return f"[{SD_ID} {' '.join(said)}]" if said else "-"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("]", "\\]")


def _ascii(text: str) -> str:
    return "".join(letter for letter in text if 33 <= ord(letter) <= 126)
