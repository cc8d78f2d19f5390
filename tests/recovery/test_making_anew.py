"""What was deleted for good is made anew, and everything that named it names the new one."""

from typing import Any

import pytest

from apps.core import clock
from apps.core.errors import Conflict
from apps.diffs.models import ReportChange
from apps.history.identities import identities_of
from apps.recovery.choices import Action, RunState
from apps.recovery.models import HandOver, Step, StepResult
from apps.recovery.selection import Selection
from apps.recovery.services import KEPT_FOR, forget_old, read_once
from tests.factories import actor_of
from tests.recovery.test_returning import consent, new_application
from tests.recovery.test_steps import new_group, users
from tests.recovery.workshop import Workshop


def purge(workshop: Workshop, path: str, object_id: str) -> None:
    workshop.graph("DELETE", f"{path}/{object_id}")
    workshop.graph("DELETE", f"/directory/deletedItems/{object_id}")


def states_of(run: Any) -> dict[str, int]:
    found: dict[str, int] = {}
    for state in StepResult.objects.filter(run=run).values_list("state", flat=True):
        found[state] = found.get(state, 0) + 1
    return found


def new_id(workshop: Workshop, old: str) -> str:
    now = identities_of(workshop.tenant).current(old)
    assert now != old
    return now


def test_a_group_comes_back_with_its_members_and_policies_that_name_it(workshop: Workshop) -> None:
    # given a group with members that a policy excludes
    people = users(workshop)[:3]
    group = new_group(workshop, "Emergency", people)
    policy = workshop.first("/identity/conditionalAccess/policies")
    conditions = {"users": {"includeUsers": ["All"], "excludeGroups": [group]}}
    workshop.graph(
        "PATCH",
        f"/identity/conditionalAccess/policies/{policy['id']}",
        {"conditions": {**policy["conditions"], **conditions}},
    )
    base = workshop.capture()

    # when it is deleted for good and recovered
    purge(workshop, "/groups", group)
    run = workshop.recover(base)

    # then it is there with its members, and the policy excludes the new one
    assert run.state == RunState.COMPLETE, states_of(run)
    made = new_id(workshop, group)
    assert workshop.graph("GET", f"/groups/{made}")["displayName"] == "Emergency"
    members = workshop.graph("GET", f"/groups/{made}/members")["value"]
    assert {one["id"] for one in members} == set(people)
    now = workshop.graph("GET", f"/identity/conditionalAccess/policies/{policy['id']}")
    assert now["conditions"]["users"]["excludeGroups"] == [made]

    # and nothing differs from the snapshot any more
    report = workshop.report(base)
    assert not ReportChange.objects.filter(report=report).exists()


def test_a_person_comes_back_with_a_password_that_is_told_once(workshop: Workshop) -> None:
    person = users(workshop)[0]
    group = new_group(workshop, "Team", [person])
    before = workshop.graph("GET", f"/users/{person}")
    base = workshop.capture()
    purge(workshop, "/users", person)

    run = workshop.recover(base)

    made = workshop.graph("GET", f"/users/{new_id(workshop, person)}")
    assert made["userPrincipalName"] == before["userPrincipalName"]
    members = workshop.graph("GET", f"/groups/{group}/members")["value"]
    assert [one["id"] for one in members] == [made["id"]]
    secret = HandOver.objects.get(run=run)
    assert len(secret.unseal()) == 20
    assert secret.unseal() not in str(Step.objects.get(pk=secret.step_id).unseal())

    # and it is told once
    told = read_once(actor=actor_of(workshop.alice), hand_over=secret)
    assert len(told) == 20
    with pytest.raises(Conflict):
        read_once(actor=actor_of(workshop.alice), hand_over=secret)
    secret.refresh_from_db()
    assert not secret.sealed


def test_a_person_who_had_to_prove_who_he_is_has_to_again(workshop: Workshop) -> None:
    # given two people, one of whom needs a second factor by himself
    for name in ("Strict", "Lax"):
        new_user(workshop, name)
    found = workshop.graph("GET", "/users?$select=id,displayName")["value"]
    ids = {one["displayName"]: one["id"] for one in found}
    set_second_factor(workshop, ids["Strict"], "enforced")
    base = workshop.capture()

    # when both are deleted for good and recovered
    for name in ("Strict", "Lax"):
        purge(workshop, "/users", ids[name])
    run = workshop.recover(base)

    # then he needs it as before, and for the other nothing was sent
    made = new_id(workshop, ids["Strict"])
    assert second_factor(workshop, made) == "enforced"
    written = Step.objects.filter(plan=run.request.plan, attributes__contains=["perUserMfaState"])
    assert [one.object_id for one in written] == [ids["Strict"]]
    report = workshop.report(base)
    left = ReportChange.objects.filter(report=report, attributes__contains=["perUserMfaState"])
    assert not left.exists()


def new_user(workshop: Workshop, name: str) -> None:
    domain = workshop.tenant.domain
    body = {
        "accountEnabled": True,
        "displayName": name,
        "mailNickname": name,
        "userPrincipalName": f"{name}@{domain}",
        "passwordProfile": {"password": "holdfast on a rock 1!"},
    }
    workshop.graph("POST", "/users", body)


def set_second_factor(workshop: Workshop, user: str, state: str) -> None:
    path, body = f"/users/{user}/authentication/requirements", {"perUserMfaState": state}
    answer = workshop.sandbox.graph("PATCH", path, body, tenant=workshop.entra, version="beta")
    assert answer.ok, answer.text


def second_factor(workshop: Workshop, user: str) -> str:
    path = f"/users/{user}/authentication/requirements"
    answer = workshop.sandbox.graph("GET", path, tenant=workshop.entra, version="beta")
    return str(answer.json()["perUserMfaState"])


def test_a_password_that_nobody_asks_for_is_forgotten(workshop: Workshop) -> None:
    person = users(workshop)[0]
    base = workshop.capture()
    purge(workshop, "/users", person)
    run = workshop.recover(base)
    HandOver.objects.filter(run=run).update(made_at=clock.now() - KEPT_FOR)

    assert forget_old() == 1
    with pytest.raises(Conflict):
        read_once(actor=actor_of(workshop.alice), hand_over=HandOver.objects.get(run=run))


def test_an_application_comes_back_with_its_principal_and_their_grants(
    workshop: Workshop,
) -> None:
    # given an application that consented users use, with a scope of its own
    made = workshop.graph(
        "POST",
        "/applications",
        {"displayName": "Payroll", "web": {"redirectUris": ["https://payroll.example/cb"]}},
    )
    workshop.graph(
        "PATCH", f"/applications/{made['id']}", {"identifierUris": [f"api://{made['appId']}"]}
    )
    principal = workshop.graph("POST", "/servicePrincipals", {"appId": made["appId"]})
    resource = next(
        one
        for one in workshop.graph("GET", "/servicePrincipals?$top=999")["value"]
        if one["appId"] == "00000003-0000-0000-c000-000000000000"
    )
    workshop.graph(
        "POST",
        "/oauth2PermissionGrants",
        {
            "clientId": principal["id"],
            "consentType": "AllPrincipals",
            "resourceId": resource["id"],
            "scope": "User.Read",
        },
    )
    base = workshop.capture()

    # when both are deleted for good and recovered
    workshop.graph("DELETE", f"/servicePrincipals/{principal['id']}")
    workshop.graph("DELETE", f"/applications/{made['id']}")
    for object_id in (principal["id"], made["id"]):
        workshop.graph("DELETE", f"/directory/deletedItems/{object_id}")
    run = workshop.recover(base)

    # then they are there under new ids that know each other
    assert run.state == RunState.COMPLETE, states_of(run)
    application = workshop.graph("GET", f"/applications/{new_id(workshop, made['id'])}")
    assert application["appId"] == new_id(workshop, made["appId"])
    assert application["identifierUris"] == [f"api://{application['appId']}"]
    anew = workshop.graph("GET", f"/servicePrincipals/{new_id(workshop, principal['id'])}")
    assert anew["appId"] == application["appId"]
    grants = workshop.graph("GET", "/oauth2PermissionGrants")["value"]
    assert [one["scope"] for one in grants if one["clientId"] == anew["id"]] == ["User.Read"]
    # What the principal copied from its application it copied before that had its address.
    left = ReportChange.objects.filter(report=workshop.report(base))
    assert {(row.kind, *row.attributes) for row in left} <= {
        ("servicePrincipal", "servicePrincipalNames")
    }


def test_a_link_to_something_that_is_not_made_anew_is_named(workshop: Workshop) -> None:
    person = users(workshop)[0]
    group = new_group(workshop, "Team", [person])
    base = workshop.capture()
    purge(workshop, "/groups", group)

    report = workshop.report(base)
    plan = workshop.plan(report, Selection(links=frozenset({("group.members", group, person)})))

    step = Step.objects.get(plan=plan)
    assert (step.action, step.reason) == (Action.NOT_RECOVERABLE, "other-end-gone")


def test_what_was_made_anew_twice_is_still_the_same(workshop: Workshop) -> None:
    person = users(workshop)[0]
    group = new_group(workshop, "Team", [person])
    base = workshop.capture()
    purge(workshop, "/groups", group)
    workshop.recover(base)
    second = new_id(workshop, group)
    purge(workshop, "/groups", second)

    run = workshop.recover(base)

    assert run.state == RunState.COMPLETE, states_of(run)
    third = new_id(workshop, second)
    assert new_id(workshop, group) == third
    members = workshop.graph("GET", f"/groups/{third}/members")["value"]
    assert [one["id"] for one in members] == [person]


def test_a_revoked_consent_comes_back_under_the_id_that_it_had(workshop: Workshop) -> None:
    # given an application that was consented to; a grant's id says whose it is and to whom
    _, principal = new_application(workshop)
    grant = consent(workshop, principal, "User.Read")
    base = workshop.capture()
    workshop.graph("DELETE", f"/oauth2PermissionGrants/{grant}")

    run = workshop.recover(base)

    assert run.state == RunState.COMPLETE, states_of(run)
    assert workshop.graph("GET", f"/oauth2PermissionGrants/{grant}")["scope"] == "User.Read"
    assert identities_of(workshop.tenant).current(grant) == grant


def test_a_principal_in_the_bin_does_not_come_back_for_another_application(
    workshop: Workshop,
) -> None:
    # given an application that is gone for good, while its principal is in the bin still
    application, principal = new_application(workshop)
    base = workshop.capture()
    workshop.graph("DELETE", f"/applications/{application}")
    workshop.graph("DELETE", f"/directory/deletedItems/{application}")

    # when both are planned, then the plan says what to do: the principal keeps the old appId
    plan = workshop.plan(workshop.report(base))
    assert plan.is_blocked
    (blocker,) = plan.blockers
    assert principal in blocker["text"]
    assert "in appId" in blocker["text"]

    # and once that is done, both are made anew and know each other
    workshop.graph("DELETE", f"/directory/deletedItems/{principal}")
    run = workshop.recover(base)
    assert run.state == RunState.COMPLETE, states_of(run)
    made = workshop.graph("GET", f"/applications/{new_id(workshop, application)}")
    now = workshop.graph("GET", f"/servicePrincipals/{new_id(workshop, principal)}")
    assert now["appId"] == made["appId"]
