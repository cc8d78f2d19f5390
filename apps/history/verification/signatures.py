"""Checking signatures, each signing key opened once."""

from uuid import UUID

from apps.core.errors import HoldfastError
from apps.history.models import SigningKey
from apps.history.signing import Signer


class Signatures:
    """unusable: why a signing key cannot be used, by its id."""

    def __init__(self) -> None:
        self._signers: dict[UUID, Signer] = {}
        self.unusable: dict[UUID, str] = {}

    def can_check(self, key: SigningKey) -> bool:
        """Whether the key can be opened; `unusable` says why not."""
        if key.id not in self._signers and key.id not in self.unusable:
            try:
                self._signers[key.id] = Signer(key)
            except HoldfastError as error:
                self.unusable[key.id] = error.message
        return key.id in self._signers

    def has_signed(self, key: SigningKey, root: bytes, signature: bytes, purpose: str) -> bool:
        """Whether the key made the signature; only where can_check() is true."""
        return self._signers[key.id].has_signed(root, signature, purpose=purpose)
