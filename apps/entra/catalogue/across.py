"""What becomes of things that are put from one tenant into another.

Ids are the tenant's own, but for those of a few things that every tenant has from the start; names
hold domains that only one tenant can have verified; and some things are part of what a tenant is.
Sources: https://learn.microsoft.com/graph/api/resources/user and those of each kind,
https://learn.microsoft.com/entra/identity/users/domains-manage
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from apps.entra.catalogue.model import Kind


@dataclass(frozen=True, slots=True)
class Across:
    """How objects of one kind go across.

    same_by: the properties that tell which object of the other tenant is the same thing, where its
    id does not; None for the kind's own (`Kind.found_by`), () where nothing does. addresses:
    properties that name verified domains. sole: properties whose value one object alone may have.
    stays: why the kind belongs to the tenant it is in, "" where it goes across.
    tenant_wide: settings of a whole tenant, which go across only where somebody says so.
    """

    same_by: tuple[str, ...] | None = None
    addresses: tuple[str, ...] = ()
    sole: tuple[str, ...] = ()
    stays: str = ""
    tenant_wide: bool = False


_ITSELF = "It is the tenant itself: its name, its contacts, its licences."
_OF_A_DOMAIN = "It is about domains, which one tenant alone can have."
_SETTING = Across(tenant_wide=True)

ACROSS: Final[Mapping[str, Across]] = {
    "user": Across(
        addresses=(
            "userPrincipalName",
            "mail",
            "otherMails",
            "proxyAddresses",
            "imAddresses",
            "identities",
        ),
        sole=("userPrincipalName",),
    ),
    "group": Across(addresses=("mail", "proxyAddresses", "membershipRule"), sole=("mailNickname",)),
    "administrativeUnit": Across(addresses=("membershipRule",)),
    # Two applications of one name are two applications.
    "application": Across(
        same_by=("uniqueName",),
        addresses=("identifierUris", "publisherDomain"),
        sole=("identifierUris",),
    ),
    "servicePrincipal": Across(addresses=("servicePrincipalNames", "notificationEmailAddresses")),
    "homeRealmDiscoveryPolicy": Across(addresses=("definition",)),
    "conditionalAccessPolicy": Across(addresses=("conditions",)),
    "entitlementManagementSettings": _SETTING,
    "lifecycleManagementSettings": Across(addresses=("emailSettings",), tenant_wide=True),
    "crossTenantAccessPolicy": _SETTING,
    "crossTenantAccessDefault": _SETTING,
    "crossTenantAccessPartner": Across(tenant_wide=True),
    "authenticationMethodsPolicy": _SETTING,
    "authenticationMethodConfiguration": _SETTING,
    "authenticationFlowsPolicy": _SETTING,
    "adminConsentRequestPolicy": _SETTING,
    "authorizationPolicy": _SETTING,
    "identitySecurityDefaultsEnforcementPolicy": _SETTING,
    "defaultAppManagementPolicy": _SETTING,
    "groupSetting": _SETTING,
    "deviceRegistrationPolicy": _SETTING,
    "externalIdentitiesPolicy": _SETTING,
    "organizationalBranding": Across(tenant_wide=True),
    "certificateBasedAuthConfiguration": Across(same_by=("id",), tenant_wide=True),
    "authenticationEventListener": Across(same_by=()),
    "federatedTokenValidationPolicy": Across(stays=_OF_A_DOMAIN),
    "internalDomainFederation": Across(stays=_OF_A_DOMAIN),
    "organization": Across(stays=_ITSELF),
    # Not written anywhere, but others refer to them: to the one of the same name or product.
    "agreement": Across(same_by=("displayName",)),
    "subscribedSku": Across(same_by=("skuId",)),
    "device": Across(same_by=()),
    "orgContact": Across(same_by=()),
    "domain": Across(same_by=()),
    "groupLifecyclePolicy": Across(same_by=()),
}
_USUAL: Final = Across()

# What makes a user or group one of an on-premises directory. Without these it is one of the cloud.
ON_PREMISES: Final[Mapping[str, tuple[str, ...]]] = {
    "user": (
        "onPremisesDistinguishedName",
        "onPremisesDomainName",
        "onPremisesImmutableId",
        "onPremisesLastSyncDateTime",
        "onPremisesSamAccountName",
        "onPremisesSecurityIdentifier",
        "onPremisesSyncEnabled",
        "onPremisesUserPrincipalName",
    ),
    "group": (
        "onPremisesDomainName",
        "onPremisesLastSyncDateTime",
        "onPremisesNetBiosName",
        "onPremisesSamAccountName",
        "onPremisesSecurityIdentifier",
        "onPremisesSyncEnabled",
    ),
}


def across(kind: Kind) -> Across:
    """How objects of a kind go from one tenant into another."""
    return ACROSS.get(kind.name, _USUAL)


def same_by(kind: Kind) -> tuple[str, ...]:
    """The properties by which an object of another tenant is known to be the same thing."""
    told = across(kind).same_by
    return kind.found_by if told is None else told


def why_it_stays(kind: Kind) -> str:
    """Why no object of the kind goes into another tenant; empty where they can."""
    if told := across(kind).stays:
        return told
    if kind.evidence:
        return kind.evidence
    return "" if kind.create_path or kind.singleton else "Every tenant has its own, from the start."


def goes_by_default(kind: Kind) -> bool:
    """Whether the kind goes across unless somebody says otherwise."""
    return not why_it_stays(kind) and not across(kind).tenant_wide
