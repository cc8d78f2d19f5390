"""How records are bound to each other."""

import hmac
import os
from functools import lru_cache

from apps.audit.models import AuditRecord, ChainHead
from apps.core import canonical, digests, envelope, rotation

KEY_CONTEXT = b"audit-chain"
NO_PREVIOUS = bytes(digests.SIZE)


def new_head() -> ChainHead:
    """The head of an empty chain, with a fresh key."""
    wrapped = envelope.wrap(envelope.new_data_key(), KEY_CONTEXT)
    return ChainHead(number=0, digest=NO_PREVIOUS, wrapped_key=wrapped)


def key_of(head: ChainHead) -> bytes:
    """The key of the chain's digests. Raises KeyProblem."""
    # Every record needs it, and a key service would be asked each time.
    return _opened(bytes(head.wrapped_key))


@lru_cache(maxsize=4)
def _opened(wrapped: bytes) -> bytes:
    return envelope.unwrap(wrapped, KEY_CONTEXT)


def wrapped_keys() -> rotation.WrappedKeys:
    """Where the chain's key is kept."""
    return rotation.WrappedKeys(
        "key of the audit trail",
        "wrapped_key",
        lambda: ChainHead.objects.all(),
        lambda row: KEY_CONTEXT,
    )


def commit_to(content: dict[str, object]) -> tuple[bytes, bytes]:
    """A fresh salt and the digest that binds a record to its personal part."""
    salt = os.urandom(16)
    return salt, commitment(salt, content)


def commitment(salt: bytes, content: object) -> bytes:
    """The digest of a personal part. The salt keeps it from being guessed once it is erased."""
    return digests.sha256(b"holdfast:audit-personal\0", salt, canonical.dumps(content))


def digest_of(record: AuditRecord, key: bytes) -> bytes:
    """The keyed digest over everything the record says, the digest before it included."""
    said = {
        "number": record.number,
        "at": record.at.isoformat(timespec="microseconds"),
        "event": record.event,
        "tenant": str(record.tenant_id or ""),
        "msp": str(record.msp_id or ""),
        "actor": [record.actor_kind, str(record.actor_user_id or ""), record.request_id],
        "data": record.data,
        "commitment": bytes(record.commitment).hex(),
        "previous": bytes(record.previous).hex(),
    }
    return hmac.digest(key, canonical.dumps(said), "sha256")
