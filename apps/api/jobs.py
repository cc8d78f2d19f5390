"""What the API needs done by the clock."""

from typing import Any

from apps.api import idempotency, throttling
from apps.api.reminding import remind_of_expiring_tokens
from apps.core.actor import SYSTEM
from apps.jobs import services as jobs
from apps.jobs.context import JobContext
from apps.jobs.registry import handler


@handler("api-housekeeping", timeout=300, attempts=1)
def keep_house(job: JobContext) -> dict[str, Any]:
    """No tenant, no args. Result: mails about expiring tokens, counts and answers dropped."""
    return {
        "reminded": remind_of_expiring_tokens(),
        "forgotten": throttling.forget_old(),
        "answers": idempotency.forget_old(),
    }


def enqueue_housekeeping() -> None:
    """Called by the schedule that migration 0002 makes, once an hour."""
    jobs.enqueue(actor=SYSTEM, kind="api-housekeeping", once=True)
