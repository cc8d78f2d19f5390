"""The service provider's own tenant, and the applications it has in its customers' tenants."""

from apps.sandbox.seed import resources
from apps.sandbox.seed.applications import CREATED, add_principal, graph_access
from apps.sandbox.seed.draft import Draft
from apps.sandbox.seed.ids import named_guid, named_token
from apps.sandbox.seed.principals import assign
from apps.sandbox.state.records import Record

LAB_NAME = "Sandbox Lab"


def lab_client_id(seed: int) -> str:
    """The client id of the application that may do everything everywhere."""
    return named_guid(seed, "lab", "appId")


def lab_client_secret(seed: int) -> str:
    """Its client secret."""
    return f"sandbox~{named_token(seed, 'lab', 'secret')}"


def register_lab(draft: Draft) -> None:
    """Register the lab application in the provider's tenant, with every Graph app role."""
    body = {
        "appId": lab_client_id(draft.seed),
        "createdDateTime": CREATED,
        "displayName": LAB_NAME,
        "passwordCredentials": [
            {
                "displayName": "lab",
                "endDateTime": "2299-12-31T00:00:00Z",
                "hint": "san",
                "keyId": draft.guid("passwordKeyId", "lab"),
                "secretText": lab_client_secret(draft.seed),
                "startDateTime": CREATED,
            }
        ],
        "publisherDomain": draft.organisation.domain,
        "requiredResourceAccess": [graph_access(roles=tuple(resources.graph_roles()))],
        "signInAudience": "AzureADMultipleOrgs",
        "web": {"redirectUris": ["http://localhost:8400/callback"]},
    }
    draft.applications["lab"] = draft.add("application", body, "lab")


def consent_to_lab(draft: Draft, home: Draft) -> None:
    """Give the lab application a service principal and every role in one tenant."""
    application = home.directory.get(home.applications["lab"])
    if application is None:
        raise LookupError("The lab application is registered before it is consented to.")
    consent(draft, application, home.directory.tenant_id)


def consent(draft: Draft, application: Record, home_tenant: str) -> None:
    """Give a multi-tenant application a service principal and every Graph role in a tenant."""
    principal = add_principal(draft, application.body)
    draft.directory.change(principal, {"appOwnerOrganizationId": home_tenant})
    graph = draft.principals[resources.GRAPH]
    for role in resources.graph_roles().values():
        assign(draft, principal, graph, role)
