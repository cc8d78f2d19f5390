"""A federated domain, providers that guests sign in with, branding, and who registers devices."""

from typing import Any

from apps.sandbox.graph.reads.branding import DEFAULT
from apps.sandbox.graph.reads.branding import TYPE as BRANDING
from apps.sandbox.graph.reads.federation import RELATION, TYPE
from apps.sandbox.seed import licences
from apps.sandbox.seed.draft import Draft
from apps.sandbox.state.directory import Directory
from apps.sandbox.writes.federation import HIDDEN

_BUILT_IN = (
    ("AADSignup-OAUTH", "Directory Sign up", "AADSignup"),
    ("MSASignup-OAUTH", "Microsoft Account Sign up", "MicrosoftAccount"),
    ("EmailOtpSignup-OAUTH", "Email One Time Passcode Sign up", "EmailOTP"),
)
_CERTIFICATE = "MIIC8DCCAdigAwIBAgIQSandboxFederationSigningCertificate{}"
_REGISTRATION = "deviceRegistrationPolicy"


def add_federation(draft: Draft) -> None:
    """Create what the tenant would have; a federation where there is a directory on premises."""
    _add_providers(draft)
    add_missing(draft.directory)
    if draft.organisation.on_premises:
        _add_domain(draft)
    if licences.has_premium(draft):
        _add_branding(draft)


def add_missing(directory: Directory) -> list[str]:
    """The policies that every tenant has one of; the names of those that were added."""
    added = []
    for name, body in _singletons().items():
        if next(directory.of_type(name), None) is None:
            directory.add(name, body, object_id=name)
            added.append(name)
    return added


def _singletons() -> dict[str, dict[str, Any]]:
    everybody = {"@odata.type": "#microsoft.graph.allDeviceRegistrationMembership"}
    nobody = {"@odata.type": "#microsoft.graph.noDeviceRegistrationMembership"}
    return {
        _REGISTRATION: {
            "displayName": "Device Registration Policy",
            "description": "Tenant-wide policy that manages initial provisioning controls.",
            "userDeviceQuota": 50,
            "multiFactorAuthConfiguration": "required",
            "azureADRegistration": {"isAdminConfigurable": False, "allowedToRegister": everybody},
            "azureADJoin": {
                "isAdminConfigurable": True,
                "allowedToJoin": everybody,
                "localAdmins": {"enableGlobalAdmins": True, "registeringUsers": nobody},
            },
            "localAdminPassword": {"isEnabled": True},
        },
        "federatedTokenValidationPolicy": {
            "validatingDomains": {
                "@odata.type": "#microsoft.graph.allDomains",
                "rootDomains": "all",
            }
        },
        "externalIdentitiesPolicy": {
            "displayName": "External Identities Policy",
            "description": "Controls whether external users can leave.",
            "allowExternalIdentitiesToLeave": True,
            "allowDeletedIdentitiesDataRemoval": False,
        },
    }


def _add_providers(draft: Draft) -> None:
    for object_id, name, sort in _BUILT_IN:
        body = {"displayName": name, "identityProviderType": sort}
        draft.directory.add("builtInIdentityProvider", body, object_id=object_id)
    google = {
        "displayName": "Google",
        "identityProviderType": "Google",
        "clientId": f"{draft.organisation.key}.apps.googleusercontent.example",
        "clientSecret": HIDDEN,
    }
    draft.directory.add("socialIdentityProvider", google, object_id="Google-OAUTH")


def _add_domain(draft: Draft) -> None:
    name = f"staff.{draft.organisation.domain}"
    domain = {
        "authenticationType": "Federated",
        "isAdminManaged": True,
        "isDefault": False,
        "isInitial": False,
        "isRoot": False,
        "isVerified": True,
        "passwordNotificationWindowInDays": None,
        "passwordValidityPeriodInDays": None,
        "supportedServices": ["Email"],
    }
    draft.directory.add("domain", domain, object_id=name)
    server = f"https://sts.{draft.organisation.domain}/adfs"
    body = {
        "displayName": f"{draft.organisation.name} federation",
        "issuerUri": f"http://{name}/adfs/services/trust",
        "metadataExchangeUri": f"{server}/services/trust/mex",
        "activeSignInUri": f"{server}/services/trust/2005/usernamemixed",
        "passiveSignInUri": f"{server}/ls",
        "signOutUri": f"{server}/ls",
        "preferredAuthenticationProtocol": "wsFed",
        "promptLoginBehavior": "nativeSupport",
        "isSignedAuthenticationRequestRequired": True,
        "signingCertificate": _CERTIFICATE.format(1),
        "nextSigningCertificate": _CERTIFICATE.format(2),
        "signingCertificateUpdateStatus": {
            "certificateUpdateResult": "Success",
            "lastRunDateTime": "2026-01-05T07:44:46Z",
        },
        "federatedIdpMfaBehavior": "rejectMfaByFederatedIdp",
    }
    draft.directory.link(RELATION, name, draft.add(TYPE, body))


def _add_branding(draft: Draft) -> None:
    organisation = draft.organisation
    shown = f"{draft.directory.tenant_id[:8]}/logintenantbranding/0/bannerlogo?ts=6387"
    default = {
        "backgroundColor": "#0B3D5C",
        "bannerLogoRelativeUrl": shown,
        "cdnList": ["aadcdn.msauthimages.example"],
        "signInPageText": f"Sign in to {organisation.name}. Help desk: it@{organisation.domain}",
        "usernameHintText": f"name@{organisation.domain}",
        "customPrivacyAndCookiesUrl": f"https://www.{organisation.domain}/privacy",
        "loginPageTextVisibilitySettings": {"hideTermsOfUse": True, "hideForgotMyPassword": False},
    }
    french = {
        "backgroundColor": "",
        "cdnList": [],
        "signInPageText": f"Bienvenue chez {organisation.name}",
        "usernameHintText": "",
    }
    draft.directory.add(BRANDING, default, object_id=DEFAULT)
    draft.directory.add(BRANDING, french, object_id="fr-FR")
