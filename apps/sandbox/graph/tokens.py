"""Page and delta tokens: opaque, bound to their query, and mortal.

The directory's page tokens look like ``RFNwdAoAAQ...``: base64 of bytes that begin with "DSpt".
"""

import base64
import hashlib
import json
import zlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from .errors import bad_request

_SKIP_MARK = b"DSpt\x0a\x00\x01\x00\x00"
PAGE_LIFE = timedelta(hours=1)
#: https://devblogs.microsoft.com/microsoft365dev/duration-of-change-tracking-tokens-for-identity-and-education-resources
DELTA_LIFE = timedelta(days=7)


def fingerprint(*parts: Any) -> str:
    """A short digest of what a token is bound to."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def skip_token(position: Sequence[int], bound_to: str, now: datetime) -> str:
    """A page token for a position in a query, good for an hour."""
    payload = [list(position), bound_to, round((now + PAGE_LIFE).timestamp())]
    packed = zlib.compress(json.dumps(payload, separators=(",", ":")).encode())
    return base64.urlsafe_b64encode(_SKIP_MARK + packed).decode().rstrip("=")


def read_skip_token(token: str, bound_to: str, now: datetime) -> list[int]:
    """The position. 400 if the token is malformed, of another query, or expired."""
    payload = _unpacked(token, _SKIP_MARK)
    if payload is None or payload[1] != bound_to:
        raise bad_request(
            "The specified page token value is invalid.", "Directory_InvalidPageToken"
        )
    if now.timestamp() > payload[2]:
        raise expired_page_token()
    return list(payload[0])


def expired_page_token() -> Exception:
    """The page token was good once."""
    return bad_request(
        "The specified page token value has expired and can no longer be included in your request.",
        "Directory_ExpiredPageToken",
    )


def pack(payload: dict[str, Any]) -> str:
    """Any payload as an opaque token."""
    packed = zlib.compress(json.dumps(payload, separators=(",", ":")).encode(), 9)
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def unpack(token: str) -> dict[str, Any] | None:
    """The payload, or None if the token is not one of ours."""
    found = _unpacked(token, b"")
    return found if isinstance(found, dict) else None


def _unpacked(token: str, mark: bytes) -> Any:
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        if not raw.startswith(mark):
            return None
        return json.loads(zlib.decompress(raw.removeprefix(mark)))
    except (ValueError, zlib.error):
        return None
