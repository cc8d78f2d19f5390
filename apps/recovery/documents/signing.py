"""The signature under a document, and what it covers.

Ed25519 with the installation's key that signs the roots of the history, over the SHA-256 of the
canonical JSON of the document, so that a document of any size is signed while it streams by.
"""

from __future__ import annotations

import base64
import hashlib
from typing import Any, Final

from apps.core import canonical
from apps.core.errors import Invalid
from apps.core.signing import is_signed
from apps.history.models import SigningKey
from apps.history.signing import Signer, current_signer

PURPOSE: Final = "recovery-document"
ALGORITHM: Final = (
    f"Ed25519 over 'holdfast:{PURPOSE}', a zero byte and the SHA-256 of the document as canonical "
    "JSON (keys sorted by code point, no white space, UTF-8)"
)


def signature_of(digest: bytes) -> dict[str, str]:
    """What stands under a document with this SHA-256. Raises KeyProblem."""
    signer = current_signer()
    return {
        "algorithm": ALGORITHM,
        "digest": digest.hex(),
        "key": str(signer.row.pk),
        "public_key": base64.b64encode(signer.public_key).decode(),
        "signature": base64.b64encode(signer.sign(digest, purpose=PURPOSE)).decode(),
    }


def verify(file: Any) -> dict[str, Any]:
    """The heading of a document that this installation signed and nobody changed.

    file: the JSON value of the whole file. Raises Invalid, saying which of that it is not.
    """
    try:
        document = file["document"]
        heading: dict[str, Any] = document["heading"]
        digest = hashlib.sha256(canonical.dumps(document)).digest()
    except (KeyError, TypeError, ValueError):
        raise _not_signed() from None
    _check(file, digest)
    return heading


def verify_beside(data: bytes, vouched: Any) -> str:
    """The name of a file that this installation vouched for and nobody changed.

    data: the file itself. vouched: the JSON value of the file that vouches for it. Raises Invalid.
    """
    _check(vouched, hashlib.sha256(data).digest())
    return str(vouched.get("file", ""))


def _check(file: Any, digest: bytes) -> None:
    """Raises Invalid where the signature under a file is not ours, or not of this digest."""
    try:
        under = file["signature"]
        signature = base64.b64decode(under["signature"], validate=True)
        public_key = base64.b64decode(under["public_key"], validate=True)
    except (KeyError, TypeError, ValueError):
        raise _not_signed() from None
    if not is_signed(public_key, PURPOSE, digest, signature):
        raise Invalid("The document was changed: its signature does not fit.", code="bad-signature")
    if public_key not in _own_keys():
        raise Invalid(
            "The document is whole, but another installation signed it.",
            code="foreign-key",
            todo="Check it where it was made, or compare the public key with the one given there.",
        )


def _not_signed() -> Invalid:
    return Invalid("This is no signed document of a recovery.", code="no-document")


def _own_keys() -> set[bytes]:
    return {Signer(row).public_key for row in SigningKey.objects.all()}
