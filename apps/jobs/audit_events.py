from apps.audit.choices import Category
from apps.audit.registry import register

register(
    "job.cancelled",
    "{actor} cancelled a job ({kind})",
    fields=("job_id", "kind"),
    category=Category.BACKUP,
)
register(
    "schedule.set",
    "{actor} scheduled {kind} for {subject}",
    fields=("kind", "every_minutes"),
    category=Category.BACKUP,
)
register(
    "schedule.removed",
    "{actor} took {kind} for {subject} off the schedule",
    fields=("kind",),
    category=Category.BACKUP,
)
register(
    "jobs.paused",
    "{actor} let the workers rest: {reason}",
    category=Category.BACKUP,
)
register(
    "jobs.resumed",
    "{actor} let the workers begin again",
    category=Category.BACKUP,
)
