"""What every request passes first."""

from collections.abc import Callable
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest, HttpResponse

GetResponse = Callable[[HttpRequest], HttpResponse]
Address = IPv4Address | IPv6Address


class ClientAddress:
    """Makes REMOTE_ADDR the client's address where a proxy of ours stands in between.

    A proxy appends the address it was called from to X-Forwarded-For; what stands left of the
    first entry that is not a proxy of ours (HOLDFAST_TRUSTED_PROXIES) was written by the client and
    says nothing. Rate limits, tokens' address ranges and the audit trail all build on this.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
        hops = [*forwarded.split(","), request.META.get("REMOTE_ADDR", "")]
        request.META["REMOTE_ADDR"] = _client_of(hops)
        return self.get_response(request)


class NotKept:
    """What was shown to a signed-in person is kept by no browser and no proxy."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response


def _client_of(hops: list[str]) -> str:
    """The last hop that is not a proxy of ours; "" when it is no address."""
    client = ""
    for hop in reversed(hops):
        address = _parsed(hop.strip())
        if address is None:
            # A proxy over a Unix socket has no address of its own.
            if hop is hops[-1] and not hop.strip() and settings.HOLDFAST_TRUSTED_PROXIES:
                continue
            return client
        client = str(address)
        if not _is_ours(address):
            return client
    return client


def _parsed(text: str) -> Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _is_ours(address: Address) -> bool:
    return any(
        address in network for network in _networks(tuple(settings.HOLDFAST_TRUSTED_PROXIES))
    )


@lru_cache(maxsize=4)
def _networks(texts: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(text) for text in texts)
