"""The tenant itself: organization, domains, licences, tenant-wide policies, audit log.

https://learn.microsoft.com/graph/api/resources/organization
https://learn.microsoft.com/graph/api/resources/authorizationpolicy
https://learn.microsoft.com/graph/api/resources/directoryaudit
"""

from .tables import EntityTable

ORGANIZATION = EntityTable(
    name="organization",
    base="directoryObject",
    path="/organization",
    properties="""
    assignedPlans                                assignedPlan[]              ro
    businessPhones                               String[]                    ro
    certificateConnectorSetting                  certificateConnectorSetting ro beta
    city                                         String                      ro
    country                                      String                      ro
    countryLetterCode                            String                      ro
    createdDateTime                              DateTimeOffset              ro
    defaultUsageLocation                         String                      ro
    deletedDateTime                              DateTimeOffset              ro
    directorySizeQuota                           directorySizeQuota          ro beta
    displayName                                  String                      ro
    id                                           String                      ro
    isMultipleDataLocationsForServicesEnabled    Boolean                     ro beta
    marketingNotificationEmails                  String[]
    mobileDeviceManagementAuthority              mdmAuthority                ro select
    onPremisesLastPasswordSyncDateTime           DateTimeOffset              ro beta
    onPremisesLastSyncDateTime                   DateTimeOffset              ro
    onPremisesSyncEnabled                        Boolean
    partnerInformation                           partnerInformation          ro beta
    partnerTenantType                            partnerTenantType           ro
    postalCode                                   String                      ro
    preferredLanguage                            String                      ro
    privacyProfile                               privacyProfile
    provisionedPlans                             provisionedPlan[]           ro
    resourceQuotas                               resourceQuota[]             ro beta
    securityComplianceNotificationMails          String[]
    securityComplianceNotificationPhones         String[]
    state                                        String                      ro
    street                                       String                      ro
    technicalNotificationMails                   String[]
    tenantType                                   String                      ro
    verifiedDomains                              verifiedDomain[]            ro
    """,
)

DOMAIN = EntityTable(
    name="domain",
    base="entity",
    path="/domains",
    properties="""
    authenticationType                  String       ro
    availabilityStatus                  String       ro
    id                                  String       create req
    isAdminManaged                      Boolean      ro
    isDefault                           Boolean
    isInitial                           Boolean      ro
    isRoot                              Boolean      ro
    isVerified                          Boolean      ro
    manufacturer                        String       v1
    model                               String       v1
    passwordNotificationWindowInDays    Int32
    passwordValidityPeriodInDays        Int32
    state                               domainState  ro
    supportedServices                   String[]
    """,
    relations="federationConfiguration  internalDomainFederation[]  contained",
)

SUBSCRIBED_SKU = EntityTable(
    name="subscribedSku",
    base="entity",
    path="/subscribedSkus",
    properties="""
    accountId           String              ro
    accountName         String              ro
    appliesTo           String              ro
    capabilityStatus    String              ro
    consumedUnits       Int32               ro
    id                  String              ro
    prepaidUnits        licenseUnitsDetail  ro
    servicePlans        servicePlanInfo[]   ro
    skuId               Guid                ro
    skuPartNumber       String              ro
    subscriptionIds     String[]            ro
    """,
)

AUTHORIZATION_POLICY = EntityTable(
    name="authorizationPolicy",
    base="directoryObject",
    path="/policies/authorizationPolicy",
    properties="""
    allowEmailVerifiedUsersToJoinOrganization            Boolean
    allowInvitesFrom                                     allowInvitesFrom
    allowUserConsentForRiskyApps                         Boolean
    allowedToSignUpEmailBasedSubscriptions               Boolean
    allowedToUseSSPR                                     Boolean
    blockMsolPowerShell                                  Boolean
    defaultUserRoleOverrides                             defaultUserRoleOverride[]   ro beta
    defaultUserRolePermissions                           defaultUserRolePermissions
    deletedDateTime                                      DateTimeOffset              ro
    description                                          String
    displayName                                          String
    enabledPreviewFeatures                               String[]                    beta
    guestUserRoleId                                      Guid
    id                                                   String                      ro
    permissionGrantPolicyIdsAssignedToDefaultUserRole    String[]                    beta
    """,
)

SECURITY_DEFAULTS = EntityTable(
    name="identitySecurityDefaultsEnforcementPolicy",
    base="directoryObject",
    path="/policies/identitySecurityDefaultsEnforcementPolicy",
    properties="""
    deletedDateTime    DateTimeOffset  ro
    description        String          ro
    displayName        String          ro
    id                 String          ro
    isEnabled          Boolean
    """,
)

DIRECTORY_AUDIT = EntityTable(
    name="directoryAudit",
    base="entity",
    path="/auditLogs/directoryAudits",
    properties="""
    activityDateTime       DateTimeOffset          ro f o
    activityDisplayName    String                  ro f o
    additionalDetails      keyValue[]              ro
    category               String                  ro f o
    correlationId          String                  ro f o
    id                     String                  ro f
    initiatedBy            auditActivityInitiator  ro f
    loggedByService        String                  ro f o
    operationType          String                  ro
    performedBy            auditActivityPerformer  ro beta
    result                 operationResult         ro f
    resultReason           String                  ro
    targetResources        targetResource[]        ro f
    userAgent              String                  ro beta
    """,
)

NESTED = """
verifiedDomain: capabilities String, isDefault Boolean, isInitial Boolean, name String, type String
privacyProfile: contactEmail String, statementUrl String
directorySizeQuota: total Int32, used Int32
resourceQuota: maxPercentage Int32, resourceType resourceQuotaType, total Int32
certificateConnectorSetting: certExpiryTime DateTimeOffset, connectorVersion String,
    enrollmentError String, lastConnectorConnectionTime DateTimeOffset, lastUploadVersion Int32,
    status Int32
partnerInformation: commerceUrl String, companyName String, companyType partnerTenantType,
    helpUrl String, partnerTenantId String, supportEmails String[], supportTelephones String[],
    supportUrl String
domainState: lastActionDateTime DateTimeOffset, operation String, status String
licenseUnitsDetail: enabled Int32, lockedOut Int32, suspended Int32, warning Int32
defaultUserRolePermissions: allowedToCreateApps Boolean, allowedToCreateSecurityGroups Boolean,
    allowedToCreateTenants Boolean, allowedToReadBitlockerKeysForOwnedDevice Boolean,
    allowedToReadOtherUsers Boolean, permissionGrantPoliciesAssigned String[] v1
defaultUserRoleOverride: id String, isDefault Boolean, rolePermissions unifiedRolePermission[]
auditActivityInitiator: app appIdentity, linkableIdentifiers linkableIdentifiers beta,
    user userIdentity
appIdentity: appId String, displayName String, servicePrincipalId String,
    servicePrincipalName String
userIdentity: displayName String, homeTenantId String, homeTenantName String, id String,
    ipAddress String, userPrincipalName String, userType String
linkableIdentifiers: deviceId String, sessionId String
auditActivityPerformer: appId String, blueprintId String, identityType auditIdentityType
targetResource: displayName String, groupType groupType, id String,
    modifiedProperties modifiedProperty[], type String, userPrincipalName String
modifiedProperty: displayName String, newValue String, oldValue String
enum allowInvitesFrom: none, adminsAndGuestInviters, adminsGuestInvitersAndAllMembers, everyone,
    unknownFutureValue
enum mdmAuthority: unknown, intune, sccm, office365
enum partnerTenantType: microsoftSupport, syndicatePartner, breadthPartner,
    breadthPartnerDelegatedAdmin, resellerPartnerDelegatedAdmin,
    valueAddedResellerPartnerDelegatedAdmin, unknownFutureValue
enum resourceQuotaType: agentIdentityBlueprint, agentIdentity, managedIdentity, unknownFutureValue
enum operationResult: success, failure, timeout, unknownFutureValue
enum groupType: unifiedGroups, azureAD, unknownFutureValue
enum auditIdentityType: agent, servicePrincipal, unknownFutureValue
"""
