"""Graph's jobs, from what Holdfast has: difference reports, requests with their runs, and
recoveries that are being planned.

Each source is a query that tells in the same words (`status`, `started`, `target_state`) what its
rows are, so that they can be filtered and put in order together. The statuses are Graph's:
`initialized` also means that a second person has yet to approve, because nothing is written before;
`abandoned` that it was cancelled, withdrawn or refused, or that nobody decided in time.
https://learn.microsoft.com/graph/api/resources/entrarecoveryservices-recoveryjobbase
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, CharField, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from apps.api.graph import criteria
from apps.api.graph.names import NAMESPACE, member, moment
from apps.api.graph.odata import AS_ID, Column, Query, as_moment, keyset
from apps.diffs.choices import ReportState
from apps.diffs.models import DifferenceReport
from apps.history.models import Snapshot
from apps.jobs.choices import JobState
from apps.jobs.models import Job
from apps.recovery import to_snapshot
from apps.recovery.choices import RequestState, RunState
from apps.recovery.models import RecoveryRequest, Run
from apps.tenants.models import Tenant

COLUMNS = {
    "id": AS_ID,
    "status": Column("status"),
    "targetStateDateTime": Column("target_state", as_moment, ordered=True),
    "jobStartDateTime": Column("started", as_moment, ordered=True),
    "jobCompletionDateTime": Column("completed", as_moment),
}
OPTIONS = ("$top", "$skip", "$select", "$filter", "$orderby", "$count", "$skiptoken")
ORDER = "started"

_REPORT_STATUS = {
    ReportState.WAITING: "initialized",
    ReportState.CAPTURING: "loadingData",
    ReportState.COMPARING: "calculating",
    ReportState.COMPLETE: "successful",
    ReportState.FAILED: "failed",
    ReportState.CANCELLED: "abandoned",
}
_JOB_STATUS = {
    JobState.QUEUED: "initialized",
    JobState.DONE: "successful",
    JobState.FAILED: "failed",
    JobState.CANCELLED: "abandoned",
}
# While the job is at it: how far its report is. A complete one is being planned from.
_PLANNING_STATUS = {**_REPORT_STATUS, ReportState.COMPLETE: "calculating"}
_RUN_STATUS = {
    **dict.fromkeys(RunState.unfinished(), "running"),
    RunState.QUEUED: "initialized",
    RunState.COMPLETE: "successful",
    RunState.WARNINGS: "successful",
    RunState.FAILED: "failed",
    RunState.CANCELLED: "abandoned",
}
_GIVEN_UP = (RequestState.REFUSED, RequestState.WITHDRAWN, RequestState.EXPIRED)


@dataclass(frozen=True, slots=True)
class GraphJob:
    """A job as Graph tells it. notes: what only Holdfast knows of it, as annotations.

    modified: objects, links and failed changes of a recovery; None for a preview.
    """

    key: UUID
    status: str
    target: datetime
    started: datetime
    completed: datetime | None
    scope: dict[str, Any]
    objects: int | None
    links: int | None
    modified: tuple[int, int, int] | None = None
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        return "recoveryPreviewJob" if self.modified is None else "recoveryJob"

    def as_json(self, *, every: bool) -> dict[str, Any]:
        said: dict[str, Any] = {
            "@odata.type": f"#{NAMESPACE}.{self.kind}",
            "id": str(self.key),
            "status": member(self.status, every=every),
            "targetStateDateTime": moment(self.target),
            "jobStartDateTime": moment(self.started),
            "jobCompletionDateTime": moment(self.completed),
            "filteringCriteria": criteria.shown(self.scope, every=every),
            "totalChangedObjectsCalculated": self.objects,
            "totalChangedLinksCalculated": self.links,
        }
        if self.modified is not None:
            names = ("totalObjectsModified", "totalLinksModified", "totalFailedChanges")
            said |= dict(zip(names, self.modified, strict=True))
        return said | {f"@holdfast.{name}": value for name, value in self.notes.items() if value}


def previews(tenant: Tenant, base: Snapshot | None = None) -> QuerySet[Any]:
    """Reports that were asked for by themselves, of a snapshot against now."""
    own = Job.objects.filter(pk=OuterRef("job_id"), kind="difference-report")
    rows = DifferenceReport.objects.filter(tenant=tenant, against_now=True, job_id__in=_ids(own))
    rows = rows.filter(base=base) if base else rows
    return rows.select_related("base").annotate(
        status=_cased("state", _REPORT_STATUS),
        target_state=F("base__taken_at"),
        started=F("created_at"),
        completed=F("finished_at"),
    )


def requested(tenant: Tenant, base: Snapshot | None = None) -> QuerySet[Any]:
    """Requests, whoever made them, with their runs. The start of one that was asked for in one go
    is when it was asked for."""
    rows = RecoveryRequest.objects.filter(tenant=tenant)
    rows = rows.filter(plan__report__base=base) if base else rows
    begun = Job.objects.filter(pk=OuterRef("pk")).values("created_at")[:1]
    given_up = When(state__in=_GIVEN_UP, then=Value("abandoned"))
    return rows.select_related("plan__report__base", "run").annotate(
        status=_cased("run__state", _RUN_STATUS, given_up),
        target_state=F("plan__report__base__taken_at"),
        started=Coalesce(Subquery(begun), F("requested_at")),
        completed=Case(
            When(run__isnull=False, then=F("run__finished_at")),
            When(state__in=_GIVEN_UP, then=F("decided_at")),
        ),
    )


def planned(tenant: Tenant, base: Snapshot | None = None) -> QuerySet[Any]:
    """Recoveries asked for in one go that are being planned, or that came to no request."""
    report = DifferenceReport.objects.filter(job_id=OuterRef("pk"))
    rows = to_snapshot.asked(tenant.pk).annotate(
        base_id=Subquery(report.values("base_id")[:1]),
        report_state=Subquery(report.values("state")[:1]),
        target_state=Subquery(report.values("base__taken_at")[:1]),
        started=F("created_at"),
        completed=F("finished_at"),
    )
    rows = rows.filter(base_id=base.pk) if base else rows
    ended = [When(state=state, then=Value(word)) for state, word in _JOB_STATUS.items()]
    return rows.annotate(status=_cased("report_state", _PLANNING_STATUS, *ended))


def told(rows: Sequence[Any]) -> list[GraphJob]:
    """Rows of these queries as Graph's jobs, in their order."""
    asked = [row.args["report_id"] for row in rows if isinstance(row, Job)]
    found = DifferenceReport.objects.filter(pk__in=asked).prefetch_related("plans")
    reports = {str(report.pk): report for report in found}
    return [
        _of_report(row)
        if isinstance(row, DifferenceReport)
        else _of_request(row)
        if isinstance(row, RecoveryRequest)
        else _of_job(row, reports[row.args["report_id"]])
        for row in rows
    ]


def page(sources: Iterable[QuerySet[Any]], query: Query) -> tuple[list[Any], bool]:
    """The rows of a page from several sources in one order, and whether there are more."""
    way = "-" if query.descending else ""
    wanted = query.skip + query.top + 1
    parts = [
        rows.filter(query.condition)
        .filter(keyset(query))
        .order_by(f"{way}{query.order}", f"{way}pk")[:wanted]
        for rows in sources
    ]

    def place(row: Any) -> tuple[Any, UUID]:
        return getattr(row, query.order), row.pk

    merged = list(heapq.merge(*parts, key=place, reverse=query.descending))[query.skip : wanted]
    return merged[: query.top], len(merged) > query.top


def count(sources: Iterable[QuerySet[Any]], query: Query) -> int:
    return sum(rows.filter(query.condition).count() for rows in sources)


def _of_report(row: Any) -> GraphJob:
    complete = row.state == ReportState.COMPLETE
    return GraphJob(
        **_common(row),
        scope=row.scope,
        objects=_total(row.counts, "objects") if complete else None,
        links=_total(row.counts, "links") if complete else None,
        notes={"state": row.state, "report": str(row.pk), "message": row.failure},
    )


def _of_request(row: Any) -> GraphJob:
    run: Run | None = getattr(row, "run", None)
    counts = run.counts if run else {}
    return GraphJob(
        **_common(row),
        scope=row.plan.report.scope,
        objects=row.plan.counts["objects"],
        links=row.plan.counts["links"],
        modified=(
            counts.get("objects", 0),
            counts.get("links", 0),
            counts.get("failures", 0) + counts.get("unverified", 0),
        ),
        notes={
            "state": run.state if run else f"request-{row.state}",
            "report": str(row.plan.report_id),
            "plan": str(row.plan_id),
            "request": str(row.pk),
            "run": str(run.pk) if run else "",
            "message": run.failure if run else "",
        },
    )


def _of_job(row: Any, report: DifferenceReport) -> GraphJob:
    plan = next(iter(report.plans.all()), None)
    complete = report.state == ReportState.COMPLETE
    return GraphJob(
        **_common(row),
        scope=report.scope,
        objects=plan.counts["objects"] if plan else 0 if complete else None,
        links=plan.counts["links"] if plan else 0 if complete else None,
        modified=(0, 0, 0),
        notes={
            "state": "planning" if row.state == JobState.RUNNING else row.state,
            "report": str(report.pk),
            "plan": str(plan.pk) if plan else "",
            "message": row.error_text,
        },
    )


def _common(row: Any) -> dict[str, Any]:
    times = {"target": row.target_state, "started": row.started, "completed": row.completed}
    return {"key": row.pk, "status": row.status, **times}


def _total(counts: dict[str, Any], name: str) -> int:
    return sum(counts.get(name, {}).values())


def _ids(own: QuerySet[Job]) -> QuerySet[Job, Any]:
    return own.values("pk")


def _cased(name: str, words: dict[Any, str], *before: When) -> Case:
    """The status that goes with a state; `before` comes first."""
    whens = [When(**{name: state}, then=Value(word)) for state, word in words.items()]
    return Case(*before, *whens, default=Value("initialized"), output_field=CharField())
