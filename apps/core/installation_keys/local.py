"""A key that this process holds, from the environment or a file."""

import base64
import binascii
from dataclasses import dataclass, field

from apps.core import digests, sealing
from apps.core.installation_keys.base import KEY_ID_SIZE, KeyProblem


@dataclass(frozen=True, slots=True)
class LocalKey:
    """A 32-byte key. key_id is derived from it and says nothing of it."""

    key: bytes = field(repr=False)

    @classmethod
    def from_base64(cls, encoded: str) -> "LocalKey":
        """Raises KeyProblem for anything but 32 bytes in base64."""
        try:
            key = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if len(key) != sealing.KEY_SIZE:
            raise KeyProblem(
                "An installation key is not 32 bytes in base64.", todo="Fix HOLDFAST_KEYS."
            )
        return cls(key)

    @property
    def key_id(self) -> bytes:
        return digests.sha256(b"holdfast:key-id\0", self.key)[:KEY_ID_SIZE]

    def wrap(self, data_key: bytes, context: bytes) -> bytes:
        return sealing.seal(self.key, data_key, b"wrap:" + context)

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        return sealing.open_sealed(self.key, wrapped, b"wrap:" + context)
