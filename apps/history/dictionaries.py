"""The compression dictionaries of a tenant: sealed in rows, open in memory."""

from uuid import UUID

from apps.core import envelope
from apps.history.models import CompressionDictionary

NO_DICTIONARY = (0, b"")


def all_dictionaries(tenant_id: UUID, key: bytes) -> dict[tuple[str, int], bytes]:
    """A tenant's dictionaries by kind and number."""
    return {
        (row.kind, row.number): open_dictionary(row, key)
        for row in CompressionDictionary.objects.filter(tenant_id=tenant_id)
    }


def newest_dictionaries(tenant_id: UUID, key: bytes) -> dict[str, tuple[int, bytes]]:
    """The number and bytes of the dictionaries that new bodies use, by kind; none before training.

    One query for all kinds: most have none.
    """
    newest = (
        CompressionDictionary.objects.filter(tenant_id=tenant_id)
        .order_by("kind", "-number")
        .distinct("kind")
    )
    return {row.kind: (row.number, open_dictionary(row, key)) for row in newest}


def save_dictionary(tenant_id: UUID, kind: str, number: int, trained: bytes, key: bytes) -> None:
    """Keep a dictionary that bodies of this transaction need."""
    sealed = envelope.seal(key, trained, _aad(tenant_id, kind, number))
    CompressionDictionary.objects.create(
        tenant_id=tenant_id, kind=kind, number=number, dictionary=sealed
    )


def open_dictionary(row: CompressionDictionary, key: bytes) -> bytes:
    """The dictionary itself. Raises KeyProblem when it was changed or moved."""
    return envelope.open_sealed(
        key, bytes(row.dictionary), _aad(row.tenant_id, row.kind, row.number)
    )


def _aad(tenant_id: UUID, kind: str, number: int) -> bytes:
    return b"holdfast:dictionary:" + tenant_id.bytes + f"{kind}\0{number}".encode()
