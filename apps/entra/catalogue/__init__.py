"""The catalogue of kinds: everything that Holdfast knows about Entra, as data."""

from collections.abc import Mapping

from apps.entra.catalogue.access_reviews import ACCESS_REVIEW
from apps.entra.catalogue.administrative_units import ADMINISTRATIVE_UNIT
from apps.entra.catalogue.application_policies import (
    ACTIVITY_BASED_TIMEOUT_POLICY,
    APP_MANAGEMENT_POLICY,
    CLAIMS_MAPPING_POLICY,
    DEFAULT_APP_MANAGEMENT_POLICY,
    HOME_REALM_DISCOVERY_POLICY,
    TOKEN_ISSUANCE_POLICY,
    TOKEN_LIFETIME_POLICY,
)
from apps.entra.catalogue.applications import APPLICATION, FEDERATED_IDENTITY_CREDENTIAL
from apps.entra.catalogue.authentication_methods import (
    AUTHENTICATION_METHOD_CONFIGURATION,
    AUTHENTICATION_METHODS_POLICY,
)
from apps.entra.catalogue.authentication_strengths import AUTHENTICATION_STRENGTH_POLICY
from apps.entra.catalogue.branding import ORGANIZATIONAL_BRANDING
from apps.entra.catalogue.conditional_access import CONDITIONAL_ACCESS_POLICY, NAMED_LOCATION
from apps.entra.catalogue.consent_policies import (
    ADMIN_CONSENT_REQUEST_POLICY,
    PERMISSION_GRANT_POLICY,
)
from apps.entra.catalogue.entitlements import (
    ACCESS_PACKAGE,
    ACCESS_PACKAGE_CATALOG,
    ACCESS_PACKAGE_POLICY,
    CONNECTED_ORGANIZATION,
    ENTITLEMENT_SETTINGS,
)
from apps.entra.catalogue.evidence import (
    AGREEMENT,
    DEVICE,
    DOMAIN,
    GROUP_LIFECYCLE_POLICY,
    ORG_CONTACT,
    SUBSCRIBED_SKU,
)
from apps.entra.catalogue.federation import (
    DOMAIN_FEDERATION,
    FEDERATED_TOKEN_VALIDATION_POLICY,
    IDENTITY_PROVIDER,
)
from apps.entra.catalogue.grants import APP_ROLE_ASSIGNMENT, OAUTH2_PERMISSION_GRANT
from apps.entra.catalogue.groups import GROUP
from apps.entra.catalogue.lifecycle_workflows import (
    CUSTOM_TASK_EXTENSION,
    LIFECYCLE_SETTINGS,
    LIFECYCLE_WORKFLOW,
)
from apps.entra.catalogue.model import (
    Audited,
    Beside,
    Clearing,
    Companion,
    Dependence,
    Held,
    Kind,
    Lane,
    Link,
    Lock,
    Owners,
    Property,
    Reference,
    Requested,
    SoftDelete,
    Subtype,
    Unrestorable,
    Writability,
)
from apps.entra.catalogue.normalising import (
    comparable,
    digest,
    digested,
    label,
    name_of,
    never_asked,
    normalise,
    partial_body,
    unknown,
)
from apps.entra.catalogue.partner_access import (
    CROSS_TENANT_ACCESS_DEFAULT,
    CROSS_TENANT_ACCESS_PARTNER,
    CROSS_TENANT_ACCESS_POLICY,
)
from apps.entra.catalogue.privileged_groups import GROUP_ASSIGNMENT, GROUP_ELIGIBILITY
from apps.entra.catalogue.role_eligibilities import ROLE_ELIGIBILITY
from apps.entra.catalogue.role_settings import GROUP_ROLE_SETTING, ROLE_SETTING
from apps.entra.catalogue.roles import ROLE_ASSIGNMENT, ROLE_DEFINITION
from apps.entra.catalogue.security_attributes import ATTRIBUTE_SET, SECURITY_ATTRIBUTE
from apps.entra.catalogue.service_principals import SERVICE_PRINCIPAL
from apps.entra.catalogue.sign_in_extensions import (
    AUTHENTICATION_EVENT_LISTENER,
    CERTIFICATE_AUTHORITIES,
    CUSTOM_AUTHENTICATION_EXTENSION,
    USER_FLOW_ATTRIBUTE,
)
from apps.entra.catalogue.tenant_policies import AUTHORIZATION_POLICY, ORGANIZATION
from apps.entra.catalogue.tenant_settings import (
    AUTHENTICATION_CONTEXT,
    AUTHENTICATION_FLOWS_POLICY,
    DEVICE_REGISTRATION_POLICY,
    EXTERNAL_IDENTITIES_POLICY,
    GROUP_SETTING,
    SECURITY_DEFAULTS,
)
from apps.entra.catalogue.users import USER

__all__ = [
    "KINDS",
    "LINKS",
    "Audited",
    "Beside",
    "Clearing",
    "Companion",
    "Dependence",
    "Held",
    "Kind",
    "Lane",
    "Link",
    "Lock",
    "Owners",
    "Property",
    "Reference",
    "Requested",
    "SoftDelete",
    "Subtype",
    "Unrestorable",
    "Writability",
    "comparable",
    "digest",
    "digested",
    "kind",
    "label",
    "link",
    "links",
    "name_of",
    "never_asked",
    "normalise",
    "partial_body",
    "unknown",
]

KINDS: tuple[Kind, ...] = tuple(
    sorted(
        (
            USER,
            GROUP,
            ADMINISTRATIVE_UNIT,
            ROLE_DEFINITION,
            ROLE_ASSIGNMENT,
            ROLE_ELIGIBILITY,
            ROLE_SETTING,
            GROUP_ELIGIBILITY,
            GROUP_ASSIGNMENT,
            GROUP_ROLE_SETTING,
            ACCESS_PACKAGE_CATALOG,
            CONNECTED_ORGANIZATION,
            ACCESS_PACKAGE,
            ACCESS_PACKAGE_POLICY,
            ENTITLEMENT_SETTINGS,
            ACCESS_REVIEW,
            APPLICATION,
            FEDERATED_IDENTITY_CREDENTIAL,
            SERVICE_PRINCIPAL,
            OAUTH2_PERMISSION_GRANT,
            APP_ROLE_ASSIGNMENT,
            CONDITIONAL_ACCESS_POLICY,
            NAMED_LOCATION,
            AUTHENTICATION_STRENGTH_POLICY,
            AUTHENTICATION_METHODS_POLICY,
            AUTHENTICATION_METHOD_CONFIGURATION,
            AUTHORIZATION_POLICY,
            ORGANIZATION,
            CLAIMS_MAPPING_POLICY,
            HOME_REALM_DISCOVERY_POLICY,
            TOKEN_LIFETIME_POLICY,
            TOKEN_ISSUANCE_POLICY,
            ACTIVITY_BASED_TIMEOUT_POLICY,
            APP_MANAGEMENT_POLICY,
            DEFAULT_APP_MANAGEMENT_POLICY,
            PERMISSION_GRANT_POLICY,
            ADMIN_CONSENT_REQUEST_POLICY,
            CROSS_TENANT_ACCESS_POLICY,
            CROSS_TENANT_ACCESS_DEFAULT,
            CROSS_TENANT_ACCESS_PARTNER,
            SECURITY_DEFAULTS,
            AUTHENTICATION_FLOWS_POLICY,
            AUTHENTICATION_CONTEXT,
            GROUP_SETTING,
            GROUP_LIFECYCLE_POLICY,
            ATTRIBUTE_SET,
            SECURITY_ATTRIBUTE,
            DOMAIN,
            SUBSCRIBED_SKU,
            DEVICE,
            ORG_CONTACT,
            AGREEMENT,
            ORGANIZATIONAL_BRANDING,
            DOMAIN_FEDERATION,
            IDENTITY_PROVIDER,
            FEDERATED_TOKEN_VALIDATION_POLICY,
            DEVICE_REGISTRATION_POLICY,
            EXTERNAL_IDENTITIES_POLICY,
            LIFECYCLE_WORKFLOW,
            CERTIFICATE_AUTHORITIES,
            CUSTOM_AUTHENTICATION_EXTENSION,
            AUTHENTICATION_EVENT_LISTENER,
            USER_FLOW_ATTRIBUTE,
            CUSTOM_TASK_EXTENSION,
            LIFECYCLE_SETTINGS,
        ),
        key=lambda entry: entry.order,
    )
)
_BY_NAME: Mapping[str, Kind] = {entry.name: entry for entry in KINDS}
LINKS: Mapping[str, Link] = {item.name: item for entry in KINDS for item in entry.links}


def kind(name: str) -> Kind:
    """The kind of that name. Raises KeyError for a name that the catalogue does not have."""
    return _BY_NAME[name]


def links(entry: Kind) -> tuple[Link, ...]:
    """The links whose source is of this kind."""
    return entry.links


def link(name: str) -> Link:
    """The link of that name ("group.members"). Raises KeyError."""
    return LINKS[name]
