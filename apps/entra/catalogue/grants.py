"""What has been consented to and assigned: delegated grants and app role assignments."""

from apps.entra.catalogue import native
from apps.entra.catalogue.build import GRAPH_DOCS, create_only, read_only
from apps.entra.catalogue.model import (
    Audited,
    Clearing,
    Companion,
    Dependence,
    Kind,
    Lane,
    Property,
    Reference,
    Unrestorable,
)

_IDENTITY = "Part of what it is: another value is another grant."

OAUTH2_PERMISSION_GRANT = Kind(
    name="oauth2PermissionGrant",
    graph_type="oAuth2PermissionGrant",
    lane=Lane.APPLICATIONS,
    title="Delegated permission grant",
    version="v1.0",
    list_path="/oauth2PermissionGrants",
    item_path="/oauth2PermissionGrants/{id}",
    delta_path="/oauth2PermissionGrants/delta",
    create_path="/oauth2PermissionGrants",
    found_by=("clientId", "consentType", "principalId", "resourceId"),
    properties=(
        Property(
            "scope",
            clear=Clearing.NEVER,
            unordered=True,
            native="scope",
            sensitive="What the application may do in a signed-in person's name.",
        ),
        *create_only("clientId", "consentType", "principalId", "resourceId", reason=_IDENTITY),
    ),
    read_permission=("Directory.Read.All",),
    write_permission=("DelegatedPermissionGrant.ReadWrite.All",),
    documentation=f"{GRAPH_DOCS}oauth2permissiongrant",
    order=60,
    identity=("id", "clientId", "consentType", "principalId", "resourceId"),
    label_properties=("scope",),
    references=(
        Reference("clientId", "servicePrincipal"),
        Reference("resourceId", "servicePrincipal"),
        Reference("principalId", "user"),
    ),
    lives_with=(
        Dependence(
            "clientId", "servicePrincipal", "/servicePrincipals/{id}/oauth2PermissionGrants"
        ),
        Dependence("resourceId", "servicePrincipal"),
        Dependence("principalId", "user", "/users/{id}/oauth2PermissionGrants"),
    ),
    audited=Audited(
        activities=("delegated permission grant",),
        ends=("clientId", "resourceId"),
        facts=(
            ("DelegatedPermissionGrant.ConsentType", "consentType"),
            ("DelegatedPermissionGrant.Scope", "scope"),
        ),
    ),
    companions=tuple(
        Companion(name, "Graph asks for it.")
        for name in ("clientId", "consentType", "resourceId", "scope")
    ),
    native="partly",
    native_note="Administrators' grants only, not those of single users.",
    sensitive="Gives an application access.",
    unrestorable=(Unrestorable("id", "A grant that is made again gets a new id."),),
)

APP_ROLE_ASSIGNMENT = Kind(
    name="appRoleAssignment",
    graph_type="appRoleAssignment",
    lane=Lane.APPLICATIONS,
    title="App role assignment",
    version="v1.0",
    list_path="/servicePrincipals/{parent}/appRoleAssignedTo",
    item_path="/servicePrincipals/{parent}/appRoleAssignedTo/{id}",
    create_path="/servicePrincipals/{parent}/appRoleAssignedTo",
    found_by=("principalId", "resourceId", "appRoleId"),
    parent="servicePrincipal",
    parent_property="appRoleAssignedTo",
    updatable=False,
    properties=native.mark_all(
        (
            *create_only("appRoleId", "principalId", "resourceId", reason=_IDENTITY),
            *read_only(
                "createdDateTime", "principalDisplayName", "principalType", "resourceDisplayName"
            ),
        )
    ),
    read_permission=("Application.Read.All",),
    write_permission=("AppRoleAssignment.ReadWrite.All", "Application.Read.All"),
    documentation=f"{GRAPH_DOCS}approleassignment",
    order=61,
    identity=("id", "principalId", "resourceId", "appRoleId"),
    label_properties=("principalDisplayName", "resourceDisplayName"),
    looked_up_by=("resourceDisplayName",),
    references=(
        Reference("principalId", "directoryObject"),
        Reference("resourceId", "servicePrincipal"),
    ),
    lives_with=(
        Dependence("principalId", "user", "/users/{id}/appRoleAssignments"),
        Dependence("principalId", "group", "/groups/{id}/appRoleAssignments"),
        Dependence("principalId", "servicePrincipal", "/servicePrincipals/{id}/appRoleAssignments"),
        Dependence("resourceId", "servicePrincipal", "/servicePrincipals/{id}/appRoleAssignedTo"),
    ),
    audited=Audited(
        activities=("app role assignment",),
        ends=("principalId", "resourceId"),
        facts=(("AppRole.Id", "appRoleId"),),
    ),
    companions=tuple(
        Companion(name, "Graph asks for it.") for name in ("principalId", "resourceId", "appRoleId")
    ),
    native="full",
    sensitive="Gives a person or an application access.",
    unrestorable=(Unrestorable("id", "An assignment that is made again gets a new id."),),
    digest_without=("principalDisplayName", "resourceDisplayName"),
)
