"""Who made a change: matched against the audit log, never guessed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from apps.diffs.traces import entries_about
from apps.entra.catalogue import kind
from apps.history.records import CopiedAuditEvent

GRANT = {
    "id": "grant",
    "clientId": "client",
    "resourceId": "graph",
    "consentType": "Principal",
    "principalId": "person",
    "scope": ["Mail.Read", "offline_access"],
}


def entry(
    *, by: str = "intruder", targets: tuple[str, ...] = ("graph", "client"), **modified: str
) -> CopiedAuditEvent:
    """An entry as Graph writes it: values are JSON texts."""
    properties: list[dict[str, Any]] = [
        {"displayName": f"DelegatedPermissionGrant.{name}", "oldValue": None, "newValue": value}
        for name, value in modified.items()
    ]
    resources: list[dict[str, Any]] = [{"id": one, "modifiedProperties": []} for one in targets]
    resources[0]["modifiedProperties"] = properties
    return CopiedAuditEvent(
        event_id=f"event of {by}",
        at=datetime(2026, 3, 1, tzinfo=UTC),
        activity="Add delegated permission grant",
        category="ApplicationManagement",
        operation="Assign",
        succeeded=True,
        actor_kind="user",
        actor_id=by,
        actor_name=by,
        target_ids=targets,
        body={"targetResources": resources},
    )


FITTING = {"ConsentType": '"Principal"', "Scope": '" Mail.Read offline_access"'}


def test_a_grant_is_found_by_its_ends_and_what_it_grants() -> None:
    fitting = entry(**FITTING)

    assert entries_about(kind("oauth2PermissionGrant"), GRANT, [fitting]) == [fitting]


def test_entries_about_other_grants_are_passed_over() -> None:
    others = [
        entry(ConsentType='"AllPrincipals"', Scope=FITTING["Scope"]),
        entry(ConsentType='"Principal"', Scope='"User.Read"'),
        entry(targets=("graph", "another client"), **FITTING),
        entry(ConsentType='"Principal"'),
    ]

    assert entries_about(kind("oauth2PermissionGrant"), GRANT, others) == []


def test_when_entries_of_two_people_fit_nobody_is_named() -> None:
    both = [entry(by="intruder", **FITTING), entry(by="somebody else", **FITTING)]

    assert entries_about(kind("oauth2PermissionGrant"), GRANT, both) == []
