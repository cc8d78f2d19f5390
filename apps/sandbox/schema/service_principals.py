"""Service principals, agent identities, and the grants between principals.

https://learn.microsoft.com/graph/api/resources/serviceprincipal
https://learn.microsoft.com/graph/api/resources/agentidentity
https://learn.microsoft.com/graph/api/resources/approleassignment
https://learn.microsoft.com/graph/api/resources/oauth2permissiongrant
"""

from .tables import EntityTable

SERVICE_PRINCIPAL = EntityTable(
    name="servicePrincipal",
    base="directoryObject",
    path="/servicePrincipals",
    delta=True,
    soft_delete="directory",
    advanced_query=True,
    alternate_keys=("appId",),
    open=True,
    properties="""
    accountEnabled                     Boolean                            f
    addIns                             addIn[]
    alternativeNames                   String[]                           f
    appDescription                     String                             ro
    appDisplayName                     String                             ro s
    appId                              String                             create req f o
    appOwnerOrganizationId             Guid                               ro f
    appRoleAssignmentRequired          Boolean                            f
    appRoles                           appRole[]
    applicationTemplateId              String                             ro f
    createdByAppId                     String                             ro
    customSecurityAttributes           customSecurityAttributeValue       select f
    deletedDateTime                    DateTimeOffset                     ro
    description                        String                             f s
    disabledByMicrosoftStatus          String                             ro f
    displayName                        String                             f o s
    errorUrl                           String                              beta
    homepage                           String
    id                                 String                             ro f
    info                               informationalUrl                   f
    isDisabled                         Boolean
    keyCredentials                     keyCredential[]                    f
    loginUrl                           String
    logoutUrl                          String
    notes                              String
    notificationEmailAddresses         String[]
    oauth2PermissionScopes             permissionScope[]                   v1
    passwordCredentials                passwordCredential[]
    passwordSingleSignOnSettings       passwordSingleSignOnSettings       ro beta
    preferredSingleSignOnMode          String
    preferredTokenSigningKeyEndDateTime DateTimeOffset                      beta
    preferredTokenSigningKeyThumbprint String
    publishedPermissionScopes          permissionScope[]                   beta
    publisherName                      String                             ro beta
    replyUrls                          String[]
    resourceSpecificApplicationPermissions resourceSpecificPermission[]       ro v1
    samlMetadataUrl                    String                              beta
    samlSingleSignOnSettings           samlSingleSignOnSettings
    servicePrincipalNames              String[]                           f
    servicePrincipalType               String                             f
    signInAudience                     String                             ro
    tags                               String[]                           f
    tokenEncryptionKeyId               Guid
    verifiedPublisher                  verifiedPublisher                  ro
    """,
    relations="""
    appRoleAssignedTo         appRoleAssignment[]      computed
    appRoleAssignments        appRoleAssignment[]      computed
    memberOf                  directoryObject[]        computed
    oauth2PermissionGrants    oauth2PermissionGrant[]  computed
    ownedObjects              directoryObject[]        computed
    owners                    directoryObject[]
    transitiveMemberOf        directoryObject[]        computed
    """,
)

AGENT_IDENTITY_BLUEPRINT_PRINCIPAL = EntityTable(
    name="agentIdentityBlueprintPrincipal",
    base="servicePrincipal",
    relations="""
    sponsors  directoryObject[]
    """,
)

AGENT_IDENTITY = EntityTable(
    name="agentIdentity",
    base="servicePrincipal",
    properties="""
    agentIdentityBlueprintId    String          create req f
    createdDateTime             DateTimeOffset  ro
    """,
    relations="""
    sponsors  directoryObject[]
    """,
)

APP_ROLE_ASSIGNMENT = EntityTable(
    name="appRoleAssignment",
    base="directoryObject",
    advanced_query=True,
    properties="""
    appRoleId               Guid            create req
    createdDateTime         DateTimeOffset  ro v1
    creationTimestamp       DateTimeOffset  ro beta
    deletedDateTime         DateTimeOffset  ro
    id                      String          ro f
    principalDisplayName    String          ro f
    principalId             Guid            create req f
    principalType           String          ro
    resourceDisplayName     String          ro
    resourceId              Guid            create req f
    """,
)

OAUTH2_PERMISSION_GRANT = EntityTable(
    name="oauth2PermissionGrant",
    metadata_name="oAuth2PermissionGrant",
    base="entity",
    path="/oauth2PermissionGrants",
    delta=True,
    advanced_query=True,
    properties="""
    clientId       String          create req f
    consentType    String          create req f
    expiryTime     DateTimeOffset  beta
    id             String          ro f
    principalId    String          create f
    resourceId     String          create req f
    scope          String          f
    startTime      DateTimeOffset  beta
    """,
)

NESTED = """
resourceSpecificPermission: description String, displayName String, id Guid, isEnabled Boolean,
    value String
samlSingleSignOnSettings: relayState String
passwordSingleSignOnSettings: fields passwordSingleSignOnField[]
passwordSingleSignOnField: customizedLabel String, defaultLabel String, fieldId String, type String
"""
