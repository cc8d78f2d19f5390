"""The authentication methods policy and each of its methods.

Read in beta: only there are hardware OATH tokens, system-preferred authentication and the reporting
of suspicious activity. https://learn.microsoft.com/graph/api/resources/authenticationmethodspolicy
"""

from apps.entra.catalogue import native
from apps.entra.catalogue.build import GRAPH_DOCS, array, flags, read_only, stamps, writable
from apps.entra.catalogue.model import (
    Clearing,
    Companion,
    Kind,
    Lane,
    Property,
    Reference,
    Subtype,
    Unrestorable,
    Writability,
)

_POLICY = "/policies/authenticationMethodsPolicy"
_EVERYBODY = frozenset({"all_users", "All"})
_READ = ("Policy.Read.AuthenticationMethod",)
_WRITE = ("Policy.ReadWrite.AuthenticationMethod",)

_UNDOCUMENTED = "Stands in the metadata of beta alone; no page says how it is written."

_SETTINGS = "registrationEnforcement.authenticationMethodsRegistrationCampaign"


def _only_in_metadata(name: str) -> tuple[Property, ...]:
    """Held, so that a change of it is seen, and shown to people; not written."""
    return (
        Property(
            name,
            version="beta",
            write=Writability.WITHHELD,
            clear=Clearing.NEVER,
            reason=_UNDOCUMENTED,
        ),
    )


AUTHENTICATION_METHODS_POLICY = Kind(
    name="authenticationMethodsPolicy",
    graph_type="authenticationMethodsPolicy",
    title="Authentication methods policy",
    version="beta",
    list_path=_POLICY,
    item_path=_POLICY,
    items="",
    singleton=True,
    deletable=False,
    supports_select=False,
    properties=(
        Property("policyMigrationState", clear=Clearing.NEVER),
        Property("reconfirmationInDays", clear=Clearing.NEVER),
        Property("registrationEnforcement", clear=Clearing.NEVER),
        Property("reportSuspiciousActivitySettings", clear=Clearing.NEVER, version="beta"),
        Property(
            "systemCredentialPreferences",
            clear=Clearing.NEVER,
            version="beta",
            sensitive="Decides which method people are asked for first.",
        ),
        *_only_in_metadata("microsoftAuthenticatorPlatformSettings"),
        *read_only("displayName", "description", "policyVersion"),
        *stamps("lastModifiedDateTime"),
    ),
    read_permission=_READ,
    write_permission=_WRITE,
    documentation=f"{GRAPH_DOCS}authenticationmethodspolicy",
    order=70,
    lane=Lane.POLICY,
    page_size=None,
    references=(
        *(
            Reference(f"{_SETTINGS}.{side}Targets[].id", "group", keywords=_EVERYBODY)
            for side in ("include", "exclude")
        ),
        *(
            Reference(
                f"systemCredentialPreferences.{side}Targets[].id", "group", keywords=_EVERYBODY
            )
            for side in ("include", "exclude")
        ),
        Reference(
            "reportSuspiciousActivitySettings.includeTarget.id", "group", keywords=_EVERYBODY
        ),
    ),
    headers={"Prefer": "include-unknown-enum-members"},
    native="none",
    native_note="The methods are covered, the settings above them are not.",
    sensitive="Decides how everybody in the tenant proves who they are.",
)


def _method(name: str, *properties: Property) -> Subtype:
    return Subtype(
        f"#microsoft.graph.{name}AuthenticationMethodConfiguration", properties=properties
    )


_METHODS = (
    _method(
        "fido2",
        *flags("isAttestationEnforced", "isSelfServiceRegistrationAllowed"),
        *writable("keyRestrictions", "defaultPasskeyProfile"),
    ),
    _method("microsoftAuthenticator", *flags("featureSettings", "isSoftwareOathEnabled")),
    _method("sms"),
    _method(
        "temporaryAccessPass",
        *flags(
            "defaultLength",
            "defaultLifetimeInMinutes",
            "isUsableOnce",
            "maximumLifetimeInMinutes",
            "minimumLifetimeInMinutes",
        ),
    ),
    _method("softwareOath"),
    _method("hardwareOath"),
    _method("voice", *flags("isOfficePhoneAllowed"), *_only_in_metadata("callerIdNumber")),
    _method("email", *flags("allowExternalIdToUseEmailOtp")),
    _method(
        "x509Certificate",
        Property(
            "authenticationModeConfiguration",
            clear=Clearing.NEVER,
            sensitive="Decides when a certificate counts as two factors.",
        ),
        array("certificateAuthorityScopes"),
        Property(
            "certificateUserBindings",
            clear=Clearing.EMPTY,
            sensitive="Decides which account a certificate opens.",
        ),
        *writable("issuerHintsConfiguration"),
        *_only_in_metadata("requireCertificateSidAlignment"),
        Property(
            "crlValidationConfiguration",
            write=Writability.WITHHELD,
            clear=Clearing.NEVER,
            selected=False,
            reason="Only in v1.0, while the methods are read and written in beta.",
        ),
    ),
    _method("qrCodePin", *flags("pinLength", "standardQRCodeLifetimeInDays")),
    _method("verifiableCredentials", *_only_in_metadata("identityVerificationEventsConfiguration")),
    _method("external", *flags("displayName", "appId", "openIdConnectSetting")),
)

AUTHENTICATION_METHOD_CONFIGURATION = Kind(
    name="authenticationMethodConfiguration",
    graph_type="authenticationMethodConfiguration",
    title="Authentication method",
    version="beta",
    list_path=_POLICY,
    items="authenticationMethodConfigurations",
    item_path=f"{_POLICY}/authenticationMethodConfigurations/{{id}}",
    create_path=f"{_POLICY}/authenticationMethodConfigurations",
    supports_select=False,
    polymorphic=True,
    deletable_types=("#microsoft.graph.externalAuthenticationMethodConfiguration",),
    properties=native.mark_all(
        (
            Property(
                "state", clear=Clearing.NEVER, sensitive="Switches a way to sign in on or off."
            ),
            Property(
                "includeTargets",
                clear=Clearing.EMPTY,
                unordered=True,
                sensitive="Decides who may use the method.",
            ),
            array("excludeTargets"),
        )
    ),
    subtypes=_METHODS,
    read_permission=_READ,
    write_permission=_WRITE,
    documentation=f"{GRAPH_DOCS}authenticationmethodconfiguration",
    order=71,
    lane=Lane.POLICY,
    page_size=None,
    label_properties=("displayName", "id"),
    references=tuple(
        Reference(f"{side}Targets[].id", "group", keywords=_EVERYBODY)
        for side in ("include", "exclude")
    ),
    headers={"Prefer": "include-unknown-enum-members"},
    companions=(Companion("@odata.type", "Says which method it is."),),
    native="partly",
    native_note="Eight methods; not hardware OATH, QR code or external methods.",
    sensitive="Decides how people prove who they are.",
    unrestorable=(
        Unrestorable(
            "built-in methods as such", "They cannot be deleted or made, only switched on and off."
        ),
        Unrestorable("passkeyProfiles", "A collection beside the method that is not read yet."),
    ),
)
