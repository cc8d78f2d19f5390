"""The key that signs tokens, published with the certificate as Entra publishes its own."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from jwt.algorithms import RSAAlgorithm

_NAME = "accounts.accesscontrol.sandbox"


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass(frozen=True)
class SigningKey:
    """An RSA key, its self-signed certificate and the key id (the certificate's thumbprint)."""

    private_key: rsa.RSAPrivateKey
    certificate: bytes

    @property
    def key_id(self) -> str:
        return base64url(hashlib.sha1(self.certificate, usedforsecurity=False).digest())

    @property
    def refresh_secret(self) -> bytes:
        """Secret for what only the sandbox reads back: refresh tokens, codes, cookies."""
        numbers = self.private_key.private_numbers()
        return hashlib.sha256(b"sandbox refresh" + numbers.d.to_bytes(512, "big")).digest()

    def to_pem(self) -> bytes:
        """The private key, for the state file: tokens issued before a restart stay valid."""
        return self.private_key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )

    def jwk(self, issuer: str) -> dict[str, Any]:
        """The public key as an entry of /discovery/v2.0/keys, which names its issuer."""
        public = RSAAlgorithm.to_jwk(self.private_key.public_key(), as_dict=True)
        return {
            "kty": "RSA",
            "use": "sig",
            "kid": self.key_id,
            "x5t": self.key_id,
            "n": public["n"],
            "e": public["e"],
            "x5c": [base64.b64encode(self.certificate).decode()],
            "issuer": issuer,
        }


def generate() -> SigningKey:
    return _with_certificate(rsa.generate_private_key(public_exponent=65537, key_size=2048))


def from_pem(pem: bytes) -> SigningKey:
    """The key kept in a state file; its certificate is the same again."""
    key = serialization.load_pem_private_key(pem, None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("the state file's signing key is not an RSA key")
    return _with_certificate(key)


def _with_certificate(key: rsa.RSAPrivateKey) -> SigningKey:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, _NAME)])
    begin = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begin)
        .not_valid_after(begin + dt.timedelta(days=36_500))
        .sign(key, hashes.SHA256())
    )
    return SigningKey(key, certificate.public_bytes(serialization.Encoding.DER))
