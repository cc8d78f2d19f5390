"""Where one may send to. MSPs choose the addresses, so none may lead into the house.

A name is resolved once, every address that it stands for is looked at, and the connection goes to
one of exactly these: a name that means something else a moment later gains nothing.
"""

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

from apps.core.errors import Invalid
from apps.notify.pushing.errors import PushFailed

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# What each scheme is called in an address, with the port it has by itself.
# https://www.rfc-editor.org/rfc/rfc5425 (TLS), rfc5426 (UDP), rfc6587 (TCP)
PORTS = {"https": 443, "http": 80, "syslog+tls": 6514, "syslog+tcp": 601, "syslog+udp": 514}
# Addresses that carry an IPv4 address inside: https://www.rfc-editor.org/rfc/rfc6052
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Place:
    """A parsed address. host: as written, for TLS and the Host header."""

    scheme: str
    host: str
    port: int
    path: str = "/"

    @property
    def is_syslog(self) -> bool:
        return self.scheme.startswith("syslog")


def parse(address: str, *, trusted: bool = False) -> Place:
    """An address such as https://siem.example/in or syslog+tls://log.example. Raises Invalid.

    trusted: the operator named it, so it may also be http.
    """
    try:
        parts = urlsplit(address.strip())
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError:
        raise _no_address() from None
    if parts.scheme not in PORTS or not parts.hostname or parts.username or parts.password:
        raise _no_address()
    if parts.scheme == "http" and not (trusted or settings.HOLDFAST_PUSH_INTERNAL):
        raise Invalid(
            "The trail is not sent unencrypted.", code="push-plain", todo="Use an https address."
        )
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not address.isascii() or any(ord(letter) <= 32 for letter in address.strip()):
        raise _no_address()
    return Place(parts.scheme, parts.hostname, port, path)


def resolve(place: Place, *, trusted: bool = False) -> str:
    """The network address to connect to. trusted: the operator named it, so it may be anywhere.

    Raises PushFailed for a name that nobody knows, and for one that leads inside.
    """
    try:
        found = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise PushFailed("Nobody knows this name.", code="push-unknown-name") from None
    addresses = [ipaddress.ip_address(str(one[4][0]).partition("%")[0]) for one in found]
    if not trusted and not all(is_outside(address) for address in addresses):
        raise PushFailed(
            "This address leads into an internal network, where Holdfast does not send.",
            code="push-internal-address",
        )
    return str(addresses[0])


def is_outside(address: Address) -> bool:
    """Whether an address is on the public internet, or among those that the settings allow."""
    inner = _inside(address)
    if any(inner in ipaddress.ip_network(one) for one in settings.HOLDFAST_PUSH_INTERNAL):
        return True
    return inner.is_global and not inner.is_multicast


def _inside(address: Address) -> Address:
    """The IPv4 address that an IPv6 address carries, where it carries one."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    teredo = address.teredo[1] if address.teredo else None
    carried = address.ipv4_mapped or address.sixtofour or teredo
    if carried is None and address in _NAT64:
        carried = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return carried or address


def _no_address() -> Invalid:
    return Invalid(
        "This is no address that the trail can be sent to.",
        code="push-address",
        todo="Write https://host/path, syslog+tls://host, syslog+tcp://host or syslog+udp://host.",
    )
