"""What was deleted for good is made anew, with no more permission than is asked for."""

from typing import Any

import pytest

from apps.entra import reading, writing
from apps.entra.catalogue import KINDS, Kind, comparable, kind
from apps.entra.client import GraphClient
from apps.entra.writing import GENERATED, NotWritable
from tests.support.sandboxes import Sandbox

CREATABLE = [
    "user",
    "group",
    "administrativeUnit",
    "roleDefinition",
    "roleAssignment",
    "roleEligibility",
    "claimsMappingPolicy",
    "homeRealmDiscoveryPolicy",
    "tokenLifetimePolicy",
    "tokenIssuancePolicy",
    "activityBasedTimeoutPolicy",
    "appManagementPolicy",
    "permissionGrantPolicy",
    "crossTenantAccessPartner",
    "authenticationContextClassReference",
    "groupSetting",
    "application",
    "federatedIdentityCredential",
    "servicePrincipal",
    "namedLocation",
    "authenticationStrengthPolicy",
    "oauth2PermissionGrant",
    "appRoleAssignment",
    "conditionalAccessPolicy",
    "internalDomainFederation",
    "organizationalBranding",
    "lifecycleWorkflow",
    "certificateBasedAuthConfiguration",
    "customAuthenticationExtension",
    "identityUserFlowAttribute",
    "customTaskExtension",
]
# Graph deletes none of them.
NEVER_GONE = {"attributeSet", "customSecurityAttributeDefinition"}
# Made anew together with what hangs on them: tests/recovery/test_governance_kinds.py.
_TOGETHER = {
    "groupEligibility",
    "groupAssignment",
    "accessPackageCatalog",
    "connectedOrganization",
    "accessPackage",
    "accessPackageAssignmentPolicy",
    "accessReviewScheduleDefinition",
}
# Policies name those of the seed, and Graph keeps what is named: a second one is as good a proof.
_REFERRED_TO = {"namedLocation", "authenticationStrengthPolicy"}
PASSWORD = "Correct-Horse-9!"


@pytest.fixture
def client(writing_client: GraphClient) -> GraphClient:
    return writing_client


def _held(client: GraphClient, entry: Kind) -> list[dict[str, Any]]:
    batches = reading.read(client, entry, first_read=False)
    return [item.body for batch in batches for item in batch.objects]


def _live(client: GraphClient, entry: Kind, body: dict[str, Any]) -> dict[str, Any] | None:
    parents = {body["id"]: body.get("@parent", "")}
    return reading.read_objects(client, entry, [body["id"]], parents=parents)[body["id"]]


def _delete_for_good(sandbox: Sandbox, client: GraphClient, entry: Kind, body: Any) -> None:
    for request in writing.delete_requests(entry, body["id"], body):
        client.request(request.method, request.path, request.body).unwrap()
    # Graph has no way to delete a unit for good; in the bin it is out of the way as well.
    if entry.bin_path and entry.name != "administrativeUnit":
        purged = f"/directory/deletedItems/{body['id']}"
        if not entry.bin_path.startswith("/directory"):
            purged = f"{entry.bin_path}/{body['id']}"
        sandbox.graph("DELETE", purged, version=entry.version).raise_for_status()


def _deletable(sandbox: Sandbox, client: GraphClient, entry: Kind) -> dict[str, Any]:
    found = [
        body
        for body in _held(client, entry)
        if not writing.not_deletable(entry, body) and not writing.not_creatable(entry, body)
    ]
    if entry.name == "servicePrincipal":
        applications = {body["appId"] for body in _held(client, kind("application"))}
        found = [body for body in found if body["appId"] in applications]
    if entry.name == "roleDefinition":
        found = [body for body in found if body["displayName"] == "Application Branding Editor"]
    if entry.name == "roleAssignment":
        # One over the whole tenant may be the last of Global Administrator.
        found = [body for body in found if body["directoryScopeId"] != "/"]
    return max(found, key=len)


def _said(value: Any) -> Any:
    """Graph gives a new application empty parts where an old one may have none."""
    if isinstance(value, dict):
        said = {name: _said(held) for name, held in value.items()}
        return {name: held for name, held in said.items() if held} or None
    return value or None


def _sent(request: writing.WriteRequest) -> dict[str, Any]:
    body = dict(request.body or {})
    for path in request.generates:
        outer, inner = path.split(".")
        assert body[outer][inner] == GENERATED
        body[outer] = {**body[outer], inner: PASSWORD}
    return body


@pytest.mark.parametrize("name", CREATABLE)
def test_what_was_deleted_for_good_is_made_anew(
    kept_sandbox: Sandbox, client: GraphClient, name: str
) -> None:
    entry = kind(name)
    body = _deletable(kept_sandbox, client, entry)
    if name in _REFERRED_TO:
        body["displayName"] = "Another"
    else:
        _delete_for_good(kept_sandbox, client, entry, body)
        assert _live(client, entry, body) is None

    creation = writing.creation_of(entry, body)
    made = client.request(
        creation.request.method,
        creation.request.path,
        _sent(creation.request),
        version=creation.request.version,
        headers=creation.request.headers,
        repeatable=False,
    ).unwrap()
    made = entry.as_made(made) if "id" not in made else made
    for request in writing.completing_requests(entry, made["id"], body, creation):
        client.request(request.method, request.path, request.body, version=request.version).unwrap()

    live = _live(client, entry, {**body, "id": made["id"]})
    assert live is not None
    held, wanted = comparable(entry, live), comparable(entry, body)
    writable = [
        known.name
        for known in entry.by_name.values()
        if known.recoverable and known.name not in creation.lost
    ]
    assert {n: _said(held.get(n)) for n in writable} == {n: _said(wanted.get(n)) for n in writable}


@pytest.mark.parametrize(
    "entry",
    [item for item in KINDS if item.name not in {*CREATABLE, *NEVER_GONE, *_TOGETHER}],
    ids=lambda entry: entry.name,
)
def test_what_every_tenant_has_is_not_made(client: GraphClient, entry: Kind) -> None:
    for body in _held(client, entry):
        assert writing.not_creatable(entry, body)
        with pytest.raises(NotWritable):
            writing.creation_of(entry, body)


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("user", {"userType": "Guest", "userPrincipalName": "a_b.c#EXT#@d.e"}),
        ("user", {"userType": "Member", "creationType": "Invitation"}),
        ("user", {"onPremisesSyncEnabled": True}),
        ("servicePrincipal", {"servicePrincipalType": "ManagedIdentity"}),
        ("authenticationStrengthPolicy", {"policyType": "builtIn"}),
        ("group", {"mailEnabled": True, "securityEnabled": True, "groupTypes": []}),
    ],
)
def test_what_only_others_can_make_says_who(name: str, body: dict[str, Any]) -> None:
    assert writing.not_creatable(kind(name), body)


def test_a_policy_is_made_switched_off_and_switched_on_at_the_end() -> None:
    entry = kind("conditionalAccessPolicy")
    body = {
        "id": "p",
        "displayName": "MFA",
        "state": "enabled",
        "templateId": "t",
        "conditions": {"users": {"includeUsers": ["All"]}},
    }
    creation = writing.creation_of(entry, body)
    (last,) = writing.completing_requests(entry, "new", body, creation)

    assert creation.request.body is not None
    assert creation.request.body["state"] == "disabled"
    assert "templateId" not in creation.request.body
    assert last.body == {"state": "enabled"}
    assert last.path.endswith("/new")


def test_what_names_something_later_is_written_when_that_is_there() -> None:
    entry = kind("application")
    body = {"id": "a", "displayName": "App", "identifierUris": ["api://a"], "isFallback": None}
    creation = writing.creation_of(entry, body, later={"identifierUris"})
    (rest,) = writing.completing_requests(entry, "new", body, creation)

    assert "identifierUris" not in (creation.request.body or {})
    assert rest.body == {"identifierUris": ["api://a"]}


def test_secrets_that_are_gone_are_named() -> None:
    entry = kind("application")
    secret = {"keyId": "k", "displayName": "ci"}
    creation = writing.creation_of(
        entry, {"id": "a", "displayName": "App", "passwordCredentials": [secret]}
    )
    assert "passwordCredentials" in creation.lost
    assert "passwordCredentials" not in (creation.request.body or {})
