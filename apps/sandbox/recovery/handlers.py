"""The calls of /directory/recovery.

https://learn.microsoft.com/graph/api/resources/entrarecoveryservices-recovery
"""

from __future__ import annotations

from collections.abc import Callable

from apps.sandbox.graph.context import Answer, Call, GraphError
from apps.sandbox.graph.metadata import context_url
from apps.sandbox.graph.options import options_of
from apps.sandbox.recovery import answers, jobs
from apps.sandbox.recovery.asking import ADMINISTRATOR, READER, check, criteria_of, page, selected
from apps.sandbox.recovery.jobs import Job
from apps.sandbox.state.past import Day


def list_points(call: Call) -> Answer:
    """GET .../snapshots, newest first."""
    check(call, READER, ADMINISTRATOR)
    points = call.directory.past.points(call.world.clock.now())
    fragment = "directory/recovery/snapshots"
    return page(call, fragment, points, lambda one: answers.point_body(call, one))


def get_point(call: Call) -> Answer:
    """GET .../snapshots/{snapshot}."""
    check(call, READER, ADMINISTRATOR)
    body = answers.point_body(call, _point(call))
    context = context_url(call, "directory/recovery/snapshots", single=True)
    shown = selected(body, options_of(call).select)
    return Answer(200, {"@odata.context": context, **shown})


def creates(*, is_preview: bool) -> Callable[[Call], Answer]:
    """POST .../recoveryPreviewJobs or .../recoveryJobs: 202, and where to look."""

    def create(call: Call) -> Answer:
        check(call, ADMINISTRATOR, *([READER] if is_preview else []))
        point = _point(call)
        criteria, scope = criteria_of(call)
        if jobs.going_on(call.world, call.directory) is not None:
            message = (
                "A recovery job is currently in progress. Wait for it to complete before "
                "initiating a new job."
            )
            raise GraphError(409, "Conflict", message)
        job = jobs.start(call, point, criteria, scope, is_preview=is_preview)
        return Answer(202, None, {"Location": f"{call.root}{call.path}/{job.id}"}, is_write=True)

    return create


def lists(*, is_preview: bool) -> Callable[[Call], Answer]:
    """GET .../recoveryPreviewJobs or .../recoveryJobs of a point, newest first."""

    def list_jobs(call: Call) -> Answer:
        check(call, READER, ADMINISTRATOR)
        point = _point(call)
        found = [
            one
            for one in reversed(jobs.known(call.world, call.directory))
            if one.point.at == point.at and one.is_preview == is_preview
        ]
        return page(call, "recoveryJobs", found, lambda one: answers.job_body(call, one))

    return list_jobs


def gets(*, is_preview: bool) -> Callable[[Call], Answer]:
    """GET of one job below its point."""

    def get_job(call: Call) -> Answer:
        check(call, READER, ADMINISTRATOR)
        return _shown(call, _job(call, is_preview=is_preview))

    return get_job


def list_all(call: Call) -> Answer:
    """GET /directory/recovery/jobs: of both types, newest first."""
    check(call, READER, ADMINISTRATOR)
    found = list(reversed(jobs.known(call.world, call.directory)))
    fragment = "directory/recovery/jobs"
    return page(call, fragment, found, lambda one: answers.job_body(call, one), filters=True)


def get_any(call: Call) -> Answer:
    """GET /directory/recovery/jobs/{job}."""
    check(call, READER, ADMINISTRATOR)
    return _shown(call, _job(call))


def cancel(call: Call) -> Answer:
    """POST /directory/recovery/jobs/{job}/...cancel: 202."""
    check(call, ADMINISTRATOR, READER)
    job = _job(call)
    if not job.is_going_on:
        raise GraphError(400, "BadRequest", f"Job with identifier `{job.id}` is not in progress.")
    jobs.cancel(job, call.world.clock.now())
    location = f"{call.root}/directory/recovery/jobs/{job.id}"
    return Answer(202, None, {"Location": location}, is_write=True)


def get_changes(call: Call) -> Answer:
    """GET ...getChanges of a preview job that was successful."""
    check(call, READER, ADMINISTRATOR)
    job = _job(call, is_preview=True)
    _require_successful(job)
    found = job.changes or []
    return page(call, "recoveryChanges", found, lambda one: answers.change_body(call, one))


def get_failed_changes(call: Call) -> Answer:
    """GET ...getFailedChanges of a recovery job that has ended."""
    check(call, READER, ADMINISTRATOR)
    job = _job(call, is_preview=False)
    if job.is_going_on:
        _require_successful(job)
    return page(call, "recoveryChanges", job.failed, lambda one: answers.change_body(call, one))


def _require_successful(job: Job) -> None:
    if job.status != jobs.SUCCESSFUL:
        message = (
            f"Job with identifier `{job.id}` must have completed successfully prior to "
            "enumerating changes."
        )
        raise GraphError(400, "BadRequest", message)


def _point(call: Call) -> Day:
    wanted = call.variables["snapshot"]
    for point in call.directory.past.points(call.world.clock.now()):
        if answers.point_id(point) == wanted:
            return point
    message = (
        "This isn't a valid timestamp for recovery. The provided timestamp should be in the list "
        "of available backups."
    )
    raise GraphError(404, "NotFound", message)


def _job(call: Call, *, is_preview: bool | None = None) -> Job:
    wanted = call.variables["job"]
    for job in jobs.known(call.world, call.directory):
        of_type = is_preview is None or job.is_preview == is_preview
        if job.id == wanted and of_type and _of_point(call, job):
            return job
    raise GraphError(404, "NotFound", f"Job with identifier `{wanted}` was not found.")


def _of_point(call: Call, job: Job) -> bool:
    return call.variables.get("snapshot") in (None, answers.point_id(job.point))


def _shown(call: Call, job: Job) -> Answer:
    context = context_url(call, "directory/recovery/jobs", single=True)
    body = selected(answers.job_body(call, job), options_of(call).select)
    return Answer(200, {"@odata.context": context, **body})
