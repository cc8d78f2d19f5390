"""The outer form of every file of a bundle: zstd inside AES-256-GCM, in frames (see
docs/bundle-format.md).

Each file has a key of its own, derived from the bundle's key, a random salt in its head and its
name: frames cannot be moved from file to file, left out, put in another order or cut off the end.
"""

import hashlib
import os
import struct
from collections.abc import Callable, Iterator

import zstandard
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from apps.history.offsite.errors import DamagedBundle

MAGIC = b"HOLDFAST"
FORMAT = 1
LEVEL = 3
FRAME_SIZE = 1024 * 1024
_SALT_SIZE = 32
_HEAD = struct.Struct(">8sB32s")
_LENGTH = struct.Struct(">I")
_LAST = 1 << 31
_TAG_SIZE = 16
_INFO = b"holdfast:offsite:file:1\0"


class SealedWriter:
    """Compresses and seals what is written, and hands it on in frames of a mebibyte.

    size, digest: of what was handed on so far: bytes, and SHA-256 once it is closed.
    """

    def __init__(self, key: bytes, name: str, hand_on: Callable[[bytes], object]) -> None:
        head = _HEAD.pack(MAGIC, FORMAT, os.urandom(_SALT_SIZE))
        self._frames = _Frames(key, name, head)
        self._compressor = zstandard.ZstdCompressor(level=LEVEL).compressobj()
        self._waiting = bytearray()
        self._hand_on = hand_on
        self._sha = hashlib.sha256()
        self.size = 0
        self._out(head)

    def write(self, data: bytes) -> None:
        self._waiting += self._compressor.compress(data)
        # One byte stays, so that the last frame is never an empty one by chance.
        while len(self._waiting) > FRAME_SIZE:
            self._frame(FRAME_SIZE, last=False)

    def close(self) -> None:
        """Write what is left; nothing may be written afterwards."""
        self._waiting += self._compressor.flush()
        while len(self._waiting) > FRAME_SIZE:
            self._frame(FRAME_SIZE, last=False)
        self._frame(len(self._waiting), last=True)

    @property
    def digest(self) -> bytes:
        return self._sha.digest()

    def _frame(self, size: int, *, last: bool) -> None:
        length = _LENGTH.pack(size | (_LAST if last else 0))
        self._out(length + self._frames.seal(bytes(self._waiting[:size]), length))
        del self._waiting[:size]

    def _out(self, data: bytes) -> None:
        self._sha.update(data)
        self.size += len(data)
        self._hand_on(data)


def open_sealed(key: bytes, name: str, portions: Iterator[bytes]) -> Iterator[bytes]:
    """What was written to the file, in portions. Raises DamagedBundle.

    What comes out before the error is what was written, but not all of it.
    """
    source = _Source(name, portions)
    head = source.take(_HEAD.size)
    magic, version, _ = _HEAD.unpack(head)
    if magic != MAGIC:
        raise DamagedBundle(name, "it is no file of a bundle")
    if version != FORMAT:
        raise DamagedBundle(name, f"its format {version} is not one that this version reads")
    frames = _Frames(key, name, head)
    decompressor = zstandard.ZstdDecompressor().decompressobj()
    last = False
    while not last:
        length = source.take(_LENGTH.size)
        (word,) = _LENGTH.unpack(length)
        last = bool(word & _LAST)
        size = word & ~_LAST
        if size > FRAME_SIZE:
            raise DamagedBundle(name, "a frame is longer than frames are")
        frame = frames.open(source.take(size + _TAG_SIZE), length)
        yield _decompressed(decompressor, name, frame)
    source.require_end()
    if not decompressor.eof:
        raise DamagedBundle(name, "what it holds is cut off")


class _Frames:
    """Seals or opens the frames of one file in their order."""

    def __init__(self, key: bytes, name: str, head: bytes) -> None:
        salt = head[-_SALT_SIZE:]
        info = _INFO + name.encode()
        derived = HKDF(algorithm=SHA256(), length=32, salt=salt, info=info).derive(key)
        self._cipher, self._head, self._name, self._number = AESGCM(derived), head, name, 0

    def seal(self, frame: bytes, length: bytes) -> bytes:
        return self._cipher.encrypt(self._nonce(), frame, self._head + length)

    def open(self, sealed: bytes, length: bytes) -> bytes:
        try:
            return self._cipher.decrypt(self._nonce(), sealed, self._head + length)
        except InvalidTag:
            raise DamagedBundle(self._name, "it was changed, or sealed under another key") from None

    def _nonce(self) -> bytes:
        """The frame's number: the key is used for this file alone."""
        self._number += 1
        return (self._number - 1).to_bytes(12, "big")


class _Source:
    """Portions as one stream from which exact numbers of bytes are taken."""

    def __init__(self, name: str, portions: Iterator[bytes]) -> None:
        self._name, self._portions, self._waiting = name, portions, bytearray()

    def take(self, size: int) -> bytes:
        while len(self._waiting) < size:
            portion = next(self._portions, None)
            if portion is None:
                raise DamagedBundle(self._name, "it is cut off")
            self._waiting += portion
        taken = bytes(self._waiting[:size])
        del self._waiting[:size]
        return taken

    def require_end(self) -> None:
        if self._waiting or any(self._portions):
            raise DamagedBundle(self._name, "something was added to its end")


def _decompressed(decompressor: "zstandard.ZstdDecompressionObj", name: str, frame: bytes) -> bytes:
    try:
        return decompressor.decompress(frame)
    except zstandard.ZstdError:
        raise DamagedBundle(name, "it is not compressed as it should be") from None
