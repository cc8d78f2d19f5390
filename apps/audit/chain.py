"""How records are bound to each other.

First form: `digest` is a keyed digest (HMAC) over the record and the digest before it.
Second form: `digest` is a plain SHA-256 over the same, which anybody can recompute, and `mac` is
the installation's keyed digest of it, which nobody can make who can write to the database alone.
Checkpoints sign digests, so that the public key is enough to check what came before them.
"""

import hmac
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from apps.core import canonical, digests

FIRST_FORM = 1
SECOND_FORM = 2
NO_PREVIOUS = bytes(digests.SIZE)

_RECORD = b"holdfast:audit-record\0"
_MAC = b"holdfast:audit-mac\0"
_HEAD = b"holdfast:audit-head\0"


class Content(NamedTuple):
    """What a record says, without what binds it. The order of the fields is that of the columns."""

    number: int
    at: datetime
    event: str
    tenant_id: UUID | None
    msp_id: UUID | None
    actor_kind: str
    actor_user_id: UUID | None
    via: str
    request_id: str
    data: dict[str, Any]
    commitment: bytes
    previous: bytes
    form: int = SECOND_FORM


CONTENT_FIELDS = Content._fields


def digest_of(content: Content, key: bytes) -> bytes:
    """The record's digest, 32 bytes. The key is needed for the first form alone."""
    if content.form == FIRST_FORM:
        return hmac.digest(key, canonical.dumps(_said_first(content)), "sha256")
    said = [
        content.form,
        content.number,
        content.at.isoformat(timespec="microseconds"),
        content.event,
        str(content.tenant_id or ""),
        str(content.msp_id or ""),
        content.actor_kind,
        str(content.actor_user_id or ""),
        content.via,
        content.request_id,
        content.data,
        content.commitment.hex(),
        content.previous.hex(),
    ]
    return digests.sha256(_RECORD, canonical.dumps(said))


def _said_first(content: Content) -> dict[str, object]:
    # `via` came with the second form: where there is one, the record was changed.
    via = {"via": content.via} if content.via else {}
    return {
        "number": content.number,
        "at": content.at.isoformat(timespec="microseconds"),
        "event": content.event,
        "tenant": str(content.tenant_id or ""),
        "msp": str(content.msp_id or ""),
        "actor": [content.actor_kind, str(content.actor_user_id or ""), content.request_id],
        "data": content.data,
        "commitment": content.commitment.hex(),
        "previous": content.previous.hex(),
        **via,
    }


def mac_of(digest: bytes, key: bytes) -> bytes:
    """The installation's word for a record's digest."""
    return hmac.digest(key, _MAC + digest, "sha256")


def head_mac(number: int, digest: bytes, checkpoints: int, key: bytes) -> bytes:
    """The installation's word for where the chain ends."""
    said = [number, digest.hex(), checkpoints]
    return hmac.digest(key, _HEAD + canonical.dumps(said), "sha256")
