"""Checking signatures, each signing key opened once."""

from uuid import UUID

from apps.core.errors import HoldfastError
from apps.history.models import SigningKey
from apps.history.signing import Signer


class Signatures:
    """unusable: why a signing key cannot be used, by its id. What it signed is not doubted then."""

    def __init__(self) -> None:
        self._signers: dict[UUID, Signer] = {}
        self.unusable: dict[UUID, str] = {}

    def has_signed(self, key: SigningKey, root: bytes, signature: bytes, purpose: str) -> bool:
        """Whether the key made the signature; true as well where the key cannot be used."""
        signer = self._signer(key)
        return signer is None or signer.has_signed(root, signature, purpose=purpose)

    def _signer(self, key: SigningKey) -> Signer | None:
        if key.id not in self._signers and key.id not in self.unusable:
            try:
                self._signers[key.id] = Signer(key)
            except HoldfastError as error:
                self.unusable[key.id] = error.message
        return self._signers.get(key.id)
