"""The keys of the trail: of its macs, of its signatures, and of what it says about persons.

A tenant's data key seals what the tenant's records say about persons. Tenants are known one layer
up, so that layer gives the keys: register_tenant_keys().
"""

from collections.abc import Callable
from functools import lru_cache
from uuid import UUID

from apps.audit.choices import KeyPurpose
from apps.audit.models import AuditKey, ChainHead
from apps.core import envelope, rotation
from apps.core.identifiers import new_id
from apps.core.signing import Signer

CHAIN_CONTEXT = b"audit-chain"

# The 32-byte data key of a tenant; None when the tenant has none any more.
TenantKeys = Callable[[UUID], bytes | None]
_tenant_keys: list[TenantKeys] = []


def register_tenant_keys(give: TenantKeys) -> None:
    """Say where tenants' data keys come from. The last one that was registered counts."""
    _tenant_keys[:] = [give]


def tenant_key(tenant_id: UUID) -> bytes | None:
    """The tenant's data key; None when it was destroyed, or when nobody gives keys."""
    return _tenant_keys[0](tenant_id) if _tenant_keys else None


def chain_key(head: ChainHead) -> bytes:
    """The key of the chain's macs. Raises KeyProblem."""
    return _opened(bytes(head.wrapped_key), CHAIN_CONTEXT)


def current_key(purpose: KeyPurpose) -> AuditKey:
    """The key that is used for something from now on; the first call makes it."""
    row = AuditKey.objects.filter(purpose=purpose).order_by("-created_at", "-id").first()
    return row or _make(purpose)


def opened(row: AuditKey) -> bytes:
    """The key itself (32 bytes), for a signing key its seed. Raises KeyProblem."""
    return _opened(bytes(row.wrapped), _context(row))


def signer(row: AuditKey) -> Signer:
    """Signs with a signing key. Raises KeyProblem."""
    return Signer(opened(row))


def wrapped_keys() -> tuple[rotation.WrappedKeys, ...]:
    """Where the trail keeps wrapped keys."""
    return (
        rotation.WrappedKeys(
            "key of the audit trail",
            "wrapped_key",
            lambda: ChainHead.objects.all(),
            lambda row: CHAIN_CONTEXT,
        ),
        rotation.WrappedKeys(
            "keys that sign and seal the audit trail",
            "wrapped",
            lambda: AuditKey.objects.all(),
            _context,
        ),
    )


def _make(purpose: KeyPurpose) -> AuditKey:
    key = envelope.new_data_key()
    row = AuditKey(id=new_id(), purpose=purpose)
    row.wrapped = envelope.wrap(key, _context(row))
    if purpose == KeyPurpose.SIGNING:
        row.public = Signer(key).public_key
    row.save(force_insert=True)
    return row


def _context(row: AuditKey) -> bytes:
    return f"audit-{row.purpose}:{row.id}".encode()


@lru_cache(maxsize=16)
def _opened(wrapped: bytes, context: bytes) -> bytes:
    # Every record needs its keys, and a key service would be asked each time.
    return envelope.unwrap(wrapped, context)
