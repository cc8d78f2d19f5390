"""The roots of the type tree, and the directory objects the sandbox serves read-only.

https://learn.microsoft.com/graph/api/resources/directoryobject
https://learn.microsoft.com/graph/api/resources/device
https://learn.microsoft.com/graph/api/resources/orgcontact
"""

from .tables import EntityTable

ENTITY = EntityTable(name="entity", base="", abstract=True, properties="id String ro f")

DIRECTORY_OBJECT = EntityTable(
    name="directoryObject",
    base="entity",
    abstract=True,
    properties="deletedDateTime DateTimeOffset ro",
)

DEVICE = EntityTable(
    name="device",
    base="directoryObject",
    path="/devices",
    delta=True,
    advanced_query=True,
    alternate_keys=("deviceId",),
    open=True,
    properties="""
    accountEnabled                   Boolean                        req f
    alternativeSecurityIds           alternativeSecurityId[]        f
    approximateLastSignInDateTime    DateTimeOffset                 ro f o
    complianceExpirationDateTime     DateTimeOffset                 ro
    deviceCategory                   String
    deviceId                         String                         f
    deviceMetadata                   String
    deviceOwnership                  String
    deviceVersion                    Int32
    displayName                      String                         req f o s
    enrollmentProfileName            String
    enrollmentType                   String
    extensionAttributes              onPremisesExtensionAttributes  f beta
    id                               String                         ro f
    isCompliant                      Boolean                        ro f
    isManaged                        Boolean                        f
    isManagementRestricted           Boolean                        ro select
    isRooted                         Boolean
    managementType                   String
    manufacturer                     String                         ro
    mdmAppId                         String                         ro f
    model                            String                         ro
    onPremisesLastSyncDateTime       DateTimeOffset                 ro f
    onPremisesSecurityIdentifier     String                         ro select f
    onPremisesSyncEnabled            Boolean                        ro f
    operatingSystem                  String                         req f
    operatingSystemVersion           String                         req f
    physicalIds                      String[]                       f
    profileType                      String
    registrationDateTime             DateTimeOffset                 ro
    systemLabels                     String[]
    trustType                        String                         ro f
    """,
    relations="""
    memberOf              directoryObject[]  computed
    registeredOwners      directoryObject[]
    registeredUsers       directoryObject[]
    transitiveMemberOf    directoryObject[]  computed
    """,
)

ORG_CONTACT = EntityTable(
    name="orgContact",
    base="directoryObject",
    path="/contacts",
    delta=True,
    advanced_query=True,
    properties="""
    addresses                       physicalOfficeAddress[]
    companyName                     String                         f
    department                      String                         f
    displayName                     String                         f o s
    givenName                       String                         f s
    id                              String                         ro f
    jobTitle                        String                         f
    mail                            String                         f s
    mailNickname                    String                         f
    onPremisesLastSyncDateTime      DateTimeOffset                 f
    onPremisesProvisioningErrors    onPremisesProvisioningError[]  f
    onPremisesSyncEnabled           Boolean                        f
    phones                          phone[]
    proxyAddresses                  String[]                       f
    serviceProvisioningErrors       serviceProvisioningError[]     f
    surname                         String                         f s
    """,
    relations="""
    memberOf              directoryObject[]  computed
    transitiveMemberOf    directoryObject[]  computed
    """,
)

NESTED = """
alternativeSecurityId: identityProvider String, key Binary, type Int32
physicalOfficeAddress: city String, countryOrRegion String, officeLocation String,
    postalCode String, state String, street String
phone: language String, number String, region String, type phoneType
enum phoneType: home, business, mobile, other, assistant, homeFax, businessFax, otherFax, pager,
    radio
"""
