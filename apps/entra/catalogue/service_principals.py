"""Service principals (and agent identities), their owners.

https://learn.microsoft.com/graph/api/resources/serviceprincipal
"""

from apps.entra.catalogue import native
from apps.entra.catalogue.build import (
    GRAPH_DOCS,
    array,
    create_only,
    not_read,
    read_only,
    read_only_arrays,
    writable,
)
from apps.entra.catalogue.credentials import KEY_CREDENTIALS, PASSWORD_CREDENTIALS
from apps.entra.catalogue.model import (
    Clearing,
    Companion,
    Kind,
    Lane,
    Link,
    Lock,
    Property,
    Reference,
    SoftDelete,
    Subtype,
    Unrestorable,
    Writability,
)

_FROM_APPLICATION = "Comes from the application object, in its home tenant; recover it there."
_SIGN_IN = "Part of how people sign in to the application."

_PROPERTIES = (
    Property(
        "accountEnabled",
        clear=Clearing.NEVER,
        sensitive="Switches the application on or off for the tenant.",
    ),
    Property(
        "appRoleAssignmentRequired",
        clear=Clearing.NEVER,
        sensitive="Off, everybody may use the application.",
    ),
    *writable("description", "notes", "loginUrl"),
    *writable(
        "preferredSingleSignOnMode",
        "preferredTokenSigningKeyThumbprint",
        "samlSingleSignOnSettings",
        sensitive=_SIGN_IN,
    ),
    array("alternativeNames"),
    array("notificationEmailAddresses"),
    array("tags"),
    array("addIns"),
    array("servicePrincipalNames", caveat="Must keep the appId and the application's own URIs."),
    Property(
        "displayName",
        write=Writability.WITHHELD,
        clear=Clearing.NEVER,
        reason="Follows the application's name.",
    ),
    Property(
        "tokenEncryptionKeyId",
        write=Writability.WITHHELD,
        reason="Names a certificate; it is set again together with the certificate.",
    ),
    *(
        Property(
            name,
            write=Writability.WITHHELD,
            clear=Clearing.NEVER,
            unordered=name == "replyUrls",
            reason=_FROM_APPLICATION,
            sensitive=_SIGN_IN,
        )
        for name in ("homepage", "logoutUrl", "replyUrls")
    ),
    KEY_CREDENTIALS,
    PASSWORD_CREDENTIALS,
    *create_only("appId", reason="Says which application it stands for."),
    *read_only_arrays(
        "appRoles",
        "oauth2PermissionScopes",
        "resourceSpecificApplicationPermissions",
        reason=_FROM_APPLICATION,
    ),
    *read_only(
        "appDescription",
        "appDisplayName",
        "appOwnerOrganizationId",
        "info",
        "signInAudience",
        "verifiedPublisher",
        reason=_FROM_APPLICATION,
    ),
    *read_only(
        "applicationTemplateId",
        "createdByAppId",
        "disabledByMicrosoftStatus",
        "servicePrincipalType",
    ),
    Property(
        "publisherName",
        version="beta",
        write=Writability.READ_ONLY,
        clear=Clearing.NEVER,
        selected=False,
        reason="Only in beta, and only the name of the publisher's tenant: nobody can write it.",
    ),
    *not_read(
        "isDisabled", write=Writability.READ_ONLY, reason="Follows the application's own switch."
    ),
    *not_read(
        "customSecurityAttributes",
        write=Writability.WITHHELD,
        reason="Asks for consent of its own (CustomSecAttributeAssignment) that is not asked for.",
    ),
)

OWNERS = Link(
    name="servicePrincipal.owners",
    source_kind="servicePrincipal",
    target_kinds=("user", "servicePrincipal"),
    property="owners",
    read_path="/servicePrincipals/{id}/owners",
    write_path="/servicePrincipals/{id}/owners/$ref",
    add_method="POST",
    remove_path="/servicePrincipals/{id}/owners/{target}/$ref",
    read_permission="Application.Read.All",
    write_permission="Application.ReadWrite.All",
    add_permission="Directory.Read.All",
    limit=100,
    sensitive="An owner can add a secret and act as the application.",
)

_AGENT_IDENTITY = (
    *create_only(
        "agentIdentityBlueprintId", reason="Says which blueprint the agent was made from."
    ),
    *not_read(
        "createdDateTime",
        "managerApplications",
        write=Writability.READ_ONLY,
        reason="Set by Entra itself when the agent is made.",
    ),
)

_MADE_BY_ENTRA = (
    *(
        Lock(reason, when=(("servicePrincipalType", name),))
        for name, reason in (
            ("ManagedIdentity", "It belongs to an Azure resource, which makes it."),
            ("Legacy", "Entra makes none of this old type any more."),
            ("SocialIdp", "Entra makes it for its own use."),
        )
    ),
    *(
        Lock("Only its blueprint can make it.", when=(("@odata.type", f"#microsoft.graph.{name}"),))
        for name in ("agentIdentity", "agentIdentityBlueprintPrincipal")
    ),
)

SERVICE_PRINCIPAL = Kind(
    name="servicePrincipal",
    graph_type="servicePrincipal",
    lane=Lane.APPLICATIONS,
    title="Service principal",
    version="v1.0",
    list_path="/servicePrincipals",
    item_path="/servicePrincipals/{id}",
    delta_path="/servicePrincipals/delta",
    create_path="/servicePrincipals",
    # It has the application's own from the start; what goes beyond them is written afterwards.
    made_without=("servicePrincipalNames",),
    found_by=("appId",),
    not_created=_MADE_BY_ENTRA,
    properties=native.mark("servicePrincipal", _PROPERTIES),
    read_permission=("Application.Read.All",),
    write_permission=("Application.ReadWrite.All",),
    restore_permission=("Application.ReadWrite.All",),
    documentation=f"{GRAPH_DOCS}serviceprincipal",
    order=40,
    identity=("id", "appId"),
    label_properties=("displayName", "appDisplayName"),
    looked_up_by=("appId", "appDisplayName", "servicePrincipalNames"),
    links=(OWNERS,),
    references=(
        Reference("appId", "application", by="appId"),
        Reference("agentIdentityBlueprintId", "application", by="appId"),
    ),
    subtypes=(
        Subtype(
            "#microsoft.graph.agentIdentity",
            cast_path="/servicePrincipals/microsoft.graph.agentIdentity",
            properties=_AGENT_IDENTITY,
            read_permission="AgentIdentity.Read.All",
            write_permission="AgentIdentity.ReadWrite.All",
            restore_permission="AgentIdentity.DeleteRestore.All",
            note="What an AI agent signs in as; only its blueprint can make it.",
        ),
        Subtype(
            "#microsoft.graph.agentIdentityBlueprintPrincipal",
            cast_path="/servicePrincipals/microsoft.graph.agentIdentityBlueprintPrincipal",
            read_permission="AgentIdentityBlueprintPrincipal.Read.All",
            write_permission="AgentIdentityBlueprintPrincipal.ReadWrite.All",
            restore_permission="AgentIdentityBlueprintPrincipal.DeleteRestore.All",
            note="A blueprint's presence in the tenant.",
        ),
    ),
    companions=(Companion("appId", "Graph asks for it."),),
    soft_delete=SoftDelete.DIRECTORY,
    bin_path="/directory/deletedItems/microsoft.graph.servicePrincipal",
    undelete_path="/directory/deletedItems/{id}/restore",
    native="partly",
    native_note="With its grants and assignments where it is their target; no owners.",
    unrestorable=(
        Unrestorable("client secrets", "Entra never gives one out; a lost one is made anew."),
        Unrestorable("signing certificates", "Their private keys never leave Entra."),
        Unrestorable(
            "sponsors of agent identities and of blueprint principals",
            "A collection beside the object that is not read yet.",
        ),
        Unrestorable(
            "provisioning jobs, assigned policies and permission classifications",
            "Collections beside the service principal that are not read yet.",
            anew=(),
        ),
        Unrestorable(
            "managed identities, once deleted for good",
            "Only the Azure resource they belong to can make them.",
        ),
    ),
)
