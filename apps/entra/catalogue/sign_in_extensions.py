"""What sign-in trusts and asks besides Entra itself: certificates, calls elsewhere, sign-up.

Whoever adds a certificate authority can make certificates that sign in as anybody; whoever turns a
call elsewhere writes what tokens say.
https://learn.microsoft.com/graph/api/resources/certificatebasedauthconfiguration
https://learn.microsoft.com/graph/api/resources/customauthenticationextension
https://learn.microsoft.com/graph/api/resources/authenticationeventlistener
https://learn.microsoft.com/graph/api/resources/identityuserflowattribute
"""

from typing import Final

from apps.entra.catalogue.build import GRAPH_DOCS, array, create_only, read_only, writable
from apps.entra.catalogue.model import (
    Clearing,
    Companion,
    Kind,
    Lane,
    Lock,
    Property,
    Reference,
    Subtype,
    Unrestorable,
    Writability,
)

_ASKED: Final = "Graph asks for it."
_AUTHORITIES: Final = "/organization/{tenant}/certificateBasedAuthConfiguration"
_SIGNS_IN: Final = "Whoever holds the key of one of them can sign in as anybody it may name."

CERTIFICATE_AUTHORITIES = Kind(
    name="certificateBasedAuthConfiguration",
    graph_type="certificateBasedAuthConfiguration",
    title="Certificate authorities of sign-in",
    version="v1.0",
    list_path=_AUTHORITIES,
    item_path=f"{_AUTHORITIES}/{{id}}",
    create_path=_AUTHORITIES,
    none_is_404=True,
    updatable=False,
    properties=(
        Property(
            "certificateAuthorities",
            write=Writability.CREATE_ONLY,
            clear=Clearing.NEVER,
            unordered=True,
            # Both are worked out from the certificate.
            write_without=("[].issuer", "[].issuerSki"),
            reason="Graph has no way of changing them: they are deleted together and made anew, "
            "and nobody signs in with a certificate meanwhile. Delete them, and recover.",
            sensitive=_SIGNS_IN,
        ),
        *create_only("id", reason="The same in every tenant."),
    ),
    made_without=("id",),
    # PublicKeyInfrastructure.* belongs to the newer store, which is another one.
    read_permission=("Organization.Read.All",),
    write_permission=("Organization.ReadWrite.All",),
    documentation=f"{GRAPH_DOCS}certificatebasedauthconfiguration",
    order=9,
    lane=Lane.POLICY,
    supports_select=False,
    page_size=None,
    together=True,
    label_properties=("id",),
    companions=(Companion("certificateAuthorities", _ASKED),),
    sensitive=_SIGNS_IN,
    unrestorable=(
        Unrestorable(
            "authorities in the newer store",
            "What lies below Public key infrastructure in the admin center is not read yet.",
        ),
    ),
)

_EXTENSIONS: Final = "/identity/customAuthenticationExtensions"
_CALLED: Final = "Decides who is asked, while people sign in, what their tokens say."
_TYPE: Final = "#microsoft.graph."

CUSTOM_AUTHENTICATION_EXTENSION = Kind(
    name="customAuthenticationExtension",
    graph_type="customAuthenticationExtension",
    title="Custom authentication extension",
    version="v1.0",
    list_path=_EXTENSIONS,
    item_path=f"{_EXTENSIONS}/{{id}}",
    create_path=_EXTENSIONS,
    polymorphic=True,
    properties=(
        *writable("displayName", "description", "clientConfiguration", "behaviorOnError"),
        Property("endpointConfiguration", clear=Clearing.NEVER, sensitive=_CALLED),
        Property(
            "authenticationConfiguration",
            clear=Clearing.NEVER,
            sensitive="Decides for whom the token is with which the call is made.",
        ),
    ),
    subtypes=(
        Subtype(
            f"{_TYPE}onTokenIssuanceStartCustomExtension",
            properties=(array("claimsForTokenConfiguration", sensitive=_CALLED),),
            note="Adds claims to tokens.",
        ),
        *(
            Subtype(f"{_TYPE}{name}", note=note)
            for name, note in (
                ("onAttributeCollectionStartCustomExtension", "Before a form of sign-up is shown."),
                ("onAttributeCollectionSubmitCustomExtension", "After it was filled in."),
                ("onOtpSendCustomExtension", "Sends the codes."),
            )
        ),
    ),
    read_permission=("CustomAuthenticationExtension.Read.All",),
    write_permission=("CustomAuthenticationExtension.ReadWrite.All",),
    documentation=f"{GRAPH_DOCS}customauthenticationextension",
    order=46,
    lane=Lane.POLICY,
    supports_select=False,
    page_size=None,
    together=True,
    references=(
        # api://host/appId of the application whose token it carries.
        Reference(
            "authenticationConfiguration.resourceId", "application", by="appId", pattern=True
        ),
    ),
    companions=(Companion("authenticationConfiguration", _ASKED),),
    sensitive=_CALLED,
    unrestorable=(
        Unrestorable("id", "One that is made again gets a new id."),
        Unrestorable(
            "which listener calls it",
            "Graph does not show it: one that is made again is chosen anew, by hand, where sign-in "
            "is to call it.",
            anew=(),
        ),
        Unrestorable("the service that it calls", "It runs elsewhere, and is not backed up here."),
    ),
)

_LISTENERS: Final = "/identity/authenticationEventListeners"

AUTHENTICATION_EVENT_LISTENER = Kind(
    name="authenticationEventListener",
    graph_type="authenticationEventListener",
    title="Authentication event listener",
    version="v1.0",
    list_path=_LISTENERS,
    item_path=f"{_LISTENERS}/{{id}}",
    evidence="Graph does not show which extension a listener calls: put it right by hand.",
    updatable=False,
    deletable=False,
    polymorphic=True,
    properties=read_only("displayName", "conditions", "authenticationEventsFlowId"),
    read_permission=("EventListener.Read.All",),
    write_permission=(),
    documentation=f"{GRAPH_DOCS}authenticationeventlistener",
    order=47,
    lane=Lane.POLICY,
    supports_select=False,
    page_size=None,
    together=True,
    sensitive="Decides for which applications somebody elsewhere is asked during sign-in.",
)

_ATTRIBUTES: Final = "/identity/userFlowAttributes"

USER_FLOW_ATTRIBUTE = Kind(
    name="identityUserFlowAttribute",
    graph_type="identityUserFlowAttribute",
    title="Attribute of sign-up",
    version="v1.0",
    list_path=_ATTRIBUTES,
    item_path=f"{_ATTRIBUTES}/{{id}}",
    create_path=_ATTRIBUTES,
    properties=(
        *writable("description"),
        *create_only("displayName", "dataType", reason="Fixed when the attribute is made."),
        *read_only("userFlowAttributeType"),
        *create_only("id", reason="Made of the attribute's name."),
    ),
    made_without=("id",),
    read_permission=("IdentityUserFlow.Read.All",),
    write_permission=("IdentityUserFlow.ReadWrite.All",),
    documentation=f"{GRAPH_DOCS}identityuserflowattribute",
    order=48,
    lane=Lane.POLICY,
    supports_select=False,
    page_size=None,
    together=True,
    companions=tuple(Companion(name, _ASKED) for name in ("displayName", "dataType")),
    locks=(
        Lock(
            "It is built in: every tenant has it.",
            when=(("userFlowAttributeType", "builtIn"),),
        ),
    ),
    unrestorable=(
        Unrestorable(
            "its place in user flows",
            "User flows are not read yet: put it into them by hand.",
            anew=(),
        ),
    ),
)
