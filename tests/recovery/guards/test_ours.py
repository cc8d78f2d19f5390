"""Whoever operates, and Holdfast's own applications, are looked at as well."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from apps.access.models import EntraIdentity
from apps.core.actor import SYSTEM
from apps.core.scope import no_scope
from apps.diffs.choices import Risk
from apps.tenants import services as tenants
from apps.tenants.models import Connection, Tenant
from tests.factories import make_user
from tests.recovery.guards.tenancy import (
    BLOCK,
    POLICY,
    Tenancy,
    create,
    policy_body,
    remove,
    update,
)

CLIENT = UUID("11111111-2222-4333-8444-555555555555")
BUT_EMERGENCY = {"includeUsers": ["All"], "excludeUsers": ["emergency"]}


def test_the_people_who_ask_and_approve_are_looked_at_by_their_own_accounts(
    tenancy: Tenancy,
) -> None:
    account = str(uuid4())
    for name in ("emergency", account):
        tenancy.person(name)
    tenancy.break_glass("emergency")
    tenancy.capture()
    dave = make_user("Dave", tenancy.tenant, "recovery-approver")
    EntraIdentity.objects.create(
        user=dave,
        cloud=tenancy.tenant.cloud,
        entra_tenant_id=tenancy.tenant.entra_id,
        entra_object_id=account,
    )
    block = create(POLICY, "new", **policy_body("new", users=BUT_EMERGENCY, grant=BLOCK))

    found = {one.data.get("who"): one for one in tenancy.risks(block, people=[dave.pk])}
    assert found["operator"].code == "shut-out"
    assert found["operator"].data["ids"] == [account]
    assert "break-glass" not in found
    assert "operator" not in {one.data.get("who") for one in tenancy.risks(block)}


@no_scope("the scene is set")
def connect(tenant: Tenant) -> None:
    registration = tenants.register_application(
        actor=SYSTEM, msp=tenant.msp, purpose="recovery", cloud=tenant.cloud, name="Writer"
    )
    tenants.complete_application(actor=SYSTEM, registration=registration, client_id=CLIENT)
    Connection.objects.create(tenant=tenant, msp_id=tenant.msp_id, registration=registration)


def ours(tenancy: Tenancy, **body: Any) -> None:
    connect(tenancy.tenant)
    for name, app_id in (("writer", str(CLIENT)), ("another", str(uuid4()))):
        tenancy.source.put("servicePrincipal", name, displayName=name, appId=app_id, **body)
        tenancy.source.put("appRoleAssignment", f"{name}'s", principalId=name, appRoleId="role")
    tenancy.person("emergency")
    tenancy.break_glass("emergency")
    tenancy.policy("mfa", users=BUT_EMERGENCY)
    tenancy.capture()


def test_a_plan_that_takes_our_own_access_away_says_so(tenancy: Tenancy) -> None:
    ours(tenancy)

    for step in (
        remove("servicePrincipal", "writer"),
        update("servicePrincipal", "writer", accountEnabled=False),
        remove("appRoleAssignment", "writer's"),
    ):
        found = tenancy.codes(step)["own-access-lost"]
        assert (found.level, found.data["ids"]) == (Risk.HIGH, ["writer"])
    for step in (
        remove("servicePrincipal", "another"),
        update("servicePrincipal", "writer", accountEnabled=True),
        remove("appRoleAssignment", "another's"),
    ):
        assert "own-access-lost" not in tenancy.codes(step)


@pytest.mark.parametrize("single", [True, False])
def test_a_policy_for_workloads_reaches_only_what_is_registered_for_this_tenant_alone(
    tenancy: Tenancy, single: bool
) -> None:
    home = str(tenancy.tenant.entra_id) if single else str(uuid4())
    audience = "AzureADMyOrg" if single else "AzureADMultipleOrgs"
    ours(tenancy, appOwnerOrganizationId=home, signInAudience=audience)
    workloads = {"includeServicePrincipals": ["ServicePrincipalsInMyTenant"]}
    body = policy_body(
        "workloads", users={"includeUsers": ["None"]}, grant=BLOCK, clientApplications=workloads
    )

    found = tenancy.codes(create(POLICY, "workloads", **body))

    assert ("shut-out" in found) is single
    if single:
        assert found["shut-out"].data["who"] == "own-application"
        assert found["shut-out"].data["ids"] == ["writer"]
