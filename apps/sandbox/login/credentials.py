"""An application's credentials as the directory holds them, and secrets checked against them."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding

from apps.sandbox.login.errors import LoginError
from apps.sandbox.login.keys import base64url
from apps.sandbox.state.records import Record


@dataclass(frozen=True, slots=True)
class Certificate:
    """A registered certificate: its public key and the names an assertion may call it by."""

    public_key: rsa.RSAPublicKey
    names: frozenset[str]


def certificates(*holders: Record) -> Iterator[tuple[Certificate, dict[str, Any]]]:
    """Registered certificates of an application and its service principal."""
    for holder in holders:
        for credential in holder.body.get("keyCredentials") or []:
            key = credential.get("key")
            if not key or credential.get("usage", "Verify") != "Verify":
                continue
            parsed = _certificate(key)
            if parsed is not None:
                yield parsed, credential


@lru_cache(maxsize=4096)
def _certificate(key: str) -> Certificate | None:
    """A certificate from the base64 of its DER form, or of its PEM form, as Graph takes both."""
    try:
        data = base64.b64decode(key)
        pem = data.startswith(b"-----BEGIN")
        parsed = (
            x509.load_pem_x509_certificate(data) if pem else x509.load_der_x509_certificate(data)
        )
    except ValueError:
        return None
    public_key = parsed.public_key()
    if not isinstance(public_key, rsa.RSAPublicKey):
        return None
    der = parsed.public_bytes(Encoding.DER)
    sha1 = hashlib.sha1(der, usedforsecurity=False).digest()
    sha256 = hashlib.sha256(der).digest()
    names = {base64url(sha256), base64url(sha1), sha1.hex().upper()}
    return Certificate(public_key, frozenset(names))


def check_secret(client_id: str, secret: str, now: dt.datetime, *holders: Record) -> None:
    """Compare with every registered secret.

    Raises:
        LoginError: 7000215 for a secret that is none of them, 7000222 for one that has expired.
    """
    expired = False
    for holder in holders:
        for credential in holder.body.get("passwordCredentials") or []:
            if hmac.compare_digest((credential.get("secretText") or "").encode(), secret.encode()):
                if is_current(credential, now):
                    return
                expired = True
    raise LoginError(7000222 if expired else 7000215, client_id=client_id)


def is_current(credential: dict[str, Any], now: dt.datetime) -> bool:
    """Whether `now` lies within the credential's dates."""
    begin, end = moment(credential.get("startDateTime")), moment(credential.get("endDateTime"))
    return (begin is None or begin <= now) and (end is None or now < end)


def moment(text: str | None) -> dt.datetime | None:
    """A Graph date and time; Graph writes up to seven decimals, which Python does not read."""
    if not text:
        return None
    whole, _, rest = text.rstrip("Z").partition(".")
    parsed = dt.datetime.fromisoformat(whole)
    if rest[:6].isdigit():
        parsed = parsed.replace(microsecond=int(rest[:6].ljust(6, "0")))
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=dt.UTC)
