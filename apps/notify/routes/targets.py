"""What a route keeps sealed: its addresses, and the keys that its webhooks are signed with."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from apps.core import canonical, clock, envelope, rotation
from apps.core.errors import Invalid
from apps.notify.choices import Channel
from apps.notify.models import NotificationRoute
from apps.notify.pushing.addresses import parse, resolve

MOST_ADDRESSES = 20
# How long what was signed with the key before is still signed with that one too.
OVERLAP = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Key:
    """A signing key. secret: hexadecimal. until: ISO 8601, "" for the newest."""

    id: str
    secret: str
    until: str = ""

    @property
    def is_valid(self) -> bool:
        return not self.until or datetime.fromisoformat(self.until) > clock.now()


@dataclass(frozen=True, slots=True)
class Target:
    """addresses: one URL, or e-mail addresses. keys: the newest first; of webhooks alone."""

    addresses: tuple[str, ...]
    keys: tuple[Key, ...] = ()


def new_key() -> Key:
    """A key that nobody has seen yet."""
    return Key(f"k-{secrets.token_hex(4)}", envelope.new_data_key().hex())


def rotated(keys: Sequence[Key]) -> tuple[Key, ...]:
    """A new key, and the one before it for some time more."""
    until = (clock.now() + OVERLAP).isoformat()
    return (new_key(), *(Key(one.id, one.secret, until) for one in keys[:1]))


def checked_addresses(channel: str, said: str) -> tuple[str, ...]:
    """The addresses that somebody typed. Raises Invalid, PushFailed for one not to be reached."""
    if channel == Channel.MAIL:
        return _mail_addresses(said)
    address = said.strip()
    if len(address) > 1000:
        raise _no_address()
    try:
        place = parse(address)
    except Invalid:
        raise _no_address() from None
    if place.is_syslog:
        raise _no_address()
    resolve(place)
    return (address,)


def shown(channel: str, addresses: Sequence[str]) -> str:
    """What people recognise a target by; the path of an address may be a secret of its own."""
    if channel == Channel.MAIL:
        count = len(addresses)
        return f"{count} address{'es' if count != 1 else ''}"
    return urlsplit(addresses[0]).hostname or ""


def seal(route: NotificationRoute, target: Target) -> None:
    """Put a target into the route, which the caller saves. Raises KeyProblem."""
    key = envelope.new_data_key()
    route.wrapped_key = envelope.wrap(key, context(route))
    route.sealed = envelope.seal(key, canonical.dumps(asdict(target)), context(route))


def unseal(route: NotificationRoute) -> Target:
    """The route's target. Raises KeyProblem."""
    key = envelope.unwrap(bytes(route.wrapped_key), context(route))
    said = canonical.loads(envelope.open_sealed(key, bytes(route.sealed), context(route)))
    return Target(tuple(said["addresses"]), tuple(Key(**one) for one in said["keys"]))


def context(route: NotificationRoute) -> bytes:
    """What the wrapped key is bound to."""
    return f"notification-route:{route.pk}".encode()


def wrapped_keys() -> rotation.WrappedKeys:
    """Where the keys are kept."""
    return rotation.WrappedKeys(
        "keys of notification routes", "wrapped_key", NotificationRoute.objects.all, context
    )


def _mail_addresses(said: str) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(said.replace(",", " ").replace(";", " ").split()))
    if not 0 < len(found) <= MOST_ADDRESSES:
        raise Invalid(
            f"Name at least one e-mail address and at most {MOST_ADDRESSES}.",
            code="route-addresses",
            todo="Write one a line.",
        )
    try:
        for one in found:
            validate_email(one)
    except ValidationError:
        raise Invalid("One of these is no e-mail address.", code="no-mail-address") from None
    return found


def _no_address() -> Invalid:
    todo = "Write https://host/path, as the receiver gave it to you."
    if settings.HOLDFAST_PUSH_INTERNAL:
        todo += " Plain http is for internal networks that the operator allowed."
    return Invalid(
        "This is no address that messages can be sent to.", code="route-address", todo=todo
    )
