"""Signing the chain, so that the installation's public key is enough to check it.

A checkpoint says which record was the last at a moment, and with which digest. As every digest
covers the one before, the signature covers every record up to there. A copy of a checkpoint kept
elsewhere shows even that the whole database was put back to an older state.
"""

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from apps.audit import chain, keys
from apps.audit.appending import locked_head
from apps.audit.choices import KeyPurpose
from apps.audit.models import ChainHead, Checkpoint
from apps.core import canonical, clock
from apps.core.errors import Invalid
from apps.core.signing import is_signed

_PURPOSE = "audit-checkpoint"


@dataclass(frozen=True, slots=True)
class Statement:
    """What a checkpoint says, as it is kept outside the database too. at: ISO 8601, UTC."""

    id: int
    number: int
    digest: str
    at: str
    public_key: str
    signature: str

    def is_signed_by(self, public_key: bytes) -> bool:
        """Whether the holder of the key signed exactly this."""
        return is_signed(public_key, _PURPOSE, self._message(), bytes.fromhex(self.signature))

    def _message(self) -> bytes:
        return canonical.dumps([self.id, self.number, self.digest, self.at])


@transaction.atomic
def make_checkpoint() -> Checkpoint | None:
    """Sign the end of the chain; None when nothing was recorded since the last checkpoint."""
    head = locked_head()
    last = Checkpoint.objects.order_by("-id").first()
    if head.number == (last.number if last else 0):
        return None
    key = keys.current_key(KeyPurpose.SIGNING)
    row = Checkpoint(id=head.checkpoints + 1, number=head.number, at=clock.now(), key=key)
    row.digest = bytes(head.digest)
    unsigned = statement_of(row)
    row.signature = keys.signer(key).sign(_PURPOSE, unsigned._message())
    row.save(force_insert=True)
    mac = chain.head_mac(head.number, row.digest, row.id, keys.chain_key(head))
    ChainHead.objects.filter(pk=head.pk).update(checkpoints=row.id, mac=mac)
    return row


def statement_of(row: Checkpoint) -> Statement:
    """The checkpoint as it can be given away."""
    return Statement(
        id=row.id,
        number=row.number,
        digest=bytes(row.digest).hex(),
        at=row.at.isoformat(timespec="microseconds"),
        public_key=bytes(row.key.public or b"").hex(),
        signature=bytes(row.signature).hex(),
    )


def read_statement(said: Any) -> Statement:
    """A checkpoint that was kept elsewhere, from its JSON value. Raises Invalid."""
    try:
        read = Statement(**said)
        bytes.fromhex(read.signature + read.digest + read.public_key)
    except (TypeError, ValueError):
        raise Invalid("This is no checkpoint of an audit trail.", code="no-checkpoint") from None
    return read
