"""The job that captures a tenant."""

from typing import Any

from apps.history import services
from apps.jobs.context import JobContext
from apps.jobs.registry import handler


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
    return {
        "seq": result.snapshot.seq if result.snapshot else None,
        "counts": result.counts,
        "collections": {item.collection: str(item.status) for item in result.collections},
    }
