"""Refused writes in the audit log: those of the directory's own rules, and no others."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.sandbox.writes.conftest import Lab


def refused(lab: Lab, method: str, path: str, body: Any = None) -> list[dict[str, Any]]:
    """The audit records that a refused request leaves."""
    seen = len(lab.directory.audit)
    lab.refused(method, path, body)
    return lab.directory.audit[seen:]


def test_a_name_that_is_taken_is_a_failure_to_add(lab: Lab) -> None:
    user = lab.new_user()
    body = {
        "accountEnabled": True,
        "displayName": "Second",
        "mailNickname": "second",
        "userPrincipalName": user["userPrincipalName"],
        "passwordProfile": {"password": "Blue-Kettle-42"},
    }

    (record,) = refused(lab, "POST", "/users", body)

    assert (record["activityDisplayName"], record["operationType"]) == ("Add user", "Add")
    assert record["result"] == "failure"
    assert record["resultReason"] == "Microsoft.Online.Workflows.ObjectAlreadyExistsException"
    (target,) = record["targetResources"]
    assert (target["id"], target["type"]) == (None, "User")
    assert target["userPrincipalName"] == user["userPrincipalName"]
    assert "Blue-Kettle-42" not in json.dumps(record)


def test_a_member_twice_is_a_failure_to_add_him(lab: Lab) -> None:
    user, group = lab.new_user(), lab.new_group()
    ref = {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{user['id']}"}
    path = f"/groups/{group['id']}/members/$ref"
    assert lab.do("POST", path, ref).status == 204

    (record,) = refused(lab, "POST", path, ref)

    assert record["activityDisplayName"] == "Add member to group"
    assert record["targetResources"][0]["id"] == group["id"]


def test_an_enabled_permission_cannot_go_and_the_attempt_is_told(lab: Lab) -> None:
    role = {
        "id": "0b9c1a52-0000-4000-8000-000000000001",
        "allowedMemberTypes": ["User"],
        "description": "Reads",
        "displayName": "Read",
        "isEnabled": True,
        "value": "Read",
    }
    app = lab.created("/applications", {"displayName": "App", "appRoles": [role]})

    (record,) = refused(lab, "PATCH", f"/applications/{app['id']}", {"appRoles": []})

    assert record["activityDisplayName"] == "Update application"
    assert record["resultReason"].endswith("EntitlementValidationException")
    assert record["targetResources"][0]["id"] == app["id"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "/users/99999999-9999-4999-8999-999999999999", {"jobTitle": "X"}),
        ("PATCH", "/users/{user}", {"noSuchProperty": 1}),
        ("PATCH", "/users/{user}", {"createdDateTime": "2026-01-01T00:00:00Z"}),
    ],
)
def test_what_never_reaches_the_directory_leaves_no_record(
    lab: Lab, method: str, path: str, body: Any
) -> None:
    user = lab.new_user()

    assert refused(lab, method, path.replace("{user}", user["id"]), body) == []
    assert refused(lab.with_roles("User.Read.All"), "PATCH", f"/users/{user['id']}", {}) == []
