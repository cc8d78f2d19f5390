"""Directory roles and role-based access control.

https://learn.microsoft.com/graph/api/resources/directoryrole
https://learn.microsoft.com/graph/api/resources/unifiedroledefinition
https://learn.microsoft.com/graph/api/resources/unifiedroleassignment
"""

from .tables import EntityTable

DIRECTORY_ROLE = EntityTable(
    name="directoryRole",
    base="directoryObject",
    path="/directoryRoles",
    delta=True,
    alternate_keys=("roleTemplateId",),
    properties="""
    deletedDateTime    DateTimeOffset  ro
    description        String          ro f s
    displayName        String          ro f s
    id                 String          ro f
    roleTemplateId     String          create req f
    """,
    relations="""
    members  directoryObject[]
    """,
)

DIRECTORY_ROLE_TEMPLATE = EntityTable(
    name="directoryRoleTemplate",
    base="directoryObject",
    path="/directoryRoleTemplates",
    properties="""
    deletedDateTime    DateTimeOffset  ro
    description        String          ro
    displayName        String          ro
    id                 String          ro
    """,
)

UNIFIED_ROLE_DEFINITION = EntityTable(
    name="unifiedRoleDefinition",
    base="entity",
    path="/roleManagement/directory/roleDefinitions",
    soft_delete="role-management",
    properties="""
    allowedPrincipalTypes    allowedRolePrincipalTypes  ro beta
    description              String
    displayName              String                     req f
    id                       String                     ro f
    isBuiltIn                Boolean                    ro f
    isEnabled                Boolean                    req
    isPrivileged             Boolean                    ro f beta
    resourceScopes           String[]                   ro
    rolePermissions          unifiedRolePermission[]    req
    templateId               String                     create f
    version                  String
    """,
    relations="""
    inheritsPermissionsFrom  unifiedRoleDefinition[]
    """,
)

UNIFIED_ROLE_ASSIGNMENT = EntityTable(
    name="unifiedRoleAssignment",
    base="entity",
    path="/roleManagement/directory/roleAssignments",
    properties="""
    activatedUntil             DateTimeOffset  apart
    appScopeId                 String  create f
    condition                  String  create
    directoryScopeId           String  create f
    id                         String  ro f
    principalId                String  create req f
    principalOrganizationId    String  ro
    roleDefinitionId           String  create req f
    """,
    relations="""
    principal         directoryObject        computed
    roleDefinition    unifiedRoleDefinition  computed
    directoryScope    directoryObject        computed
    """,
)

NESTED = """
unifiedRolePermission: allowedResourceActions String[], condition String,
    excludedResourceActions String[]
flags allowedRolePrincipalTypes: user, servicePrincipal, group, unknownFutureValue
"""
