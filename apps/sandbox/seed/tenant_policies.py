"""The tenant itself and its singletons: organization, domains, authorization, methods.

https://learn.microsoft.com/graph/api/resources/authorizationpolicy
https://learn.microsoft.com/graph/api/resources/authenticationmethodspolicy
"""

from typing import Any

from apps.sandbox.seed import licences
from apps.sandbox.seed.draft import Draft
from apps.sandbox.seed.synced import LAST_SYNC

GUEST_USER_ROLE = "10dae51f-b6af-4016-8d66-8c2a99b929b3"
EVERYONE = {"targetType": "group", "id": "all_users"}
_SECURITY_DEFAULTS = "00000000-0000-0000-0000-000000000005"


def domains(initial: str, *custom: str) -> list[dict[str, Any]]:
    """The `domain` objects of a tenant; the first custom one is the default."""
    names = (initial, *custom)
    return [
        {
            "id": name,
            "authenticationType": "Managed",
            "isAdminManaged": True,
            "isDefault": name == (custom[0] if custom else initial),
            "isInitial": name == initial,
            "isRoot": True,
            "isVerified": True,
            "passwordNotificationWindowInDays": 14,
            "passwordValidityPeriodInDays": 2147483647,
            "supportedServices": ["Email", "OfficeCommunicationsOnline"],
        }
        for name in names
    ]


def add_tenant(draft: Draft) -> None:
    """Create `organization` and the domains."""
    directory, organisation = draft.directory, draft.organisation
    office = organisation.offices[0]
    body = {
        "assignedPlans": [_assigned_plan(name) for name in sorted(directory.licences)],
        "businessPhones": [office.phone.format(0)],
        "city": office.city,
        "country": None,
        "countryLetterCode": office.usage,
        "createdDateTime": "2019-04-08T12:00:00Z",
        "displayName": directory.display_name,
        "onPremisesSyncEnabled": True if organisation.on_premises else None,
        "onPremisesLastSyncDateTime": LAST_SYNC if organisation.on_premises else None,
        "postalCode": office.postal,
        "preferredLanguage": office.language[:2],
        "privacyProfile": {
            "contactEmail": f"privacy@{organisation.domain}",
            "statementUrl": f"https://www.{organisation.domain}/privacy",
        },
        "state": office.state,
        "street": office.street,
        "technicalNotificationMails": [f"it@{organisation.domain}"],
        "tenantType": {"ciam": "CIAM", "b2c": "AAD B2C"}.get(directory.category, "AAD"),
        "verifiedDomains": [
            {
                "capabilities": "Email, OfficeCommunicationsOnline",
                "isDefault": domain["isDefault"],
                "isInitial": domain["isInitial"],
                "name": domain["id"],
                "type": "Managed",
            }
            for domain in directory.domains
        ],
    }
    directory.add("organization", body, object_id=directory.tenant_id)
    for domain in directory.domains:
        directory.add("domain", domain, object_id=domain["id"])


def add_policies(draft: Draft) -> None:
    """Create the policies that every tenant has exactly one of."""
    _add_authorization(draft)
    body = {
        "displayName": "Security Defaults",
        "description": "Protects organisations that have no policies of their own.",
        "isEnabled": False,
    }
    draft.directory.add(
        "identitySecurityDefaultsEnforcementPolicy", body, object_id=_SECURITY_DEFAULTS
    )
    _add_authentication_methods(draft)


def _add_authorization(draft: Draft) -> None:
    body = {
        "allowEmailVerifiedUsersToJoinOrganization": False,
        "allowInvitesFrom": "adminsAndGuestInviters",
        "allowedToSignUpEmailBasedSubscriptions": True,
        "allowedToUseSSPR": True,
        "blockMsolPowerShell": True,
        "defaultUserRolePermissions": {
            "allowedToCreateApps": False,
            "allowedToCreateSecurityGroups": False,
            "allowedToCreateTenants": False,
            "allowedToReadBitlockerKeysForOwnedDevice": True,
            "allowedToReadOtherUsers": True,
            "permissionGrantPoliciesAssigned": [
                "ManagePermissionGrantsForSelf.microsoft-user-default-low"
            ],
        },
        "description": "Used to manage authorization related settings across the company.",
        "displayName": "Authorization Policy",
        "guestUserRoleId": GUEST_USER_ROLE,
    }
    draft.directory.add("authorizationPolicy", body, object_id="authorizationPolicy")


def _add_authentication_methods(draft: Draft) -> None:
    body = {
        "description": "The tenant-wide policy that controls which methods are allowed.",
        "displayName": "Authentication Methods Policy",
        "lastModifiedDateTime": "2025-09-02T12:10:00Z",
        "policyMigrationState": "migrationComplete",
        "policyVersion": "1.5",
        "registrationEnforcement": {
            "authenticationMethodsRegistrationCampaign": {
                "snoozeDurationInDays": 3,
                "state": "enabled",
                "excludeTargets": [{"targetType": "group", "id": draft.groups["break-glass"]}],
                "includeTargets": [
                    EVERYONE | {"targetedAuthenticationMethod": "microsoftAuthenticator"}
                ],
            }
        },
    }
    draft.directory.add(
        "authenticationMethodsPolicy", body, object_id="authenticationMethodsPolicy"
    )
    for method, (type_name, configuration) in _methods(draft).items():
        draft.directory.add(
            f"{type_name}AuthenticationMethodConfiguration", configuration, object_id=method
        )


def _methods(draft: Draft) -> dict[str, tuple[str, dict[str, Any]]]:
    """The configuration of each method: its id, its type's first half, its body."""
    target = EVERYONE | {"isRegistrationRequired": False}
    pilot = {
        "targetType": "group",
        "id": draft.groups["passkey-pilot"],
        "isRegistrationRequired": False,
    }
    on, off = (
        {"state": "enabled", "excludeTargets": []},
        {"state": "disabled", "excludeTargets": []},
    )
    return {
        "Fido2": ("fido2", on | _passkeys(pilot)),
        "MicrosoftAuthenticator": ("microsoftAuthenticator", on | _authenticator(target)),
        "Sms": ("sms", off | {"includeTargets": [target | {"isUsableForSignIn": False}]}),
        "TemporaryAccessPass": ("temporaryAccessPass", on | {
            "defaultLength": 8,
            "defaultLifetimeInMinutes": 60,
            "isUsableOnce": True,
            "maximumLifetimeInMinutes": 480,
            "minimumLifetimeInMinutes": 60,
            "includeTargets": [target],
        }),
        "SoftwareOath": ("softwareOath", on | {"includeTargets": [target]}),
        "HardwareOath": ("hardwareOath", off | {"includeTargets": [target]}),
        "Voice": ("voice", off | {"isOfficePhoneAllowed": False, "includeTargets": [target]}),
        "Email": ("email", on | {
            "allowExternalIdToUseEmailOtp": "enabled", "includeTargets": [],
        }),
        "X509Certificate": ("x509Certificate", off | _certificates(target)),
        "QRCodePin": ("qrCodePin", off | {
            "pinLength": 8, "standardQRCodeLifetimeInDays": 365, "includeTargets": [target],
        }),
    }  # fmt: skip


def _passkeys(pilot: dict[str, Any]) -> dict[str, Any]:
    return {
        "isAttestationEnforced": True,
        "isSelfServiceRegistrationAllowed": True,
        "keyRestrictions": {
            "isEnforced": True,
            "enforcementType": "allow",
            "aaGuids": [
                "cb69481e-8ff7-4039-93ec-0a2729a154a8",
                "de1e552d-db1d-4423-a619-566b625cdc84",
            ],
        },
        "includeTargets": [pilot],
    }


def _authenticator(target: dict[str, Any]) -> dict[str, Any]:
    nobody = {"targetType": "group", "id": "00000000-0000-0000-0000-000000000000"}
    shown = {"state": "enabled", "includeTarget": EVERYONE, "excludeTarget": nobody}
    return {
        "isSoftwareOathEnabled": False,
        "featureSettings": {
            "displayAppInformationRequiredState": shown,
            "displayLocationInformationRequiredState": shown,
        },
        "includeTargets": [target | {"authenticationMode": "any"}],
    }


def _certificates(target: dict[str, Any]) -> dict[str, Any]:
    return {
        "authenticationModeConfiguration": {
            "x509CertificateAuthenticationDefaultMode": "x509CertificateMultiFactor",
            "x509CertificateDefaultRequiredAffinityLevel": "low",
            "rules": [],
        },
        "certificateUserBindings": [
            {
                "x509CertificateField": "PrincipalName",
                "userProperty": "userPrincipalName",
                "priority": 1,
                "trustAffinityLevel": "low",
            }
        ],
        "issuerHintsConfiguration": {"state": "disabled"},
        "crlValidationConfiguration": {
            "state": "disabled",
            "exemptedCertificateAuthoritiesSubjectKeyIdentifiers": [],
        },
        "includeTargets": [target],
    }


def _assigned_plan(name: str) -> dict[str, Any]:
    return {
        "assignedDateTime": "2024-01-12T09:00:00Z",
        "capabilityStatus": "Enabled",
        "service": name,
        "servicePlanId": licences.SERVICE_PLANS[name],
    }
