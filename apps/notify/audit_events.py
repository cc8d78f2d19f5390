from apps.audit.choices import Category, Severity
from apps.audit.registry import register

register(
    "push_target.added",
    "{actor} has the audit trail sent on to {subject}",
    fields=("target_id", "with_persons"),
    category=Category.TRAIL,
    severity=Severity.WARNING,
)
register(
    "push_target.paused",
    "{actor} stopped sending the audit trail on to {subject}",
    fields=("target_id",),
    category=Category.TRAIL,
    severity=Severity.WARNING,
)
register(
    "push_target.resumed",
    "{actor} has the audit trail sent on to {subject} again",
    fields=("target_id",),
    category=Category.TRAIL,
    severity=Severity.NOTICE,
)
register(
    "push_target.removed",
    "{actor} removed {subject}, where the audit trail was sent on to",
    fields=("target_id",),
    category=Category.TRAIL,
    severity=Severity.WARNING,
)
register(
    "push_target.failing",
    "The audit trail cannot be sent on to {subject}: {problem}",
    fields=("target_id", "problem"),
    category=Category.TRAIL,
    severity=Severity.WARNING,
)
