"""Authentication strengths: the three built-in ones and one of the tenant's own.

https://learn.microsoft.com/entra/identity/authentication/concept-authentication-strengths
"""

from apps.sandbox.seed.draft import Draft
from apps.sandbox.state.directory import Directory

MFA = "00000000-0000-0000-0000-000000000002"
PASSWORDLESS = "00000000-0000-0000-0000-000000000003"
PHISHING_RESISTANT = "00000000-0000-0000-0000-000000000004"

_RESISTANT = ["windowsHelloForBusiness", "fido2", "x509CertificateMultiFactor"]
_WITHOUT_PASSWORD = [*_RESISTANT, "deviceBasedPush"]
_SECOND_FACTORS = ("microsoftAuthenticatorPush", "softwareOath", "hardwareOath", "sms", "voice")
_MULTIFACTOR = [
    *_WITHOUT_PASSWORD,
    "temporaryAccessPassOneTime",
    "temporaryAccessPassMultiUse",
    *(f"password,{factor}" for factor in _SECOND_FACTORS),
    "federatedMultiFactor",
    "federatedSingleFactor,microsoftAuthenticatorPush",
    "federatedSingleFactor,softwareOath",
    "federatedSingleFactor,hardwareOath",
    "federatedSingleFactor,sms",
    "federatedSingleFactor,voice",
    "x509CertificateSingleFactor,microsoftAuthenticatorPush",
]
_BUILT_IN = (
    (MFA, "Multifactor authentication", "Anything that counts as strong", _MULTIFACTOR),
    (PASSWORDLESS, "Passwordless MFA", "Strong without a password", _WITHOUT_PASSWORD),
    (PHISHING_RESISTANT, "Phishing-resistant MFA", "Strong and proof to phishing", _RESISTANT),
)
SECURITY_KEYS = ["cb69481e-8ff7-4039-93ec-0a2729a154a8", "2fc0579f-8113-47ea-b116-bb5a8db9202a"]


def add_strengths(draft: Draft) -> str:
    """Create the strengths; returns the id of the tenant's own."""
    add_missing_built_in(draft.directory)
    return _add_own(draft)


def add_missing_built_in(directory: Directory) -> int:
    """Create the built-in strengths that are not there; returns how many."""
    missing = [each for each in _BUILT_IN if directory.get(each[0]) is None]
    for strength_id, name, description, combinations in missing:
        body = {
            "allowedCombinations": combinations,
            "createdDateTime": "2021-12-01T00:00:00Z",
            "description": description,
            "displayName": name,
            "modifiedDateTime": "2021-12-01T00:00:00Z",
            "policyType": "builtIn",
            "requirementsSatisfied": "mfa",
        }
        directory.add("authenticationStrengthPolicy", body, object_id=strength_id)
    return len(missing)


def _add_own(draft: Draft) -> str:
    body = {
        "allowedCombinations": ["fido2", "x509CertificateMultiFactor"],
        "createdDateTime": "2025-02-17T09:00:00Z",
        "description": "Company security keys and smart cards",
        "displayName": "Administrators - keys and smart cards",
        "modifiedDateTime": "2025-06-30T15:20:00Z",
        "policyType": "custom",
        "requirementsSatisfied": "mfa",
    }
    own = draft.add("authenticationStrengthPolicy", body, "keys")
    keys = {"appliesToCombinations": ["fido2"], "allowedAAGUIDs": SECURITY_KEYS}
    cards = {
        "appliesToCombinations": ["x509CertificateMultiFactor"],
        "allowedIssuerSkis": ["9A4248C6AC8C2931AB2A86537818E92E7B6C97B6"],
        "allowedPolicyOIDs": [],
    }
    relation = "authenticationStrengthPolicy.combinationConfigurations"
    for type_name, configuration in (
        ("fido2CombinationConfiguration", keys),
        ("x509CertificateCombinationConfiguration", cards),
    ):
        child = draft.add(type_name, configuration, "keys")
        draft.directory.link(relation, own, child)
    return own
