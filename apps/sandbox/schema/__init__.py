"""The sandbox's own tables of Microsoft Graph types."""

from . import (
    applications,
    authentication,
    conditional_access,
    entitlements,
    extensions,
    federation,
    groups,
    others,
    privileged,
    roles,
    service_principals,
    settings,
    tenant,
    users,
    workflows,
)
from .model import BETA, BOTH, V1, ComplexType, EntityType, EnumType, Property, Relation
from .tables import read_entities, read_nested

_NESTED_TABLES = (
    applications.NESTED,
    authentication.NESTED,
    conditional_access.NESTED,
    entitlements.NESTED,
    extensions.NESTED,
    federation.NESTED,
    groups.NESTED,
    others.NESTED,
    privileged.NESTED,
    roles.NESTED,
    service_principals.NESTED,
    settings.NESTED,
    tenant.NESTED,
    users.NESTED,
    workflows.NESTED,
)

COMPLEX, ENUMS = read_nested(_NESTED_TABLES)

TYPES = read_entities(
    (
        others.ENTITY,
        others.DIRECTORY_OBJECT,
        users.USER,
        users.AGENT_USER,
        groups.GROUP,
        groups.ADMINISTRATIVE_UNIT,
        applications.APPLICATION,
        applications.AGENT_IDENTITY_BLUEPRINT,
        applications.FEDERATED_IDENTITY_CREDENTIAL,
        applications.EXTENSION_PROPERTY,
        service_principals.SERVICE_PRINCIPAL,
        service_principals.AGENT_IDENTITY,
        service_principals.AGENT_IDENTITY_BLUEPRINT_PRINCIPAL,
        service_principals.APP_ROLE_ASSIGNMENT,
        service_principals.OAUTH2_PERMISSION_GRANT,
        conditional_access.CONDITIONAL_ACCESS_POLICY,
        conditional_access.NAMED_LOCATION,
        conditional_access.IP_NAMED_LOCATION,
        conditional_access.COUNTRY_NAMED_LOCATION,
        conditional_access.COMPLIANT_NETWORK_NAMED_LOCATION,
        authentication.AUTHENTICATION_STRENGTH_POLICY,
        authentication.AUTHENTICATION_COMBINATION_CONFIGURATION,
        authentication.FIDO2_COMBINATION_CONFIGURATION,
        authentication.X509_COMBINATION_CONFIGURATION,
        authentication.AUTHENTICATION_METHODS_POLICY,
        authentication.AUTHENTICATION_METHOD_CONFIGURATION,
        *authentication.METHOD_CONFIGURATIONS,
        tenant.ORGANIZATION,
        tenant.DOMAIN,
        tenant.SUBSCRIBED_SKU,
        tenant.AUTHORIZATION_POLICY,
        tenant.SECURITY_DEFAULTS,
        tenant.DIRECTORY_AUDIT,
        roles.DIRECTORY_ROLE,
        roles.DIRECTORY_ROLE_TEMPLATE,
        roles.UNIFIED_ROLE_DEFINITION,
        roles.UNIFIED_ROLE_ASSIGNMENT,
        privileged.ROLE_ELIGIBILITY_SCHEDULE,
        privileged.ROLE_ELIGIBILITY_SCHEDULE_REQUEST,
        privileged.ROLE_MANAGEMENT_POLICY_ASSIGNMENT,
        privileged.GROUP_ELIGIBILITY,
        privileged.GROUP_ASSIGNMENT,
        privileged.GROUP_SCHEDULE_REQUEST,
        privileged.GROUP_RESOURCE,
        *settings.TABLES,
        *entitlements.TABLES,
        *federation.TABLES,
        *workflows.TABLES,
        *extensions.TABLES,
        others.DEVICE,
        others.ORG_CONTACT,
    ),
    ENUMS,
)


def family(type_name: str) -> str:
    """The type a subtype is stored with: "agentUser" -> "user"; KeyError if unknown."""
    return TYPES[type_name].family


__all__ = [
    "BETA",
    "BOTH",
    "COMPLEX",
    "ENUMS",
    "TYPES",
    "V1",
    "ComplexType",
    "EntityType",
    "EnumType",
    "Property",
    "Relation",
    "family",
]
