"""Where a store that an MSP named may be: on the internet, not in this house."""

from urllib.parse import parse_qs, urlsplit

from django.conf import settings

from apps.core.errors import Invalid
from apps.notify.pushing.addresses import Place, resolve
from apps.notify.pushing.errors import PushFailed

_PORTS = {"https": 443, "http": 80}


def refuse_inside(address: str) -> None:
    """Raise Invalid for an endpoint in an internal network, one that nobody knows, and one without
    encryption. Amazon's and Azure's own endpoints follow from what is checked elsewhere.

    Whatever the settings let notifications reach may be reached here too.
    """
    endpoint = parse_qs(urlsplit(address.strip()).query).get("endpoint", [""])[0]
    if not endpoint:
        return
    try:
        parts = urlsplit(endpoint)
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        raise _refused("Its endpoint is no address.") from None
    if not port or not parts.hostname or parts.username or parts.password:
        raise _refused("Its endpoint is no address.")
    if parts.scheme == "http" and not settings.HOLDFAST_PUSH_INTERNAL:
        raise _refused("Its endpoint has to begin with https://.")
    try:
        resolve(Place(parts.scheme, parts.hostname, port))
    except PushFailed as failure:
        raise _refused(failure.message) from None


def _refused(why: str) -> Invalid:
    return Invalid(
        f"This store cannot be taken. {why}",
        code="offsite-address",
        safe="Nothing is sent there.",
        todo="Name a store on the internet by its https endpoint.",
    )
