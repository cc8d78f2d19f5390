"""The certificate of an erasure: what was erased, in words that anybody can check.

The text is canonical JSON, signed with Ed25519. Who has the file needs nothing else: the public
key stands in it, and the installation shows the same one on its page.
"""

import base64
from typing import Any, Final

from apps.audit import keys
from apps.audit.choices import KeyPurpose
from apps.audit.models import AuditKey
from apps.core import canonical
from apps.core.errors import Invalid
from apps.core.signing import is_signed
from apps.offboarding.models import ErasureCertificate

PURPOSE: Final = "certificate-of-erasure"
METHOD: Final = (
    "Every body, cursor, plan and personal record of the tenant was encrypted with AES-256 (GCM or "
    "GCM-SIV) under a key of its own. That key was destroyed, so what remains cannot be read by "
    "anybody. Database backups made before still hold the wrapped key until they expire. Copies "
    "off-site are sealed under the same key; each store named here holds a wrapped copy of it "
    "until the day given as key_removed_after, and then none."
)


def issue(content: dict[str, Any], **columns: Any) -> ErasureCertificate:
    """Sign and keep a certificate."""
    row = keys.current_key(KeyPurpose.SIGNING)
    signer = keys.signer(row)
    text = canonical.dumps({**content, "method": METHOD})
    return ErasureCertificate.objects.create(
        content=text,
        signature=signer.sign(PURPOSE, text),
        public_key=signer.public_key,
        **columns,
    )


def as_file(certificate: ErasureCertificate) -> dict[str, Any]:
    """The certificate as it is given out."""
    return {
        "certificate": canonical.loads(bytes(certificate.content)),
        "signature": base64.b64encode(bytes(certificate.signature)).decode(),
        "public_key": base64.b64encode(bytes(certificate.public_key)).decode(),
        "algorithm": f"Ed25519 over 'holdfast:{PURPOSE}', a zero byte and the canonical JSON",
    }


def verify(file: dict[str, Any]) -> dict[str, Any]:
    """What a certificate's file says, if this installation signed it. Raises Invalid."""
    try:
        text = canonical.dumps(file["certificate"])
        signature = base64.b64decode(file["signature"], validate=True)
        public_key = base64.b64decode(file["public_key"], validate=True)
    except (KeyError, TypeError, ValueError):
        raise Invalid("This is no certificate of erasure.", code="no-certificate") from None
    if not is_signed(public_key, PURPOSE, text, signature):
        raise Invalid(
            "The certificate was changed: its signature does not fit.", code="bad-signature"
        )
    if not AuditKey.objects.filter(purpose=KeyPurpose.SIGNING, public=public_key).exists():
        raise Invalid(
            "The certificate is whole, but another installation signed it.", code="foreign-key"
        )
    said: dict[str, Any] = file["certificate"]
    return said
