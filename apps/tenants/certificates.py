"""Certificates for app registrations. Entra only reads the public key: self-signed is enough.

https://learn.microsoft.com/entra/identity-platform/certificate-credentials
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from apps.core import clock

KEY_BITS = 2048
LIFETIME = timedelta(days=730)
# A client whose clock is a little behind must not find the certificate not yet valid.
_EARLIER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Certificate:
    """certificate_pem is public. private_key_pem (PKCS #8) must be sealed before it is stored."""

    certificate_pem: str
    private_key_pem: bytes
    thumbprint_sha1: str
    thumbprint_sha256: str
    not_after: datetime


def make_certificate(common_name: str) -> Certificate:
    """A self-signed RSA certificate for client assertions, valid for two years."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64])])
    now = clock.now()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _EARLIER)
        .not_valid_after(now + LIFETIME)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return Certificate(
        certificate_pem=certificate.public_bytes(serialization.Encoding.PEM).decode(),
        private_key_pem=key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
        # The admin centre shows SHA-1 thumbprints; nothing relies on them.
        thumbprint_sha1=certificate.fingerprint(hashes.SHA1()).hex().upper(),  # noqa: S303
        thumbprint_sha256=certificate.fingerprint(hashes.SHA256()).hex().upper(),
        not_after=certificate.not_valid_after_utc,
    )
