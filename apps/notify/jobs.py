from typing import Any
from uuid import UUID

from apps.core.errors import Unavailable
from apps.jobs.context import JobContext
from apps.jobs.registry import handler
from apps.notify import personal, services

ATTEMPTS = 8


@handler("notify-deliver", timeout=120, attempts=ATTEMPTS)
def deliver(job: JobContext) -> dict[str, Any]:
    """Send one mail of the outbox."""
    message_id = UUID(job.args["message_id"])
    try:
        return {"sent": services.deliver(message_id)}
    except Unavailable:
        if job.attempt >= ATTEMPTS:
            services.give_up(message_id)
        raise


@handler("notify-deliver-personal", timeout=120, attempts=ATTEMPTS)
def deliver_personal(job: JobContext) -> dict[str, Any]:
    """Send one mail to a person."""
    mail_id = UUID(job.args["mail_id"])
    try:
        return {"sent": personal.deliver(mail_id)}
    except Unavailable:
        if job.attempt >= ATTEMPTS:
            personal.give_up(mail_id)
        raise
