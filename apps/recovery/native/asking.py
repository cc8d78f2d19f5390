"""The calls of Microsoft's recovery that a run makes.

https://learn.microsoft.com/graph/api/resources/entrarecoveryservices-recoveryjob
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from apps.entra.client import GraphClient, GraphResponse
from apps.recovery.choices import NATIVE_GOING_ON
from apps.recovery.native.covering import NAMESPACE
from apps.recovery.native.points import SNAPSHOTS, point_of

JOBS = "/directory/recovery/jobs"
ALL_MEMBERS = {"Prefer": "include-unknown-enum-members"}
_REFUSED = frozenset({403, 404})


@dataclass(frozen=True, slots=True)
class NativeJob:
    """A recovery job as Microsoft tells of it. found: objects and links that differ; None until
    they are counted."""

    id: str
    status: str
    target: datetime
    started_at: datetime | None
    criteria: Mapping[str, Any] | None
    is_preview: bool
    found: int | None
    objects: int
    links: int
    failed: int

    @property
    def is_over(self) -> bool:
        return self.status not in NATIVE_GOING_ON


@dataclass(frozen=True, slots=True)
class FailedChange:
    """said: Microsoft's words."""

    object_id: str
    said: str


def start(client: GraphClient, snapshot_id: str, criteria: Mapping[str, Any]) -> str:
    """Begin a job with a person's token; its id. Without criteria Microsoft would take the whole
    tenant back, which is never asked for. Raises an EntraError: OutcomeUnknown where the answer
    was lost, Conflict where another job is going on."""
    body = {"filteringCriteria": dict(criteria)}
    answer = client.request("POST", f"{_of_point(snapshot_id)}/recoveryJobs", body)
    answer.unwrap()
    return _id_in(answer)


def read_job(client: GraphClient, snapshot_id: str, job_id: str) -> NativeJob:
    """How far a job is. The permissions of this call are documented as none for anybody, which can
    hardly be meant, so what is refused is sought in the list of all jobs. Raises an EntraError."""
    path = f"{_of_point(snapshot_id)}/recoveryJobs/{job_id}"
    answer = client.request("GET", path, headers=ALL_MEMBERS)
    if answer.status in _REFUSED:
        found = [one for one in read_jobs(client) if one.id == job_id]
        if found:
            return found[0]
    return _job(answer.unwrap())


def read_jobs(client: GraphClient) -> list[NativeJob]:
    """Previews and recoveries of the last days."""
    pages = client.pages(JOBS, {"$top": 100}, headers=ALL_MEMBERS)
    return [_job(one) for page in pages for one in page["value"]]


def cancel(client: GraphClient, job_id: str) -> bool:
    """Ask that a job stop, with a person's token; whether that was taken."""
    answer = client.request("POST", f"{JOBS}/{job_id}/{NAMESPACE}.cancel", repeatable=True)
    return answer.ok


def failed_changes(client: GraphClient, snapshot_id: str, job_id: str) -> list[FailedChange]:
    """What a job that has ended could not do; empty where that is not told."""
    path = f"{_of_point(snapshot_id)}/recoveryJobs/{job_id}/{NAMESPACE}.getFailedChanges"
    pages = client.pages(path, {"$top": 100}, headers=ALL_MEMBERS)
    return [
        FailedChange(str(one["id"]), str(one.get("failureMessage") or ""))
        for page in pages
        for one in page["value"]
    ]


def _of_point(snapshot_id: str) -> str:
    return f"{SNAPSHOTS}/{quote(point_of(snapshot_id).id, safe='')}"


def _id_in(answer: GraphResponse) -> str:
    """From the Location of a 202."""
    found = {name.lower(): value for name, value in answer.headers.items()}
    return found.get("location", "").rstrip("/").rpartition("/")[2]


def _job(body: Mapping[str, Any]) -> NativeJob:
    counted = [body.get(f"totalChanged{what}Calculated") for what in ("Objects", "Links")]
    return NativeJob(
        id=str(body["id"]),
        status=str(body.get("status", "")),
        target=datetime.fromisoformat(str(body["targetStateDateTime"])),
        started_at=_moment(body.get("jobStartDateTime")),
        criteria=body.get("filteringCriteria"),
        is_preview=str(body.get("@odata.type", "")).endswith("recoveryPreviewJob"),
        found=None if counted[0] is None else sum(int(one or 0) for one in counted),
        objects=int(body.get("totalObjectsModified") or 0),
        links=int(body.get("totalLinksModified") or 0),
        failed=int(body.get("totalFailedChanges") or 0),
    )


def _moment(text: Any) -> datetime | None:
    return datetime.fromisoformat(str(text)) if text else None
