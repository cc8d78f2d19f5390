"""What a key service has to offer."""

from typing import ClassVar, Protocol

from apps.core.errors import HoldfastError, Unavailable

KEY_ID_SIZE = 4


class KeyProblem(HoldfastError):
    """A key is missing or malformed, or does not open what it should."""

    default_code = "key-problem"


class KeyServiceUnavailable(Unavailable):
    """The key service does not answer at the moment."""

    default_code: ClassVar[str] = "key-service-unavailable"


class InstallationKey(Protocol):
    """One key that wraps data keys. The key itself need not be known to this process.

    key_id: 4 bytes that tell it from the other installation keys; safe to store.
    """

    @property
    def key_id(self) -> bytes: ...

    def wrap(self, data_key: bytes, context: bytes) -> bytes:
        """Encrypt a 32-byte data key, bound to `context`.

        Raises KeyProblem, KeyServiceUnavailable.
        """
        ...

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """The data key that wrap() was given with the same context.

        Raises KeyProblem for another key, another context or changed bytes, and
        KeyServiceUnavailable.
        """
        ...
