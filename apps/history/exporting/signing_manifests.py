"""The signature under an export's manifest, and the key to check it with."""

import base64
import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from apps.history.models import SigningKey
from apps.history.signing import EXPORTS, Signer, current_signer


def signature_file(manifest: bytes) -> bytes:
    """What manifest.sig holds: the signature, and which key made it. Raises KeyProblem."""
    signer = current_signer()
    return json.dumps(
        {
            "algorithm": f"Ed25519 over 'holdfast:{EXPORTS}', a zero byte and manifest.json",
            "key": str(signer.row.pk),
            "public_key": base64.b64encode(signer.public_key).decode(),
            "signature": base64.b64encode(signer.sign(manifest, purpose=EXPORTS)).decode(),
        },
        indent=1,
    ).encode()


def public_keys() -> bytes:
    """The public halves of all keys that ever signed here, as PEM, newest first."""
    rows = SigningKey.objects.order_by("-created_at")
    return b"".join(_as_pem(Signer(row).public_key) for row in rows)


def fingerprints() -> list[dict[str, Any]]:
    """The same keys for people: `id`, `since`, and `text`, 32 bytes in hexadecimal digits."""
    rows = SigningKey.objects.order_by("-created_at")
    return [
        {"id": row.pk, "since": row.created_at, "text": Signer(row).public_key.hex()}
        for row in rows
    ]


def _as_pem(public_key: bytes) -> bytes:
    key = Ed25519PublicKey.from_public_bytes(public_key)
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
