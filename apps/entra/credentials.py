"""How our application proves who it is to a tenant."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Credential:
    """An application's client id and one of: certificate with key, secret, federated assertion.

    certificate_pem, private_key_pem: PEM text. assertion: gives a fresh token of another issuer
    each time (workload identity federation). Secrets do not show in its repr.
    """

    client_id: str
    certificate_pem: str = field(default="", repr=False)
    private_key_pem: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)
    assertion: Callable[[], str] | None = field(default=None, repr=False)

    def for_msal(self) -> Any:
        """What MSAL takes as `client_credential`.

        Without a thumbprint beside the certificate MSAL signs with PS256 and sends x5t#S256.
        """
        if self.private_key_pem:
            return {
                "private_key": self.private_key_pem,
                "public_certificate": self.certificate_pem,
            }
        if self.assertion is not None:
            return {"client_assertion": self.assertion}
        if self.secret:
            return self.secret
        raise ValueError("a credential needs a certificate, an assertion or a secret")
