"""Policies and settings of a tenant beyond sign-in: tokens, consent, partners, groups, attributes.

https://learn.microsoft.com/graph/api/resources/policy-overview
https://learn.microsoft.com/graph/api/resources/crosstenantaccesspolicy-overview
https://learn.microsoft.com/graph/api/resources/groupsetting
https://learn.microsoft.com/graph/api/resources/custom-security-attributes-overview
"""

from .tables import EntityTable

_STS = """
    definition               String[]  req
    deletedDateTime          DateTimeOffset  ro
    description              String
    displayName              String    req
    id                       String    ro
    isOrganizationDefault    Boolean
"""
_APPLIES_TO = "appliesTo  directoryObject[]"


def _sts(name: str, *, assigned: bool = True) -> EntityTable:
    """https://learn.microsoft.com/graph/api/resources/stspolicy"""
    return EntityTable(
        name=name,
        base="entity",
        path=f"/policies/{name.removesuffix('y')}ies",
        properties=_STS,
        relations=_APPLIES_TO if assigned else "",
    )


STS_POLICIES = (
    _sts("claimsMappingPolicy"),
    _sts("homeRealmDiscoveryPolicy"),
    _sts("tokenLifetimePolicy"),
    _sts("tokenIssuancePolicy"),
    _sts("activityBasedTimeoutPolicy", assigned=False),
)
APP_MANAGEMENT_POLICY = EntityTable(
    name="appManagementPolicy",
    base="entity",
    path="/policies/appManagementPolicies",
    properties="""
    deletedDateTime    DateTimeOffset                    ro
    description        String
    displayName        String                            req
    id                 String                            ro
    isEnabled          Boolean
    restrictions       customAppManagementConfiguration  req
    """,
    relations=_APPLIES_TO,
)
DEFAULT_APP_MANAGEMENT_POLICY = EntityTable(
    name="tenantAppManagementPolicy",
    base="entity",
    path="/policies/defaultAppManagementPolicy",
    properties="""
    applicationRestrictions         customAppManagementConfiguration
    deletedDateTime                 DateTimeOffset  ro
    description                     String          ro
    displayName                     String          ro
    id                              String          ro
    isEnabled                       Boolean
    servicePrincipalRestrictions    customAppManagementConfiguration
    """,
)
PERMISSION_GRANT_POLICY = EntityTable(
    name="permissionGrantPolicy",
    base="entity",
    path="/policies/permissionGrantPolicies",
    properties="""
    deletedDateTime    DateTimeOffset               ro
    description        String
    displayName        String                       req
    excludes           permissionGrantConditionSet[]  ro
    id                 String                       create req
    includes           permissionGrantConditionSet[]  ro
    """,
)
ADMIN_CONSENT_REQUEST_POLICY = EntityTable(
    name="adminConsentRequestPolicy",
    base="",
    path="/policies/adminConsentRequestPolicy",
    properties="""
    isEnabled                Boolean                      req
    notifyReviewers          Boolean                      req
    remindersEnabled         Boolean                      req
    requestDurationInDays    Int32                        req
    reviewers                accessReviewReviewerScope[]  req
    version                  Int32                        ro
    """,
)
_CROSS_TENANT = """
    b2bCollaborationInbound     crossTenantAccessPolicyB2BSetting
    b2bCollaborationOutbound    crossTenantAccessPolicyB2BSetting
    b2bDirectConnectInbound     crossTenantAccessPolicyB2BSetting
    b2bDirectConnectOutbound    crossTenantAccessPolicyB2BSetting
    inboundTrust                crossTenantAccessPolicyInboundTrust
    tenantRestrictions          crossTenantAccessPolicyTenantRestrictions
"""
CROSS_TENANT_DEFAULT = EntityTable(
    name="crossTenantAccessPolicyConfigurationDefault",
    base="",
    path="/policies/crossTenantAccessPolicy/default",
    properties=_CROSS_TENANT
    + """
    automaticUserConsentSettings                       inboundOutboundPolicyConfiguration  ro
    invitationRedemptionIdentityProviderConfiguration  defaultInvitationRedemption
    isServiceDefault                                   Boolean  ro
    """,
)
CROSS_TENANT_PARTNER = EntityTable(
    name="crossTenantAccessPolicyConfigurationPartner",
    base="",
    path="/policies/crossTenantAccessPolicy/partners",
    properties=_CROSS_TENANT
    + """
    automaticUserConsentSettings    inboundOutboundPolicyConfiguration
    isInMultiTenantOrganization     Boolean  ro
    isServiceProvider               Boolean
    tenantId                        String   create req
    """,
    relations="""
    identitySynchronization  crossTenantIdentitySyncPolicyPartner  contained
    """,
)
IDENTITY_SYNCHRONIZATION = EntityTable(
    name="crossTenantIdentitySyncPolicyPartner",
    base="",
    properties="""
    displayName        String
    tenantId           String                     ro
    userSyncInbound    crossTenantUserSyncInbound
    """,
)
CROSS_TENANT_POLICY = EntityTable(
    name="crossTenantAccessPolicy",
    base="entity",
    path="/policies/crossTenantAccessPolicy",
    properties="""
    allowedCloudEndpoints    String[]
    description              String  ro
    displayName              String  ro
    id                       String  ro
    """,
)
AUTHENTICATION_FLOWS_POLICY = EntityTable(
    name="authenticationFlowsPolicy",
    base="entity",
    path="/policies/authenticationFlowsPolicy",
    properties="""
    description          String  ro
    displayName          String  ro
    id                   String  ro
    selfServiceSignUp    selfServiceSignUpAuthenticationFlowConfiguration
    """,
)
AUTHENTICATION_CONTEXT = EntityTable(
    name="authenticationContextClassReference",
    base="entity",
    path="/identity/conditionalAccess/authenticationContextClassReferences",
    properties="""
    description    String
    displayName    String   req
    id             String   create
    isAvailable    Boolean  f
    """,
)
GROUP_SETTING = EntityTable(
    name="groupSetting",
    base="entity",
    path="/groupSettings",
    properties="""
    displayName    String          ro
    id             String          ro
    templateId     String          create req
    values         settingValue[]  req
    """,
)
GROUP_LIFECYCLE_POLICY = EntityTable(
    name="groupLifecyclePolicy",
    base="entity",
    path="/groupLifecyclePolicies",
    properties="""
    alternateNotificationEmails    String
    groupLifetimeInDays            Int32   req
    id                             String  ro
    managedGroupTypes              String  req
    """,
)
ATTRIBUTE_SET = EntityTable(
    name="attributeSet",
    base="entity",
    path="/directory/attributeSets",
    properties="""
    description            String
    id                     String  create req
    maxAttributesPerSet    Int32
    """,
)
SECURITY_ATTRIBUTE = EntityTable(
    name="customSecurityAttributeDefinition",
    base="entity",
    path="/directory/customSecurityAttributeDefinitions",
    properties="""
    attributeSet               String   create req
    description                String
    id                         String   ro
    isCollection               Boolean  create req
    isSearchable               Boolean  create req
    name                       String   create req
    status                     String   req
    type                       String   create req
    usePreDefinedValuesOnly    Boolean  req
    """,
)
AGREEMENT = EntityTable(
    name="agreement",
    base="entity",
    path="/identityGovernance/termsOfUse/agreements",
    properties="""
    displayName                          String
    id                                   String           ro
    isPerDeviceAcceptanceRequired        Boolean
    isViewingBeforeAcceptanceRequired    Boolean
    termsExpiration                      termsExpiration
    userReacceptRequiredFrequency        Duration
    """,
)
TABLES = (
    *STS_POLICIES,
    APP_MANAGEMENT_POLICY,
    DEFAULT_APP_MANAGEMENT_POLICY,
    PERMISSION_GRANT_POLICY,
    ADMIN_CONSENT_REQUEST_POLICY,
    CROSS_TENANT_POLICY,
    CROSS_TENANT_DEFAULT,
    IDENTITY_SYNCHRONIZATION,
    CROSS_TENANT_PARTNER,
    AUTHENTICATION_FLOWS_POLICY,
    AUTHENTICATION_CONTEXT,
    GROUP_SETTING,
    GROUP_LIFECYCLE_POLICY,
    ATTRIBUTE_SET,
    SECURITY_ATTRIBUTE,
    AGREEMENT,
)

NESTED = """
customAppManagementConfiguration: keyCredentials keyCredentialConfiguration[],
    passwordCredentials passwordCredentialConfiguration[]
keyCredentialConfiguration: maxLifetime Duration,
    restrictForAppsCreatedAfterDateTime DateTimeOffset, restrictionType String, state String
passwordCredentialConfiguration: maxLifetime Duration,
    restrictForAppsCreatedAfterDateTime DateTimeOffset, restrictionType String, state String
permissionGrantConditionSet: id String, clientApplicationIds String[],
    clientApplicationPublisherIds String[], clientApplicationTenantIds String[],
    clientApplicationsFromVerifiedPublisherOnly Boolean, permissionClassification String,
    permissionType permissionType, permissions String[], resourceApplication String
enum permissionType: delegatedUserConsentable, delegated, application
accessReviewReviewerScope: query String, queryRoot String, queryType String
crossTenantAccessPolicyB2BSetting: applications crossTenantAccessPolicyTargetConfiguration,
    usersAndGroups crossTenantAccessPolicyTargetConfiguration
crossTenantAccessPolicyTenantRestrictions: applications crossTenantAccessPolicyTargetConfiguration,
    devices Untyped, usersAndGroups crossTenantAccessPolicyTargetConfiguration
crossTenantAccessPolicyTargetConfiguration: accessType crossTenantAccessPolicyTargetAccess,
    targets crossTenantAccessPolicyTarget[]
enum crossTenantAccessPolicyTargetAccess: allowed, blocked, unknownFutureValue
crossTenantAccessPolicyTarget: target String, targetType crossTenantAccessPolicyTargetType
enum crossTenantAccessPolicyTargetType: user, group, application, unknownFutureValue
crossTenantAccessPolicyInboundTrust: isCompliantDeviceAccepted Boolean,
    isHybridAzureADJoinedDeviceAccepted Boolean, isMfaAccepted Boolean
crossTenantUserSyncInbound: isSyncAllowed Boolean
inboundOutboundPolicyConfiguration: inboundAllowed Boolean, outboundAllowed Boolean
defaultInvitationRedemption: fallbackIdentityProvider String,
    primaryIdentityProviderPrecedenceOrder String[]
selfServiceSignUpAuthenticationFlowConfiguration: isEnabled Boolean
settingValue: name String, value String
termsExpiration: frequency Duration, startDateTime DateTimeOffset
"""
