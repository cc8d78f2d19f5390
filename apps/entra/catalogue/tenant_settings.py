"""Settings of the tenant that are neither sign-in nor consent, and what it can be asked about."""

from apps.entra.catalogue.build import GRAPH_DOCS, create_only, flags, read_only, writable
from apps.entra.catalogue.model import (
    Clearing,
    Companion,
    Kind,
    Lane,
    Property,
    Reference,
    Unrestorable,
)

SECURITY_DEFAULTS = Kind(
    name="identitySecurityDefaultsEnforcementPolicy",
    graph_type="identitySecurityDefaultsEnforcementPolicy",
    title="Security defaults",
    version="v1.0",
    list_path="/policies/identitySecurityDefaultsEnforcementPolicy",
    item_path="/policies/identitySecurityDefaultsEnforcementPolicy",
    items="",
    singleton=True,
    deletable=False,
    properties=(
        Property(
            "isEnabled",
            clear=Clearing.NEVER,
            sensitive="Decides whether everybody needs a second factor.",
            caveat="Cannot be on while a Conditional Access policy is.",
        ),
        *read_only("displayName", "description"),
    ),
    read_permission=("Policy.Read.All",),
    write_permission=("Policy.Read.All", "Policy.ReadWrite.SecurityDefaults"),
    documentation=f"{GRAPH_DOCS}identitysecuritydefaultsenforcementpolicy",
    order=83,
    lane=Lane.POLICY,
    supports_select=False,
    page_size=None,
    together=True,
    sensitive="Decides whether everybody needs a second factor.",
)

AUTHENTICATION_FLOWS_POLICY = Kind(
    name="authenticationFlowsPolicy",
    graph_type="authenticationFlowsPolicy",
    title="Self-service sign-up",
    version="v1.0",
    list_path="/policies/authenticationFlowsPolicy",
    item_path="/policies/authenticationFlowsPolicy",
    items="",
    singleton=True,
    deletable=False,
    properties=(
        Property(
            "selfServiceSignUp", clear=Clearing.NEVER, sensitive="Lets outsiders sign up as guests."
        ),
        *read_only("displayName", "description"),
    ),
    read_permission=("Policy.Read.All",),
    write_permission=("Policy.ReadWrite.AuthenticationFlows",),
    documentation=f"{GRAPH_DOCS}authenticationflowspolicy",
    order=78,
    lane=Lane.POLICY,
    supports_select=False,
    page_size=None,
    together=True,
)

_CONTEXTS = "/identity/conditionalAccess/authenticationContextClassReferences"

AUTHENTICATION_CONTEXT = Kind(
    name="authenticationContextClassReference",
    graph_type="authenticationContextClassReference",
    title="Authentication context",
    version="v1.0",
    list_path=_CONTEXTS,
    item_path=f"{_CONTEXTS}/{{id}}",
    create_path=f"{_CONTEXTS}/{{id}}",
    create_method="PATCH",
    found_by=("id",),
    properties=(
        *flags("displayName", "isAvailable"),
        *writable("description"),
        *create_only("id", reason="One of c1 to c99, chosen when it is made."),
    ),
    read_permission=("AuthenticationContext.Read.All",),
    write_permission=("AuthenticationContext.ReadWrite.All",),
    documentation=f"{GRAPH_DOCS}authenticationcontextclassreference",
    order=52,
    lane=Lane.CONDITIONAL_ACCESS,
    supports_select=False,
    page_size=None,
    companions=(Companion("displayName", "Graph asks for it."),),
    before_delete={"isAvailable": False},
    licence="Entra ID P1.",
    sensitive="Policies that ask for more than usual hang on it.",
)

GROUP_SETTING = Kind(
    name="groupSetting",
    graph_type="groupSetting",
    title="Group setting",
    version="v1.0",
    list_path="/groupSettings",
    item_path="/groupSettings/{id}",
    create_path="/groupSettings",
    found_by=("templateId",),
    properties=(
        Property(
            "values",
            clear=Clearing.NEVER,
            unordered=True,
            sensitive="Decides who makes groups, what they may be called, and whether guests join.",
        ),
        *create_only("templateId", reason="Says which settings they are."),
        *read_only("displayName"),
    ),
    # GroupSettings.Read.All would be narrower, but this one is asked for anyway.
    read_permission=("Group.Read.All",),
    write_permission=("GroupSettings.ReadWrite.All",),
    documentation=f"{GRAPH_DOCS}groupsetting",
    order=77,
    supports_select=False,
    page_size=None,
    together=True,
    identity=("id", "templateId"),
    companions=(
        Companion("templateId", "Graph asks for it."),
        Companion("values", "Graph asks for it."),
    ),
    unrestorable=(Unrestorable("id", "Settings that are made again get a new id."),),
)

_MEMBERSHIPS = (
    "azureADJoin.allowedToJoin",
    "azureADJoin.localAdmins.registeringUsers",
    "azureADRegistration.allowedToRegister",
)

DEVICE_REGISTRATION_POLICY = Kind(
    name="deviceRegistrationPolicy",
    graph_type="deviceRegistrationPolicy",
    title="Device registration",
    version="v1.0",
    list_path="/policies/deviceRegistrationPolicy",
    item_path="/policies/deviceRegistrationPolicy",
    items="",
    singleton=True,
    deletable=False,
    update_method="PUT",
    properties=(
        *flags("userDeviceQuota"),
        Property(
            "multiFactorAuthConfiguration",
            clear=Clearing.NEVER,
            sensitive="Decides whether a device joins without a second factor.",
        ),
        Property(
            "azureADJoin",
            clear=Clearing.NEVER,
            sensitive="Decides who joins devices, and who rules them then.",
        ),
        Property(
            "azureADRegistration",
            clear=Clearing.NEVER,
            sensitive="Decides who registers devices.",
            caveat="Cannot be changed while Intune is in use.",
        ),
        Property(
            "localAdminPassword",
            clear=Clearing.NEVER,
            sensitive="Decides whether local administrators' passwords are kept in Entra.",
        ),
        *read_only("displayName", "description"),
    ),
    read_permission=("Policy.Read.DeviceConfiguration",),
    write_permission=("Policy.ReadWrite.DeviceConfiguration",),
    documentation=f"{GRAPH_DOCS}deviceregistrationpolicy",
    order=86,
    lane=Lane.POLICY,
    supports_select=False,
    page_size=None,
    together=True,
    references=tuple(
        Reference(f"{path}.{name}[]", kind)
        for path in _MEMBERSHIPS
        for name, kind in (("users", "user"), ("groups", "group"))
    ),
    sensitive="Decides which devices are trusted, and who rules them.",
)

EXTERNAL_IDENTITIES_POLICY = Kind(
    name="externalIdentitiesPolicy",
    graph_type="externalIdentitiesPolicy",
    title="External identities",
    version="beta",
    list_path="/policies/externalIdentitiesPolicy",
    item_path="/policies/externalIdentitiesPolicy",
    items="",
    singleton=True,
    none_is_404=True,
    deletable=False,
    properties=(
        *flags("allowDeletedIdentitiesDataRemoval", "allowExternalIdentitiesToLeave"),
        *read_only("displayName", "description"),
    ),
    read_permission=("Policy.Read.All",),
    write_permission=("Policy.ReadWrite.ExternalIdentities",),
    documentation=f"{GRAPH_DOCS}externalidentitiespolicy",
    order=87,
    lane=Lane.POLICY,
    supports_select=False,
    page_size=None,
    together=True,
)
