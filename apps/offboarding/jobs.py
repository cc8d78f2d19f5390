"""The job that erases customers whose days of grace have passed."""

from typing import Any

from apps.core.actor import SYSTEM
from apps.jobs import services as jobs
from apps.jobs.context import JobContext
from apps.jobs.registry import handler
from apps.offboarding.services import erase_due


@handler("erase-customers", timeout=3600, attempts=3)
def erase_customers(job: JobContext) -> dict[str, Any]:
    """No tenant, no args: every customer that is due is erased. Result: how many."""
    return {"erased": len(erase_due())}


def enqueue_erasure() -> None:
    """Called by the schedule that migration 0002 makes, every hour."""
    jobs.enqueue(actor=SYSTEM, kind="erase-customers", once=True)
