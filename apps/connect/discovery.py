"""What anybody may ask about a tenant before there is any consent: does it exist, and where.

https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import requests

from apps.core.errors import Invalid
from apps.entra import refusals
from apps.entra.client.transport import SignInTransport
from apps.entra.clouds import Cloud, clouds

_DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}")
# What Entra calls tenants that are made for an application's consumers.
_CONSUMER_TENANTS = frozenset({"CIAM", "B2C"})
_CONSUMER_HOSTS = (".ciamlogin.com", ".b2clogin.com")


def resolve(cloud: Cloud, domain_or_tenant_id: str) -> UUID:
    """The id of the tenant that a domain or a tenant id names.

    Raises Invalid for what is neither, for a tenant of another cloud, and for External ID and
    B2C tenants; EntraError when there is no such tenant or the cloud does not answer.
    """
    name = domain_or_tenant_id.strip().lower()
    if not (_is_id(name) or _DOMAIN.fullmatch(name)):
        raise Invalid(
            "That is neither a domain nor a tenant id.",
            code="no-tenant-name",
            safe="Nothing was sent.",
            todo="Enter a verified domain of the customer, such as contoso.com, or the tenant id.",
        )
    document = _configuration(cloud, name)
    _refuse_other_cloud(cloud, str(document.get("msgraph_host") or ""))
    issuer = urlsplit(str(document.get("issuer") or ""))
    sub_scope = str(document.get("tenant_region_sub_scope") or "").upper()
    if sub_scope in _CONSUMER_TENANTS or (issuer.hostname or "").endswith(_CONSUMER_HOSTS):
        raise consumer_tenant()
    tenant_id = issuer.path.strip("/").split("/")[0]
    if not _is_id(tenant_id):
        raise Invalid("The cloud did not say which tenant that is.", code="no-tenant-id")
    return UUID(tenant_id)


def consumer_tenant() -> Invalid:
    """The error for External ID and Azure AD B2C tenants."""
    return Invalid(
        "This is an External ID or B2C tenant, made for the consumers of an application.",
        code="consumer-tenant",
        safe="Nothing was changed in the tenant.",
        todo="Holdfast looks after workforce tenants; add the organisation's own tenant.",
    )


def _configuration(cloud: Cloud, name: str) -> Mapping[str, Any]:
    transport = SignInTransport(cloud)
    address = f"{cloud.login}/{name}/v2.0/.well-known/openid-configuration"
    try:
        answer = transport.get(address)
        document = answer.json()
    except requests.JSONDecodeError as error:
        raise refusals.unreachable(cloud.login) from error
    except requests.RequestException as error:
        raise refusals.unreachable(cloud.login) from error
    finally:
        transport.close()
    if not isinstance(document, dict) or answer.status_code >= 500:
        raise refusals.unreachable(cloud.login)
    if answer.status_code != 200:
        raise refusals.from_sign_in(document)
    return document


def _refuse_other_cloud(cloud: Cloud, graph_host: str) -> None:
    if cloud.sandbox_url or not graph_host:
        return
    if graph_host == urlsplit(cloud.graph).netloc:
        return
    for other in clouds().values():
        if urlsplit(other.graph).netloc == graph_host:
            raise Invalid(
                f"This tenant lives in another cloud: {other.title}.",
                code="other-cloud",
                safe="Nothing was changed in the tenant.",
                todo=f"Add it with the cloud {other.name}, and an application registered there.",
            )


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
