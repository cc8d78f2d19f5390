"""Policies for tokens, sign-in and credentials that are assigned to applications and principals.

https://learn.microsoft.com/graph/api/resources/stspolicy
https://learn.microsoft.com/graph/api/resources/appmanagementpolicy
"""

from apps.entra.catalogue.build import GRAPH_DOCS, flags, read_only, writable
from apps.entra.catalogue.model import (
    Clearing,
    Companion,
    Kind,
    Lane,
    Link,
    Property,
    Unrestorable,
)

_READ = "Policy.Read.All"
_WRITE = "Policy.ReadWrite.ApplicationConfiguration"


def _assigned(
    kind: str,
    collection: str,
    target: str,
    write: str = "Application.ReadWrite.All",
    besides: str = _READ,
) -> Link:
    """The applications, or principals, that a policy applies to; written from their side."""
    targets = f"{target}s"
    return Link(
        name=f"{kind}.appliesTo",
        source_kind=kind,
        target_kinds=(target,),
        property="appliesTo",
        read_path=f"/policies/{collection}/{{id}}/appliesTo",
        write_path=f"/{targets}/{{target}}/{collection}/$ref",
        address=f"/policies/{collection}/{{id}}",
        add_method="POST",
        remove_path=f"/{targets}/{{target}}/{collection}/{{id}}/$ref",
        read_permission=_READ,
        write_permission=write,
        add_permission=besides,
        expandable=False,
        caveat="Nothing but the policy's own list names them; it is asked for policy by policy.",
    )


def _of_tokens(name: str, title: str, *, why: str, target: str = "", default: bool = True) -> Kind:
    collection = f"{name.removesuffix('y')}ies"
    links = (_assigned(name, collection, target),) if target else ()
    return Kind(
        name=name,
        graph_type=name,
        title=title,
        version="v1.0",
        list_path=f"/policies/{collection}",
        item_path=f"/policies/{collection}/{{id}}",
        create_path=f"/policies/{collection}",
        properties=(
            *flags("displayName"),
            *writable("description"),
            Property("definition", clear=Clearing.NEVER, sensitive=why),
            Property(
                "isOrganizationDefault",
                clear=Clearing.NEVER,
                sensitive="As the default it applies to every application.",
                caveat="At most one policy of a sort can be the default.",
            ),
        ),
        read_permission=(_READ,),
        write_permission=(_WRITE,),
        documentation=f"{GRAPH_DOCS}{name.lower()}",
        order=45,
        lane=Lane.POLICY,
        supports_select=False,
        page_size=None,
        together=True,
        links=links,
        companions=(
            Companion("definition", "Graph asks for it."),
            Companion("displayName", "Graph asks for it."),
        ),
        unrestorable=(Unrestorable("id", "A policy that is made again gets a new id."),),
    )


CLAIMS_MAPPING_POLICY = _of_tokens(
    "claimsMappingPolicy",
    "Claims mapping policy",
    why="Decides whom an application takes a person for.",
    target="servicePrincipal",
)
HOME_REALM_DISCOVERY_POLICY = _of_tokens(
    "homeRealmDiscoveryPolicy",
    "Home realm discovery policy",
    why="Decides where people sign in.",
    target="servicePrincipal",
)
TOKEN_LIFETIME_POLICY = _of_tokens(
    "tokenLifetimePolicy",
    "Token lifetime policy",
    why="Decides how long a token can be used.",
    target="application",
)
TOKEN_ISSUANCE_POLICY = _of_tokens(
    "tokenIssuancePolicy",
    "Token issuance policy",
    why="Decides how SAML tokens are signed.",
    target="application",
)
ACTIVITY_BASED_TIMEOUT_POLICY = _of_tokens(
    "activityBasedTimeoutPolicy",
    "Timeout policy",
    why="Decides when idle sessions of administrators end.",
)

_KEEPS_SECRETS = "Decides which secrets and certificates applications may have."

APP_MANAGEMENT_POLICY = Kind(
    name="appManagementPolicy",
    graph_type="appManagementPolicy",
    title="Application management policy",
    version="v1.0",
    list_path="/policies/appManagementPolicies",
    item_path="/policies/appManagementPolicies/{id}",
    create_path="/policies/appManagementPolicies",
    properties=(
        *flags("displayName", "isEnabled"),
        *writable("description"),
        Property("restrictions", clear=Clearing.NEVER, sensitive=_KEEPS_SECRETS),
    ),
    read_permission=(_READ,),
    write_permission=(_WRITE,),
    documentation=f"{GRAPH_DOCS}appmanagementpolicy",
    order=84,
    lane=Lane.POLICY,
    supports_select=False,
    page_size=None,
    together=True,
    links=(
        _assigned(
            "appManagementPolicy",
            "appManagementPolicies",
            "application",
            write=_WRITE,
            besides="Application.Read.All",
        ),
    ),
    companions=(
        Companion("displayName", "Graph asks for it."),
        Companion("restrictions", "Graph asks for it."),
    ),
    licence="Entra Workload ID Premium for exceptions from the tenant's default.",
    unrestorable=(Unrestorable("id", "A policy that is made again gets a new id."),),
)

DEFAULT_APP_MANAGEMENT_POLICY = Kind(
    name="defaultAppManagementPolicy",
    graph_type="tenantAppManagementPolicy",
    title="Default application management policy",
    version="v1.0",
    list_path="/policies/defaultAppManagementPolicy",
    item_path="/policies/defaultAppManagementPolicy",
    items="",
    singleton=True,
    deletable=False,
    properties=(
        *flags("isEnabled"),
        Property("applicationRestrictions", clear=Clearing.NEVER, sensitive=_KEEPS_SECRETS),
        Property("servicePrincipalRestrictions", clear=Clearing.NEVER, sensitive=_KEEPS_SECRETS),
        *read_only("displayName", "description"),
    ),
    read_permission=(_READ,),
    write_permission=(_WRITE,),
    documentation=f"{GRAPH_DOCS}tenantappmanagementpolicy",
    # Once it is in force it may refuse what else is recovered.
    order=85,
    lane=Lane.POLICY,
    supports_select=False,
    page_size=None,
    together=True,
    sensitive=_KEEPS_SECRETS,
)
