"""Groups and administrative units.

https://learn.microsoft.com/graph/api/resources/group
https://learn.microsoft.com/graph/api/resources/administrativeunit
"""

from .tables import EntityTable

GROUP = EntityTable(
    name="group",
    base="directoryObject",
    path="/groups",
    delta=True,
    soft_delete="directory",
    advanced_query=True,
    alternate_keys=("uniqueName",),
    open=True,
    properties="""
    accessType                         groupAccessType                    single
    allowExternalSenders               Boolean                            single delegated
    assignedLabels                     assignedLabel[]                    create select
    assignedLicenses                   assignedLicense[]                  ro select f
    autoSubscribeNewMembers            Boolean                            single delegated
    classification                     String                             f
    createdByAppId                     String                             ro f beta
    createdDateTime                    DateTimeOffset                     ro f o
    deletedDateTime                    DateTimeOffset                     ro
    description                        String                             f o s
    disableNesting                     Boolean                            ro select f beta
    displayName                        String                             req f o s
    expirationDateTime                 DateTimeOffset                     ro f
    groupTypes                         String[]                           f
    hasMembersWithLicenseErrors        Boolean                            ro single f
    hideFromAddressLists               Boolean                            single delegated
    hideFromOutlookClients             Boolean                            single delegated
    id                                 String                             ro f
    isArchived                         Boolean                            ro select
    isAssignableToRole                 Boolean                            create f
    isFavorite                         Boolean                            single
    isManagementRestricted             Boolean                            ro select
    isSubscribedByMail                 Boolean                            single delegated
    licenseProcessingState             licenseProcessingState             ro select
    mail                               String                             ro f o s
    mailEnabled                        Boolean                            req f
    mailNickname                       String                             req f o s
    membershipRule                     String                             f
    membershipRuleProcessingState      String                             f
    membershipRuleProcessingStatus     membershipRuleProcessingStatus     ro select beta
    onPremisesDomainName               String                             ro
    onPremisesExtensionAttributes      onPremisesExtensionAttributes      ro select f
    onPremisesLastSyncDateTime         DateTimeOffset                     ro f
    onPremisesNetBiosName              String                             ro
    onPremisesProvisioningErrors       onPremisesProvisioningError[]      ro f
    onPremisesSamAccountName           String                             ro f
    onPremisesSecurityIdentifier       String                             ro f
    onPremisesSyncEnabled              Boolean                            ro f
    organizationId                     String                             ro select
    preferredDataLocation              String
    preferredLanguage                  String                             f
    proxyAddresses                     String[]                           ro f
    renewedDateTime                    DateTimeOffset                     ro f
    resourceBehaviorOptions            String[]                           create
    resourceProvisioningOptions        String[]                           f
    securityEnabled                    Boolean                            req f
    securityIdentifier                 String                             ro
    serviceProvisioningErrors          serviceProvisioningError[]         ro f
    theme                              String
    uniqueName                         String                             create
    unseenConversationsCount           Int32                              single
    unseenCount                        Int32                              single
    unseenMessagesCount                Int32                              single
    visibility                         String
    welcomeMessageEnabled              Boolean
    writebackConfiguration             groupWritebackConfiguration         beta
    """,
    relations="""
    appRoleAssignments        appRoleAssignment[]      computed
    memberOf                  directoryObject[]        computed
    members                   directoryObject[]
    owners                    directoryObject[]
    transitiveMemberOf        directoryObject[]        computed
    transitiveMembers         directoryObject[]        computed
    """,
)

ADMINISTRATIVE_UNIT = EntityTable(
    name="administrativeUnit",
    base="directoryObject",
    path="/directory/administrativeUnits",
    delta=True,
    soft_delete="directory",
    advanced_query=True,
    open=True,
    properties="""
    deletedDateTime                  DateTimeOffset  ro
    description                      String          f s
    displayName                      String          req f o s
    id                               String          ro f
    isMemberManagementRestricted     Boolean         create
    membershipRule                   String
    membershipRuleProcessingState    String
    membershipType                   String
    visibility                       String
    """,
    relations="""
    members  directoryObject[]
    """,
)

NESTED = """
assignedLabel: displayName String ro, labelId String
licenseProcessingState: state String
groupWritebackConfiguration: isEnabled Boolean, onPremisesGroupType String
membershipRuleProcessingStatus: errorMessage String, lastMembershipUpdated DateTimeOffset,
    status membershipRuleProcessingStatusDetails
enum membershipRuleProcessingStatusDetails: NotStarted, Running, Failed, Succeeded,
    UnsupportedFutureValue
enum groupAccessType: none, private, secret, public
"""
