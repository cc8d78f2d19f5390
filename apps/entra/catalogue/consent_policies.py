"""Who may consent to what, and who is asked.

https://learn.microsoft.com/graph/api/resources/permissiongrantpolicy
https://learn.microsoft.com/graph/api/resources/adminconsentrequestpolicy
"""

from apps.entra.catalogue.build import GRAPH_DOCS, create_only, flags, stamps, writable
from apps.entra.catalogue.model import (
    Clearing,
    Companion,
    Kind,
    Lane,
    Lock,
    Property,
    Writability,
)

_POLICIES = "/policies/permissionGrantPolicies"


def _conditions(name: str, sensitive: str) -> Property:
    return Property(
        name,
        write=Writability.OWN_REQUEST,
        clear=Clearing.EMPTY,
        unordered=True,
        caveat="Each set of conditions is made and removed by a request of its own.",
        sensitive=sensitive,
    )


PERMISSION_GRANT_POLICY = Kind(
    name="permissionGrantPolicy",
    graph_type="permissionGrantPolicy",
    title="Permission grant policy",
    version="v1.0",
    list_path=_POLICIES,
    item_path=f"{_POLICIES}/{{id}}",
    create_path=_POLICIES,
    found_by=("id",),
    properties=(
        *flags("displayName"),
        *writable("description"),
        _conditions("includes", "Says to what people may consent."),
        _conditions("excludes", "Says to what people may not consent."),
        *create_only("id", reason="Chosen when the policy is made."),
    ),
    read_permission=("Policy.Read.PermissionGrant",),
    write_permission=("Policy.ReadWrite.PermissionGrant",),
    documentation=f"{GRAPH_DOCS}permissiongrantpolicy",
    order=48,
    lane=Lane.POLICY,
    supports_select=False,
    page_size=None,
    together=True,
    companions=(
        Companion("id", "Graph asks for it."),
        Companion("displayName", "Graph asks for it."),
    ),
    locks=(Lock("It is one of Microsoft's own policies.", begins=(("id", "microsoft-"),)),),
    sensitive="Decides to what people may consent.",
    digest_without=("includes[].id", "excludes[].id"),
)

ADMIN_CONSENT_REQUEST_POLICY = Kind(
    name="adminConsentRequestPolicy",
    graph_type="adminConsentRequestPolicy",
    title="Admin consent requests",
    version="v1.0",
    list_path="/policies/adminConsentRequestPolicy",
    item_path="/policies/adminConsentRequestPolicy",
    items="",
    singleton=True,
    deletable=False,
    update_method="PUT",
    properties=(
        *flags("isEnabled", "notifyReviewers", "remindersEnabled", "requestDurationInDays"),
        Property(
            "reviewers",
            clear=Clearing.EMPTY,
            unordered=True,
            sensitive="Says who decides on what people ask for.",
        ),
        *stamps("version"),
    ),
    read_permission=("Policy.Read.All",),
    write_permission=("Policy.ReadWrite.ConsentRequest",),
    documentation=f"{GRAPH_DOCS}adminconsentrequestpolicy",
    order=79,
    lane=Lane.POLICY,
    supports_select=False,
    page_size=None,
    together=True,
)
