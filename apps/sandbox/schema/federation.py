"""Who else says who somebody is, how sign-in looks, and which devices may come.

https://learn.microsoft.com/graph/api/resources/internaldomainfederation
https://learn.microsoft.com/graph/api/resources/identityproviderbase
https://learn.microsoft.com/graph/api/resources/federatedtokenvalidationpolicy
https://learn.microsoft.com/graph/api/resources/organizationalbrandinglocalization
https://learn.microsoft.com/graph/api/resources/deviceregistrationpolicy
https://learn.microsoft.com/graph/api/resources/externalidentitiespolicy
"""

from .model import BETA
from .tables import EntityTable

DOMAIN_FEDERATION = EntityTable(
    name="internalDomainFederation",
    base="entity",
    properties="""
    activeSignInUri                          String
    displayName                              String
    federatedIdpMfaBehavior                  federatedIdpMfaBehavior
    id                                       String   ro
    isSignedAuthenticationRequestRequired    Boolean
    issuerUri                                String   req
    metadataExchangeUri                      String
    nextSigningCertificate                   String
    passiveSignInUri                         String   req
    passwordResetUri                         String
    preferredAuthenticationProtocol          authenticationProtocol  req
    promptLoginBehavior                      promptLoginBehavior
    signOutUri                               String
    signingCertificate                       String   req
    signingCertificateUpdateStatus           signingCertificateUpdateStatus
    """,
)
IDENTITY_PROVIDER = EntityTable(
    name="identityProviderBase",
    base="entity",
    path="/identity/identityProviders",
    abstract=True,
    properties="""
    displayName    String
    id             String  ro
    """,
)
BUILT_IN_PROVIDER = EntityTable(
    name="builtInIdentityProvider",
    base="identityProviderBase",
    properties="""
    identityProviderType    String  ro
    """,
)
SOCIAL_PROVIDER = EntityTable(
    name="socialIdentityProvider",
    base="identityProviderBase",
    properties="""
    clientId                String  req
    clientSecret            String  req
    identityProviderType    String  create req
    """,
)
TOKEN_VALIDATION = EntityTable(
    name="federatedTokenValidationPolicy",
    base="directoryObject",
    path="/policies/federatedTokenValidationPolicy",
    properties="""
    deletedDateTime      DateTimeOffset  ro
    id                   String          ro
    validatingDomains    validatingDomains
    """,
)
BRANDING = EntityTable(
    name="organizationalBrandingLocalization",
    base="entity",
    properties="""
    backgroundColor                      String
    backgroundImageRelativeUrl           String    ro
    bannerLogoRelativeUrl                String    ro
    cdnList                              String[]  ro
    contentCustomization                 contentCustomization
    customAccountResetCredentialsUrl     String
    customCSSRelativeUrl                 String    ro
    customCannotAccessYourAccountText    String
    customCannotAccessYourAccountUrl     String
    customForgotMyPasswordText           String
    customPrivacyAndCookiesText          String
    customPrivacyAndCookiesUrl           String
    customResetItNowText                 String
    customTermsOfUseText                 String
    customTermsOfUseUrl                  String
    faviconRelativeUrl                   String    ro
    headerBackgroundColor                String
    headerLogoRelativeUrl                String    ro
    id                                   String    create req
    loginPageLayoutConfiguration         loginPageLayoutConfiguration
    loginPageTextVisibilitySettings      loginPageTextVisibilitySettings
    signInPageText                       String
    squareLogoDarkRelativeUrl            String    ro
    squareLogoRelativeUrl                String    ro
    usernameHintText                     String
    """,
)
DEVICE_REGISTRATION = EntityTable(
    name="deviceRegistrationPolicy",
    base="entity",
    path="/policies/deviceRegistrationPolicy",
    properties="""
    azureADJoin                     azureADJoinPolicy            req
    azureADRegistration             azureADRegistrationPolicy    req
    description                     String                       ro
    displayName                     String                       ro
    id                              String                       ro
    localAdminPassword              localAdminPasswordSettings   req
    multiFactorAuthConfiguration    multiFactorAuthConfiguration  req
    userDeviceQuota                 Int32                        req
    """,
)
EXTERNAL_IDENTITIES = EntityTable(
    name="externalIdentitiesPolicy",
    base="entity",
    path="/policies/externalIdentitiesPolicy",
    versions=frozenset({BETA}),
    properties="""
    allowDeletedIdentitiesDataRemoval    Boolean
    allowExternalIdentitiesToLeave       Boolean
    deletedDateTime                      DateTimeOffset  ro
    description                          String          ro
    displayName                          String          ro
    id                                   String          ro
    """,
)
TABLES = (
    DOMAIN_FEDERATION,
    IDENTITY_PROVIDER,
    BUILT_IN_PROVIDER,
    SOCIAL_PROVIDER,
    TOKEN_VALIDATION,
    BRANDING,
    DEVICE_REGISTRATION,
    EXTERNAL_IDENTITIES,
)

NESTED = """
enum federatedIdpMfaBehavior: acceptIfMfaDoneByFederatedIdp, enforceMfaByFederatedIdp,
    rejectMfaByFederatedIdp, unknownFutureValue
enum authenticationProtocol: wsFed, saml, unknownFutureValue
enum promptLoginBehavior: translateToFreshPasswordAuthentication, nativeSupport, disabled,
    unknownFutureValue
signingCertificateUpdateStatus: certificateUpdateResult String, lastRunDateTime DateTimeOffset
validatingDomains: rootDomains rootDomains
allDomains < validatingDomains:
enumeratedDomains < validatingDomains: domainNames String[]
enum rootDomains: none, all, allFederated, allManaged, enumerated, allManagedAndEnumeratedFederated,
    unknownFutureValue
contentCustomization: attributeCollection keyValue[], attributeCollectionRelativeUrl String
keyValue: key String, value String
loginPageLayoutConfiguration: isFooterShown Boolean, isHeaderShown Boolean,
    layoutTemplateType layoutTemplateType
enum layoutTemplateType: default, verticalSplit, unknownFutureValue
loginPageTextVisibilitySettings: hideAccountResetCredentials Boolean,
    hideCannotAccessYourAccount Boolean, hideForgotMyPassword Boolean,
    hidePrivacyAndCookies Boolean, hideResetItNow Boolean, hideTermsOfUse Boolean
azureADJoinPolicy: allowedToJoin deviceRegistrationMembership, isAdminConfigurable Boolean,
    localAdmins localAdminSettings
azureADRegistrationPolicy: allowedToRegister deviceRegistrationMembership,
    isAdminConfigurable Boolean
localAdminSettings: enableGlobalAdmins Boolean, registeringUsers deviceRegistrationMembership
deviceRegistrationMembership:
allDeviceRegistrationMembership < deviceRegistrationMembership:
noDeviceRegistrationMembership < deviceRegistrationMembership:
enumeratedDeviceRegistrationMembership < deviceRegistrationMembership: groups String[],
    users String[]
localAdminPasswordSettings: isEnabled Boolean
enum multiFactorAuthConfiguration: notRequired, required, unknownFutureValue
"""
