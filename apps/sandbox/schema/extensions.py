"""Certificate authorities of sign-in, calls elsewhere during sign-in, attributes of sign-up.

https://learn.microsoft.com/graph/api/resources/certificatebasedauthconfiguration
https://learn.microsoft.com/graph/api/resources/certificateauthority
https://learn.microsoft.com/graph/api/resources/customauthenticationextension
https://learn.microsoft.com/graph/api/resources/authenticationeventlistener
https://learn.microsoft.com/graph/api/resources/identityuserflowattribute
"""

from .tables import EntityTable

CERTIFICATE_AUTHORITIES = EntityTable(
    name="certificateBasedAuthConfiguration",
    base="entity",
    properties="""
    certificateAuthorities    certificateAuthority[]  create req
    id                        String                  ro
    """,
)
EXTENSION = EntityTable(
    name="customAuthenticationExtension",
    base="entity",
    path="/identity/customAuthenticationExtensions",
    abstract=True,
    properties="""
    authenticationConfiguration    customExtensionAuthenticationConfiguration  req
    behaviorOnError                customExtensionBehaviorOnError
    clientConfiguration            customExtensionClientConfiguration
    description                    String
    displayName                    String
    endpointConfiguration          customExtensionEndpointConfiguration
    id                             String  ro
    """,
)
TOKEN_EXTENSION = EntityTable(
    name="onTokenIssuanceStartCustomExtension",
    base="customAuthenticationExtension",
    properties="""
    claimsForTokenConfiguration    onTokenIssuanceStartReturnClaim[]
    """,
)
OTHER_EXTENSIONS = tuple(
    EntityTable(name=name, base="customAuthenticationExtension", properties="")
    for name in (
        "onAttributeCollectionStartCustomExtension",
        "onAttributeCollectionSubmitCustomExtension",
        "onOtpSendCustomExtension",
    )
)
LISTENER = EntityTable(
    name="authenticationEventListener",
    base="entity",
    path="/identity/authenticationEventListeners",
    abstract=True,
    properties="""
    authenticationEventsFlowId    String
    conditions                    authenticationConditions
    displayName                   String
    id                            String  ro
    """,
)
TOKEN_LISTENER = EntityTable(
    name="onTokenIssuanceStartListener", base="authenticationEventListener", properties=""
)
ATTRIBUTE = EntityTable(
    name="identityUserFlowAttribute",
    base="entity",
    path="/identity/userFlowAttributes",
    properties="""
    dataType                 identityUserFlowAttributeDataType  create req
    description              String
    displayName              String                             create req
    id                       String                             ro
    userFlowAttributeType    identityUserFlowAttributeType      ro
    """,
)
TABLES = (
    CERTIFICATE_AUTHORITIES,
    EXTENSION,
    TOKEN_EXTENSION,
    *OTHER_EXTENSIONS,
    LISTENER,
    TOKEN_LISTENER,
    ATTRIBUTE,
)

NESTED = """
certificateAuthority: certificate Binary, certificateRevocationListUrl String,
    deltaCertificateRevocationListUrl String, isRootAuthority Boolean, issuer String,
    issuerSki String
customExtensionAuthenticationConfiguration:
azureAdTokenAuthentication < customExtensionAuthenticationConfiguration: resourceId String
azureAdPopTokenAuthentication < customExtensionAuthenticationConfiguration:
customExtensionEndpointConfiguration:
httpRequestEndpoint < customExtensionEndpointConfiguration: targetUrl String
logicAppTriggerEndpointConfiguration < customExtensionEndpointConfiguration:
    logicAppWorkflowName String, resourceGroupName String, subscriptionId String, url String
customExtensionClientConfiguration: maximumRetries Int32, timeoutInMilliseconds Int32
customExtensionBehaviorOnError:
onTokenIssuanceStartReturnClaim: claimIdInApiResponse String
authenticationConditions: applications authenticationConditionsApplications
authenticationConditionsApplications: includeApplications authenticationConditionApplication[]
authenticationConditionApplication: appId String
enum identityUserFlowAttributeDataType: string, boolean, int64, stringCollection, dateTime,
    unknownFutureValue
enum identityUserFlowAttributeType: builtIn, custom, required, unknownFutureValue
"""
