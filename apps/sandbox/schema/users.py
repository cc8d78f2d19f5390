"""Users and agent users.

https://learn.microsoft.com/graph/api/resources/user
https://learn.microsoft.com/graph/api/resources/agentuser
"""

from .tables import EntityTable

USER = EntityTable(
    name="user",
    base="directoryObject",
    path="/users",
    delta=True,
    soft_delete="directory",
    advanced_query=True,
    alternate_keys=("userPrincipalName",),
    open=True,
    default=frozenset(
        {
            "id",
            "businessPhones",
            "displayName",
            "givenName",
            "jobTitle",
            "mail",
            "mobilePhone",
            "officeLocation",
            "preferredLanguage",
            "surname",
            "userPrincipalName",
        }
    ),
    properties="""
    aboutMe                            String                             single
    accountEnabled                     Boolean                            req f
    ageGroup                           String                             f
    assignedLicenses                   assignedLicense[]                  ro f
    assignedPlans                      assignedPlan[]                     ro f
    authorizationInfo                  authorizationInfo
    birthday                           DateTimeOffset                     single
    businessPhones                     String[]                           f
    city                               String                             f o
    companyName                        String                             f
    consentProvidedForMinor            String                             f
    country                            String                             f o
    createdDateTime                    DateTimeOffset                     ro f o
    creationType                       String                             ro f
    customSecurityAttributes           customSecurityAttributeValue       select f
    deletedDateTime                    DateTimeOffset                     ro
    department                         String                             f o s
    deviceEnrollmentLimit              Int32                              single
    displayName                        String                             req f o s
    employeeHireDate                   DateTimeOffset                     f
    employeeId                         String                             f
    employeeLeaveDateTime              DateTimeOffset                     f
    employeeOrgData                    employeeOrgData                    f
    employeeType                       String                             f
    externalUserState                  String                             ro f
    externalUserStateChangeDateTime    DateTimeOffset                     ro f
    faxNumber                          String                             f
    givenName                          String                             f o s
    hireDate                           DateTimeOffset                     single
    id                                 String                             ro f
    identities                         objectIdentity[]                   f
    identityParentId                   String                             ro
    imAddresses                        String[]                           ro f
    interests                          String[]                           single
    isLicenseReconciliationNeeded      Boolean                            ro f beta
    isManagementRestricted             Boolean                            ro
    isResourceAccount                  Boolean
    jobTitle                           String                             f o s
    lastPasswordChangeDateTime         DateTimeOffset                     ro
    legalAgeGroupClassification        String                             ro
    licenseAssignmentStates            licenseAssignmentState[]           ro
    mail                               String                             f o s
    mailNickname                       String                             req f s
    mailboxSettings                    mailboxSettings                    single
    mobilePhone                        String                             f
    mySite                             String                             single
    officeLocation                     String                             f o
    onPremisesDistinguishedName        String                             ro
    onPremisesDomainName               String                             ro
    onPremisesExtensionAttributes      onPremisesExtensionAttributes      f
    onPremisesImmutableId              String                             f
    onPremisesLastSyncDateTime         DateTimeOffset                     ro f
    onPremisesProvisioningErrors       onPremisesProvisioningError[]      ro f
    onPremisesSamAccountName           String                             ro f
    onPremisesSecurityIdentifier       String                             ro f
    onPremisesSipInfo                  onPremisesSipInfo                  ro beta
    onPremisesSyncEnabled              Boolean                            ro f
    onPremisesUserPrincipalName        String                             ro f
    otherMails                         String[]                           f s
    passwordPolicies                   String                             f
    passwordProfile                    passwordProfile                    req f
    pastProjects                       String[]                           single
    postalCode                         String                             f
    perUserMfaState                    perUserMfaState                    apart
    preferredDataLocation              String
    preferredLanguage                  String                             f
    preferredName                      String                             single
    provisionedPlans                   provisionedPlan[]                  ro f
    proxyAddresses                     String[]                           ro f s
    refreshTokensValidFromDateTime     DateTimeOffset                     ro beta
    responsibilities                   String[]                           single
    schools                            String[]                           single
    securityIdentifier                 String                             ro
    serviceProvisioningErrors          serviceProvisioningError[]         ro f
    showInAddressList                  Boolean
    signInActivity                     signInActivity                     ro select f
    signInSessionsValidFromDateTime    DateTimeOffset                     ro
    skills                             String[]                           single
    state                              String                             f
    streetAddress                      String                             f
    surname                            String                             f o s
    usageLocation                      String                             f
    userPrincipalName                  String                             req f o s
    userType                           String                             f
    """,
    relations="""
    appRoleAssignments        appRoleAssignment[]      computed
    directReports             directoryObject[]        computed
    licenseDetails            licenseDetails[]         computed noexpand
    manager                   directoryObject
    memberOf                  directoryObject[]        computed
    oauth2PermissionGrants    oauth2PermissionGrant[]  computed
    ownedDevices              directoryObject[]        computed
    ownedObjects              directoryObject[]        computed
    registeredDevices         directoryObject[]        computed
    sponsors                  directoryObject[]
    transitiveMemberOf        directoryObject[]        computed
    """,
)

AGENT_USER = EntityTable(name="agentUser", base="user")

NESTED = """
assignedLicense: disabledPlans Guid[], skuId Guid
assignedPlan: assignedDateTime DateTimeOffset, capabilityStatus String, service String,
    servicePlanId Guid
provisionedPlan: capabilityStatus String, provisioningStatus String, service String
licenseAssignmentState: assignedByGroup String, disabledPlans Guid[], error String,
    lastUpdatedDateTime DateTimeOffset, skuId Guid, state String
licenseDetails: id String, servicePlans servicePlanInfo[], skuId Guid, skuPartNumber String
servicePlanInfo: appliesTo String, provisioningStatus String, servicePlanId Guid,
    servicePlanName String
employeeOrgData: costCenter String, division String
authorizationInfo: certificateUserIds String[]
objectIdentity: issuer String, issuerAssignedId String, signInType String
passwordProfile: forceChangePasswordNextSignIn Boolean,
    forceChangePasswordNextSignInWithMfa Boolean, password String wo
onPremisesProvisioningError: category String, occurredDateTime DateTimeOffset,
    propertyCausingError String, value String
onPremisesSipInfo: isSipEnabled Boolean, sipDeploymentLocation String, sipPrimaryAddress String
serviceProvisioningError: createdDateTime DateTimeOffset, isResolved Boolean, serviceInstance String
onPremisesExtensionAttributes: extensionAttribute1 String, extensionAttribute2 String,
    extensionAttribute3 String, extensionAttribute4 String, extensionAttribute5 String,
    extensionAttribute6 String, extensionAttribute7 String, extensionAttribute8 String,
    extensionAttribute9 String, extensionAttribute10 String, extensionAttribute11 String,
    extensionAttribute12 String, extensionAttribute13 String, extensionAttribute14 String,
    extensionAttribute15 String
signInActivity: lastNonInteractiveSignInDateTime DateTimeOffset,
    lastNonInteractiveSignInRequestId String, lastSignInDateTime DateTimeOffset,
    lastSignInRequestId String, lastSuccessfulSignInDateTime DateTimeOffset,
    lastSuccessfulSignInRequestId String
customSecurityAttributeValue:
enum perUserMfaState: disabled, enforced, enabled, unknownFutureValue
strongAuthenticationRequirements: perUserMfaState perUserMfaState
mailboxSettings: archiveFolder String, dateFormat String, timeFormat String, timeZone String,
    userPurpose String
"""
