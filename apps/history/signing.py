"""The installation's signature under the roots of snapshots.

The private key is in the database, wrapped under the installation's key: whoever can write to the
database alone can neither sign nor put another key in its place.
"""

from uuid import UUID

from apps.core import envelope, rotation, signing
from apps.core.identifiers import new_id
from apps.history.models import SigningKey

ROOTS = "snapshot-root"
EXPORTS = "export-manifest"
PRUNINGS = "pruning"


class Signer:
    """Signs with one key and checks signatures that it made."""

    def __init__(self, row: SigningKey) -> None:
        self.row = row
        seed = envelope.unwrap(bytes(row.wrapped), _context(row.id))
        self._key = signing.Signer(seed)

    def sign(self, root: bytes, *, purpose: str = ROOTS) -> bytes:
        """64 bytes. purpose: EXPORTS for the manifest of an export, PRUNINGS for a pruning."""
        return self._key.sign(purpose, root)

    def has_signed(self, root: bytes, signature: bytes, *, purpose: str = ROOTS) -> bool:
        """Whether this key made the signature."""
        return signing.is_signed(self.public_key, purpose, root, signature)

    @property
    def public_key(self) -> bytes:
        """32 bytes, for those who check signatures elsewhere."""
        return self._key.public_key


def current_signer() -> Signer:
    """What new snapshots are signed with; the first call makes the key. Raises KeyProblem."""
    row = SigningKey.objects.order_by("-created_at").first()
    if row is None:
        key_id = new_id()
        wrapped = envelope.wrap(envelope.new_data_key(), _context(key_id))
        row = SigningKey.objects.create(id=key_id, wrapped=wrapped)
    return Signer(row)


def wrapped_keys() -> rotation.WrappedKeys:
    """Where the signing keys are kept."""
    return rotation.WrappedKeys(
        "keys that sign snapshots",
        "wrapped",
        lambda: SigningKey.objects.all(),
        lambda row: _context(row.id),
    )


def _context(key_id: UUID) -> bytes:
    return f"signing-key:{key_id}".encode()
