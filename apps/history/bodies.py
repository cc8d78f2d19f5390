"""How the body of a version is kept: JSON, compressed, encrypted, bound to its place.

A stored body is 1 byte of format, 2 of dictionary number (big-endian, 0 for none), then
AES-256-GCM-SIV ciphertext and tag of a zstd frame without its magic number. The associated data
are the tenant, the kind, the object's id, the position and the first three bytes: a body moved to
another row does not open. Format 5 is the JSON without the property `id`, which is the object's id
and stands in the row; format 6 is the JSON as it is, for bodies without an id or with another one;
format 7 is format 5 without the names (see shapes.py), which the dictionary has. Formats 2, 3 and 4
are the same under AES-256-GCM, with 12 bytes of random nonce before the ciphertext: they are read
and no longer written.

A dictionary is the letters HFS4, 4 bytes for the length of what follows (big-endian), the JSON of a
shape, and a zstd dictionary. One that is a zstd dictionary alone was made before there were shapes;
no body of formats 4 and 7 needs it.

The nonce is not stored: it is the first 12 bytes of the SHA-256 of the associated data, so it says
nothing and each place has its own. A place may be sealed twice with different contents, when a
capture broke off and the next one has the same position, or when the database is put back to an
earlier day. Under GCM that would give both contents away; under GCM-SIV (RFC 8452) the key stream
follows from the content too, so that what shows is whether both contents are the same, and nothing
else (ADR 0113). The key is derived from the tenant's data key and serves for this alone.
"""

import hashlib
import struct
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import orjson
import zstandard
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESGCMSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from apps.core.errors import HoldfastError
from apps.history.shapes import ID, Shape

# Of users, in bytes and microseconds each: 65.1 and 2.0 at level 1, 64.1 and 2.3 at 3, 66.8 and 4.3
# at 5; higher ones save 2 bytes for five times the time.
LEVEL = 3
DICTIONARY_SIZE = 32 * 1024
# The length of the segments that training picks from. Measured on users of 2,390 bytes, level 3:
# 1,000 gives 175 bytes and 4.2 microseconds each, 200 gives 203 and 7.2.
_SEGMENT_SIZE = 1000
_DMER_SIZE = 8

_WITHOUT_ID, _AS_IT_IS, _SHAPED = 5, 6, 7
_FORMATS = (_WITHOUT_ID, _AS_IT_IS, _SHAPED)
# What was written under AES-GCM, and what it is otherwise.
_WITH_NONCE = {2: _WITHOUT_ID, 3: _AS_IT_IS, 4: _SHAPED}
_SHAPED_DICTIONARY = b"HFS4"
_KEY_USE = b"holdfast:body-key"
_LENGTH = struct.Struct(">I")
_HEADER = struct.Struct(">BH")
_NONCE_SIZE = 12
_CONTENT = _HEADER.size
_LARGEST_BODY = 64 * 1024 * 1024


class DamagedBody(HoldfastError):
    """A stored body cannot be read: it was changed, moved, or its key or dictionary is gone."""

    default_code = "damaged-body"


class Place(NamedTuple):
    """What a body is bound to, and what names it in an error."""

    kind: str
    object_id: str
    seq: int


def train(bodies: Sequence[Mapping[str, Any]]) -> bytes:
    """A dictionary for bodies like these; some 30 milliseconds for 1,000 of them.

    b"" when they are too few or too short to learn from.
    """
    shape = Shape.of(bodies)
    if not shape.names:
        return b""
    samples = [shape.written(body) for body in bodies]
    try:
        trained = zstandard.train_dictionary(
            DICTIONARY_SIZE, [*samples], k=_SEGMENT_SIZE, d=_DMER_SIZE, level=LEVEL
        )
    except zstandard.ZstdError:
        return b""
    said = orjson.dumps(shape.to_json())
    return _SHAPED_DICTIONARY + _LENGTH.pack(len(said)) + said + trained.as_bytes()


def _parts_of(dictionary: bytes) -> tuple[Shape | None, bytes]:
    """The shape that a dictionary gives, and what zstd takes of it."""
    if not dictionary.startswith(_SHAPED_DICTIONARY):
        return None, dictionary
    start = len(_SHAPED_DICTIONARY) + _LENGTH.size
    (length,) = _LENGTH.unpack_from(dictionary, len(_SHAPED_DICTIONARY))
    shape = Shape.from_json(orjson.loads(dictionary[start : start + length]))
    return shape, dictionary[start + length :]


class BodySealer:
    """Seals bodies of one kind of one tenant at one position."""

    def __init__(
        self, key: bytes, tenant_id: UUID, kind: str, seq: int, *, number: int, dictionary: bytes
    ) -> None:
        """number and dictionary: the compression dictionary to use; 0 and b"" for none."""
        self._cipher = _cipher(key)
        self._shape, compression = _parts_of(dictionary)
        headers = {form: _HEADER.pack(form, number) for form in _FORMATS}
        # What stands before the object's id in associated data, and what after it.
        self._headers = {
            form: (header, _before_id(tenant_id, header, kind)) for form, header in headers.items()
        }
        self._after_id = _after_id(seq)
        self._compressor = _compressor(compression)

    def seal(self, bodies: Sequence[tuple[str, Mapping[str, Any]]]) -> list[bytes]:
        """The stored forms of bodies, given with their objects' ids, in their order."""
        if not bodies:
            return []
        written = [self._written(object_id, body) for object_id, body in bodies]
        encrypt, headers, after = self._cipher.encrypt, self._headers, self._after_id
        # One call for all of them: every call here lets other threads in.
        frames = self._compressor.multi_compress_to_buffer([content for _, content in written])
        stored = []
        for number, ((object_id, _), (form, _)) in enumerate(zip(bodies, written, strict=True)):
            header, before = headers[form]
            aad = before + object_id.encode() + after
            stored.append(header + encrypt(_nonce(aad), frames[number].tobytes(), aad))
        return stored

    def _written(self, object_id: str, body: Mapping[str, Any]) -> tuple[int, bytes]:
        """A body as it will be kept, and the format that it has. Keys are sorted, so that like
        bodies compress alike."""
        if body.get(ID) != object_id:
            return _AS_IT_IS, orjson.dumps(body, option=orjson.OPT_SORT_KEYS)
        if self._shape is not None:
            return _SHAPED, self._shape.written(body)
        rest = {name: value for name, value in body.items() if name != ID}
        return _WITHOUT_ID, orjson.dumps(rest, option=orjson.OPT_SORT_KEYS)


class BodyOpener:
    """Opens bodies of one tenant. dictionaries: by kind and number."""

    def __init__(
        self, key: bytes, tenant_id: UUID, dictionaries: Mapping[tuple[str, int], bytes]
    ) -> None:
        self._cipher, self._older_cipher = _cipher(key), AESGCM(key)
        self._tenant_id = tenant_id
        self._dictionaries = dictionaries
        self._readers: dict[tuple[str, int], _Reader] = {}
        self._starts: dict[tuple[bytes, str], bytes] = {}

    def open(self, place: Place, stored: bytes) -> dict[str, Any]:
        """The body; DamagedBody when it is not the one that was stored at this place."""
        header = stored[:_CONTENT]
        if len(header) < _CONTENT:
            raise _damaged(place)
        form, number = _HEADER.unpack(header)
        meant = _WITH_NONCE.get(form, form)
        if meant not in _FORMATS:
            raise _damaged(place)
        aad = self._start(header, place.kind) + place.object_id.encode() + _after_id(place.seq)
        try:
            frame = self._opened(stored, aad, with_nonce=form != meant)
            body = self._reader(place, number).read(meant, frame)
        except (InvalidTag, zstandard.ZstdError, ValueError):
            raise _damaged(place) from None
        return body if meant == _AS_IT_IS else {ID: place.object_id, **body}

    def _opened(self, stored: bytes, aad: bytes, *, with_nonce: bool) -> bytes:
        """What was encrypted. Raises InvalidTag, ValueError."""
        if with_nonce:
            start = _CONTENT + _NONCE_SIZE
            return self._older_cipher.decrypt(stored[_CONTENT:start], stored[start:], aad)
        return self._cipher.decrypt(_nonce(aad), stored[_CONTENT:], aad)

    def _start(self, header: bytes, kind: str) -> bytes:
        start = self._starts.get((header, kind))
        if start is None:
            start = self._starts[header, kind] = _before_id(self._tenant_id, header, kind)
        return start

    def _reader(self, place: Place, number: int) -> "_Reader":
        found = self._readers.get((place.kind, number))
        if found is None:
            if number and (place.kind, number) not in self._dictionaries:
                raise _damaged(place)
            found = _Reader(self._dictionaries.get((place.kind, number), b""))
            self._readers[place.kind, number] = found
        return found


class _Reader:
    """Reads what one dictionary helped to write."""

    def __init__(self, dictionary: bytes) -> None:
        self._shape, compression = _parts_of(dictionary)
        self._decompressor = _decompressor(compression)

    def read(self, form: int, frame: bytes) -> dict[str, Any]:
        """The body, without its id where its format leaves it out. Raises ZstdError, ValueError."""
        content = self._decompressor.decompress(frame, _LARGEST_BODY)
        if form == _SHAPED:
            if self._shape is None:
                raise ValueError("the dictionary has no names")
            return self._shape.read(content)
        body = orjson.loads(content)
        if not isinstance(body, dict):
            raise ValueError("not an object")
        return body


def dictionary_of(stored: bytes) -> int:
    """The number of the dictionary that a stored body names, 0 for none."""
    return int(_HEADER.unpack_from(stored)[1]) if len(stored) >= _HEADER.size else 0


def _before_id(tenant_id: UUID, header: bytes, kind: str) -> bytes:
    """The associated data up to the object's id. Every part ends where the next begins: neither
    kinds nor ids hold a NUL."""
    return b"holdfast:body:" + tenant_id.bytes + header + kind.encode() + b"\0"


def _after_id(seq: int) -> bytes:
    return b"\0%d" % seq


def _cipher(key: bytes) -> AESGCMSIV:
    return AESGCMSIV(HKDFExpand(algorithm=SHA256(), length=len(key), info=_KEY_USE).derive(key))


def _nonce(aad: bytes) -> bytes:
    return hashlib.sha256(aad).digest()[:_NONCE_SIZE]


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
