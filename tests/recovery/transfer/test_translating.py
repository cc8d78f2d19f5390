"""What becomes of each thing on the way from one tenant into another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from apps.core.scope import no_scope, tenant_scope
from apps.history import selectors as history
from apps.history.models import Snapshot
from apps.recovery.models import Plan
from apps.recovery.transfer.choices import Fate
from tests.factories import make_msp, make_tenant, make_user
from tests.recovery.drawing_board import DrawingBoard, guid
from tests.recovery.transfer.boards import Boards, changes

GRAPH_APP = "00000003-0000-0000-c000-000000000000"


@pytest.fixture
def boards(db: None, settings: pytest.FixtureRequest) -> Iterator[Boards]:
    settings.HOLDFAST_SANDBOX_URL = "http://localhost:9"  # type: ignore[attr-defined]
    msp = make_msp()
    alice = make_user("Alice", msp, "backup-administrator")
    with no_scope("two tenants take part"):
        contoso = DrawingBoard(make_tenant(msp, "Contoso"), alice)
        fabrikam = DrawingBoard(make_tenant(msp, "Fabrikam"), alice)
        yield Boards(contoso, fabrikam)


def put_person(board: DrawingBoard, name: str, domain: str, **more: Any) -> str:
    object_id = guid(f"{name}@{domain}")
    board.source.put(
        "user",
        object_id,
        displayName=name.title(),
        userPrincipalName=f"{name}@{domain}",
        mailNickname=name,
        accountEnabled=True,
        **more,
    )
    return object_id


def body(boards: Boards, base: Snapshot, kind: str, object_id: str) -> dict[str, Any]:
    with tenant_scope(boards.fabrikam.tenant.pk):
        found = history.body_at(boards.fabrikam.tenant, kind, object_id, base.seq)
    assert found is not None
    return found


def planned(boards: Boards, base: Snapshot) -> Plan:
    with tenant_scope(boards.fabrikam.tenant.pk):
        return boards.plan(base)


def test_a_person_with_the_same_sign_in_name_is_the_same_person(boards: Boards) -> None:
    # given Anna in both tenants, and a group of hers in one
    theirs = put_person(boards.contoso, "anna", "contoso.example", jobTitle="Baker")
    ours = put_person(boards.fabrikam, "anna", "fabrikam.example", city="Oslo")
    team = guid("team")
    boards.contoso.source.put("group", team, displayName="Team", mailNickname="team")
    boards.contoso.source.link("group.members", team, theirs)

    _, findings, base = boards.transfer()

    # then she is updated and not made, and is who is put into the group
    anna = body(boards, base, "user", ours)
    assert (anna["jobTitle"], anna.get("city")) == ("Baker", None)
    assert findings.fates["user"] == {"known": 1}
    with tenant_scope(boards.fabrikam.tenant.pk):
        plan = boards.plan(base)
        assert changes(plan) == [
            ("group", team, "hard-deleted"),
            ("user", ours, "updated"),
            ("group.members", team, "link-removed"),
        ]


def test_what_is_taken_gets_a_number_and_the_tenants_own_stays(boards: Boards) -> None:
    # given two domains that become one, and somebody of that name in each
    first = put_person(boards.contoso, "anna", "contoso.example")
    second = put_person(boards.contoso, "anna", "contoso.onmicrosoft.com")

    transfer, findings, base = boards.transfer()
    assert transfer.domains["contoso.example"] != transfer.domains["contoso.onmicrosoft.com"]
    assert findings.renamed == {}

    # when both lead to the same one
    boards.contoso.source.put("user", second, userPrincipalName="anna@contoso.example")
    _, findings, base = boards.transfer()

    names = {body(boards, base, "user", one)["userPrincipalName"] for one in (first, second)}
    assert names == {"anna@fabrikam.example", "anna-2@fabrikam.example"}
    assert findings.renamed == {"user": 1}


def test_guests_and_synchronised_people_stay_with_the_reason(boards: Boards) -> None:
    put_person(boards.contoso, "guest", "contoso.onmicrosoft.com", userType="Guest")
    synced = put_person(boards.contoso, "olaf", "contoso.example", onPremisesSyncEnabled=True)

    _, findings, _ = boards.transfer()

    assert findings.fates["user"] == {"stays": 2}
    assert sorted(findings.reasons["user"].values()) == [1, 1]

    # unless they are to become people of the cloud
    _, findings, base = boards.transfer(as_cloud=True)
    assert findings.fates["user"] == {"stays": 1, "new": 1}
    assert "onPremisesSyncEnabled" not in body(boards, base, "user", synced)


def test_what_every_tenant_has_is_not_made_twice(boards: Boards) -> None:
    # given Microsoft's own principal, with another id in each, and a built-in role
    role = guid("role")
    for board, name in ((boards.contoso, "theirs"), (boards.fabrikam, "ours")):
        board.source.put(
            "servicePrincipal", guid(name), appId=GRAPH_APP, displayName="Microsoft Graph"
        )
        board.source.put("roleDefinition", role, displayName="Reader", isBuiltIn=True)
    anna = put_person(boards.contoso, "anna", "contoso.example")
    boards.contoso.source.put(
        "oauth2PermissionGrant",
        "grant",
        clientId=guid("theirs"),
        resourceId=guid("theirs"),
        consentType="Principal",
        principalId=anna,
        scope="User.Read",
    )

    _, findings, base = boards.transfer()

    assert findings.fates["servicePrincipal"] == {"known": 1}
    assert findings.fates["roleDefinition"] == {"known": 1}
    assert body(boards, base, "oauth2PermissionGrant", "grant")["clientId"] == guid("ours")


def test_whoever_names_what_stays_out_waits_for_an_answer(boards: Boards) -> None:
    # given a policy that excludes a group and a person, of which only policies go across
    group = guid("emergency")
    boards.contoso.source.put("group", group, displayName="Emergency", mailNickname="emergency")
    anna = put_person(boards.contoso, "anna", "contoso.example")
    boards.contoso.source.put(
        "conditionalAccessPolicy",
        guid("policy"),
        displayName="Ask for more",
        state="enabled",
        conditions={
            "clientAppTypes": ["all"],
            "users": {"includeUsers": ["All"], "excludeGroups": [group], "excludeUsers": [anna]},
            "applications": {"includeApplications": ["All"]},
        },
        grantControls={"operator": "OR", "builtInControls": ["mfa"]},
    )

    _, findings, base = boards.transfer(kinds=["conditionalAccessPolicy"])
    plan = planned(boards, base)

    # then the plan is blocked by both, and nothing of the person but the name was brought over
    assert findings.total(Fate.NAMED) == 2
    assert {one["data"]["value"] for one in plan.blockers} == {group, anna}
    assert {one["code"] for one in plan.blockers} == {"unresolved-reference"}
    with tenant_scope(boards.fabrikam.tenant.pk):
        kept = history.last_bodies(boards.fabrikam.tenant, [("user", anna)], base.seq)
    assert kept["user", anna] == {"id": anna, "displayName": "Anna", **ADDRESS}


ADDRESS = {"userPrincipalName": "anna@contoso.example"}


def test_what_belongs_to_something_that_stays_is_no_obstacle(boards: Boards) -> None:
    # given a guest who was assigned an application of this tenant
    guest = put_person(boards.contoso, "guest", "contoso.onmicrosoft.com", userType="Guest")
    boards.contoso.source.put("application", guid("app"), appId=guid("app id"), displayName="Pay")
    boards.contoso.source.put(
        "servicePrincipal", guid("principal"), appId=guid("app id"), displayName="Pay"
    )
    boards.contoso.source.put(
        "appRoleAssignment",
        "assignment",
        principalId=guest,
        resourceId=guid("principal"),
        appRoleId="00000000-0000-0000-0000-000000000000",
        **{"@parent": guid("principal")},
    )

    _, findings, base = boards.transfer()

    assert findings.fates["appRoleAssignment"] == {"stays": 1}
    assert not planned(boards, base).blockers


def test_products_that_are_not_bought_here_are_named(boards: Boards) -> None:
    sku = "078d2b04-f1bd-4111-bbd4-b4b1b354cef4"
    licence = {"skuId": sku, "skuPartNumber": "AAD_PREMIUM"}
    boards.contoso.source.put("subscribedSku", f"x_{sku}", **licence)
    put_person(boards.contoso, "anna", "contoso.example", assignedLicenses=[{"skuId": sku}])

    _, findings, _ = boards.transfer()
    assert findings.licences == ["AAD_PREMIUM"]

    boards.fabrikam.source.put("subscribedSku", f"y_{sku}", **licence)
    _, findings, _ = boards.transfer()
    assert findings.licences == []
