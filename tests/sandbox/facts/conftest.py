"""One seeded world, and names for the objects in it that facts speak of."""

from __future__ import annotations

import pytest

from apps.sandbox.state.world import World
from tests.sandbox.facts.fact import Cast
from tests.sandbox.writes.conftest import Lab, lab, seeded

PARTNER = "crossTenantAccessPolicyConfigurationPartner"

__all__ = ["cast", "lab", "seeded"]


@pytest.fixture
def cast(lab: Lab, seeded: World) -> Cast:
    """The lab with ids by name, among them a user, a group and an application in the bin."""
    users = list(lab.directory.of_type("user"))
    member = next(u for u in users if u.body["displayName"] == "Gareth Price")
    ids = {
        "user": member.id,
        "other": next(u for u in users if u.body["displayName"] == "Ruth Okafor").id,
        "plain": next(u for u in users if u.body["displayName"] == "Lily Hussain").id,
        "upn": str(member.body["userPrincipalName"]),
        "synced": next(u.id for u in users if u.body.get("onPremisesSyncEnabled")),
        "group": lab.one("group", "Contractors").id,
        "dynamic": lab.one("group", "All Guests").id,
        "unified": lab.one("group", "Leadership Team").id,
        "assignable": lab.one("group", "Role - Global Readers").id,
        "distribution": lab.one("group", "Announcements").id,
        "synced_group": lab.one("group", "GG-Finance-Share").id,
        "application": lab.one("application", "Customer Portal API").id,
        "client": str(lab.one("application", "Customer Portal API").body["appId"]),
        "principal": lab.one("servicePrincipal", "Customer Portal API").id,
        "unit": lab.one("administrativeUnit", "Site - London HQ").id,
        "policy": next(iter(lab.directory.of_type("conditionalAccessPolicy"))).id,
        "trusted": lab.one("namedLocation", "Offices").id,
        "location": lab.one("namedLocation", "Partner Networks").id,
        "mfa": lab.one("authenticationStrengthPolicy", "Multifactor authentication").id,
        "strength": lab.one(
            "authenticationStrengthPolicy", "Administrators - keys and smart cards"
        ).id,
        "role": lab.one("unifiedRoleDefinition", "Directory Readers").id,
        "activated": lab.one("directoryRole", "User Administrator").id,
        "secretive": next(
            application.id
            for application in lab.directory.of_type("application")
            if application.body.get("passwordCredentials")
        ),
        "sku": str(next(iter(lab.directory.of_type("subscribedSku"))).body["skuId"]),
        "domain": lab.domain,
        "initial": next(
            one.id for one in lab.directory.of_type("domain") if one.body.get("isInitial")
        ),
        "federated": next(
            one.id
            for one in lab.directory.of_type("domain")
            if one.body["authenticationType"] == "Federated"
        ),
        "federation": next(iter(lab.directory.of_type("internalDomainFederation"))).id,
        "tenant": lab.directory.tenant_id,
        "workflow": lab.one("workflow", "Onboard new hires").id,
        "extension": lab.one("onTokenIssuanceStartCustomExtension", "Personnel claims").id,
        "task_extension": lab.one("customTaskExtension", "Grant manager access").id,
        "attribute": lab.one("identityUserFlowAttribute", "Company code").id,
        "partner": next(iter(lab.directory.of_type(PARTNER))).id,
        "catalog": lab.one("accessPackageCatalog", "Customer projects").id,
        "general": lab.one("accessPackageCatalog", "General").id,
        "package": lab.one("accessPackage", "Project staff").id,
        "package_policy": lab.one("accessPackageAssignmentPolicy", "By request").id,
        "role_policy": next(
            str(one.body["policyId"])
            for one in lab.directory.of_type("unifiedRoleManagementPolicyAssignment")
        ),
        "nobody": "99999999-9999-4999-8999-999999999999",
    }
    for name, path in (("gone_user", "users"), ("gone_group", "groups")):
        made = lab.new_user("gone") if path == "users" else lab.new_group("gone")
        assert lab.do("DELETE", f"/{path}/{made['id']}").status == 204
        ids[name] = made["id"]
    if not lab.directory.has_link("group.members", ids["group"], ids["user"]):
        lab.do("POST", f"/groups/{ids['group']}/members/$ref", ref(ids["user"]))
    return Cast(lab, ids)


def ref(object_id: str) -> dict[str, str]:
    """The body of a POST on $ref."""
    return {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{object_id}"}
