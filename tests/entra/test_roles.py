"""Who may do what: roles that end by themselves, and eligibilities that come of requests."""

from typing import Any

import pytest

from apps.entra import reading, refusals, writing
from apps.entra.catalogue import kind
from apps.entra.errors import NotLicensed
from tests.entra.support import client_of
from tests.support.sandboxes import Sandbox

ASSIGNMENT: dict[str, Any] = {
    "id": "a",
    "principalId": "p",
    "roleDefinitionId": "r",
    "directoryScopeId": "/",
}


@pytest.mark.parametrize(
    ("told", "made_anew"),
    [
        ({}, True),
        ({"assignmentType": "Assigned"}, True),
        ({"assignmentType": "Activated", "endDateTime": "2026-01-01T12:00:00Z"}, False),
        ({"assignmentType": "Assigned", "endDateTime": "2027-01-01T12:00:00Z"}, False),
    ],
)
def test_only_an_assignment_without_an_end_is_made_anew(
    told: dict[str, str], made_anew: bool
) -> None:
    reason = writing.not_creatable(kind("roleAssignment"), {**ASSIGNMENT, **told})

    assert (reason is None) == made_anew


def test_what_is_told_beside_an_assignment_is_no_difference(kept_sandbox: Sandbox) -> None:
    batches = reading.read(client_of(kept_sandbox), kind("roleAssignment"), first_read=True)
    bodies = [item.body for batch in batches for item in batch.objects]

    assert {body["assignmentType"] for body in bodies} == {"Assigned"}
    assert "assignmentType" in kind("roleAssignment").volatile


def test_an_eligibility_is_asked_for_and_never_written() -> None:
    entry = kind("roleEligibility")
    schedule = {"startDateTime": "2025-01-01T00:00:00Z", "expiration": {"type": "noExpiration"}}
    body = {**ASSIGNMENT, "memberType": "Direct", "scheduleInfo": schedule}

    creation = writing.creation_of(entry, body).request
    (removal,) = writing.delete_requests(entry, "a", body)

    assert creation.method == removal.method == "POST"
    assert creation.path == removal.path
    asked, ended = creation.body or {}, removal.body or {}
    assert (asked["action"], ended["action"]) == ("adminAssign", "adminRemove")
    assert "startDateTime" not in asked["scheduleInfo"]
    assert ended["principalId"] == "p"
    assert not creation.repeatable
    assert not removal.repeatable


def test_a_tenant_without_a_licence_says_so() -> None:
    error = refusals.from_response(
        400,
        {
            "error": {
                "code": "AadPremiumLicenseRequired",
                "message": "The tenant needs to have Microsoft Entra ID P2 or Microsoft Entra ID "
                "Governance license.",
            }
        },
    )

    assert isinstance(error, NotLicensed)


@pytest.mark.parametrize("name", ["domain", "subscribedSku", "device", "orgContact", "agreement"])
def test_what_is_only_looked_at_says_why(name: str) -> None:
    entry = kind(name)

    assert entry.evidence
    assert writing.not_creatable(entry, {}) == entry.evidence
    assert writing.not_deletable(entry, {}) == entry.evidence
    assert writing.not_writable(entry, entry.properties[0].name) == entry.evidence


def test_a_put_carries_along_what_it_would_empty_else() -> None:
    entry = kind("adminConsentRequestPolicy")
    held = {"isEnabled": True, "notifyReviewers": True, "requestDurationInDays": 30}

    (request,) = writing.update_requests(
        entry, entry.name, current=held, wanted={**held, "isEnabled": False}
    )

    assert request.method == "PUT"
    assert request.body == {**held, "isEnabled": False}
    assert request.properties == ("isEnabled",)


def test_a_policy_is_assigned_from_the_side_of_its_application() -> None:
    link = kind("tokenLifetimePolicy").links[0]

    (adding,) = writing.add_links(link, "policy", ["application"])
    removing = writing.remove_link(link, "policy", "application")

    assert adding.path == "/applications/application/tokenLifetimePolicies/$ref"
    assert adding.body == {
        "@odata.id": "https://graph.microsoft.com/v1.0/policies/tokenLifetimePolicies/policy"
    }
    assert removing.path == "/applications/application/tokenLifetimePolicies/policy/$ref"
