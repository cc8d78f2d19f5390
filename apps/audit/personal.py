"""What a record says about persons, sealed.

The record commits to the sealed bytes, so that the chain can be checked without opening anything
and stays whole when a part is erased or its key destroyed. Records of the first form committed to
what was sealed, with a salt.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from apps.audit import keys
from apps.audit.choices import KeyPurpose
from apps.audit.models import AuditKey, PersonalPart
from apps.core import canonical, digests, envelope

# What opening a part raises that was changed, or whose key is not the one it was sealed with.
UNREADABLE = (envelope.KeyProblem, KeyError, ValueError)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A personal part before it has a record. key_id: None under the tenant's data key."""

    sealed: bytes
    key_id: UUID | None

    @property
    def commitment(self) -> bytes:
        return commitment_to_sealed(self.sealed)


def seal(tenant_id: UUID | None, content: dict[str, Any]) -> Sealed:
    """Seal what is said about persons under the tenant's key, else under the trail's own.

    The trail's own key serves records without a tenant, and those about a tenant whose key was
    destroyed. Raises KeyProblem.
    """
    key = keys.tenant_key(tenant_id) if tenant_id else None
    plain = canonical.dumps(content)
    if key is not None:
        return Sealed(envelope.seal(key, plain, _aad(tenant_id)), None)
    own = keys.current_key(KeyPurpose.PERSONAL)
    return Sealed(envelope.seal(keys.opened(own), plain, _aad(tenant_id)), own.id)


class Part(NamedTuple):
    """A personal part as the database has it, without a model's weight."""

    salt: bytes
    sealed: bytes
    key_id: UUID | None


def open_part(
    tenant_id: UUID | None, part: PersonalPart | Part | None, own_keys: dict[UUID, AuditKey]
) -> dict[str, Any] | None:
    """What a part says; None when it was erased, or when the key that sealed it was destroyed.

    own_keys: the trail's keys by id (own_keys()). Raises KeyProblem.
    """
    if part is None:
        return None
    if part.key_id is not None:
        key: bytes | None = keys.opened(own_keys[part.key_id])
    else:
        key = keys.tenant_key(tenant_id) if tenant_id else None
    if key is None:
        return None
    content: dict[str, Any] = canonical.loads(
        envelope.open_sealed(key, bytes(part.sealed), _aad(tenant_id))
    )
    return content


def own_keys() -> dict[UUID, AuditKey]:
    """The keys of the trail's own that seal personal parts. One query."""
    return {row.id: row for row in AuditKey.objects.filter(purpose=KeyPurpose.PERSONAL)}


def commitment_to_sealed(sealed: bytes) -> bytes:
    """What a record of the second form keeps of its personal part."""
    return digests.sha256(b"holdfast:audit-sealed\0", sealed)


def commitment_to_content(salt: bytes, content: object) -> bytes:
    """What a record of the first form keeps. The salt keeps an erased part from being guessed."""
    return digests.sha256(b"holdfast:audit-personal\0", salt, canonical.dumps(content))


def _aad(tenant_id: UUID | None) -> bytes:
    return b"holdfast:audit-personal:" + str(tenant_id or "").encode()
