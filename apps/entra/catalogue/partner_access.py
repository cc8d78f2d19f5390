"""What other tenants may do here, and people of this one there.

https://learn.microsoft.com/graph/api/resources/crosstenantaccesspolicy-overview
"""

from apps.entra.catalogue.build import GRAPH_DOCS, array, create_only, not_read, read_only
from apps.entra.catalogue.model import (
    Clearing,
    Companion,
    Kind,
    Lane,
    Property,
    Reference,
    Unrestorable,
    Writability,
)

_POLICY = "/policies/crossTenantAccessPolicy"
_EVERYBODY = frozenset({"AllUsers", "AllApplications", "Office365", "AllInternalFederatedUsers"})
_DIRECTIONS = (
    "b2bCollaborationInbound",
    "b2bCollaborationOutbound",
    "b2bDirectConnectInbound",
    "b2bDirectConnectOutbound",
)
_REFERENCES = tuple(
    reference
    for name in (*_DIRECTIONS, "tenantRestrictions")
    for reference in (
        Reference(
            f"{name}.usersAndGroups.targets[].target", "directoryObject", keywords=_EVERYBODY
        ),
        Reference(
            f"{name}.applications.targets[].target",
            "servicePrincipal",
            by="appId",
            keywords=_EVERYBODY,
        ),
    )
)
_OF_OTHER_SERVICES = not_read(
    "appServiceConnectInbound",
    "m365Capabilities",
    "m365CollaborationInbound",
    "m365CollaborationOutbound",
    write=Writability.WITHHELD,
    reason="Settings of Microsoft 365 and of App Service, which have permissions of their own.",
)


def _settings(clear: Clearing, *more: Property) -> tuple[Property, ...]:
    """clear: NULL where a partner's setting gives way to the default's."""
    return (
        *(
            Property(
                name,
                clear=clear,
                sensitive="Decides who comes in from other tenants, or goes there.",
            )
            for name in _DIRECTIONS
        ),
        Property(
            "inboundTrust",
            clear=clear,
            sensitive="Decides whose multifactor authentication counts.",
        ),
        Property(
            "tenantRestrictions",
            clear=clear,
            sensitive="Decides into which tenants people sign in here.",
        ),
        *more,
        *_OF_OTHER_SERVICES,
    )


CROSS_TENANT_ACCESS_POLICY = Kind(
    name="crossTenantAccessPolicy",
    graph_type="crossTenantAccessPolicy",
    title="Cross-tenant access, clouds",
    version="v1.0",
    list_path=_POLICY,
    item_path=_POLICY,
    items="",
    singleton=True,
    deletable=False,
    properties=(
        array(
            "allowedCloudEndpoints",
            sensitive="Decides with which other clouds of Microsoft there is any access.",
        ),
        *read_only("displayName", "description"),
    ),
    read_permission=("Policy.Read.All",),
    write_permission=("Policy.ReadWrite.CrossTenantAccess",),
    documentation=f"{GRAPH_DOCS}crosstenantaccesspolicy",
    order=80,
    lane=Lane.POLICY,
    supports_select=False,
    page_size=None,
    together=True,
)

CROSS_TENANT_ACCESS_DEFAULT = Kind(
    name="crossTenantAccessDefault",
    graph_type="crossTenantAccessPolicyConfigurationDefault",
    title="Cross-tenant access, default",
    version="v1.0",
    list_path=f"{_POLICY}/default",
    item_path=f"{_POLICY}/default",
    items="",
    singleton=True,
    deletable=False,
    properties=_settings(
        Clearing.NEVER,
        Property("invitationRedemptionIdentityProviderConfiguration", clear=Clearing.NEVER),
        *read_only("automaticUserConsentSettings", "isServiceDefault"),
    ),
    read_permission=("Policy.Read.All",),
    write_permission=("Policy.ReadWrite.CrossTenantAccess",),
    documentation=f"{GRAPH_DOCS}crosstenantaccesspolicyconfigurationdefault",
    order=81,
    lane=Lane.POLICY,
    supports_select=False,
    page_size=None,
    together=True,
    references=_REFERENCES,
    sensitive="Decides what every other tenant may do here.",
)

CROSS_TENANT_ACCESS_PARTNER = Kind(
    name="crossTenantAccessPartner",
    graph_type="crossTenantAccessPolicyConfigurationPartner",
    title="Cross-tenant access, partner",
    version="v1.0",
    list_path=f"{_POLICY}/partners",
    item_path=f"{_POLICY}/partners/{{id}}",
    create_path=f"{_POLICY}/partners",
    key="tenantId",
    found_by=("tenantId",),
    properties=_settings(
        Clearing.NULL,
        Property(
            "automaticUserConsentSettings",
            sensitive="Lets people in without asking them.",
        ),
        Property(
            "identitySynchronization",
            write=Writability.OWN_REQUEST,
            write_without=("tenantId",),
            sensitive="Lets another tenant make and change users here.",
        ),
        *create_only("tenantId", reason="Says which tenant it is about."),
        *read_only("isInMultiTenantOrganization"),
        *read_only(
            "isServiceProvider", reason="Follows from the partner relationship with a provider."
        ),
    ),
    read_permission=("Policy.Read.All",),
    write_permission=("Policy.ReadWrite.CrossTenantAccess",),
    documentation=f"{GRAPH_DOCS}crosstenantaccesspolicyconfigurationpartner",
    order=82,
    lane=Lane.POLICY,
    supports_select=False,
    page_size=None,
    together=True,
    identity=("id", "tenantId"),
    label_properties=("tenantId",),
    references=_REFERENCES,
    companions=(Companion("tenantId", "Graph asks for it."),),
    expansion="identitySynchronization",
    emptied_before_delete=("identitySynchronization",),
    sensitive="Decides what another tenant may do here.",
    unrestorable=(
        Unrestorable(
            "people who were synchronised",
            "They are users like others, and come back as such; the other tenant's own job sends "
            "them.",
        ),
        Unrestorable(
            "groupSyncInbound",
            "In beta alone: which groups another tenant may send is not read.",
        ),
    ),
)
