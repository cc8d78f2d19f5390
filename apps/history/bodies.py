"""How the body of a version is kept: JSON, compressed, encrypted, bound to its place.

A stored body is 1 byte of format, 2 of dictionary number (big-endian, 0 for none), 12 of nonce,
then AES-256-GCM ciphertext and tag of a zstd frame. The associated data are the tenant, the kind,
the object's id, the position and the first three bytes: a body moved to another row does not open.

The nonce is random, 96 bits: one tenant's data key may seal 2**32 bodies before the chance of a
repeat passes 2**-33 (NIST SP 800-38D, section 8.3); a tenant of a million users whose every user
changes each day needs eleven years for that.
"""

import os
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
import zstandard
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from apps.core.errors import HoldfastError

LEVEL = 3
DICTIONARY_SIZE = 32 * 1024
# The length of the segments that training picks from. Measured on users of 2,390 bytes, level 3:
# 1,000 gives 175 bytes and 4.2 microseconds each, 200 gives 203 and 7.2.
_SEGMENT_SIZE = 1000
_DMER_SIZE = 8

_FORMAT = 1
_HEADER = struct.Struct(">BH")
_NONCE_SIZE = 12
_BODY_START = _HEADER.size + _NONCE_SIZE
_LARGEST_BODY = 64 * 1024 * 1024


class DamagedBody(HoldfastError):
    """A stored body cannot be read: it was changed, moved, or its key or dictionary is gone."""

    default_code = "damaged-body"


@dataclass(frozen=True, slots=True)
class Place:
    """What a body is bound to, and what names it in an error."""

    kind: str
    object_id: str
    seq: int


def train(samples: Sequence[bytes]) -> bytes:
    """A zstd dictionary for JSON bodies like these; some 30 milliseconds for 1,000 of them.

    b"" when the samples are too few or too short to learn from.
    """
    try:
        trained = zstandard.train_dictionary(
            DICTIONARY_SIZE, [*samples], k=_SEGMENT_SIZE, d=_DMER_SIZE, level=LEVEL
        )
    except zstandard.ZstdError:
        return b""
    return trained.as_bytes()


def to_json(body: Mapping[str, Any]) -> bytes:
    """The JSON that is kept. Keys sorted, so that like bodies compress alike."""
    return orjson.dumps(body, option=orjson.OPT_SORT_KEYS)


class BodySealer:
    """Seals bodies of one kind of one tenant at one position."""

    def __init__(
        self, key: bytes, tenant_id: UUID, kind: str, seq: int, *, number: int, dictionary: bytes
    ) -> None:
        """number and dictionary: the compression dictionary to use; 0 and b"" for none."""
        self._cipher = AESGCM(key)
        self._header = _HEADER.pack(_FORMAT, number)
        self._bound = _Bound(tenant_id, self._header)
        self._kind, self._seq = kind, seq
        self._compressor = _compressor(dictionary)

    def seal(self, object_id: str, json: bytes) -> bytes:
        """The stored form of a body given as JSON."""
        nonce = os.urandom(_NONCE_SIZE)
        aad = self._bound.to(self._kind, object_id, self._seq)
        return (
            self._header + nonce + self._cipher.encrypt(nonce, self._compressor.compress(json), aad)
        )


class BodyOpener:
    """Opens bodies of one tenant. dictionaries: by kind and number."""

    def __init__(
        self, key: bytes, tenant_id: UUID, dictionaries: Mapping[tuple[str, int], bytes]
    ) -> None:
        self._cipher = AESGCM(key)
        self._tenant_id = tenant_id
        self._dictionaries = dictionaries
        self._decompressors: dict[tuple[str, int], zstandard.ZstdDecompressor] = {}
        self._bounds: dict[bytes, _Bound] = {}

    def open(self, place: Place, stored: bytes) -> dict[str, Any]:
        """The body; DamagedBody when it is not the one that was stored at this place."""
        body = orjson.loads(self.open_json(place, stored))
        if not isinstance(body, dict):
            raise _damaged(place)
        return body

    def open_json(self, place: Place, stored: bytes) -> bytes:
        """The body as JSON; DamagedBody when it is not the one that was stored at this place."""
        header = stored[: _HEADER.size]
        if len(stored) < _BODY_START or header[0] != _FORMAT:
            raise _damaged(place)
        aad = self._bound(header).to(place.kind, place.object_id, place.seq)
        try:
            frame = self._cipher.decrypt(
                stored[_HEADER.size : _BODY_START], stored[_BODY_START:], aad
            )
        except InvalidTag:
            raise _damaged(place) from None
        number = _HEADER.unpack(header)[1]
        try:
            return self._decompressor(place, number).decompress(frame, _LARGEST_BODY)
        except zstandard.ZstdError:
            raise _damaged(place) from None

    def _bound(self, header: bytes) -> "_Bound":
        bound = self._bounds.get(header)
        if bound is None:
            bound = self._bounds[header] = _Bound(self._tenant_id, header)
        return bound

    def _decompressor(self, place: Place, number: int) -> zstandard.ZstdDecompressor:
        found = self._decompressors.get((place.kind, number))
        if found is None:
            if number and (place.kind, number) not in self._dictionaries:
                raise _damaged(place)
            found = _decompressor(self._dictionaries.get((place.kind, number), b""))
            self._decompressors[place.kind, number] = found
        return found


def dictionary_of(stored: bytes) -> int:
    """The number of the dictionary that a stored body names, 0 for none."""
    return int(_HEADER.unpack_from(stored)[1]) if len(stored) >= _HEADER.size else 0


class _Bound:
    """Makes associated data. Every part ends where the next begins: ids hold no NUL."""

    def __init__(self, tenant_id: UUID, header: bytes) -> None:
        self._start = b"holdfast:body:" + tenant_id.bytes + header

    def to(self, kind: str, object_id: str, seq: int) -> bytes:
        return self._start + f"{kind}\0{object_id}\0{seq}".encode()


def _compressor(dictionary: bytes) -> zstandard.ZstdCompressor:
    loaded = None
    if dictionary:
        loaded = zstandard.ZstdCompressionDict(dictionary)
        loaded.precompute_compress(level=LEVEL)
    # The cipher already checks the content, and the header already names the dictionary.
    return zstandard.ZstdCompressor(
        level=LEVEL, dict_data=loaded, write_checksum=False, write_dict_id=False
    )


def _decompressor(dictionary: bytes) -> zstandard.ZstdDecompressor:
    if not dictionary:
        return zstandard.ZstdDecompressor()
    return zstandard.ZstdDecompressor(dict_data=zstandard.ZstdCompressionDict(dictionary))


def _damaged(place: Place) -> DamagedBody:
    return DamagedBody(
        f"The stored body of {place.kind} {place.object_id} at {place.seq} cannot be read.",
        safe="Other versions and other objects are not affected.",
        todo="Run a verification of the tenant's history to see how far the damage goes.",
    )
