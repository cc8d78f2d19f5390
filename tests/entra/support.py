"""What the tests of the client share."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from apps.entra.catalogue.permissions import GRAPH_APP_ID
from apps.entra.client import GraphClient
from apps.entra.client.timing import GraphTime
from apps.entra.clouds import cloud
from apps.entra.credentials import Credential
from tests.support.sandboxes import Sandbox

# Waits shrink by this much; what is waited for is the same.
SCALE = 2_000.0


@dataclass
class FakeTime:
    """Time that passes only when somebody waits."""

    scale: float = 1.0
    at: float = 1_000.0
    waits: list[float] = field(default_factory=list)

    def now(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.at += seconds


def lab_credential(sandbox: Sandbox) -> Credential:
    """The application that may do everything."""
    return Credential(sandbox.lab["client_id"], secret=sandbox.lab["client_secret"])


def client_of(
    sandbox: Sandbox, credential: Credential | None = None, tenant: str = ""
) -> GraphClient:
    """A client for the first tenant, as the lab application unless told otherwise."""
    return GraphClient(
        cloud("sandbox"),
        tenant or sandbox.tenants[0]["id"],
        credential or lab_credential(sandbox),
        time_source=GraphTime(SCALE),
    )


@cache
def certificate(owner: str = "holdfast") -> tuple[str, str]:
    """A self-signed certificate and its key, both PEM; made once for each owner."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Holdfast test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return made.public_bytes(serialization.Encoding.PEM).decode(), private.decode()


def registered(sandbox: Sandbox, roles: Collection[str]) -> Credential:
    """An application with a certificate that the first tenant has given exactly these roles."""
    public, private = certificate()
    asked = {
        "display_name": "Holdfast",
        "home_tenant": sandbox.tenants[-1]["id"],
        "roles": sorted(roles),
        "certificate": public,
        "redirect_uris": ["http://localhost/callback"],
    }
    client_id = str(sandbox.control("POST", "/applications", asked)["client_id"])
    consent(sandbox, client_id, roles)
    return Credential(client_id, certificate_pem=public, private_key_pem=private)


def consent(sandbox: Sandbox, client_id: str, roles: Collection[str]) -> None:
    """What an administrator's consent does in the first tenant."""
    sandbox.graph("POST", "/servicePrincipals", {"appId": client_id}).raise_for_status()
    grant(sandbox, client_id, roles)


def grant(sandbox: Sandbox, client_id: str, roles: Collection[str]) -> None:
    """Give an application that is there these permissions of Graph."""
    tenant = sandbox.tenants[0]["id"]
    ours, graph = (
        sandbox.graph("GET", f"/servicePrincipals(appId='{app_id}')", tenant=tenant).json()
        for app_id in (client_id, GRAPH_APP_ID)
    )
    ids = {role["value"]: role["id"] for role in graph["appRoles"]}
    for role in roles:
        sandbox.graph(
            "POST",
            f"/servicePrincipals/{graph['id']}/appRoleAssignedTo",
            {"principalId": ours["id"], "resourceId": graph["id"], "appRoleId": ids[role]},
            tenant=tenant,
        ).raise_for_status()
