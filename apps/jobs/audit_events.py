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
