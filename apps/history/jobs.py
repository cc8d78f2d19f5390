"""The jobs of a tenant's history: captures, exports, imports."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from apps.core.actor import SYSTEM
from apps.core.scope import no_scope
from apps.history import services
from apps.history.choices import VerificationCause
from apps.history.exporting import services as exporting
from apps.history.importing import services as importing
from apps.history.pruning.executing import execute
from apps.history.pruning.presenting import pruned_as_json
from apps.history.retention import planning
from apps.history.search.indexing import update_index
from apps.history.verification.recording import verify_and_record
from apps.jobs import services as jobs
from apps.jobs.choices import JobState
from apps.jobs.context import JobContext
from apps.jobs.models import Job
from apps.jobs.registry import given_up, handler
from apps.notify.choices import EventKind
from apps.notify.problems import open_problem, resolve_problems


@handler("capture", timeout=3600, attempts=3, exclusive=True)
def capture(job: JobContext) -> dict[str, Any]:
    """Args: mode ("full" or "delta"), reason. Result: the snapshot's position and counts.

    A capture that broke off left nothing behind, so another attempt simply begins again.
    """
    result = services.capture(
        actor=job.actor,
        tenant=job.tenant(),
        mode=job.args["mode"],
        reason=job.args.get("reason", ""),
        progress=job,
    )
    resolve_problems(EventKind.SNAPSHOT_FAILED, job.tenant())
    return {
        "seq": result.snapshot.seq if result.snapshot else None,
        "counts": result.counts,
        "collections": {item.collection: str(item.status) for item in result.collections},
    }


@given_up("capture")
def capture_given_up(job: Job) -> None:
    """A capture that failed for good is told once, until one ends well again."""
    if job.state == JobState.FAILED and job.tenant is not None:
        data = {"code": job.error_code or "failed"}
        open_problem(EventKind.SNAPSHOT_FAILED, job.tenant, "capture", data)


@handler("learn-apart", timeout=1800, attempts=1)
def learn_apart(job: JobContext) -> dict[str, Any]:
    """Args: none. Result: of how many objects that was learned which Graph gives one at a time.

    What was answered is kept at once; the next snapshot makes another such job.
    """
    return {"learned": services.learn_apart(tenant=job.tenant(), progress=job)}


@handler("export", timeout=3 * 3600, attempts=2)
def export(job: JobContext) -> dict[str, Any]:
    """Args: export_id. Result: the same. An attempt that broke off leaves a file that expires."""
    made = exporting.make(
        actor=job.actor,
        tenant=job.tenant(),
        export_id=UUID(job.args["export_id"]),
        job=job,
    )
    return {"export_id": str(made.pk), "objects": made.objects_count, "links": made.links_count}


@given_up("export")
def export_given_up(job: Job) -> None:
    """An export that nobody writes any more must not wait for ever."""
    exporting.give_up(UUID(job.args["export_id"]), job.error_text or "It was cancelled.")


@handler("import", timeout=3 * 3600, attempts=1, exclusive=True)
def import_files(job: JobContext) -> dict[str, Any]:
    """Args: import_id, whole (kinds). Result: import_id and the position of the snapshot."""
    made = importing.import_upload(
        actor=job.actor,
        tenant=job.tenant(),
        import_id=UUID(job.args["import_id"]),
        whole=job.args["whole"],
        progress=job,
    )
    return {"import_id": str(made.pk), "seq": made.snapshot.seq if made.snapshot else None}


@given_up("import")
def import_given_up(job: Job) -> None:
    """An import that nobody carries on any more must not wait for ever."""
    importing.give_up(UUID(job.args["import_id"]), job.error_text or "It was cancelled.")


@handler("expire-files", timeout=600, attempts=1)
def expire_files(job: JobContext) -> dict[str, Any]:
    """No tenant, no args. Result: how many files went."""
    with no_scope("files whose time is over are removed"):
        return {"removed": exporting.expire()}


def enqueue_expiry() -> None:
    """Called by the schedule that migration 0007 makes, once an hour."""
    jobs.enqueue(actor=SYSTEM, kind="expire-files", once=True)


@handler("search-index", timeout=3600, attempts=3)
def search_index(job: JobContext) -> dict[str, Any]:
    """Args: none. Brings the tenant's search index up to its newest snapshot.

    One that broke off left the index as it was; meanwhile searches read the log.
    """

    def tell(objects: int) -> None:
        job.progress(objects)
        job.check_cancelled()

    done = update_index(job.tenant(), tell=tell)
    return {"seq": done.seq, "objects": done.objects, "leaves": done.leaves}


@handler("verify-history", timeout=6 * 3600, attempts=2)
def verify_history(job: JobContext) -> dict[str, Any]:
    """Args: share (per cent of the versions), cause. Result: what was checked and found.

    It only reads, so it stands in nobody's way, and another attempt simply begins again.
    """
    row = verify_and_record(
        actor=job.actor,
        tenant=job.tenant(),
        cause=VerificationCause(job.args["cause"]),
        share=job.args["share"],
    )
    return {
        "verification": str(row.pk),
        "snapshots": row.snapshots,
        "versions": row.versions,
        "damage": row.damage_in_all,
        "unchecked": bool(row.unchecked),
    }


@handler("plan-removals", timeout=900, attempts=3)
def plan_removals(job: JobContext) -> dict[str, Any]:
    """Plan what nothing keeps any more, and hand over what is due. Result: how many of each."""
    return asdict(planning.plan_removals(tenant=job.tenant()))


@handler("prune", timeout=6 * 3600, attempts=3)
def prune(job: JobContext) -> dict[str, Any]:
    """No args: retention says what may go. Result: what went.

    Captures run beside it; another attempt goes on where this one ended.
    """
    return pruned_as_json(execute(actor=job.actor, tenant=job.tenant(), progress=job))
