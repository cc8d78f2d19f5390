from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.writes.conftest import Lab

BAD = "Request_BadRequest"
DENIED = (
    403,
    "Authorization_RequestDenied",
    "Insufficient privileges to complete the operation.",
)
ROLE = {
    "id": "5a5a5a5a-0000-4000-8000-000000000001",
    "allowedMemberTypes": ["User", "Application"],
    "description": "Reads",
    "displayName": "Reader",
    "isEnabled": True,
    "value": "Things.Read",
}
SCOPE = {
    "id": "5a5a5a5a-0000-4000-8000-000000000002",
    "adminConsentDescription": "Reads",
    "adminConsentDisplayName": "Read",
    "isEnabled": True,
    "type": "User",
    "value": "things.read",
}


def new(lab: Lab, **more: Any) -> dict[str, Any]:
    return lab.created("/applications", {"displayName": "App", **more})


def principal_of(lab: Lab, application: dict[str, Any], **more: Any) -> dict[str, Any]:
    return lab.created("/servicePrincipals", {"appId": application["appId"], **more})


def test_a_new_application_has_what_the_service_sets(lab: Lab) -> None:
    application = new(lab)
    assert application["appId"] != application["id"]
    assert application["publisherDomain"] == lab.domain
    assert application["signInAudience"] == "AzureADMyOrg"
    assert application["createdDateTime"]


@pytest.mark.parametrize("name", ["appId", "publisherDomain", "createdDateTime", "id"])
def test_what_the_service_sets_nobody_else_does(lab: Lab, name: str) -> None:
    application = new(lab)
    text = f"Property '{name}' is read-only and cannot be set."
    path = f"/applications/{application['id']}"
    assert lab.refused("PATCH", path, {name: "x"}) == (400, BAD, text)


def test_a_name_is_needed_and_nested_names_are_checked(lab: Lab) -> None:
    assert lab.refused("POST", "/applications", {})[2] == (
        "A value is required for property 'displayName' of resource 'Application'."
    )
    body = {"displayName": "A", "web": {"redirectUrls": []}}
    assert lab.refused("POST", "/applications", body)[2] == "Invalid property 'redirectUrls'."


def test_an_enabled_role_or_scope_is_disabled_before_it_goes(lab: Lab) -> None:
    application = new(lab, appRoles=[ROLE], api={"oauth2PermissionScopes": [SCOPE]})
    path = f"/applications/{application['id']}"
    text = "Permission (scope or role) cannot be deleted or updated unless disabled first."
    assert lab.refused("PATCH", path, {"appRoles": []}) == (400, BAD, text)
    none: dict[str, Any] = {"api": {"oauth2PermissionScopes": []}}
    assert lab.refused("PATCH", path, none) == (400, BAD, text)
    renamed = {"appRoles": [ROLE | {"value": "Things.ReadAll"}]}
    assert lab.refused("PATCH", path, renamed) == (400, BAD, text)
    assert lab.do("PATCH", path, {"appRoles": [ROLE | {"isEnabled": False}]}).status == 204
    assert lab.do("PATCH", path, {"appRoles": []}).status == 204


def test_a_role_keeps_its_origin_whatever_is_sent(lab: Lab) -> None:
    application = new(lab, appRoles=[ROLE | {"origin": "ServicePrincipal"}])
    path = f"/applications/{application['id']}"
    assert lab.do("PATCH", path, {"appRoles": [ROLE | {"displayName": "x"}]}).status == 204
    shown = lab.do("GET", path).body
    assert isinstance(shown, dict)
    assert [role["origin"] for role in shown["appRoles"]] == ["Application"]


def test_identifier_uris_are_of_the_tenant_and_unique(lab: Lab) -> None:
    application = new(lab)
    path = f"/applications/{application['id']}"
    foreign = "https://elsewhere.example/api"
    assert lab.refused("PATCH", path, {"identifierUris": [foreign]}) == (
        400,
        "HostNameNotOnVerifiedDomain",
        (
            "Values of identifierUris property must use a verified domain of the "
            "organization or its "
            f"subdomain: '{foreign}'"
        ),
    )
    own = f"https://api.{lab.domain}/things"
    uris = [own, f"api://{application['appId']}"]
    assert lab.do("PATCH", path, {"identifierUris": uris}).status == 204
    other = new(lab)
    text = "Another object with the same value for property identifierUris already exists."
    body = {"identifierUris": [own]}
    assert lab.refused("PATCH", f"/applications/{other['id']}", body) == (400, BAD, text)


def test_a_redirect_uri_stands_under_one_platform(lab: Lab) -> None:
    uri = "https://app.example/back"
    body = {"displayName": "A", "web": {"redirectUris": [uri]}, "spa": {"redirectUris": [uri]}}
    assert lab.refused("POST", "/applications", body)[2] == (
        "Request contains a property with duplicate values."
    )


def test_an_update_of_a_part_leaves_its_other_parts(lab: Lab) -> None:
    application = new(lab, web={"homePageUrl": "https://a.example", "redirectUris": []})
    path = f"/applications/{application['id']}"
    lab.do("PATCH", path, {"web": {"redirectUris": ["https://a.example/back"]}})
    stored = lab.directory.get(application["id"])
    assert stored is not None
    assert stored.body["web"]["homePageUrl"] == "https://a.example"


def test_a_secret_is_made_by_an_action_and_shown_once(lab: Lab) -> None:
    application = new(lab)
    path = f"/applications/{application['id']}"
    answer = lab.do("POST", f"{path}/addPassword", {"passwordCredential": {"displayName": "ci"}})
    assert isinstance(answer.body, dict)
    assert answer.body["secretText"].startswith(answer.body["hint"])
    lab.do("PATCH", path, {"description": "x"})
    for shown in (lab.do("GET", path), lab.do("GET", "/applications")):
        assert answer.body["secretText"] not in str(shown.body)
        assert answer.body["keyId"] in str(shown.body)
    new_secret = {"passwordCredentials": [{"displayName": "mine"}]}
    assert lab.refused("PATCH", path, new_secret)[2] == (
        "New password credentials must be generated using service actions."
    )
    remove = {"keyId": answer.body["keyId"]}
    assert lab.do("POST", f"{path}/removePassword", remove).status == 204
    assert lab.refused("POST", f"{path}/removePassword", remove)[0] == 400


def test_changed_secrets_have_a_record_of_their_own_without_material(lab: Lab) -> None:
    application = new(lab)
    answer = lab.do("POST", f"/applications/{application['id']}/addPassword", {})
    assert isinstance(answer.body, dict)
    entry = lab.directory.audit[-1]
    assert entry["activityDisplayName"] == (
        "Update application \u2013 Certificates and secrets management "
    )
    assert answer.body["secretText"] not in str(entry)
    assert answer.body["keyId"] in str(entry)


def test_a_certificate_is_added_by_its_material_and_kept_by_its_id(lab: Lab) -> None:
    application = new(lab)
    path = f"/applications/{application['id']}"
    key = {"type": "AsymmetricX509Cert", "usage": "Verify", "key": "AAECAwQF", "displayName": "one"}
    assert lab.do("PATCH", path, {"keyCredentials": [key]}).status == 204
    stored = lab.directory.get(application["id"])
    assert stored is not None
    (held,) = stored.body["keyCredentials"]
    again = {"keyCredentials": [{"keyId": held["keyId"], "type": key["type"], "usage": "Verify"}]}
    assert lab.do("PATCH", path, again).status == 204
    bare = {"keyCredentials": [{"type": key["type"], "usage": "Verify"}]}
    assert lab.refused("PATCH", path, bare)[0] == 400


def test_a_service_principal_follows_its_application(lab: Lab) -> None:
    application = new(lab, appRoles=[ROLE])
    principal = principal_of(lab, application)
    assert principal["appRoles"][0]["value"] == "Things.Read"
    assert principal["servicePrincipalNames"] == [application["appId"]]
    assert principal["appOwnerOrganizationId"] == lab.directory.tenant_id
    body = {"displayName": "Renamed", "appRoles": [ROLE, ROLE | {"id": SCOPE["id"], "value": "b"}]}
    lab.do("PATCH", f"/applications/{application['id']}", body)
    after = lab.directory.get(principal["id"])
    assert after is not None
    assert (after.body["displayName"], len(after.body["appRoles"])) == ("Renamed", 2)
    shown = {"appRoles": []}
    assert lab.refused("PATCH", f"/servicePrincipals/{principal['id']}", shown)[0] == 400


def test_a_service_principal_needs_an_application_and_is_the_only_one(lab: Lab) -> None:
    missing = "99999999-0000-0000-0000-000000000000"
    text = (
        f"The appId '{missing}' of the service principal does not reference a valid application "
        "object."
    )
    assert lab.refused("POST", "/servicePrincipals", {"appId": missing}) == (400, BAD, text)
    application = new(lab)
    principal_of(lab, application)
    assert lab.refused("POST", "/servicePrincipals", {"appId": application["appId"]}) == (
        409,
        "Request_MultipleObjectsWithSameKeyValue",
        (
            "The service principal cannot be created, updated, or restored because the service "
            f"principal name {application['appId']} is already in use."
        ),
    )


def test_an_application_not_yet_visible_backs_no_service_principal(lab: Lab) -> None:
    lab.world.weather.lag = 60
    lab.do("GET", "/applications")
    application = new(lab)
    status, _, message = lab.refused("POST", "/servicePrincipals", {"appId": application["appId"]})
    assert status == 400
    assert message.endswith("does not reference a valid application object.")


def test_deleting_an_application_takes_its_principal_and_restoring_does_not_return_it(
    lab: Lab,
) -> None:
    application = new(lab)
    principal = principal_of(lab, application)
    assert lab.do("DELETE", f"/applications/{application['id']}").status == 204
    assert lab.directory.get_deleted(principal["id"]) is not None
    path = f"/directory/deletedItems/{application['id']}/restore"
    answer = lab.do("POST", path)
    assert isinstance(answer.body, dict)
    assert (answer.status, answer.body["appId"]) == (200, application["appId"])
    assert lab.directory.get(principal["id"]) is None
    assert lab.do("POST", f"/directory/deletedItems/{principal['id']}/restore").status == 200


def test_a_caller_that_may_write_its_own_writes_its_own_only(lab: Lab) -> None:
    lab.directory.add(
        "servicePrincipal",
        {"appId": lab.caller.app_id, "displayName": "Lab"},
        object_id=lab.caller.service_principal_id,
    )
    narrow = lab.with_roles("Application.ReadWrite.OwnedBy")
    mine = narrow.created("/applications", {"displayName": "Mine"})
    assert narrow.do("PATCH", f"/applications/{mine['id']}", {"notes": "x"}).status == 204
    other = new(lab)
    assert narrow.refused("PATCH", f"/applications/{other['id']}", {"notes": "x"}) == DENIED


def test_federated_credentials_are_unique_by_name_and_by_subject(lab: Lab) -> None:
    application = new(lab)
    path = f"/applications/{application['id']}/federatedIdentityCredentials"
    body = {
        "name": "ci",
        "issuer": "https://token.example",
        "subject": "repo:one",
        "audiences": ["api://AzureADTokenExchange"],
    }
    credential = lab.created(path, body)
    status, code, message = lab.refused("POST", path, body)
    assert (status, code) == (409, "Request_MultipleObjectsWithSameKeyValue")
    assert message == "FederatedIdentityCredential with name ci already exists."
    assert lab.refused("POST", path, body | {"name": "two"})[0] == 409
    two = body | {"name": "two", "subject": "repo:two", "audiences": ["a", "b"]}
    assert lab.refused("POST", path, two)[0] == 400
    one = f"{path}/{credential['id']}"
    assert lab.refused("PATCH", one, {"name": "other"})[0] == 400
    assert lab.do("PATCH", one, {"subject": "repo:two"}).status == 204
    assert lab.do("DELETE", one).status == 204
    assert lab.refused("DELETE", one)[0] == 404


def test_app_roles_are_assigned_once_to_whom_they_allow(lab: Lab) -> None:
    application = new(lab, appRoles=[ROLE | {"allowedMemberTypes": ["User"]}])
    principal = principal_of(lab, application)
    user = lab.new_user()
    path = f"/servicePrincipals/{principal['id']}/appRoleAssignedTo"
    body = {"principalId": user["id"], "resourceId": principal["id"], "appRoleId": ROLE["id"]}
    assignment = lab.created(path, body)
    assert assignment["principalType"] == "User"
    assert assignment["resourceDisplayName"] == "App"
    assert lab.directory.audit[-1]["activityDisplayName"] == (
        "Add app role assignment grant to user"
    )
    assert lab.refused("POST", path, body) == (
        400,
        BAD,
        "Permission being assigned already exists on the object",
    )
    machine = body | {"principalId": principal["id"]}
    assert lab.refused("POST", path, machine)[2] == (
        f"Permission being assigned was not found on application '{application['appId']}'."
    )
    gone = body | {"principalId": "99999999-0000-0000-0000-000000000000"}
    assert lab.refused("POST", path, gone) == (400, BAD, "Not a valid reference update")
    assert lab.do("DELETE", f"{path}/{assignment['id']}").status == 204
    side = f"/users/{user['id']}/appRoleAssignments"
    again = lab.created(side, body)
    assert lab.do("DELETE", f"{side}/{again['id']}").status == 204


def test_delegated_grants_are_one_for_each_pair(lab: Lab) -> None:
    client = principal_of(lab, new(lab))
    resource = lab.one("servicePrincipal", "Microsoft Graph")
    body = {
        "clientId": client["id"],
        "consentType": "AllPrincipals",
        "resourceId": resource.id,
        "scope": "User.Read",
    }
    grant = lab.created("/oauth2PermissionGrants", body)
    assert lab.refused("POST", "/oauth2PermissionGrants", body) == (
        409,
        "Request_MultipleObjectsWithSameKeyValue",
        "Permission entry already exists.",
    )
    path = f"/oauth2PermissionGrants/{grant['id']}"
    assert lab.refused("PATCH", path, {"consentType": "Principal"})[0] == 400
    assert lab.do("PATCH", path, {"scope": "User.Read openid"}).status == 204
    assert (
        lab.refused("POST", "/oauth2PermissionGrants", body | {"consentType": "Principal"})[0]
        == 400
    )
    assert lab.do("DELETE", path).status == 204
    assert lab.refused("DELETE", path)[0] == 404


def test_grants_come_back_with_their_service_principal(lab: Lab) -> None:
    client = principal_of(lab, new(lab))
    resource = lab.one("servicePrincipal", "Microsoft Graph")
    body = {"clientId": client["id"], "consentType": "AllPrincipals", "resourceId": resource.id}
    grant = lab.created("/oauth2PermissionGrants", body | {"scope": "User.Read"})
    lab.do("DELETE", f"/servicePrincipals/{client['id']}")
    assert lab.directory.get(grant["id"]) is None
    lab.do("POST", f"/directory/deletedItems/{client['id']}/restore")
    assert lab.directory.get(grant["id"]) is not None


def test_an_agent_identity_stands_under_a_blueprint_with_sponsors(lab: Lab) -> None:
    sponsor = lab.new_user()
    bind = {"sponsors@odata.bind": [f"https://graph.microsoft.com/v1.0/users/{sponsor['id']}"]}
    path = "/applications/microsoft.graph.agentIdentityBlueprint"
    assert lab.refused("POST", path, {"displayName": "Plan"})[0] == 400
    blueprint = lab.created(path, {"displayName": "Plan"} | bind)
    assert blueprint["@odata.type"] == "#microsoft.graph.agentIdentityBlueprint"
    agents = "/servicePrincipals/microsoft.graph.agentIdentity"
    body = {"displayName": "Agent", "agentIdentityBlueprintId": blueprint["appId"]} | bind
    agent = lab.created(agents, body)
    assert list(lab.directory.targets("servicePrincipal.sponsors", agent["id"])) == [sponsor["id"]]
    moved = {"agentIdentityBlueprintId": blueprint["appId"]}
    assert lab.refused("PATCH", f"/servicePrincipals/{agent['id']}", moved)[0] == 400
