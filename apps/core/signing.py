"""Ed25519 signatures, each bound to what it is for (RFC 8032)."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

SEED_SIZE = 32
PUBLIC_KEY_SIZE = 32


class Signer:
    """Signs with the private key that grows from a 32-byte seed."""

    def __init__(self, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)

    def sign(self, purpose: str, message: bytes) -> bytes:
        """64 bytes. purpose: keeps a signature from being presented for something else."""
        return self._key.sign(_bound(purpose, message))

    @property
    def public_key(self) -> bytes:
        """32 bytes, for those who check signatures elsewhere."""
        return self._key.public_key().public_bytes_raw()


def is_signed(public_key: bytes, purpose: str, message: bytes, signature: bytes) -> bool:
    """Whether the holder of the public key (32 bytes) signed the message for this purpose."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, _bound(purpose, message))
    except (InvalidSignature, ValueError):
        return False
    return True


def _bound(purpose: str, message: bytes) -> bytes:
    return b"holdfast:" + purpose.encode() + b"\0" + message
