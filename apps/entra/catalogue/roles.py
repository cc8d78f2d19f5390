"""Directory roles: what each may do, and who holds it where.

Definitions are read in beta: only there Graph says which of them are privileged, and everywhere
gives back the custom ones that were deleted.
https://learn.microsoft.com/graph/api/resources/unifiedroledefinition
https://learn.microsoft.com/graph/api/resources/unifiedroleassignment
"""

from apps.entra.catalogue.build import GRAPH_DOCS, create_only, flags, read_only, stamps, writable
from apps.entra.catalogue.model import (
    ANYTHING,
    Audited,
    Beside,
    Clearing,
    Companion,
    Dependence,
    Kind,
    Lane,
    Lock,
    Property,
    Reference,
    SoftDelete,
    Unrestorable,
    Writability,
)

_DEFINITIONS = "/roleManagement/directory/roleDefinitions"
_ASSIGNMENTS = "/roleManagement/directory/roleAssignments"
_DELETED = "/roleManagement/directory/deletedItems/roleDefinitions"
_OF_PRINCIPAL = f"{_ASSIGNMENTS}?$filter=principalId eq '{{id}}'"
_READ = ("RoleManagement.Read.Directory",)
_WRITE = ("RoleManagement.ReadWrite.Directory",)
_IDENTITY = "Part of what it is: another value is another assignment."

ROLE_DEFINITION = Kind(
    name="roleDefinition",
    graph_type="unifiedRoleDefinition",
    lane=Lane.GOVERNANCE,
    title="Directory role",
    version="beta",
    list_path=_DEFINITIONS,
    item_path=f"{_DEFINITIONS}/{{id}}",
    create_path=_DEFINITIONS,
    properties=(
        *flags("displayName"),
        *writable("description"),
        Property("isEnabled", clear=Clearing.NEVER, sensitive="Switched off, it gives no rights."),
        Property(
            "rolePermissions",
            clear=Clearing.NEVER,
            unordered=True,
            sensitive="What everybody who holds the role may do.",
        ),
        *writable("version"),
        *create_only("templateId", reason="Fixed when the role is made; it keeps it for good."),
        *read_only("isBuiltIn", "isPrivileged", "allowedPrincipalTypes", "resourceScopes"),
    ),
    read_permission=_READ,
    write_permission=_WRITE,
    restore_permission=_WRITE,
    documentation=f"{GRAPH_DOCS}unifiedroledefinition",
    order=55,
    together=True,
    page_size=None,
    identity=("id", "templateId"),
    looked_up_by=("templateId",),
    companions=tuple(
        Companion(name, "Graph asks for it.")
        for name in ("displayName", "isEnabled", "rolePermissions")
    ),
    soft_delete=SoftDelete.ROLES,
    bin_path=_DELETED,
    undelete_path=f"{_DELETED}/{{id}}/restore",
    locks=(
        Lock(
            "It is one of Microsoft's own roles, the same in every tenant.",
            when=(("isBuiltIn", True),),
        ),
    ),
    licence="Entra ID P1 for roles of one's own.",
    sensitive="Decides what administrators may do.",
    unrestorable=(
        Unrestorable("built-in roles", "They are Microsoft's and the same in every tenant."),
        Unrestorable(
            "deleted roles, in national clouds",
            "Only the global cloud keeps them in a bin; elsewhere they are made anew.",
        ),
    ),
)

ROLE_ASSIGNMENT = Kind(
    name="roleAssignment",
    graph_type="unifiedRoleAssignment",
    lane=Lane.GOVERNANCE,
    title="Role assignment",
    version="v1.0",
    list_path=_ASSIGNMENTS,
    item_path=f"{_ASSIGNMENTS}/{{id}}",
    create_path=_ASSIGNMENTS,
    found_by=("principalId", "roleDefinitionId", "directoryScopeId", "appScopeId"),
    updatable=False,
    properties=(
        *create_only(
            "principalId",
            "roleDefinitionId",
            "directoryScopeId",
            "appScopeId",
            "condition",
            reason=_IDENTITY,
        ),
        *read_only("principalOrganizationId"),
        *stamps("assignmentType", "endDateTime"),
        Property(
            "roleDefinition",
            write=Writability.READ_ONLY,
            clear=Clearing.NEVER,
            volatile=True,
            expanded=("displayName",),
            reason="The role's name, which is the role's own.",
        ),
    ),
    read_permission=_READ,
    write_permission=_WRITE,
    documentation=f"{GRAPH_DOCS}unifiedroleassignment",
    order=62,
    together=True,
    page_size=None,
    identity=("id", "principalId", "roleDefinitionId", "directoryScopeId", "appScopeId"),
    label_properties=("roleDefinition.displayName", "roleDefinitionId"),
    references=(
        Reference("principalId", "directoryObject"),
        Reference("roleDefinitionId", "roleDefinition"),
        Reference("directoryScopeId", "administrativeUnit", prefix="/administrativeUnits/"),
    ),
    lives_with=tuple(
        Dependence("principalId", owner, _OF_PRINCIPAL)
        for owner in ("user", "group", "servicePrincipal")
    ),
    beside=Beside(
        "/roleManagement/directory/roleAssignmentScheduleInstances",
        by="roleAssignmentOriginId",
        properties=("assignmentType", "endDateTime"),
    ),
    not_created=(
        Lock(
            "It was an activation of an eligible role, which ends by itself: the person activates "
            "the role again.",
            when=(("assignmentType", "Activated"),),
        ),
        Lock(
            "It was given until a certain time, and would come back for good: give it again with "
            "Privileged Identity Management.",
            when=(("endDateTime", ANYTHING),),
        ),
    ),
    audited=Audited(
        activities=("member to role", "member from role"),
        ends=("principalId",),
        facts=(("Role.TemplateId", "roleDefinitionId"),),
    ),
    companions=(
        Companion("principalId", "Graph asks for it."),
        Companion("roleDefinitionId", "Graph asks for it."),
        Companion("directoryScopeId", "The whole tenant, a unit or a single object."),
    ),
    licence="Entra ID P1 for assignments of roles of one's own.",
    sensitive="Gives a person or an application the rights of an administrator.",
    unrestorable=(
        Unrestorable("id", "An assignment that is made again gets a new id."),
        Unrestorable(
            "activations and assignments with an end",
            "Made anew they would have no end. Who may activate a role is a role eligibility.",
        ),
    ),
)
