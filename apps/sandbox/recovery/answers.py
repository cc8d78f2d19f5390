"""How points, jobs and changes look in answers."""

from __future__ import annotations

import base64
from typing import Any

from apps.sandbox.graph.context import Call
from apps.sandbox.graph.rendering import render
from apps.sandbox.recovery import covered
from apps.sandbox.recovery.differences import RESTORE, SOFT_DELETE, Change, Scope, differences
from apps.sandbox.recovery.jobs import CALCULATING, LOADING, Job
from apps.sandbox.schema import TYPES
from apps.sandbox.state.clock import graph_time
from apps.sandbox.state.past import Day

UNKNOWN = "unknownFutureValue"
_PREFERENCE = "include-unknown-enum-members"
_LATER = frozenset(
    {LOADING, CALCULATING, "oAuth2PermissionGrant", "appRoleAssignment", "organization"}
)


def point_id(point: Day) -> str:
    """The Base64 of when it was taken."""
    return base64.b64encode(graph_time(point.at).encode()).decode()


def point_body(call: Call, point: Day) -> dict[str, Any]:
    """A snapshot; `totalChangedObjects` counts what is different from now."""
    changes = differences(call.directory, point, Scope(), for_report=True)
    return {
        "id": point_id(point),
        "createdDateTime": graph_time(point.at),
        "totalChangedObjects": len(changes),
    }


def job_body(call: Call, job: Job) -> dict[str, Any]:
    """A job of either type."""
    found = job.changes
    kind = "recoveryPreviewJob" if job.is_preview else "recoveryJob"
    body: dict[str, Any] = {
        "@odata.type": f"#{covered.NAMESPACE}.{kind}",
        "id": job.id,
        "status": member(call, job.status),
        "targetStateDateTime": graph_time(job.point.at),
        "jobStartDateTime": graph_time(job.started),
        "jobCompletionDateTime": graph_time(job.ended) if job.ended else None,
        "filteringCriteria": job.criteria,
        "totalChangedObjectsCalculated": None if found is None else len(found),
        "totalChangedLinksCalculated": (
            None if found is None else sum(len(one.links) for one in found)
        ),
    }
    if not job.is_preview:
        body |= {
            "totalObjectsModified": job.objects,
            "totalLinksModified": job.links,
            "totalFailedChanges": len(job.failed),
        }
    return body


def change_body(call: Call, change: Change) -> dict[str, Any]:
    """One entry of getChanges or getFailedChanges."""
    subject = change.subject
    body: dict[str, Any] = {
        "id": subject.id,
        "displayName": subject.body.get("displayName"),
        "entityTypeName": member(call, change.type_name),
        "recoveryAction": change.action,
        "deltaFromCurrent": _delta(change),
        "currentState": _current(call, change),
    }
    if change.failure:
        body["failureMessage"] = change.failure
    return body


def member(call: Call, value: str) -> str:
    """A member of an enumeration; who has not asked for those that came later gets them not.

    https://learn.microsoft.com/graph/best-practices-concept
    """
    asked = _PREFERENCE in call.headers.get("prefer", "")
    return value if asked or value not in _LATER else UNKNOWN


def _delta(change: Change) -> dict[str, Any]:
    body: dict[str, Any] = {"@odata.type": TYPES[change.subject.type].odata_type, **change.values}
    if change.action == RESTORE:
        body["deletedDateTime"] = None
    if change.action == SOFT_DELETE:
        body["@removed"] = {"reason": "changed"}
    if change.links:
        body["members@delta"] = [
            {"id": member_id} if wanted else {"id": member_id, "@removed": {"reason": "changed"}}
            for member_id, wanted in change.links.items()
        ]
    return body


def _current(call: Call, change: Change) -> dict[str, Any]:
    body: dict[str, Any] = {"@odata.type": TYPES[change.subject.type].odata_type}
    record = change.now
    if record is None:
        return body
    shown = render(call, record, single=False)
    body |= {name: shown.get(name, record.body.get(name)) for name in change.values}
    at = record.deleted_at
    return {**body, "deletedDateTime": graph_time(at) if at else None}
