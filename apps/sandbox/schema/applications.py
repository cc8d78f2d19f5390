"""Applications, agent identity blueprints and federated identity credentials.

https://learn.microsoft.com/graph/api/resources/application
https://learn.microsoft.com/graph/api/resources/agentidentityblueprint
https://learn.microsoft.com/graph/api/resources/federatedidentitycredential
https://learn.microsoft.com/graph/api/resources/extensionproperty
"""

from .tables import EntityTable

APPLICATION = EntityTable(
    name="application",
    base="directoryObject",
    path="/applications",
    delta=True,
    soft_delete="directory",
    advanced_query=True,
    alternate_keys=("appId", "uniqueName"),
    open=True,
    properties="""
    addIns                             addIn[]                             v1
    api                                apiApplication
    appId                              String                             ro f o
    appRoles                           appRole[]
    applicationTemplateId              String                             ro f v1
    authenticationBehaviors            authenticationBehaviors            select
    certification                      certification                      ro
    createdByAppId                     String                             ro
    createdDateTime                    DateTimeOffset                     ro f o
    defaultRedirectUri                 String
    deletedDateTime                    DateTimeOffset                     ro
    description                        String                             f s
    disabledByMicrosoftStatus          String                             ro f
    displayName                        String                             req f o s
    groupMembershipClaims              String
    id                                 String                             ro f
    identifierUris                     String[]                           f
    info                               informationalUrl                   f
    isDeviceOnlyAuthSupported          Boolean
    isDisabled                         Boolean
    isFallbackPublicClient             Boolean
    keyCredentials                     keyCredential[]                    f
    managerApplications                Guid[]
    nativeAuthenticationApisEnabled    nativeAuthenticationApisEnabled
    notes                              String
    oauth2RequirePostResponse          Boolean                             v1
    optionalClaims                     optionalClaims
    parentalControlSettings            parentalControlSettings
    passwordCredentials                passwordCredential[]
    publicClient                       publicClientApplication
    publisherDomain                    String                             ro f
    requestSignatureVerification       requestSignatureVerification
    requiredResourceAccess             requiredResourceAccess[]           f
    samlMetadataUrl                    String
    serviceManagementReference         String
    servicePrincipalLockConfiguration  servicePrincipalLockConfiguration
    signInAudience                     String                             f
    signInAudienceRestrictions         signInAudienceRestrictionsBase      beta
    spa                                spaApplication
    tags                               String[]                           f s
    tokenEncryptionKeyId               Guid
    uniqueName                         String                             create
    verifiedPublisher                  verifiedPublisher                  ro
    web                                webApplication
    windows                            windowsApplication                  beta
    """,
    relations="""
    extensionProperties           extensionProperty[]            contained
    federatedIdentityCredentials  federatedIdentityCredential[]  contained
    owners                        directoryObject[]
    """,
)

AGENT_IDENTITY_BLUEPRINT = EntityTable(
    name="agentIdentityBlueprint",
    base="application",
    relations="""
    sponsors  directoryObject[]
    """,
)

FEDERATED_IDENTITY_CREDENTIAL = EntityTable(
    name="federatedIdentityCredential",
    base="entity",
    alternate_keys=("name",),
    properties="""
    audiences                   String[]                     req
    claimsMatchingExpression    federatedIdentityExpression  beta
    description                 String
    id                          String                       ro f
    issuer                      String                       req
    name                        String                       create req f
    subject                     String                       req f
    """,
)

EXTENSION_PROPERTY = EntityTable(
    name="extensionProperty",
    base="directoryObject",
    properties="""
    appDisplayName          String    ro
    dataType                String    create req
    id                      String    ro f
    isMultiValued           Boolean   create
    isSyncedFromOnPremises  Boolean   ro
    name                    String    create req f
    targetObjects           String[]  create req
    """,
)

NESTED = """
apiApplication: acceptMappedClaims Boolean, knownClientApplications Guid[],
    oauth2PermissionScopes permissionScope[], preAuthorizedApplications preAuthorizedApplication[],
    requestedAccessTokenVersion Int32
preAuthorizedApplication: appId String, delegatedPermissionIds String[] v1,
    permissionIds String[] beta
permissionScope: adminConsentDescription String, adminConsentDisplayName String, id Guid,
    isEnabled Boolean, origin String ro, type String, userConsentDescription String,
    userConsentDisplayName String, value String
appRole: allowedMemberTypes String[], description String, displayName String, id Guid,
    isEnabled Boolean, origin String ro, value String
addIn: id Guid, properties keyValue[], type String
keyValue: key String, value String
authenticationBehaviors: blockAzureADGraphAccess Boolean, coopEnforcement Boolean,
    removeUnverifiedEmailClaim Boolean, requireClientServicePrincipal Boolean
certification: certificationDetailsUrl String ro, certificationExpirationDateTime DateTimeOffset,
    isCertifiedByMicrosoft Boolean ro, isPublisherAttested Boolean,
    lastCertificationDateTime DateTimeOffset
informationalUrl: logoUrl String ro, marketingUrl String, privacyStatementUrl String,
    supportUrl String, termsOfServiceUrl String
keyCredential: customKeyIdentifier Binary, displayName String, endDateTime DateTimeOffset,
    key Binary single, keyId Guid, startDateTime DateTimeOffset, type String, usage String
passwordCredential: customKeyIdentifier Binary, displayName String, endDateTime DateTimeOffset,
    hint String ro, keyId Guid, secretText String ro wo, startDateTime DateTimeOffset
optionalClaims: accessToken optionalClaim[], idToken optionalClaim[], saml2Token optionalClaim[]
optionalClaim: additionalProperties String[], essential Boolean, name String, source String
parentalControlSettings: countriesBlockedForMinors String[], legalAgeGroupRule String
publicClientApplication: redirectUris String[]
spaApplication: redirectUris String[]
windowsApplication: packageSid String, redirectUris String[]
webApplication: homePageUrl String, implicitGrantSettings implicitGrantSettings, logoutUrl String,
    oauth2AllowImplicitFlow Boolean beta, redirectUriSettings redirectUriSettings[],
    redirectUris String[]
implicitGrantSettings: enableAccessTokenIssuance Boolean, enableIdTokenIssuance Boolean
redirectUriSettings: index Int32, uri String
requestSignatureVerification: allowedWeakAlgorithms weakAlgorithms,
    isSignedRequestRequired Boolean
requiredResourceAccess: resourceAccess resourceAccess[], resourceAppId String
resourceAccess: id Guid, type String
servicePrincipalLockConfiguration: allProperties Boolean, credentialsWithUsageSign Boolean,
    credentialsWithUsageVerify Boolean, enforcementScope servicePrincipalLockScope beta,
    isEnabled Boolean, tokenEncryptionKeyId Boolean
signInAudienceRestrictionsBase: kind signInAudienceRestrictionsKind
verifiedPublisher: addedDateTime DateTimeOffset, displayName String, verifiedPublisherId String
federatedIdentityExpression: languageVersion Int32, value String
flags nativeAuthenticationApisEnabled: none, all, unknownFutureValue
flags weakAlgorithms: rsaSha1, unknownFutureValue
enum servicePrincipalLockScope: notConfigured, foreignTenantOnly, everywhere, unknownFutureValue
enum signInAudienceRestrictionsKind: unrestricted, allowedTenants, unknownFutureValue
"""
