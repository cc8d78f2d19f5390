"""Rows of the table of reads: who and what sign-in trusts and asks, how it looks, who registers."""

from collections.abc import Iterator

from apps.sandbox.schema import BETA, TYPES

from .context import Permissions, Route, any_of, routes
from .reads import branding, certificates, federation
from .route_sets import policy

_FEDERATION = any_of(
    "Domain-InternalFederation.Read.All",
    "Domain-InternalFederation.ReadWrite.All",
    "Domain.Read.All",
    "Domain.ReadWrite.All",
)
_PROVIDER = any_of("IdentityProvider.Read.All", "IdentityProvider.ReadWrite.All")
_BRANDING = any_of(
    "OrganizationalBranding.Read.All",
    "OrganizationalBranding.ReadWrite.All",
    "Organization.Read.All",
    "Organization.ReadWrite.All",
)
_ORGANIZATION = any_of("Organization.Read.All", "Organization.ReadWrite.All")
_COLLECTIONS: tuple[tuple[str, Permissions], ...] = (
    (
        "customAuthenticationExtension",
        any_of(
            "CustomAuthenticationExtension.Read.All", "CustomAuthenticationExtension.ReadWrite.All"
        ),
    ),
    (
        "authenticationEventListener",
        any_of("EventListener.Read.All", "EventListener.ReadWrite.All"),
    ),
    (
        "identityUserFlowAttribute",
        any_of("IdentityUserFlow.Read.All", "IdentityUserFlow.ReadWrite.All"),
    ),
)
_SINGLE: tuple[tuple[str, Permissions], ...] = (
    (
        "federatedTokenValidationPolicy",
        any_of("Policy.Read.All", "Policy.ReadWrite.FedTokenValidation"),
    ),
    (
        "deviceRegistrationPolicy",
        any_of("Policy.Read.DeviceConfiguration", "Policy.ReadWrite.DeviceConfiguration"),
    ),
)
_EXTERNAL = any_of("Policy.Read.All", "Policy.ReadWrite.ExternalIdentities")


def _rows() -> Iterator[Route]:
    path = "/domains/{domain}/federationConfiguration"
    yield Route("GET", path, federation.list_of_domain, _FEDERATION)
    yield Route("GET", f"{path}/{{id}}", federation.get_one, _FEDERATION)
    yield from policy("/identity/identityProviders", "identityProviderBase", _PROVIDER)
    path = "/organization/{organization}/branding"
    yield Route("GET", path, branding.get_default, _BRANDING)
    yield Route("GET", f"{path}/localizations", branding.list_localizations, _BRANDING)
    yield Route("GET", f"{path}/localizations/{{id}}", branding.get_localization, _BRANDING)
    path = "/organization/{organization}/certificateBasedAuthConfiguration"
    yield Route("GET", path, certificates.list_all, _ORGANIZATION)
    yield Route("GET", f"{path}/{{id}}", certificates.get_one, _ORGANIZATION)
    for name, needed in _COLLECTIONS:
        yield from policy(TYPES[name].path, name, needed)
    for name, needed in _SINGLE:
        yield from policy(TYPES[name].path, name, needed, single=True)
    name = "externalIdentitiesPolicy"
    yield from policy(TYPES[name].path, name, _EXTERNAL, single=True, versions=frozenset({BETA}))


FEDERATION = routes(_rows())
"""The rows of this file."""
