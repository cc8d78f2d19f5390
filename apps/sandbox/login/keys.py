"""The keys that sign tokens, published with their certificates as Entra publishes its own."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from jwt.algorithms import RSAAlgorithm

_NAME = "accounts.accesscontrol.sandbox"
_PEM_END = b"-----END PRIVATE KEY-----\n"


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

    def public_pem(self) -> bytes:
        """The public key, which everyone can know."""
        return self.private_key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
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


class KeyRing:
    """The key that signs now, those that signed before it and are still published, and two that
    sign nothing of a tenant's: the one of personal accounts, and one that nobody publishes."""

    def __init__(self, keys: Sequence[SigningKey]) -> None:
        self.keys = list(keys)

    @property
    def current(self) -> SigningKey:
        return self.keys[0]

    @property
    def secret(self) -> bytes:
        """The same for life: what was sealed before a rotation can be read after it."""
        return self.keys[-1].refresh_secret

    @cached_property
    def consumers(self) -> SigningKey:
        """Published for the tenant of personal Microsoft accounts alone."""
        return generate()

    @cached_property
    def unpublished(self) -> SigningKey:
        """Anybody's key."""
        return generate()

    def rotate(self) -> None:
        """Sign with a new key from now on."""
        self.keys.insert(0, generate())

    def find(self, key_id: str) -> SigningKey | None:
        """The key of ours with this id."""
        return next((key for key in self.keys if key.key_id == key_id), None)

    def to_pem(self) -> bytes:
        """All private keys, the newest first, for the state file."""
        return b"".join(key.to_pem() for key in self.keys)


def new_ring() -> KeyRing:
    return KeyRing([generate()])


def read_ring(pem: bytes) -> KeyRing:
    """The ring kept in a state file."""
    parts = [part for part in pem.split(_PEM_END) if part.strip()]
    return KeyRing([from_pem(part + _PEM_END) for part in parts])


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
