"""Rows of the table of writes: who and what sign-in trusts and asks, its looks, who registers."""

from __future__ import annotations

from collections.abc import Iterator

from apps.sandbox.graph.context import Route, any_of, routes
from apps.sandbox.rules import devices
from apps.sandbox.schema import BETA
from apps.sandbox.writes import branding, certificates, federation, settings, sign_in_extensions
from apps.sandbox.writes.settings import Setting

_FEDERATION = any_of("Domain-InternalFederation.ReadWrite.All", "Domain.ReadWrite.All")
_PROVIDER = any_of("IdentityProvider.ReadWrite.All")
_BRANDING = any_of("OrganizationalBranding.ReadWrite.All", "Organization.ReadWrite.All")
_ORGANIZATION = any_of("Organization.ReadWrite.All")
_EXTENSION = any_of("CustomAuthenticationExtension.ReadWrite.All")
_ATTRIBUTE = any_of("IdentityUserFlow.ReadWrite.All")


def _rows() -> Iterator[Route]:
    path = "/domains/{domain}/federationConfiguration"
    yield Route("POST", path, federation.federate, _FEDERATION)
    yield Route("PATCH", f"{path}/{{id}}", federation.update, _FEDERATION)
    yield Route("DELETE", f"{path}/{{id}}", federation.delete, _FEDERATION)
    path = "/identity/identityProviders"
    yield Route("POST", path, federation.add_provider, _PROVIDER)
    yield Route("PATCH", f"{path}/{{id}}", federation.change_provider, _PROVIDER)
    yield Route("DELETE", f"{path}/{{id}}", federation.delete_provider, _PROVIDER)
    path = "/organization/{organization}/branding"
    yield Route("PATCH", path, branding.update_default, _BRANDING)
    yield Route("DELETE", path, branding.delete, _BRANDING)
    yield Route("POST", f"{path}/localizations", branding.create, _BRANDING)
    yield Route("PATCH", f"{path}/localizations/{{id}}", branding.update, _BRANDING)
    yield Route("DELETE", f"{path}/localizations/{{id}}", branding.delete, _BRANDING)
    path = "/organization/{organization}/certificateBasedAuthConfiguration"
    yield Route("POST", path, certificates.create, _ORGANIZATION)
    yield Route("DELETE", f"{path}/{{id}}", certificates.delete, _ORGANIZATION)
    path = "/identity/customAuthenticationExtensions"
    yield Route("POST", path, sign_in_extensions.create, _EXTENSION)
    yield Route("PATCH", f"{path}/{{id}}", sign_in_extensions.update, _EXTENSION)
    yield Route("DELETE", f"{path}/{{id}}", sign_in_extensions.delete, _EXTENSION)
    path = "/identity/userFlowAttributes"
    yield Route("POST", path, sign_in_extensions.create_attribute, _ATTRIBUTE)
    yield Route("PATCH", f"{path}/{{id}}", sign_in_extensions.update_attribute, _ATTRIBUTE)
    yield Route("DELETE", f"{path}/{{id}}", sign_in_extensions.delete_attribute, _ATTRIBUTE)
    registration = Setting(
        "deviceRegistrationPolicy",
        "device registration policy",
        category="DirectoryManagement",
        rule=devices.registration,
    )
    yield Route(
        "PUT",
        "/policies/deviceRegistrationPolicy",
        settings.replaces(registration, shown=True),
        any_of("Policy.ReadWrite.DeviceConfiguration"),
    )
    yield Route(
        "PATCH",
        "/policies/federatedTokenValidationPolicy",
        settings.updates(Setting("federatedTokenValidationPolicy", "token validation policy")),
        any_of("Policy.ReadWrite.FedTokenValidation"),
    )
    yield Route(
        "PATCH",
        "/policies/externalIdentitiesPolicy",
        settings.updates(Setting("externalIdentitiesPolicy", "external identities policy")),
        any_of("Policy.ReadWrite.ExternalIdentities"),
        versions=frozenset({BETA}),
    )


FEDERATION = routes(_rows())
"""The rows of this file."""
