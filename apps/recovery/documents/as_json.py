"""A document as JSON: written row by row, signed by the time the last one is out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from apps.core import canonical
from apps.recovery.documents.contents import Contents
from apps.recovery.documents.signing import signature_of

_CHUNK = 65_536


def written(contents: Contents) -> Iterator[bytes]:
    """The file in parts: {"document": {"heading", "steps" or "results"}, "signature"}.

    Memory is bounded by a page of rows. Raises KeyProblem.
    """
    digest = hashlib.sha256()
    gathered = bytearray(b'{"document":')
    for part in _document(contents):
        digest.update(part)
        gathered += part
        if len(gathered) >= _CHUNK:
            yield bytes(gathered)
            gathered.clear()
    signature = canonical.dumps(signature_of(digest.digest()))
    yield bytes(gathered) + b',"signature":' + signature + b"}\n"


def digest_of(contents: Contents) -> bytes:
    """The SHA-256 of the document that written() would write."""
    digest = hashlib.sha256()
    for part in _document(contents):
        digest.update(part)
    return digest.digest()


def _document(contents: Contents) -> Iterator[bytes]:
    """The canonical bytes of the document; "heading" sorts before the name of the rows."""
    yield b'{"heading":' + canonical.dumps(contents.heading)
    yield b',"' + contents.rows_name.encode() + b'":['
    for number, row in enumerate(contents.rows()):
        yield (b"," if number else b"") + canonical.dumps(row)
    yield b"]}"
