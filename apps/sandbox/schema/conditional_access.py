"""Conditional Access: policies and named locations.

https://learn.microsoft.com/graph/api/resources/conditionalaccesspolicy
https://learn.microsoft.com/graph/api/resources/namedlocation
"""

from .model import BETA
from .tables import EntityTable

CONDITIONAL_ACCESS_POLICY = EntityTable(
    name="conditionalAccessPolicy",
    base="entity",
    path="/identity/conditionalAccess/policies",
    soft_delete="policy",
    properties="""
    conditions          conditionalAccessConditionSet      req
    createdDateTime     DateTimeOffset                     ro f
    deletedDateTime     DateTimeOffset                     ro
    description         String
    displayName         String                             req f
    grantControls       conditionalAccessGrantControls
    id                  String                             ro f
    modifiedDateTime    DateTimeOffset                     ro f
    sessionControls     conditionalAccessSessionControls
    state               conditionalAccessPolicyState       req f
    templateId          String                             ro v1
    """,
)

NAMED_LOCATION = EntityTable(
    name="namedLocation",
    base="entity",
    path="/identity/conditionalAccess/namedLocations",
    soft_delete="policy",
    abstract=True,
    properties="""
    createdDateTime     DateTimeOffset  ro f
    deletedDateTime     DateTimeOffset  ro
    displayName         String          req f
    id                  String          ro f
    modifiedDateTime    DateTimeOffset  ro f
    """,
)

IP_NAMED_LOCATION = EntityTable(
    name="ipNamedLocation",
    base="namedLocation",
    properties="""
    ipRanges     ipRange[]  req
    isTrusted    Boolean    f
    """,
)

COUNTRY_NAMED_LOCATION = EntityTable(
    name="countryNamedLocation",
    base="namedLocation",
    properties="""
    countriesAndRegions                  String[]                 req
    countryLookupMethod                  countryLookupMethodType
    includeUnknownCountriesAndRegions    Boolean
    """,
)

COMPLIANT_NETWORK_NAMED_LOCATION = EntityTable(
    name="compliantNetworkNamedLocation",
    base="namedLocation",
    versions=frozenset({BETA}),
    properties="""
    compliantNetworkType    compliantNetworkType
    isTrusted               Boolean
    """,
)

NESTED = """
conditionalAccessConditionSet: agentContext conditionalAccessAgentContext beta,
    agentIdRiskLevels conditionalAccessAgentIdRiskLevels beta, agents conditionalAccessAgents beta,
    applications conditionalAccessApplications req,
    authenticationFlows conditionalAccessAuthenticationFlows,
    clientAppTypes conditionalAccessClientApp[] req,
    clientApplications conditionalAccessClientApplications,
    deviceStates conditionalAccessDeviceStates beta, devices conditionalAccessDevices,
    insiderRiskLevels conditionalAccessInsiderRiskLevels, locations conditionalAccessLocations,
    platforms conditionalAccessPlatforms, servicePrincipalRiskLevels riskLevel[],
    signInRiskLevels riskLevel[], userRiskLevels riskLevel[], users conditionalAccessUsers
conditionalAccessAgentContext: excludeAgentContexts String[], includeAgentContexts String[]
conditionalAccessAgents: agentFilter conditionalAccessFilter, excludeAgentUsers String[],
    includeAgentUsers String[]
conditionalAccessApplications: applicationFilter conditionalAccessFilter,
    excludeApplications String[], globalSecureAccess conditionalAccessGlobalSecureAccess beta,
    includeApplications String[], includeAuthenticationContextClassReferences String[],
    includeUserActions String[], networkAccess conditionalAccessNetworkAccess beta
conditionalAccessGlobalSecureAccess:
conditionalAccessNetworkAccess:
conditionalAccessAuthenticationFlows: transferMethods conditionalAccessTransferMethods
conditionalAccessClientApplications: agentIdServicePrincipalFilter conditionalAccessFilter beta,
    excludeAgentIdServicePrincipals String[] beta, excludeServicePrincipals String[],
    includeAgentIdServicePrincipals String[] beta, includeServicePrincipals String[],
    servicePrincipalFilter conditionalAccessFilter
conditionalAccessDeviceStates: excludeStates String[], includeStates String[]
conditionalAccessDevices: deviceFilter conditionalAccessFilter, excludeDeviceStates String[] beta,
    excludeDevices String[] beta, includeDeviceStates String[] beta, includeDevices String[] beta
conditionalAccessFilter: mode filterMode, rule String
conditionalAccessLocations: excludeLocations String[], includeLocations String[]
conditionalAccessPlatforms: excludePlatforms conditionalAccessDevicePlatform[],
    includePlatforms conditionalAccessDevicePlatform[]
conditionalAccessUsers: excludeGroups String[],
    excludeGuestsOrExternalUsers conditionalAccessGuestsOrExternalUsers, excludeRoles String[],
    excludeUsers String[], includeGroups String[],
    includeGuestsOrExternalUsers conditionalAccessGuestsOrExternalUsers, includeRoles String[],
    includeUsers String[]
conditionalAccessGuestsOrExternalUsers: externalTenants conditionalAccessExternalTenants,
    guestOrExternalUserTypes conditionalAccessGuestOrExternalUserTypes
conditionalAccessExternalTenants: membershipKind conditionalAccessExternalTenantsMembershipKind
conditionalAccessAllExternalTenants < conditionalAccessExternalTenants:
conditionalAccessEnumeratedExternalTenants < conditionalAccessExternalTenants: members String[]
conditionalAccessGrantControls: authenticationStrength authenticationStrengthReference,
    builtInControls conditionalAccessGrantControl[], customAuthenticationFactors String[],
    operator String, termsOfUse String[]
authenticationStrengthReference: allowedCombinations authenticationMethodModes[],
    combinationConfigurations authenticationCombinationConfigurationReference[],
    createdDateTime DateTimeOffset, description String, displayName String, id String,
    modifiedDateTime DateTimeOffset, policyType authenticationStrengthPolicyType,
    requirementsSatisfied authenticationStrengthRequirements
authenticationCombinationConfigurationReference: id String,
    appliesToCombinations authenticationMethodModes[], allowedAAGUIDs String[],
    allowedIssuerSkis String[], allowedPolicyOIDs String[]
conditionalAccessSessionControls:
    applicationEnforcedRestrictions applicationEnforcedRestrictionsSessionControl,
    cloudAppSecurity cloudAppSecuritySessionControl,
    continuousAccessEvaluation continuousAccessEvaluationSessionControl beta,
    disableResilienceDefaults Boolean,
    globalSecureAccessFilteringProfile globalSecureAccessFilteringProfileSessionControl beta,
    persistentBrowser persistentBrowserSessionControl,
    secureSignInSession secureSignInSessionControl, signInFrequency signInFrequencySessionControl
conditionalAccessSessionControl: isEnabled Boolean
applicationEnforcedRestrictionsSessionControl < conditionalAccessSessionControl:
cloudAppSecuritySessionControl < conditionalAccessSessionControl:
    cloudAppSecurityType cloudAppSecuritySessionControlType
continuousAccessEvaluationSessionControl: mode continuousAccessEvaluationMode
globalSecureAccessFilteringProfileSessionControl < conditionalAccessSessionControl: profileId String
persistentBrowserSessionControl < conditionalAccessSessionControl: mode persistentBrowserSessionMode
secureSignInSessionControl < conditionalAccessSessionControl:
signInFrequencySessionControl < conditionalAccessSessionControl:
    authenticationType signInFrequencyAuthenticationType,
    frequencyInterval signInFrequencyInterval, type signinFrequencyType, value Int32
ipRange:
iPv4CidrRange < ipRange: cidrAddress String
iPv6CidrRange < ipRange: cidrAddress String
enum conditionalAccessPolicyState: enabled, disabled, enabledForReportingButNotEnforced
enum conditionalAccessClientApp: all, browser, mobileAppsAndDesktopClients, exchangeActiveSync,
    easSupported, other, unknownFutureValue
enum conditionalAccessDevicePlatform: android, iOS, windows, windowsPhone, macOS, all, linux,
    unknownFutureValue
enum conditionalAccessGrantControl: block, mfa, compliantDevice, domainJoinedDevice,
    approvedApplication, compliantApplication, passwordChange, riskRemediation, unknownFutureValue
enum conditionalAccessExternalTenantsMembershipKind: all, enumerated, unknownFutureValue
flags conditionalAccessGuestOrExternalUserTypes: none, internalGuest, b2bCollaborationGuest,
    b2bCollaborationMember, b2bDirectConnectUser, otherExternalUser, serviceProvider,
    unknownFutureValue
flags conditionalAccessInsiderRiskLevels: minor, moderate, elevated, unknownFutureValue
flags conditionalAccessAgentIdRiskLevels: low, medium, high, unknownFutureValue
flags conditionalAccessTransferMethods: none, deviceCodeFlow, authenticationTransfer,
    unknownFutureValue
enum riskLevel: low, medium, high, hidden, none, unknownFutureValue
enum filterMode: include, exclude
enum cloudAppSecuritySessionControlType: mcasConfigured, monitorOnly, blockDownloads,
    unknownFutureValue
enum continuousAccessEvaluationMode: strictEnforcement, disabled, strictLocation, unknownFutureValue
enum persistentBrowserSessionMode: always, never
enum signInFrequencyAuthenticationType: primaryAndSecondaryAuthentication, secondaryAuthentication,
    unknownFutureValue
enum signInFrequencyInterval: timeBased, everyTime, unknownFutureValue
enum signinFrequencyType: days, hours
enum countryLookupMethodType: clientIpAddress, authenticatorAppGps, unknownFutureValue
enum compliantNetworkType: allTenantCompliantNetworks, unknownFutureValue
"""
