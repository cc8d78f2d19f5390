"""How the body of a version is kept: JSON, compressed, encrypted, bound to its place.

A stored body is 1 byte of format, 2 of dictionary number (big-endian, 0 for none), 12 of nonce,
then AES-256-GCM ciphertext and tag of a zstd frame without its magic number. The associated data
are the tenant, the kind, the object's id, the position and the first three bytes: a body moved to
another row does not open. Format 2 leaves out the property `id`, which is the object's id and
stands in the row; format 3 is the JSON as it is, for bodies without an id or with another one.

The nonce is random, 96 bits: one tenant's data key may seal 2**32 bodies before the chance of a
repeat passes 2**-33 (NIST SP 800-38D, section 8.3); a tenant of a million users whose every user
changes each day needs eleven years for that.
"""

import os
import struct
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
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

_ID = "id"
_WITHOUT_ID, _AS_IT_IS = 2, 3
_HEADER = struct.Struct(">BH")
_NONCE_SIZE = 12
_BODY_START = _HEADER.size + _NONCE_SIZE
_LARGEST_BODY = 64 * 1024 * 1024


class DamagedBody(HoldfastError):
    """A stored body cannot be read: it was changed, moved, or its key or dictionary is gone."""

    default_code = "damaged-body"


class Place(NamedTuple):
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


class Encoded(NamedTuple):
    """The JSON that is kept of a body, and the object it is of. format: see above."""

    object_id: str
    format: int
    json: bytes


def encode(object_id: str, body: Mapping[str, Any]) -> Encoded:
    """A body as it will be kept. Keys sorted, so that like bodies compress alike."""
    if body.get(_ID) != object_id:
        return Encoded(object_id, _AS_IT_IS, orjson.dumps(body, option=orjson.OPT_SORT_KEYS))
    rest = dict(body)
    del rest[_ID]
    return Encoded(object_id, _WITHOUT_ID, orjson.dumps(rest, option=orjson.OPT_SORT_KEYS))


class BodySealer:
    """Seals bodies of one kind of one tenant at one position."""

    def __init__(
        self, key: bytes, tenant_id: UUID, kind: str, seq: int, *, number: int, dictionary: bytes
    ) -> None:
        """number and dictionary: the compression dictionary to use; 0 and b"" for none."""
        self._cipher = AESGCM(key)
        headers = {form: _HEADER.pack(form, number) for form in (_WITHOUT_ID, _AS_IT_IS)}
        # What stands before the object's id in associated data, and what after it.
        self._headers = {
            form: (header, _before_id(tenant_id, header, kind)) for form, header in headers.items()
        }
        self._after_id = _after_id(seq)
        self._compressor = _compressor(dictionary)

    def seal(self, bodies: Sequence[Encoded]) -> list[bytes]:
        """The stored forms of bodies, in their order."""
        if not bodies:
            return []
        encrypt, headers, after = self._cipher.encrypt, self._headers, self._after_id
        # One call each for all of them: every call here lets other threads in.
        nonces = os.urandom(_NONCE_SIZE * len(bodies))
        frames = self._compressor.multi_compress_to_buffer([body.json for body in bodies])
        stored = []
        for number, (object_id, form, _) in enumerate(bodies):
            header, before = headers[form]
            nonce = nonces[number * _NONCE_SIZE : (number + 1) * _NONCE_SIZE]
            aad = before + object_id.encode() + after
            stored.append(header + nonce + encrypt(nonce, frames[number].tobytes(), aad))
        return stored


class BodyOpener:
    """Opens bodies of one tenant. dictionaries: by kind and number."""

    def __init__(
        self, key: bytes, tenant_id: UUID, dictionaries: Mapping[tuple[str, int], bytes]
    ) -> None:
        self._cipher = AESGCM(key)
        self._tenant_id = tenant_id
        self._dictionaries = dictionaries
        self._decompressors: dict[tuple[str, int], zstandard.ZstdDecompressor] = {}
        self._starts: dict[tuple[bytes, str], bytes] = {}

    def open(self, place: Place, stored: bytes) -> dict[str, Any]:
        """The body; DamagedBody when it is not the one that was stored at this place."""
        body = orjson.loads(self.open_json(place, stored))
        if not isinstance(body, dict):
            raise _damaged(place)
        return body

    def open_json(self, place: Place, stored: bytes) -> bytes:
        """The body as JSON; DamagedBody when it is not the one that was stored at this place."""
        header = stored[: _HEADER.size]
        if len(stored) < _BODY_START or header[0] not in (_WITHOUT_ID, _AS_IT_IS):
            raise _damaged(place)
        aad = self._start(header, place.kind) + place.object_id.encode() + _after_id(place.seq)
        try:
            frame = self._cipher.decrypt(
                stored[_HEADER.size : _BODY_START], stored[_BODY_START:], aad
            )
        except InvalidTag:
            raise _damaged(place) from None
        form, number = _HEADER.unpack(header)
        try:
            json = self._decompressor(place, number).decompress(frame, _LARGEST_BODY)
        except zstandard.ZstdError:
            raise _damaged(place) from None
        return _with_id(place.object_id, json) if form == _WITHOUT_ID else json

    def _start(self, header: bytes, kind: str) -> bytes:
        start = self._starts.get((header, kind))
        if start is None:
            start = self._starts[header, kind] = _before_id(self._tenant_id, header, kind)
        return start

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


def _before_id(tenant_id: UUID, header: bytes, kind: str) -> bytes:
    """The associated data up to the object's id. Every part ends where the next begins: neither
    kinds nor ids hold a NUL."""
    return b"holdfast:body:" + tenant_id.bytes + header + kind.encode() + b"\0"


def _after_id(seq: int) -> bytes:
    return b"\0%d" % seq


def _with_id(object_id: str, json: bytes) -> bytes:
    """The JSON of an object with the id put back as its first property."""
    start = b'{"id":' + orjson.dumps(object_id)
    return start + (b"," if json != b"{}" else b"") + json[1:]


def _compressor(dictionary: bytes) -> zstandard.ZstdCompressor:
    # The cipher already checks the content, and the header already names the dictionary.
    parameters = zstandard.ZstdCompressionParameters.from_level(
        LEVEL,
        format=zstandard.FORMAT_ZSTD1_MAGICLESS,
        write_checksum=False,
        write_dict_id=False,
        write_content_size=True,
    )
    loaded = None
    if dictionary:
        loaded = zstandard.ZstdCompressionDict(dictionary)
        loaded.precompute_compress(compression_params=parameters)
    return zstandard.ZstdCompressor(dict_data=loaded, compression_params=parameters)


def _decompressor(dictionary: bytes) -> zstandard.ZstdDecompressor:
    loaded = zstandard.ZstdCompressionDict(dictionary) if dictionary else None
    return zstandard.ZstdDecompressor(dict_data=loaded, format=zstandard.FORMAT_ZSTD1_MAGICLESS)


def _damaged(place: Place) -> DamagedBody:
    return DamagedBody(
        f"The stored body of {place.kind} {place.object_id} at {place.seq} cannot be read.",
        safe="Other versions and other objects are not affected.",
        todo="Run a verification of the tenant's history to see how far the damage goes.",
    )
