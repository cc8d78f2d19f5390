"""Settings of privileged groups, branding, federation and the like: damaged, put back, undone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from apps.diffs.choices import Risk
from apps.diffs.models import ReportChange
from apps.history.models import ObjectVersion
from apps.recovery.choices import Action
from apps.recovery.models import Run
from apps.recovery.selection import ALL, Selection
from tests.recovery.test_governance_kinds import ASSIGNMENTS, privileged_group
from tests.recovery.test_undoing import undo_plan
from tests.recovery.workshop import Workshop, bad_results, changes_of


def taken_back(workshop: Workshop, run: Run) -> None:
    """Undo a run, and see that every step of it was."""
    assert bad_results(workshop.run(undo_plan(workshop, run))) == []


def group_settings(workshop: Workshop, group: str, role: str) -> dict[str, Any]:
    """The policy of a group's members or owners with its rules by id."""
    scope = f"$filter=scopeId eq '{group}' and scopeType eq 'Group' and roleDefinitionId eq"
    query = f"{scope} '{role}'&$expand=policy($expand=rules)"
    policy = workshop.first(f"{ASSIGNMENTS}?{query}")["policy"]
    return {**policy, "rules": {one["id"]: one for one in policy["rules"]}}


def test_what_it_takes_to_get_into_a_privileged_group_is_put_back(workshop: Workshop) -> None:
    # given a group that nobody gets into without the head of IT, and for two hours
    group = privileged_group(workshop)
    before = {role: group_settings(workshop, group, role) for role in ("member", "owner")}
    base = workshop.capture()

    # when somebody lets everybody in without a word, and makes owners last
    rules = before["member"]["rules"]
    path = "/policies/roleManagementPolicies"
    approval = rules["Approval_EndUser_Assignment"]
    nobody = {**approval["setting"], "isApprovalRequired": False, "approvalStages": []}
    body = {"@odata.type": approval["@odata.type"], "setting": nobody}
    workshop.graph("PATCH", f"{path}/{before['member']['id']}/rules/{approval['id']}", body)
    longest = before["owner"]["rules"]["Expiration_EndUser_Assignment"]
    body = {"@odata.type": longest["@odata.type"], "maximumDuration": "PT24H"}
    workshop.graph("PATCH", f"{path}/{before['owner']['id']}/rules/{longest['id']}", body)
    report = workshop.report(base)

    # then the report names the rules, of members and of owners
    assert sorted(changes_of(report)) == [
        ("groupRoleSetting", "updated", ("Approval_EndUser_Assignment",)),
        ("groupRoleSetting", "updated", ("Expiration_EndUser_Assignment",)),
    ]

    # and a recovery puts them back, which an undo takes back again
    run = workshop.run(workshop.plan(report))
    assert bad_results(run) == []
    for role, held in before.items():
        assert group_settings(workshop, group, role)["rules"] == held["rules"]
    assert changes_of(workshop.report(base)) == []
    taken_back(workshop, run)
    loose = group_settings(workshop, group, "member")["rules"]
    assert loose[approval["id"]]["setting"]["isApprovalRequired"] is False


def test_a_group_that_nobody_looks_after_has_no_settings(workshop: Workshop) -> None:
    workshop.capture()
    held = ObjectVersion.objects.filter(kind="groupRoleSetting")
    assert held.count() == 2


def federation(workshop: Workshop) -> tuple[str, dict[str, Any]]:
    """The path of the federations of a federated domain, and the one that it has."""
    domains = workshop.graph("GET", "/domains")["value"]
    (name,) = (one["id"] for one in domains if one["authenticationType"] == "Federated")
    path = f"/domains/{name}/federationConfiguration"
    return path, workshop.first(path)


OWN = ("id", "signingCertificateUpdateStatus")


def plain(federated: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in federated.items() if name not in OWN}


def test_whose_word_a_federation_takes_is_put_back(workshop: Workshop) -> None:
    # given a domain whose people another server signs in
    path, before = federation(workshop)
    base = workshop.capture()

    # when somebody puts a key of his own beside its, and takes its word for a second factor
    evil = {
        "nextSigningCertificate": "MIIC8DCCAdigAwIBAgIQevil",
        "federatedIdpMfaBehavior": "acceptIfMfaDoneByFederatedIdp",
    }
    workshop.graph("PATCH", f"{path}/{before['id']}", evil)
    report = workshop.report(base)

    # then the report says so, as of high risk
    assert changes_of(report) == [
        (
            "internalDomainFederation",
            "updated",
            ("nextSigningCertificate", "federatedIdpMfaBehavior"),
        )
    ]
    assert ReportChange.objects.get(report=report).risk == Risk.HIGH

    # and a recovery puts it back, which an undo takes back again
    run = workshop.run(workshop.plan(report))
    assert bad_results(run) == []
    assert plain(federation(workshop)[1]) == plain(before)
    taken_back(workshop, run)
    assert federation(workshop)[1]["nextSigningCertificate"] == evil["nextSigningCertificate"]


def test_a_domain_is_federated_again(workshop: Workshop) -> None:
    # given a federation that somebody ended
    path, before = federation(workshop)
    base = workshop.capture()
    workshop.graph("DELETE", f"{path}/{before['id']}")

    # when it is recovered
    run = workshop.recover(base)

    # then it is there as it was, and the domain says so without being written
    assert [one[1] for one in bad_results(run)] == ["domain"]
    assert plain(federation(workshop)[1]) == plain(before)
    assert changes_of(workshop.report(base)) == []


def test_a_domain_that_was_federated_since_is_managed_again(workshop: Workshop) -> None:
    # given a domain that somebody federated with a server of his own
    base = workshop.capture()
    path = f"/domains/{workshop.tenant.domain}/federationConfiguration"
    _, other = federation(workshop)
    values = {name: value for name, value in plain(other).items() if not name.startswith("@")}
    body = {**values, "issuerUri": "http://evil.example/adfs"}
    workshop.graph("POST", path, body)

    # when what was made since is to go
    workshop.recover(base, replace(ALL, remove_created=True))

    # then it is managed again
    assert workshop.graph("GET", path)["value"] == []
    domain = workshop.graph("GET", f"/domains/{workshop.tenant.domain}")
    assert domain["authenticationType"] == "Managed"


def test_a_tenant_without_federations_is_not_asked_for_any(workshop: Workshop) -> None:
    path, before = federation(workshop)
    workshop.graph("DELETE", f"{path}/{before['id']}")
    workshop.capture()
    assert not ObjectVersion.objects.filter(kind="internalDomainFederation").exists()


PROVIDERS = "/identity/identityProviders"


def test_a_provider_of_guests_gets_its_client_back_and_never_its_secret(
    workshop: Workshop,
) -> None:
    # given providers that guests sign in with
    before = workshop.graph("GET", f"{PROVIDERS}/Google-OAUTH")
    base = workshop.capture()

    # when one is led to somebody else's client
    body = {"@odata.type": before["@odata.type"], "clientId": "evil", "displayName": "Gooogle"}
    workshop.graph("PATCH", f"{PROVIDERS}/Google-OAUTH", body)
    run = workshop.recover(base)

    # then it is led back, and can be taken back
    assert bad_results(run) == []
    assert workshop.graph("GET", f"{PROVIDERS}/Google-OAUTH") == before
    taken_back(workshop, run)
    assert workshop.graph("GET", f"{PROVIDERS}/Google-OAUTH")["clientId"] == "evil"

    # and one that was deleted is not made up without its secret
    workshop.graph("DELETE", f"{PROVIDERS}/Google-OAUTH")
    plan = workshop.plan(workshop.report(base))
    (step,) = plan.steps.filter(kind="identityProvider")
    assert step.action == Action.NOT_RECOVERABLE
    assert "secret" in step.reason


def branding(workshop: Workshop) -> dict[str, dict[str, Any]]:
    """What the sign-in page says, by language."""
    path = f"/organization/{workshop.entra}/branding/localizations"
    return {one["id"]: one for one in workshop.graph("GET", path)["value"]}


def test_what_the_sign_in_page_says_is_put_back(workshop: Workshop) -> None:
    # given a default and a French branding
    before = branding(workshop)
    base = workshop.capture()
    path = f"/organization/{workshop.entra}/branding/localizations"

    # when a link leads elsewhere and the French one is deleted
    evil = {"customPrivacyAndCookiesUrl": "https://evil.example", "signInPageText": None}
    workshop.graph("PATCH", f"{path}/0", evil)
    workshop.graph("DELETE", f"{path}/fr-FR")
    run = workshop.recover(base)

    # then both are as they were, and can be taken back
    assert bad_results(run) == []
    assert branding(workshop) == before
    assert changes_of(workshop.report(base)) == []
    taken_back(workshop, run)
    assert branding(workshop)["0"]["customPrivacyAndCookiesUrl"] == "https://evil.example"


POLICIES = "/policies"


def test_who_registers_devices_is_put_back_as_a_whole(workshop: Workshop) -> None:
    # given a policy that asks for a second factor
    path = f"{POLICIES}/deviceRegistrationPolicy"
    before = workshop.graph("GET", path)
    base = workshop.capture()

    # when everybody becomes an administrator of what he joins, without one
    join = before["azureADJoin"]
    admins = {**join["localAdmins"], "registeringUsers": join["allowedToJoin"]}
    body = {
        **{name: before[name] for name in ("azureADRegistration", "localAdminPassword")},
        "azureADJoin": {**join, "localAdmins": admins},
        "multiFactorAuthConfiguration": "notRequired",
        "userDeviceQuota": 100,
    }
    workshop.graph("PUT", path, body)
    run = workshop.recover(base)

    # then it is as it was, and can be taken back
    assert bad_results(run) == []
    assert workshop.graph("GET", path) == before
    taken_back(workshop, run)
    assert workshop.graph("GET", path)["userDeviceQuota"] == 100


def test_the_smaller_policies_of_guests_and_federations_are_put_back(workshop: Workshop) -> None:
    # given that no federation speaks for another domain, and guests may leave
    tokens = f"{POLICIES}/federatedTokenValidationPolicy"
    before = workshop.graph("GET", tokens)["validatingDomains"]
    base = workshop.capture()

    # when both are loosened
    none = {"@odata.type": "#microsoft.graph.allDomains", "rootDomains": "none"}
    workshop.graph("PATCH", tokens, {"validatingDomains": none})
    beta = {"tenant": workshop.entra, "version": "beta"}
    guests = f"{POLICIES}/externalIdentitiesPolicy"
    workshop.sandbox.graph("PATCH", guests, {"allowExternalIdentitiesToLeave": False}, **beta)
    run = workshop.recover(base)

    # then they are as they were
    assert bad_results(run) == []
    assert workshop.graph("GET", tokens)["validatingDomains"] == before
    left = workshop.sandbox.graph("GET", guests, **beta).json()
    assert left["allowExternalIdentitiesToLeave"] is True


WORKFLOWS = "/identityGovernance/lifecycleWorkflows/workflows"


def workflow(workshop: Workshop, name: str) -> dict[str, Any]:
    """A workflow without what Entra numbers anew with each version."""
    listed = workshop.graph("GET", WORKFLOWS)["value"]
    (found,) = (one["id"] for one in listed if one["displayName"] == name)
    whole = workshop.graph("GET", f"{WORKFLOWS}/{found}")
    kept = ("id", "category", "description", "displayName", "executionConditions", "isEnabled")
    tasks = [
        {key: value for key, value in task.items() if key not in {"id", "category"}}
        for task in whole["tasks"]
    ]
    return {**{key: whole[key] for key in kept}, "tasks": tasks}


def test_what_happens_to_leavers_is_put_back_in_one_version(workshop: Workshop) -> None:
    # given a workflow that takes leavers' access
    before = workflow(workshop, "Offboard leavers")
    base = workshop.capture()
    path = f"{WORKFLOWS}/{before['id']}"

    # when it is switched off, does one thing less, and to other people
    given = {key: value for key, value in before.items() if key != "id"}
    first = [{k: v for k, v in before["tasks"][0].items() if k != "executionSequence"}]
    rule = {**before["executionConditions"]["scope"], "rule": "(department eq 'Nowhere')"}
    conditions = {**before["executionConditions"], "scope": rule}
    version = {**given, "tasks": first, "executionConditions": conditions, "isEnabled": False}
    workshop.graph("POST", f"{path}/createNewVersion", {"workflow": version})
    report = workshop.report(base)
    assert changes_of(report) == [
        ("lifecycleWorkflow", "updated", ("isEnabled", "executionConditions", "tasks"))
    ]
    run = workshop.run(workshop.plan(report))

    # then it is as it was, after one more version
    assert bad_results(run) == []
    assert workflow(workshop, "Offboard leavers") == before
    assert workshop.graph("GET", path)["version"] == 3
    assert changes_of(workshop.report(base)) == []

    # and can be taken back
    taken_back(workshop, run)
    assert workflow(workshop, "Offboard leavers")["tasks"] != before["tasks"]


def test_only_what_was_chosen_of_a_workflow_is_put_back(workshop: Workshop) -> None:
    # given a workflow with other tasks and another description
    before = workflow(workshop, "Onboard new hires")
    base = workshop.capture()
    path = f"{WORKFLOWS}/{before['id']}"
    workshop.graph("PATCH", path, {"description": "Kept as it is now"})
    given = {key: value for key, value in before.items() if key not in {"id", "description"}}
    first = [{k: v for k, v in before["tasks"][0].items() if k != "executionSequence"}]
    workshop.graph("POST", f"{path}/createNewVersion", {"workflow": {**given, "tasks": first}})

    # when its tasks alone are recovered
    chosen = Selection(attributes={before["id"]: frozenset({"tasks"})})
    run = workshop.recover(base, chosen)

    # then the description stays
    assert bad_results(run) == []
    after = workflow(workshop, "Onboard new hires")
    assert after["tasks"] == before["tasks"]
    assert after["description"] == "Kept as it is now"


def test_a_deleted_workflow_is_made_anew(workshop: Workshop) -> None:
    before = workflow(workshop, "Offboard leavers")
    base = workshop.capture()
    workshop.graph("DELETE", f"{WORKFLOWS}/{before['id']}")

    run = workshop.recover(base)

    assert bad_results(run) == []
    after = workflow(workshop, "Offboard leavers")
    assert after["id"] != before["id"]
    assert {**after, "id": ""} == {**before, "id": ""}
    assert changes_of(workshop.report(base)) == []
