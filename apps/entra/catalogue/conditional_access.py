"""Conditional Access policies and the locations they name.

https://learn.microsoft.com/graph/api/resources/conditionalaccesspolicy
"""

from apps.entra.catalogue import native
from apps.entra.catalogue.build import GRAPH_DOCS, create_only, flags, read_only, stamps, writable
from apps.entra.catalogue.model import (
    Clearing,
    Companion,
    Held,
    Kind,
    Lane,
    Property,
    Reference,
    SoftDelete,
    Subtype,
    Unrestorable,
)

_EVERYBODY = frozenset({"All", "None", "GuestsOrExternalUsers"})
_APPLICATIONS = frozenset(
    {"All", "None", "Office365", "MicrosoftAdminPortals", "AllAgentIdResources"}
)
_TRUSTED_ADDRESSES_OF_MFA = "00000000-0000-0000-0000-000000000000"
_LOCATIONS = frozenset({"All", "AllTrusted", _TRUSTED_ADDRESSES_OF_MFA})
_READ = ("Policy.Read.All",)
_WRITE = ("Policy.Read.All", "Policy.ReadWrite.ConditionalAccess", "Application.Read.All")


def _users(side: str) -> tuple[Reference, ...]:
    users = f"conditions.users.{side}"
    return (
        Reference(f"{users}Users[]", "user", keywords=_EVERYBODY),
        Reference(f"{users}Groups[]", "group"),
        Reference(f"{users}Roles[]", "directoryRoleTemplate"),
        Reference(f"{users}GuestsOrExternalUsers.externalTenants.members[]", "tenant"),
    )


_REFERENCES = (
    *_users("include"),
    *_users("exclude"),
    *(
        Reference(
            f"conditions.applications.{side}Applications[]",
            "servicePrincipal",
            by="appId",
            keywords=_APPLICATIONS,
        )
        for side in ("include", "exclude")
    ),
    Reference(
        "conditions.applications.includeAuthenticationContextClassReferences[]",
        "authenticationContextClassReference",
    ),
    *(
        Reference(
            f"conditions.clientApplications.{side}ServicePrincipals[]",
            "servicePrincipal",
            keywords=frozenset({"ServicePrincipalsInMyTenant"}),
        )
        for side in ("include", "exclude")
    ),
    *(
        Reference(f"conditions.locations.{side}Locations[]", "namedLocation", keywords=_LOCATIONS)
        for side in ("include", "exclude")
    ),
    Reference("conditions.devices.deviceFilter.rule", "device", pattern=True),
    Reference("grantControls.authenticationStrength.id", "authenticationStrengthPolicy"),
    Reference("grantControls.termsOfUse[]", "agreement"),
)

CONDITIONAL_ACCESS_POLICY = Kind(
    name="conditionalAccessPolicy",
    graph_type="conditionalAccessPolicy",
    title="Conditional Access policy",
    version="v1.0",
    list_path="/identity/conditionalAccess/policies",
    item_path="/identity/conditionalAccess/policies/{id}",
    create_path="/identity/conditionalAccess/policies",
    made_without=("templateId",),
    properties=native.mark_all(
        (
            *flags("displayName"),
            *writable("description"),
            Property("state", clear=Clearing.NEVER, sensitive="Enabled, it decides who gets in."),
            Property("conditions", clear=Clearing.NEVER, sensitive="Decides whom it hits."),
            Property("grantControls", sensitive="Decides what lets people in, or blocks them."),
            Property("sessionControls", sensitive="Decides how long a sign-in lasts."),
            *create_only("templateId", reason="Graph refuses the key itself in every update."),
            *read_only("createdDateTime"),
            *stamps("modifiedDateTime"),
        )
    ),
    read_permission=_READ,
    write_permission=_WRITE,
    restore_permission=("Policy.Read.All", "Policy.ReadWrite.ConditionalAccess"),
    documentation=f"{GRAPH_DOCS}conditionalaccesspolicy",
    order=90,
    lane=Lane.CONDITIONAL_ACCESS,
    page_size=None,
    references=_REFERENCES,
    headers={"Prefer": "include-unknown-enum-members"},
    companions=(
        Companion("conditions", "Graph asks for users, applications and clientAppTypes."),
        Companion("state", "Comes back as report-only where the plan says so."),
    ),
    soft_delete=SoftDelete.POLICY,
    bin_path="/identity/conditionalAccess/deletedItems/policies",
    # https://learn.microsoft.com/entra/architecture/recover-from-deletions
    held=Held(
        "state",
        in_force=("enabled",),
        value="disabled",
        trial="enabledForReportingButNotEnforced",
    ),
    undelete_path="/identity/conditionalAccess/deletedItems/policies/{id}/restore",
    licence="Entra ID P1; risk conditions need P2.",
    native="full",
    sensitive="A mistake can lock everybody out.",
    unrestorable=(
        Unrestorable(
            "conditions that exist only in beta",
            "Agents, agent risk and network access are not in v1.0; a policy that uses them is "
            "neither read nor written whole.",
        ),
    ),
)

_ADDRESSES = (
    Property(
        "ipRanges",
        clear=Clearing.NEVER,
        unordered=True,
        native="ipRanges",
        sensitive="Policies trust or refuse these addresses.",
    ),
    Property(
        "isTrusted",
        clear=Clearing.NEVER,
        native="isTrusted",
        sensitive="A trusted address can spare people the second factor.",
        caveat="Is taken off before the location can be deleted.",
    ),
)
_COUNTRIES = (
    Property(
        "countriesAndRegions",
        clear=Clearing.NEVER,
        unordered=True,
        native="countriesAndRegions",
        sensitive="Policies trust or refuse these countries.",
    ),
    Property("countryLookupMethod", clear=Clearing.NEVER, native="countryLookupMethod"),
    Property(
        "includeUnknownCountriesAndRegions",
        clear=Clearing.NEVER,
        native="includeUnknownCountriesAndRegions",
    ),
)

NAMED_LOCATION = Kind(
    name="namedLocation",
    graph_type="namedLocation",
    title="Named location",
    version="v1.0",
    list_path="/identity/conditionalAccess/namedLocations",
    item_path="/identity/conditionalAccess/namedLocations/{id}",
    create_path="/identity/conditionalAccess/namedLocations",
    properties=native.mark_all(
        (*flags("displayName"), *read_only("createdDateTime"), *stamps("modifiedDateTime"))
    ),
    read_permission=_READ,
    write_permission=("Policy.Read.All", "Policy.ReadWrite.ConditionalAccess"),
    restore_permission=("Policy.Read.All", "Policy.ReadWrite.ConditionalAccess"),
    documentation=f"{GRAPH_DOCS}namedlocation",
    order=50,
    lane=Lane.CONDITIONAL_ACCESS,
    page_size=None,
    supports_select=False,
    polymorphic=True,
    subtypes=(
        Subtype("#microsoft.graph.ipNamedLocation", properties=_ADDRESSES),
        Subtype("#microsoft.graph.countryNamedLocation", properties=_COUNTRIES),
    ),
    before_delete={"isTrusted": False},
    companions=(Companion("@odata.type", "Says whether it is a list of addresses or countries."),),
    soft_delete=SoftDelete.POLICY,
    bin_path="/identity/conditionalAccess/deletedItems/namedLocations",
    undelete_path="/identity/conditionalAccess/deletedItems/namedLocations/{id}/restore",
    licence="Entra ID P1 to be used in a policy.",
    native="full",
    unrestorable=(
        Unrestorable("@odata.type", "An address list cannot become a country list."),
        Unrestorable("compliant network locations", "Only in beta; Entra makes them itself."),
    ),
)
