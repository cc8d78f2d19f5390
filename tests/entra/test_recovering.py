"""There and back in a tenant, with no more permission than is asked for."""

from collections.abc import Iterable
from typing import Any

import pytest

from apps.entra import reading, writing
from apps.entra.catalogue import KINDS, LINKS, Clearing, Kind, Link, SoftDelete, digest, kind
from apps.entra.client import GraphClient
from apps.entra.writing import WriteRequest
from tests.support.sandboxes import Sandbox

# Emptying these alone makes an object that Graph refuses: they go together with others.
_NOT_ALONE = {"groupTypes", "membershipRule", "grantControls", "sessionControls"}
# Cannot be switched on beside Conditional Access, for which the seed has policies.
_NOT_ALTERED = {
    ("identitySecurityDefaultsEnforcementPolicy", "isEnabled"),
    # Goes one way alone.
    ("customSecurityAttributeDefinition", "usePreDefinedValuesOnly"),
}
# Whatever is added is taken away again; whatever is lost stays lost.
_ONE_WAY = {"passwordCredentials"}

changeable = pytest.mark.parametrize(
    "entry", [item for item in KINDS if item.updatable], ids=lambda entry: entry.name
)
with_bin = pytest.mark.parametrize(
    "entry",
    [item for item in KINDS if item.soft_delete is not SoftDelete.NONE],
    ids=lambda entry: entry.name,
)
every_link = pytest.mark.parametrize("link", LINKS.values(), ids=lambda link: link.name)


@pytest.fixture
def client(writing_client: GraphClient) -> GraphClient:
    return writing_client


def _send(client: GraphClient, requests: Iterable[WriteRequest]) -> None:
    for request in requests:
        told = reading.read_asked(
            client, [ask.path for ask in request.asks], version=request.version
        )
        found = {ask.name: str(told[ask.path][ask.property]) for ask in request.asks}
        client.request(
            request.method,
            writing.addressed(request.path, found),
            writing.addressed(request.body, found),
            version=request.version,
            repeatable=request.repeatable,
        ).unwrap()


def _held(client: GraphClient, entry: Kind) -> list[dict[str, Any]]:
    batches = reading.read(client, entry, first_read=False)
    return [item.body for batch in batches for item in batch.objects]


def _live(client: GraphClient, entry: Kind, body: dict[str, Any]) -> dict[str, Any] | None:
    object_id = body["id"]
    parents = {object_id: body.get("@parent", "")}
    return reading.read_objects(client, entry, [object_id], parents=parents)[object_id]


def _altered(entry: Kind, body: dict[str, Any]) -> dict[str, Any]:
    """The body with every property different that can be, alone and safely."""
    wanted = dict(body)
    for name, known in entry.by_name.items():
        value = body.get(name)
        if not known.recoverable or value is None or name in _NOT_ALONE | _ONE_WAY:
            continue
        if (entry.name, name) in _NOT_ALTERED:
            continue
        if known.clear is not Clearing.NEVER:
            del wanted[name]
        elif isinstance(value, bool):
            wanted[name] = not value
        elif name.startswith("Notification_"):
            wanted[name] = {**value, "notificationRecipients": ["somebody@example.com"]}
        elif name == "displayName":
            wanted[name] = f"{value} x"
    return wanted


def _administrators(sandbox: Sandbox) -> set[str]:
    """Whose sensitive properties Graph keeps from an application without a directory role."""
    listed = sandbox.graph("GET", "/roleManagement/directory/roleAssignments").json()["value"]
    groups = [item["principalId"] for item in listed]
    members = [sandbox.graph("GET", f"/groups/{item}/members?$select=id") for item in groups]
    return {
        *groups,
        *(item["id"] for answer in members if answer.ok for item in answer.json()["value"]),
    }


@changeable
def test_what_was_changed_is_put_back(
    kept_sandbox: Sandbox, client: GraphClient, entry: Kind
) -> None:
    administrators = _administrators(kept_sandbox)
    bodies = [
        body
        for body in _held(client, entry)
        if not writing.locked(entry, body) and body["id"] not in administrators
    ]
    richest = sorted(bodies, key=len, reverse=True)[:3]
    assert richest
    for body in richest:
        # given an object in which everything that can be is different
        altered = _altered(entry, body)
        requests = writing.update_requests(entry, body["id"], current=body, wanted=altered)
        _send(client, requests)
        live = _live(client, entry, body)
        assert live is not None
        assert digest(entry, live) == digest(entry, altered)

        # when it is put back
        assert writing.refusals(entry, live, body) == {}
        _send(client, writing.update_requests(entry, body["id"], current=live, wanted=body))

        # then it is as it was
        live = _live(client, entry, body)
        assert live is not None
        assert digest(entry, live) == digest(entry, body)


@with_bin
def test_what_was_deleted_is_undeleted(
    kept_sandbox: Sandbox, client: GraphClient, entry: Kind
) -> None:
    body = _deletable(kept_sandbox, client, entry)
    _send(client, writing.delete_requests(entry, body["id"], body))
    assert _live(client, entry, body) is None

    _send(client, [writing.undelete_request(entry, body["id"])])
    live = _live(client, entry, body)
    assert live is not None
    assert digest(entry, live) == digest(entry, {**body, **_untrusted(entry)})


def _untrusted(entry: Kind) -> dict[str, Any]:
    return dict(entry.before_delete)


def _deletable(sandbox: Sandbox, client: GraphClient, entry: Kind) -> dict[str, Any]:
    if entry.name == "namedLocation":
        # Those of the seed are named by policies, and so cannot go.
        location = {
            "@odata.type": "#microsoft.graph.ipNamedLocation",
            "displayName": "Spare",
            "isTrusted": True,
            "ipRanges": [
                {"@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": "192.0.2.0/24"}
            ],
        }
        made = sandbox.graph("POST", entry.list_path, location)
        made.raise_for_status()
        return _live(client, entry, {"id": made.json()["id"]}) or {}
    held = set()
    if entry.name == "roleDefinition":
        # Nobody may hold a role that goes.
        held = {body["roleDefinitionId"] for body in _held(client, kind("roleAssignment"))}
    return next(
        body
        for body in _held(client, entry)
        if body["id"] not in held and not writing.not_deletable(entry, body)
    )


@every_link
def test_links_are_added_and_removed(client: GraphClient, link: Link) -> None:
    sources = [
        body["id"]
        for body in _held(client, kind(link.source_kind))
        if not writing.link_locked(link, body)
    ]
    target = "user" if "user" in link.target_kinds else link.target_kinds[0]
    users = [body["id"] for body in _held(client, kind(target)) if "@odata.type" not in body]
    source = next(item for item in sources if reading.read_links(client, link, [item])[item])
    held = reading.read_links(client, link, [source])[source] or frozenset()
    count = 1 if link.single else 3
    added = [user for user in users if user not in held and user != source][:count]

    _send(client, writing.add_links(link, source, added))
    now = reading.read_links(client, link, [source])[source]
    assert now == (frozenset(added) if link.single else held | set(added))

    _send(client, [writing.remove_link(link, source, target) for target in added])
    if link.single:
        _send(client, writing.add_links(link, source, sorted(held)))
    assert reading.read_links(client, link, [source])[source] == held


@pytest.mark.parametrize("name", ["oauth2PermissionGrant", "appRoleAssignment", "roleAssignment"])
def test_what_was_granted_is_taken_away(client: GraphClient, name: str) -> None:
    entry = kind(name)
    body = _held(client, entry)[-1]
    _send(client, writing.delete_requests(entry, body["id"], body))
    assert body["id"] not in {item["id"] for item in _held(client, entry)}


def test_an_added_secret_is_taken_away(kept_sandbox: Sandbox, client: GraphClient) -> None:
    entry = kind("application")
    before = next(body for body in _held(client, entry) if "@odata.type" not in body)
    path = f"/applications/{before['id']}/addPassword"
    kept_sandbox.graph("POST", path, {"passwordCredential": {}}).raise_for_status()
    live = _live(client, entry, before)
    assert live is not None
    assert "secretText" not in str(live)

    _send(client, writing.update_requests(entry, before["id"], current=live, wanted=before))
    live = _live(client, entry, before)
    assert live is not None
    assert digest(entry, live) == digest(entry, before)


@pytest.mark.parametrize("synchronised", [False, True])
def test_a_second_factor_is_put_back_also_where_the_user_comes_from_on_premises(
    kept_sandbox: Sandbox, client: GraphClient, synchronised: bool
) -> None:
    user, name = kind("user"), "perUserMfaState"
    found = next(
        body for body in _held(client, user) if bool(writing.locked(user, body)) == synchronised
    )

    def live() -> dict[str, Any]:
        body = reading.read_objects(client, user, [found["id"]], apart={name})[found["id"]]
        assert body is not None
        return body

    # given a user whose second factor somebody switches over
    before = live()
    other = {**before, name: "disabled" if before[name] == "enforced" else "enforced"}
    _send(client, writing.update_requests(user, found["id"], current=before, wanted=other))
    assert live()[name] == other[name]

    # when it is put back
    assert writing.refusals(user, live(), before) == {}
    _send(client, writing.update_requests(user, found["id"], current=live(), wanted=before))

    # then it is as it was
    assert digest(user, live()) == digest(user, before)
