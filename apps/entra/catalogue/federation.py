"""Who else may say who somebody is: federated domains, and providers that guests sign in with.

A changed federation lets whoever holds the key sign in as anybody of the domain, without a trace in
the directory of users: it is the quiet malicious change.
https://learn.microsoft.com/graph/api/resources/internaldomainfederation
https://learn.microsoft.com/graph/api/resources/identityproviderbase
https://learn.microsoft.com/graph/api/resources/federatedtokenvalidationpolicy
"""

from typing import Final

from apps.entra.catalogue.build import (
    GRAPH_DOCS,
    create_only,
    flags,
    read_only,
    stamps,
    writable,
)
from apps.entra.catalogue.model import (
    Clearing,
    Companion,
    Kind,
    Lane,
    Lock,
    Owners,
    Property,
    Subtype,
    Unrestorable,
)

_FEDERATIONS: Final = "/domains/{parent}/federationConfiguration"
_WHO: Final = "Decides whose word it is that somebody is who he says."
_ASKED: Final = "Graph asks for it."

DOMAIN_FEDERATION = Kind(
    name="internalDomainFederation",
    graph_type="internalDomainFederation",
    title="Federation of a domain",
    version="v1.0",
    list_path=_FEDERATIONS,
    item_path=f"{_FEDERATIONS}/{{id}}",
    create_path=_FEDERATIONS,
    parent="domain",
    parent_property="federationConfiguration",
    # A domain that signs its people in itself has none: nothing is asked about it.
    owners=Owners(
        "/domains", property="parent", version="v1.0", when=("authenticationType", "Federated")
    ),
    found_by=("issuerUri",),
    properties=(
        *writable("displayName"),
        *(
            Property(name, clear=Clearing.NEVER, sensitive=_WHO)
            for name in (
                "issuerUri",
                "passiveSignInUri",
                "preferredAuthenticationProtocol",
                "signingCertificate",
            )
        ),
        *writable(
            "activeSignInUri",
            "metadataExchangeUri",
            "nextSigningCertificate",
            sensitive=_WHO,
        ),
        *writable("passwordResetUri", "signOutUri"),
        *flags("isSignedAuthenticationRequestRequired", "promptLoginBehavior"),
        Property(
            "federatedIdpMfaBehavior",
            clear=Clearing.NEVER,
            sensitive="Decides whose multifactor authentication counts.",
        ),
        *read_only("systemBrowserEnabledOn"),
        *stamps("signingCertificateUpdateStatus"),
    ),
    # The domains themselves are read with Directory.Read.All, which is asked for anyway.
    read_permission=("Directory.Read.All", "Domain-InternalFederation.Read.All"),
    write_permission=("Domain-InternalFederation.ReadWrite.All",),
    documentation=f"{GRAPH_DOCS}internaldomainfederation",
    order=4,
    lane=Lane.POLICY,
    supports_select=False,
    page_size=None,
    together=True,
    label_properties=("displayName", "issuerUri"),
    companions=tuple(
        Companion(name, _ASKED)
        for name in (
            "issuerUri",
            "passiveSignInUri",
            "preferredAuthenticationProtocol",
            "signingCertificate",
        )
    ),
    sensitive=_WHO,
    unrestorable=(
        Unrestorable("id", "One that is made again gets a new id."),
        Unrestorable(
            "the server on the other side",
            "Holdfast puts back what Entra expects of it; whether it still holds the key that "
            "belongs to the certificate is to be seen there.",
        ),
    ),
)

_SOCIAL: Final = "#microsoft.graph.socialIdentityProvider"
_BUILT_IN: Final = "#microsoft.graph.builtInIdentityProvider"
_PROVIDERS: Final = "/identity/identityProviders"

IDENTITY_PROVIDER = Kind(
    name="identityProvider",
    graph_type="identityProviderBase",
    title="Identity provider",
    version="v1.0",
    list_path=_PROVIDERS,
    item_path=f"{_PROVIDERS}/{{id}}",
    create_path=_PROVIDERS,
    found_by=("id",),
    polymorphic=True,
    deletable_types=(_SOCIAL,),
    properties=flags("displayName"),
    subtypes=(
        Subtype(
            _SOCIAL,
            properties=(
                Property("clientId", clear=Clearing.NEVER, sensitive=_WHO),
                *create_only("identityProviderType", reason="Says whose provider it is."),
                *read_only(
                    "clientSecret", reason="Graph shows asterisks: the provider alone knows it."
                ),
            ),
            note="Google, Facebook and their like.",
        ),
        Subtype(_BUILT_IN, note="What every tenant has: Entra itself, Microsoft accounts, codes."),
        Subtype(
            "#microsoft.graph.oidcIdentityProvider",
            properties=read_only(
                "clientAuthentication",
                "inboundClaimMapping",
                "issuer",
                "responseType",
                "scope",
                "wellKnownEndpoint",
                reason="Graph documents no way of changing it.",
            ),
            note="In external tenants.",
        ),
    ),
    read_permission=("IdentityProvider.Read.All",),
    write_permission=("IdentityProvider.ReadWrite.All",),
    documentation=f"{GRAPH_DOCS}identityproviderbase",
    order=49,
    lane=Lane.POLICY,
    supports_select=False,
    page_size=None,
    together=True,
    not_created=(
        Lock(
            "It needs the secret that the provider gave, which Graph never shows: add it by hand."
        ),
    ),
    locks=(
        Lock("It is built in: every tenant has it.", when=(("@odata.type", _BUILT_IN),)),
        Lock(
            "Graph documents no way of changing it.",
            when=(("@odata.type", "#microsoft.graph.oidcIdentityProvider"),),
        ),
    ),
    sensitive=_WHO,
    unrestorable=(
        Unrestorable(
            "a deleted provider",
            "Its secret is known to the provider alone: add it again by hand.",
        ),
    ),
)

_VALIDATION: Final = "/policies/federatedTokenValidationPolicy"

FEDERATED_TOKEN_VALIDATION_POLICY = Kind(
    name="federatedTokenValidationPolicy",
    graph_type="federatedTokenValidationPolicy",
    title="Validation of federated tokens",
    version="v1.0",
    list_path=_VALIDATION,
    item_path=_VALIDATION,
    items="",
    singleton=True,
    none_is_404=True,
    deletable=False,
    properties=(
        Property(
            "validatingDomains",
            clear=Clearing.NEVER,
            sensitive="Decides whether a federation may say who a person of another domain is.",
        ),
    ),
    read_permission=("Policy.Read.All",),
    write_permission=("Policy.ReadWrite.FedTokenValidation",),
    documentation=f"{GRAPH_DOCS}federatedtokenvalidationpolicy",
    order=84,
    lane=Lane.POLICY,
    supports_select=False,
    page_size=None,
    together=True,
    label_properties=("id",),
    sensitive="Decides whether a federation may say who a person of another domain is.",
)
