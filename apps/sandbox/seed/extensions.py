"""Certificate authorities, what sign-in asks elsewhere, and attributes of sign-up."""

import base64
from typing import Any

from apps.sandbox.graph.reads.certificates import ONLY
from apps.sandbox.graph.reads.certificates import TYPE as AUTHORITIES
from apps.sandbox.seed import licences
from apps.sandbox.seed.draft import Draft
from apps.sandbox.writes.certificates import authority
from apps.sandbox.writes.sign_in_extensions import ATTRIBUTE, attribute_id

_BUILT_IN = (
    ("email", "Email Address", "string"),
    ("givenName", "Given Name", "string"),
    ("surname", "Surname", "string"),
)


def add_extensions(draft: Draft) -> None:
    """Attributes everywhere; the rest where the tenant has Entra ID P1."""
    _add_attributes(draft)
    if licences.has_premium(draft):
        _add_authorities(draft)
        _add_calls(draft)


def _add_attributes(draft: Draft) -> None:
    for object_id, name, data_type in _BUILT_IN:
        _add_attribute(draft, object_id, name, data_type, "builtIn", f"The {name.lower()}.")
    own = attribute_id(draft.directory.tenant_id, "Company code")
    _add_attribute(draft, own, "Company code", "string", "custom", "Stands on the invitation.")


def _add_attribute(
    draft: Draft, object_id: str, name: str, data_type: str, sort: str, description: str
) -> None:
    body = {
        "dataType": data_type,
        "description": description,
        "displayName": name,
        "userFlowAttributeType": sort,
    }
    draft.directory.add(ATTRIBUTE, body, object_id=object_id)


def _add_authorities(draft: Draft) -> None:
    given = [_authority(draft, "root", is_root=True), _authority(draft, "issuing", is_root=False)]
    draft.directory.add(AUTHORITIES, {"certificateAuthorities": given}, object_id=ONLY)


def _authority(draft: Draft, name: str, *, is_root: bool) -> dict[str, Any]:
    key = draft.organisation.key
    certificate = base64.b64encode(f"{key} {name} certificate authority".encode()).decode()
    return authority(
        {
            "certificate": certificate,
            "certificateRevocationListUrl": f"http://pki.{key}.example/{name}.crl",
            "deltaCertificateRevocationListUrl": None,
            "isRootAuthority": is_root,
        }
    )


def _add_calls(draft: Draft) -> None:
    host = f"claims.{draft.organisation.key}.example"
    resource = draft.guid("extension", "resource")
    body = {
        "authenticationConfiguration": {
            "@odata.type": "#microsoft.graph.azureAdTokenAuthentication",
            "resourceId": f"api://{host}/{resource}",
        },
        "behaviorOnError": None,
        "claimsForTokenConfiguration": [
            {"claimIdInApiResponse": "CostCentre"},
            {"claimIdInApiResponse": "Grade"},
        ],
        "clientConfiguration": {"maximumRetries": 1, "timeoutInMilliseconds": 2000},
        "description": "Claims that the personnel system knows",
        "displayName": "Personnel claims",
        "endpointConfiguration": {
            "@odata.type": "#microsoft.graph.httpRequestEndpoint",
            "targetUrl": f"https://{host}/claims",
        },
    }
    draft.add("onTokenIssuanceStartCustomExtension", body, "personnel")
    listener = {
        "authenticationEventsFlowId": None,
        "conditions": {"applications": {"includeApplications": [{"appId": resource}]}},
        "displayName": "Personnel claims for the intranet",
    }
    draft.add("onTokenIssuanceStartListener", listener, "personnel")
