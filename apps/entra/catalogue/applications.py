"""Applications (and agent identity blueprints), their owners and federated credentials.

https://learn.microsoft.com/graph/api/resources/application
"""

from apps.entra.catalogue import native
from apps.entra.catalogue.build import (
    GRAPH_DOCS,
    array,
    create_only,
    not_read,
    read_only,
    writable,
)
from apps.entra.catalogue.credentials import KEY_CREDENTIALS, PASSWORD_CREDENTIALS
from apps.entra.catalogue.model import (
    Audited,
    Clearing,
    Companion,
    Dependence,
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

_FOLLOWS_SIGN_IN = "Decides where sign-in answers with tokens are sent."

_PROPERTIES = (
    Property("displayName", clear=Clearing.NEVER),
    *writable(
        "description",
        "notes",
        "serviceManagementReference",
        "groupMembershipClaims",
        "optionalClaims",
        "parentalControlSettings",
        "servicePrincipalLockConfiguration",
        "isFallbackPublicClient",
        "isDeviceOnlyAuthSupported",
        "nativeAuthenticationApisEnabled",
        "oauth2RequirePostResponse",
        "samlMetadataUrl",
        "authenticationBehaviors",
        "requestSignatureVerification",
    ),
    *writable("web", "spa", "publicClient", "defaultRedirectUri", sensitive=_FOLLOWS_SIGN_IN),
    Property("info", write_without=("logoUrl",)),
    Property(
        "api",
        clear=Clearing.NEVER,
        write_without=("oauth2PermissionScopes[].origin",),
        # A client is authorised for scopes that are there already, and has to be there itself.
        made_later=("preAuthorizedApplications", "knownClientApplications", "acceptMappedClaims"),
        stepwise="oauth2PermissionScopes",
        sensitive="What other applications may ask of this one.",
        caveat="A scope is switched off in one request before a second changes or removes it.",
    ),
    Property(
        "appRoles",
        clear=Clearing.EMPTY,
        unordered=True,
        write_without=("[].origin",),
        stepwise=".",
        sensitive="What can be granted on this application.",
        caveat="A role is switched off in one request before a second changes or removes it.",
    ),
    array(
        "requiredResourceAccess",
        sensitive="The permissions that the application asks for at the next consent.",
    ),
    array("identifierUris", caveat="Each must be unique and on a verified domain."),
    array("tags"),
    array("addIns"),
    Property(
        "signInAudience",
        clear=Clearing.NEVER,
        sensitive="Can open the application to every tenant.",
    ),
    Property("isDisabled", sensitive="Switches the application off everywhere."),
    Property(
        "tokenEncryptionKeyId",
        write=Writability.WITHHELD,
        reason="Names a certificate; it is set again together with the certificate.",
    ),
    KEY_CREDENTIALS,
    PASSWORD_CREDENTIALS,
    *create_only("uniqueName", reason="Fixed when the application is made."),
    *read_only(
        "appId",
        "applicationTemplateId",
        "certification",
        "createdByAppId",
        "createdDateTime",
        "disabledByMicrosoftStatus",
        "publisherDomain",
    ),
    *read_only("verifiedPublisher", reason="Set by a verification of its own, not by a value."),
    *not_read(
        "managerApplications",
        write=Writability.WITHHELD,
        reason="Belongs to agent identity blueprints; who manages one is for a person to say.",
    ),
    Property(
        "onPremisesPublishing",
        version="beta",
        write=Writability.OWN_REQUEST,
        clear=Clearing.NEVER,
        selected=False,
        reason=(
            "The settings of Application Proxy: Graph gives them in beta and for one application "
            "at a time, so captures do not hold them."
        ),
    ),
    *not_read("logo", write=Writability.WITHHELD, reason="A picture, kept outside the object."),
)

OWNERS = Link(
    name="application.owners",
    source_kind="application",
    target_kinds=("user", "servicePrincipal"),
    property="owners",
    read_path="/applications/{id}/owners",
    write_path="/applications/{id}/owners/$ref",
    add_method="POST",
    remove_path="/applications/{id}/owners/{target}/$ref",
    read_permission="Application.Read.All",
    write_permission="Application.ReadWrite.All",
    add_permission="Directory.Read.All",
    limit=100,
    sensitive="An owner can add a secret and act as the application.",
)

_BLUEPRINT = Lock(
    "Agent blueprints are made with a request of their own, which Holdfast does not send.",
    when=(("@odata.type", "#microsoft.graph.agentIdentityBlueprint"),),
)

APPLICATION = Kind(
    name="application",
    graph_type="application",
    lane=Lane.APPLICATIONS,
    title="Application",
    version="v1.0",
    list_path="/applications",
    item_path="/applications/{id}",
    delta_path="/applications/delta",
    create_path="/applications",
    renamed=("id", "appId"),
    not_created=(_BLUEPRINT,),
    properties=native.mark("application", _PROPERTIES),
    read_permission=("Application.Read.All",),
    write_permission=("Application.ReadWrite.All",),
    restore_permission=("Application.ReadWrite.All",),
    documentation=f"{GRAPH_DOCS}application",
    order=30,
    identity=("id", "appId", "uniqueName"),
    looked_up_by=("appId", "uniqueName", "identifierUris"),
    links=(OWNERS,),
    references=(
        Reference("requiredResourceAccess[].resourceAppId", "servicePrincipal", by="appId"),
        Reference("api.knownClientApplications[]", "application", by="appId"),
        Reference("api.preAuthorizedApplications[].appId", "application", by="appId"),
    ),
    subtypes=(
        Subtype(
            "#microsoft.graph.agentIdentityBlueprint",
            cast_path="/applications/microsoft.graph.agentIdentityBlueprint",
            read_permission="AgentIdentityBlueprint.Read.All",
            write_permission="AgentIdentityBlueprint.ReadWrite.All",
            restore_permission="AgentIdentityBlueprint.DeleteRestore.All",
            note="The template that agent identities are made from; needs a sponsor.",
        ),
    ),
    companions=(Companion("displayName", "Graph asks for it."),),
    soft_delete=SoftDelete.DIRECTORY,
    bin_path="/directory/deletedItems/microsoft.graph.application",
    undelete_path="/directory/deletedItems/{id}/restore",
    native="partly",
    native_note="No redirect URIs, app roles, exposed API, credentials or owners.",
    unrestorable=(
        Unrestorable("client secrets", "Entra never gives one out; a lost one is made anew."),
        Unrestorable(
            "sponsors and inheritable permissions of agent identity blueprints",
            "Collections beside the blueprint that are not read yet.",
        ),
        Unrestorable(
            "extension properties and assigned policies",
            "Collections beside the application that are not read yet.",
            anew=(),
        ),
        Unrestorable(
            "appId",
            "A re-created application gets a new one, so every client would break.",
            anew=(),
        ),
    ),
)

_CREDENTIAL_PROPERTIES = (
    *create_only("name", reason="Fixed when the credential is made."),
    *(
        Property(
            name, clear=Clearing.NEVER, sensitive="Says which outside workload may act as the app."
        )
        for name in ("issuer", "subject")
    ),
    Property("audiences", clear=Clearing.NEVER, unordered=True, caveat="Exactly one."),
    *writable("description"),
)

FEDERATED_IDENTITY_CREDENTIAL = Kind(
    name="federatedIdentityCredential",
    graph_type="federatedIdentityCredential",
    lane=Lane.APPLICATIONS,
    title="Federated identity credential",
    version="v1.0",
    list_path="/applications/{parent}/federatedIdentityCredentials",
    item_path="/applications/{parent}/federatedIdentityCredentials/{id}",
    create_path="/applications/{parent}/federatedIdentityCredentials",
    found_by=("name",),
    parent="application",
    parent_property="federatedIdentityCredentials",
    properties=_CREDENTIAL_PROPERTIES,
    read_permission=("Application.Read.All",),
    write_permission=("Application.ReadWrite.All",),
    documentation=f"{GRAPH_DOCS}federatedidentitycredential",
    order=35,
    identity=("id", "name"),
    label_properties=("name",),
    looked_up_by=("subject", "issuer"),
    companions=tuple(
        Companion(name, "Graph asks for it.") for name in ("name", "issuer", "subject", "audiences")
    ),
    lives_with=(
        Dependence("@parent", "application", "/applications/{id}/federatedIdentityCredentials"),
    ),
    # Written as an update of the application.
    audited=Audited(
        activities=("update application", "federated identity credential"),
        ends=("@parent",),
        facts=(("federatedIdentityCredentials", "name"),),
    ),
    sensitive="Lets an outside workload sign in as the application.",
)
