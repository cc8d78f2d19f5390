"""The operations, by Graph's names."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from apps.access import rights
from apps.access.rights import MAKE_REPORTS, REQUEST_RECOVERY, VIEW_BACKUPS
from apps.api.graph import changes, errors, jobs
from apps.api.graph.base import GraphView, hidden, of_job
from apps.api.graph.criteria import wanted_of
from apps.api.graph.names import NAMESPACE, moment, snapshot_id
from apps.api.graph.odata import Column, as_moment, keyset, query_of, selected
from apps.core.errors import NotFound
from apps.diffs import services as diffs
from apps.diffs.choices import ReportState
from apps.diffs.models import DifferenceReport
from apps.history import selectors as history
from apps.history.models import Snapshot
from apps.jobs import services as jobs_services
from apps.jobs.models import Job
from apps.recovery import services as recovery
from apps.recovery import to_snapshot
from apps.recovery.choices import RequestState
from apps.recovery.models import RecoveryRequest, Run

ROOT = "directory/recovery"
SNAPSHOTS = f"{ROOT}/snapshots"
_SELECT = ("$select",)
_FUNCTION = ("$top", "$skip", "$select", "$count", "$skiptoken")


@hidden
class Recovery(GraphView):
    def get(self, request: Request, **_: Any) -> Response:
        """The entry point."""
        return self.one(ROOT, {"id": "recovery"})


@hidden
class Snapshots(GraphView):
    columns = {"createdDateTime": Column("taken_at", as_moment, ordered=True)}

    def get(self, request: Request, **_: Any) -> Response:
        """List snapshots, newest first."""
        query = query_of(request, jobs.OPTIONS, self.columns, "taken_at")
        way = "-" if query.descending else ""
        every = history.snapshots(self.tenant).filter(query.condition)
        rows = every.filter(keyset(query)).order_by(f"{way}taken_at", f"{way}pk")
        found = list(rows[query.skip : query.skip + query.top + 1])
        page = found[: query.top]
        after = (page[-1].taken_at, page[-1].pk) if len(found) > query.top else None
        shown = [_snapshot(row) for row in page]
        count = every.count() if query.count else None
        return self.listed(SNAPSHOTS, shown, query, after=after, count=count)


@hidden
class SnapshotCount(GraphView):
    def get(self, request: Request, **_: Any) -> HttpResponse:
        """How many snapshots there are, as plain text."""
        query = query_of(request, ("$filter",), Snapshots.columns, "taken_at")
        return _number(history.snapshots(self.tenant).filter(query.condition).count())


@hidden
class OneSnapshot(GraphView):
    def get(self, request: Request, snapshot: str, **_: Any) -> Response:
        """Get snapshot."""
        query = query_of(request, _SELECT, {}, "")
        return self.one(SNAPSHOTS, selected(_snapshot(self.snapshot(snapshot)), query))


class _JobsOf(GraphView):
    """Jobs, of a snapshot or of all."""

    path = ""
    previews = recoveries = False

    def base(self) -> Snapshot | None:
        named = self.kwargs.get("snapshot")
        return self.snapshot(named) if named else None

    def sources(self) -> list[Any]:
        base = self.base()
        found: list[Any] = [jobs.previews(self.tenant, base)] if self.previews else []
        if self.recoveries:
            found += [jobs.requested(self.tenant, base), jobs.planned(self.tenant, base)]
        return found

    def get(self, request: Request, **_: Any) -> Response:
        """List, the newest first."""
        query = query_of(request, jobs.OPTIONS, jobs.COLUMNS, jobs.ORDER)
        sources = self.sources()
        rows, more = jobs.page(sources, query)
        after = (getattr(rows[-1], query.order), rows[-1].pk) if more else None
        shown = [one.as_json(every=self.every) for one in jobs.told(rows)]
        count = jobs.count(sources, query) if query.count else None
        return self.listed(self._path(), shown, query, after=after, count=count)

    def _path(self) -> str:
        named = self.kwargs.get("snapshot")
        return f"{SNAPSHOTS}('{named}')/{self.path}" if named else f"{ROOT}/{self.path}"


@hidden
class Jobs(_JobsOf):
    path = "jobs"
    previews = recoveries = True


@hidden
class PreviewJobs(_JobsOf):
    rights = {"GET": VIEW_BACKUPS, "POST": MAKE_REPORTS}
    path = "recoveryPreviewJobs"
    previews = True

    def post(self, request: Request, snapshot: str, **_: Any) -> Response:
        """Create recoveryPreviewJob: a difference report of the snapshot against now."""
        base, wanted = self.snapshot(snapshot), wanted_of(request.data)
        report = diffs.request_report(
            actor=self.actor,
            tenant=self.tenant,
            base=base,
            scope=wanted.scope,
            asked_as=wanted.kept,
        )
        return self.accepted(f"{SNAPSHOTS}/{snapshot}/{self.path}/{report.pk}")


@hidden
class RecoveryJobs(_JobsOf):
    rights = {"GET": VIEW_BACKUPS, "POST": REQUEST_RECOVERY}
    path = "recoveryJobs"
    recoveries = True

    def post(self, request: Request, snapshot: str, **_: Any) -> Response:
        """Create recoveryJob: a plan and a request that waits for a second person."""
        base, wanted = self.snapshot(snapshot), wanted_of(request.data)
        job = to_snapshot.ask_recovery(
            actor=self.actor,
            base=base,
            scope={**wanted.scope.as_json(), **wanted.kept},
            policies_as=wanted.policies_as,
        )
        return self.accepted(f"{SNAPSHOTS}/{snapshot}/{self.path}/{job.pk}")


class _Counted(_JobsOf):
    def get(self, request: Request, **_: Any) -> Any:
        """How many there are, as plain text."""
        query = query_of(request, ("$filter",), jobs.COLUMNS, jobs.ORDER)
        return _number(jobs.count(self.sources(), query))


@hidden
class JobCount(_Counted):
    previews = recoveries = True


@hidden
class PreviewJobCount(_Counted):
    previews = True


@hidden
class RecoveryJobCount(_Counted):
    recoveries = True


class _JobView(_JobsOf):
    """About one job."""

    def row(self) -> Any:
        """What stands behind the job of the address. Raises NotFound."""
        key = of_job(self.kwargs["job"])
        for rows in self.sources():
            if found := rows.filter(pk=key).first():
                return found
        raise errors.no_such_job()


class _OneJob(_JobView):
    def get(self, request: Request, **_: Any) -> Response:
        """Get the job."""
        query = query_of(request, _SELECT, {}, "")
        (job,) = jobs.told([self.row()])
        return self.one(self._path(), selected(job.as_json(every=self.every), query))


@hidden
class OneJob(_OneJob):
    path = "jobs"
    previews = recoveries = True


@hidden
class OnePreviewJob(_OneJob):
    path = "recoveryPreviewJobs"
    previews = True


@hidden
class OneRecoveryJob(_OneJob):
    path = "recoveryJobs"
    recoveries = True


@hidden
class GetChanges(_JobView):
    path = "recoveryPreviewJobs"
    previews = True

    def get(self, request: Request, **_: Any) -> Response:
        """recoveryPreviewJob: getChanges."""
        query = query_of(request, _FUNCTION, {}, "")
        report = self.row()
        if report.state != ReportState.COMPLETE:
            raise errors.not_successful(report.pk)
        self.look("difference report", report.pk)
        keys, more = changes.keys_of(report, query)
        shown = changes.told(report, keys, every=self.every)
        count = changes.count_of(report) if query.count else None
        path = f"{self._path()}('{report.pk}')/{NAMESPACE}.getChanges"
        return self.listed(path, shown, query, after=keys[-1] if more else None, count=count)


@hidden
class GetFailedChanges(_JobView):
    path = "recoveryJobs"
    recoveries = True

    def get(self, request: Request, **_: Any) -> Response:
        """recoveryJob: getFailedChanges."""
        query = query_of(request, _FUNCTION, {}, "")
        row = self.row()
        (job,) = jobs.told([row])
        if job.completed is None:
            raise errors.not_successful(row.pk)
        run: Run | None = getattr(row, "run", None)
        keys, shown, more = list[changes.Key](), list[dict[str, Any]](), False
        if run is not None:
            self.look("run", run.pk)
            keys, more = changes.failed_keys_of(run, query)
            shown = changes.failed(run, row.plan.report, keys, every=self.every)
        path = f"{self._path()}('{row.pk}')/{NAMESPACE}.getFailedChanges"
        return self.listed(path, shown, query, after=keys[-1] if more else None, count=None)


@hidden
class Cancel(_JobView):
    # Each sort of job asks for the right that it needs.
    rights = {"POST": VIEW_BACKUPS}
    previews = recoveries = True

    def post(self, request: Request, job: str, **_: Any) -> Response:
        """recoveryJobBase: cancel. What was written before stays written."""
        row = self.row()
        if isinstance(row, RecoveryRequest):
            self._end_recovery(row)
        else:
            needed = MAKE_REPORTS if isinstance(row, DifferenceReport) else REQUEST_RECOVERY
            rights.require(self.actor, needed, self.tenant)
            rows = Job.objects.filter(pk=row.job_id if needed == MAKE_REPORTS else row.pk)
            jobs_services.cancel(actor=self.actor, job=rows.get())
        return self.accepted(f"{ROOT}/jobs/{row.pk}")

    def _end_recovery(self, request: RecoveryRequest) -> None:
        """Withdrawn while nobody has decided, stopped when it runs."""
        rights.require(self.actor, REQUEST_RECOVERY, self.tenant)
        run: Run | None = getattr(request, "run", None)
        if run is not None:
            recovery.cancel_run(actor=self.actor, run=run, reason="")
        elif request.state == RequestState.WAITING:
            recovery.withdraw(actor=self.actor, request=request)
        else:
            raise errors.ended(request.pk)


@hidden
class Unknown(GraphView):
    def enter(self, right: str) -> None:
        raise NotFound("Resource not found for the segment.", code="no-such-address")

    def _right(self) -> str:
        return ""


def _snapshot(row: Snapshot) -> dict[str, Any]:
    return {
        "@odata.type": f"#{NAMESPACE}.snapshot",
        "id": snapshot_id(row.taken_at),
        "createdDateTime": moment(row.taken_at),
        "totalChangedObjects": sum(row.counts.values()),
        "@holdfast.seq": row.seq,
        "@holdfast.complete": row.complete,
    }


def _number(count: int) -> HttpResponse:
    return HttpResponse(str(count), content_type="text/plain")
